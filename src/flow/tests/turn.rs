use std::time::Duration;

use super::Moved;
use crate::flow::Turn;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_later_queue_waits_until_the_earlier_ones_are_free() {
    let (clock, turn) = (Moved::new(), Turn::new(3));
    let (first, second) = (turn.begin(0), turn.begin(1));
    let wait = turn.wait(2, clock.as_ref());
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    drop(first);
    assert!(futures::poll!(wait.as_mut()).is_pending(), "one of two is still busy");
    drop(second);
    assert!(futures::poll!(wait.as_mut()).is_ready(), "at once, without the clock");
}

#[tokio::test]
async fn two_batches_of_one_queue_are_two() {
    let (clock, turn) = (Moved::new(), Turn::new(2));
    let (one, other) = (turn.begin(0), turn.begin(0));
    let wait = turn.wait(1, clock.as_ref());
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    drop(one);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    drop(other);
    assert!(futures::poll!(wait.as_mut()).is_ready());
}

#[tokio::test]
async fn a_later_queue_does_not_starve() {
    let (clock, turn) = (Moved::new(), Turn::new(2));
    let _busy = turn.begin(0);
    for round in 0..2 {
        let wait = turn.wait(1, clock.as_ref());
        tokio::pin!(wait);
        assert!(futures::poll!(wait.as_mut()).is_pending());
        clock.advance(SECOND * 9);
        assert!(futures::poll!(wait.as_mut()).is_pending(), "{round}");
        clock.advance(SECOND);
        assert!(futures::poll!(wait.as_mut()).is_ready(), "{round}: ten seconds each time");
    }
}

#[tokio::test]
async fn who_is_busy_meanwhile_is_waited_for_as_well() {
    let (clock, turn) = (Moved::new(), Turn::new(2));
    let first = turn.begin(0);
    let wait = turn.wait(1, clock.as_ref());
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    // The earlier queue has more: its next batch begins before the later one has woken.
    drop(first);
    let _next = turn.begin(0);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    clock.advance(SECOND * 10);
    assert!(futures::poll!(wait.as_mut()).is_ready());
}

#[tokio::test]
async fn nobody_waits_for_its_own_or_a_later_queue() {
    let (clock, turn) = (Moved::new(), Turn::new(2));
    let (_own, _later) = (turn.begin(0), turn.begin(1));
    let wait = turn.wait(0, clock.as_ref());
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_ready());
}
