//! Pacing and waiting, on a clock that a test moves.

mod bell;
mod pace;
mod turn;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::ports::Clock;

/// Stands still until it is moved.
struct Moved(watch::Sender<Timestamp>);

impl Moved {
    fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Timestamp::from_second(1_790_000_000).unwrap())))
    }

    fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }

    fn advance_to(&self, time: Timestamp) {
        self.0.send_modify(|now| *now = (*now).max(time));
    }
}

#[async_trait]
impl Clock for Moved {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn sleep_until(&self, until: Timestamp) {
        let _ = self.0.subscribe().wait_for(|now| *now >= until).await;
    }
}
