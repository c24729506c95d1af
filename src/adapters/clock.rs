//! The clocks: real time, and real time with an offset that a sandbox can push forward.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::ports::Clock;

/// Real time plus an offset. With offset 0 it is the system's clock.
pub struct OffsetClock {
    offset: watch::Sender<Duration>,
}

impl OffsetClock {
    /// A clock that is `offset` ahead of real time.
    pub fn new(offset: Duration) -> Self {
        Self { offset: watch::Sender::new(offset) }
    }

    /// How far ahead it is.
    pub fn offset(&self) -> Duration {
        *self.offset.borrow()
    }

    /// Pushes it forward and wakes who sleeps until a time now past. It never goes back.
    pub fn advance(&self, by: Duration) {
        self.offset.send_modify(|offset| *offset = offset.saturating_add(by));
    }
}

#[async_trait]
impl Clock for OffsetClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads real time")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now().checked_add(self.offset()).unwrap_or(Timestamp::MAX);
        // Microseconds everywhere: what is stored compares equal to what was written.
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that sleeps in real time")]
    async fn sleep_until(&self, until: Timestamp) {
        let mut moved = self.offset.subscribe();
        loop {
            let left = until.as_microsecond().saturating_sub(self.now().as_microsecond());
            let Ok(left @ 1..) = u64::try_from(left) else { return };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_micros(left)) => {}
                changed = moved.changed() => if changed.is_err() { return },
            }
        }
    }
}
