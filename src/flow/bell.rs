//! What a loop with nothing to do waits on: a time, or somebody ringing.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::ports::Clock;

/// Whether a loop rests, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rest {
    /// It works, or is about to.
    #[default]
    Working,
    /// It wakes by itself at this time, or when rung.
    Until(Timestamp),
    /// It wakes when rung.
    UntilRung,
}

impl Rest {
    /// Two loops together: they rest only if both do, until the first wakes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Working, _) | (_, Self::Working) => Self::Working,
            (Self::Until(one), Self::Until(two)) => Self::Until(one.min(two)),
            (Self::Until(time), Self::UntilRung) | (Self::UntilRung, Self::Until(time)) => {
                Self::Until(time)
            }
            (Self::UntilRung, Self::UntilRung) => Self::UntilRung,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    /// Somebody rang since the loop last woke.
    rung: bool,
    /// Whether the loop waits.
    rest: Rest,
}

/// One loop's bell. It also knows whether its loop is at rest, so that a clock can be pushed
/// forward step by step without running ahead of work.
#[derive(Debug, Default)]
pub struct Bell {
    notify: Notify,
    waiting: Mutex<Waiting>,
}

impl Bell {
    /// Wakes the loop, or keeps it from falling asleep next time.
    pub fn ring(&self) {
        self.with(|waiting| waiting.rung = true);
        self.notify.notify_one();
    }

    /// Returns at `until`, or when rung.
    pub async fn wait(&self, clock: &dyn Clock, until: Option<Timestamp>) {
        let rest = until.map_or(Rest::UntilRung, Rest::Until);
        self.with(|waiting| waiting.rest = rest);
        let sleep = async {
            match until {
                Some(until) => clock.sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.notify.notified() => {}
            () = sleep => {}
        }
        self.with(|waiting| *waiting = Waiting::default());
    }

    /// Whether the loop rests at this time. One that was rung or whose time has come is about to
    /// work.
    pub fn resting(&self, now: Timestamp) -> Rest {
        let waiting = self.with(|waiting| *waiting);
        match waiting.rest {
            _ if waiting.rung => Rest::Working,
            Rest::Until(time) if time <= now => Rest::Working,
            rest => rest,
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Waiting) -> T) -> T {
        look(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
