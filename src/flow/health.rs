//! Whether the store is known to refuse work: nothing is received then.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Shared by all pollers of a process. A poller whose batch the store refuses keeps it in hand and
/// tries it again and again; meanwhile no other receives anything, since each receipt in vain
/// brings a good message nearer to its queue's dead letters.
#[derive(Debug, Default)]
pub struct Health {
    stuck: AtomicUsize,
    freed: Notify,
}

/// A batch is refused for as long as this lives.
pub(super) struct Stuck<'a>(&'a Health);

impl Health {
    /// A batch is refused from now.
    pub(super) fn stuck(&self) -> Stuck<'_> {
        self.stuck.fetch_add(1, Ordering::SeqCst);
        Stuck(self)
    }

    /// Whether the store refuses a batch that is in hand.
    pub fn failing(&self) -> bool {
        self.stuck.load(Ordering::SeqCst) > 0
    }

    /// Returns when no batch is refused.
    pub(super) async fn wait(&self) {
        loop {
            let freed = self.freed.notified();
            if !self.failing() {
                return;
            }
            freed.await;
        }
    }
}

impl Drop for Stuck<'_> {
    fn drop(&mut self) {
        self.0.stuck.fetch_sub(1, Ordering::SeqCst);
        self.0.freed.notify_waiters();
    }
}
