//! Pushing the clock forward without running ahead of the work.

use std::time::Duration;

use jiff::Timestamp;

use super::samples::Samples;
use crate::{
    adapters::clock::OffsetClock,
    app::{App, REST_AT_MOST},
    flow::Rest,
    ports::Clock,
};

/// Between two looks at whether everything rests, in real time.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Longest push in real time; past it the rest of the way is taken in one step.
const PUSH_AT_MOST: Duration = Duration::from_mins(2);

pub(super) struct Pusher<'a> {
    pub app: &'a App,
    pub samples: &'a Samples,
    pub clock: &'a OffsetClock,
}

impl Pusher<'_> {
    /// True if everything came to rest at each step.
    pub(super) async fn advance(&self, by: Duration) -> bool {
        let target = self.clock.now().checked_add(by).unwrap_or(Timestamp::MAX);
        let stepping = tokio::time::timeout(PUSH_AT_MOST, self.step_to(target)).await;
        self.push_to(target);
        let rested = self.wait().await != Rest::Working;
        rested && stepping.unwrap_or(false)
    }

    async fn step_to(&self, target: Timestamp) -> bool {
        while self.clock.now() < target {
            match self.wait().await {
                Rest::Working => return false,
                Rest::Until(next) if next < target => self.push_to(next),
                Rest::Until(_) | Rest::UntilRung => return true,
            }
        }
        true
    }

    fn push_to(&self, time: Timestamp) {
        let left = time.duration_since(self.clock.now());
        if left.is_positive() {
            self.clock.advance(left.unsigned_abs());
        }
    }

    /// Waits until every loop rests; `Working`: one never came to rest.
    #[expect(clippy::disallowed_methods, reason = "waits for real work, in real time")]
    async fn wait(&self) -> Rest {
        let looks = REST_AT_MOST.as_millis() / LOOK_EVERY.as_millis();
        for _ in 0..looks {
            let now = self.clock.now();
            let rest = self.app.resting(now).and(self.samples.resting(now));
            if rest != Rest::Working {
                return rest;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Rest::Working
    }
}
