//! A clock that stands still until a test moves it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::ports::Clock;
use tokio::sync::watch;

/// Time as the test says. Sleepers wake when it is moved to or past the time they sleep until.
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
    /// How many sleep until each time.
    sleepers: Mutex<BTreeMap<Timestamp, usize>>,
}

impl ManualClock {
    /// A clock that stands at `start`, cut to whole microseconds as the ports have them.
    pub fn new(start: Timestamp) -> Self {
        let start = Timestamp::from_microsecond(start.as_microsecond()).unwrap_or(start);
        Self { now: watch::Sender::new(start), sleepers: Mutex::default() }
    }

    /// A clock that stands at a time such as `2026-11-02T01:00:00Z`.
    pub fn at(text: &str) -> Self {
        Self::new(text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    /// Moves it forward and wakes who slept until a time now past.
    pub fn advance(&self, by: Duration) {
        self.now.send_modify(|now| *now = now.checked_add(by).unwrap_or(Timestamp::MAX));
    }

    /// Moves it forward to this time. It never goes back.
    pub fn advance_to(&self, time: Timestamp) {
        self.now.send_modify(|now| *now = (*now).max(time));
    }

    /// The earliest time anybody sleeps until, past ones included while their sleeper has not
    /// woken yet; `None` if nobody sleeps.
    pub fn earliest(&self) -> Option<Timestamp> {
        self.sleepers().keys().next().copied()
    }

    fn sleepers(&self) -> MutexGuard<'_, BTreeMap<Timestamp, usize>> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a sleeper for as long as it sleeps: a sleep that is dropped is no sleep any more.
struct Asleep<'a> {
    clock: &'a ManualClock,
    until: Timestamp,
}

impl<'a> Asleep<'a> {
    fn new(clock: &'a ManualClock, until: Timestamp) -> Self {
        *clock.sleepers().entry(until).or_default() += 1;
        Self { clock, until }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        let mut sleepers = self.clock.sleepers();
        if let Some(count) = sleepers.get_mut(&self.until) {
            *count -= 1;
            if *count == 0 {
                sleepers.remove(&self.until);
            }
        }
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn sleep_until(&self, until: Timestamp) {
        let mut moved = self.now.subscribe();
        if *moved.borrow_and_update() >= until {
            return;
        }
        let _asleep = Asleep::new(self, until);
        // The sender is `self`, which we borrow: it can't be gone.
        let _ = moved.wait_for(|now| *now >= until).await;
    }
}

#[tokio::test]
async fn sleepers_wake_when_their_time_has_come() {
    let clock = ManualClock::at("2026-11-02T01:00:00Z");
    let start = clock.now();
    let until = start + Duration::from_secs(10);
    clock.sleep_until(start).await;
    assert_eq!(clock.earliest(), None);

    let sleep = clock.sleep_until(until);
    tokio::pin!(sleep);
    assert!(futures::poll!(sleep.as_mut()).is_pending());
    assert_eq!(clock.earliest(), Some(until));
    clock.advance(Duration::from_millis(9_999));
    assert!(futures::poll!(sleep.as_mut()).is_pending(), "not yet");
    clock.advance_to(until);
    clock.advance_to(start);
    assert_eq!(clock.now(), until, "it never goes back");
    sleep.await;
    assert_eq!(clock.earliest(), None);
}
