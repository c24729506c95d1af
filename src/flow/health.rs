//! Whether the store is known to fail: nothing is received then.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::ports::{PortResult, Store};

/// Shared by all pollers of a process. A message that is received while the store fails can only
/// be put back, and each such receipt brings a good message nearer to its queue's dead letters.
#[derive(Debug, Default)]
pub struct Health {
    failing: AtomicBool,
}

impl Health {
    /// The store failed: until it is tried again with success, nothing is received.
    pub(super) fn failed(&self) {
        self.failing.store(true, Ordering::SeqCst);
    }

    /// Whether the store is known to fail.
    pub fn failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// Tries the store again if it is known to fail.
    pub(super) async fn recovered(&self, store: &dyn Store) -> PortResult<()> {
        if self.failing() {
            store.ready().await?;
            self.failing.store(false, Ordering::SeqCst);
            tracing::info!("the store works again: intake goes on");
        }
        Ok(())
    }
}
