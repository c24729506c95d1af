//! Whose turn it is.

use std::time::Duration;

use futures::{FutureExt as _, poll};

use super::Moved;
use crate::flow::Turn;

#[tokio::test]
async fn a_later_queue_waits_for_an_earlier_one() {
    let (turn, clock) = (Turn::new(3), Moved::new());
    assert!(turn.wait(1, clock.as_ref()).now_or_never().is_some(), "nobody is at work");
    let (one, two) = (turn.begin(0), turn.begin(0));
    assert!(turn.wait(0, clock.as_ref()).now_or_never().is_some(), "its own work is no hindrance");
    let mut later = Box::pin(turn.wait(1, clock.as_ref()));
    let mut last = Box::pin(turn.wait(2, clock.as_ref()));
    assert!(poll!(later.as_mut()).is_pending());
    assert!(poll!(last.as_mut()).is_pending());
    drop(one);
    assert!(poll!(later.as_mut()).is_pending(), "one of two is still at work");
    drop(two);
    assert!(poll!(later.as_mut()).is_ready());
    assert!(poll!(last.as_mut()).is_ready());
}

#[tokio::test]
async fn a_later_queue_does_not_starve() {
    let (turn, clock) = (Turn::new(2), Moved::new());
    let _busy = turn.begin(0);
    let mut later = Box::pin(turn.wait(1, clock.as_ref()));
    assert!(poll!(later.as_mut()).is_pending());
    clock.advance(Duration::from_secs(9));
    assert!(poll!(later.as_mut()).is_pending());
    clock.advance(Duration::from_secs(1));
    assert!(poll!(later.as_mut()).is_ready());
}

#[tokio::test]
async fn the_next_batch_of_an_earlier_queue_is_waited_for_as_well() {
    let (turn, clock) = (Turn::new(2), Moved::new());
    let first = turn.begin(0);
    let mut later = Box::pin(turn.wait(1, clock.as_ref()));
    assert!(poll!(later.as_mut()).is_pending());
    // It begins before the later queue has woken.
    drop(first);
    let next = turn.begin(0);
    assert!(poll!(later.as_mut()).is_pending());
    drop(next);
    assert!(poll!(later.as_mut()).is_ready());
}
