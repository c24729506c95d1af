use std::time::Duration;

use super::Moved;
use crate::{
    flow::{Bell, Rest},
    ports::Clock as _,
};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn two_rest_only_if_both_do() {
    let clock = Moved::new();
    let (soon, late) = (clock.now() + SECOND, clock.now() + SECOND * 9);
    for (one, two, both) in [
        (Rest::Working, Rest::UntilRung, Rest::Working),
        (Rest::Working, Rest::Until(soon), Rest::Working),
        (Rest::Working, Rest::Working, Rest::Working),
        (Rest::Until(soon), Rest::Until(late), Rest::Until(soon)),
        (Rest::Until(soon), Rest::UntilRung, Rest::Until(soon)),
        (Rest::UntilRung, Rest::UntilRung, Rest::UntilRung),
    ] {
        assert_eq!(one.and(two), both);
        assert_eq!(two.and(one), both);
    }
}

#[tokio::test]
async fn it_wakes_at_its_time_and_knows_when_it_rests() {
    let (clock, bell) = (Moved::new(), Bell::default());
    let until = clock.now() + SECOND * 10;
    assert_eq!(bell.resting(clock.now()), Rest::Working, "it has not waited yet");
    let wait = bell.wait(clock.as_ref(), Some(until));
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    assert_eq!(bell.resting(clock.now()), Rest::Until(until));
    clock.advance(SECOND * 9);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    clock.advance(SECOND);
    assert_eq!(bell.resting(clock.now()), Rest::Working, "its time has come");
    wait.await;
    assert_eq!(bell.resting(clock.now()), Rest::Working, "until it waits again");
}

#[tokio::test]
async fn it_wakes_when_rung_and_forgets_no_ring() {
    let (clock, bell) = (Moved::new(), Bell::default());
    let wait = bell.wait(clock.as_ref(), None);
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending());
    assert_eq!(bell.resting(clock.now()), Rest::UntilRung);
    bell.ring();
    assert_eq!(bell.resting(clock.now()), Rest::Working, "it is about to work");
    wait.await;
    // Rung while it works: the next wait ends at once, and is never taken for a rest.
    bell.ring();
    bell.ring();
    bell.wait(clock.as_ref(), None).await;
    let wait = bell.wait(clock.as_ref(), None);
    tokio::pin!(wait);
    assert!(futures::poll!(wait.as_mut()).is_pending(), "two rings wake once");
    assert_eq!(bell.resting(clock.now()), Rest::UntilRung);
}
