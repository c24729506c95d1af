//! Whose turn it is: work of an earlier queue goes before that of a later one.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::Notify;

use crate::ports::Clock;

/// A later queue is kept waiting no longer than this: it must not starve for ever.
const AT_MOST: Duration = Duration::from_secs(10);

/// The queues in their order, the most pressing first. A queue of its own poller never waits
/// behind another's long poll; what it waits for is the work on what was received.
#[derive(Debug)]
pub struct Turn {
    /// Batches in work, by queue.
    busy: Vec<AtomicUsize>,
    freed: Notify,
}

/// A batch is worked on until this is dropped.
pub(super) struct Busy<'a> {
    turn: &'a Turn,
    queue: usize,
}

impl Turn {
    /// For this many queues.
    pub fn new(queues: usize) -> Self {
        let busy = std::iter::repeat_with(AtomicUsize::default).take(queues).collect();
        Self { busy, freed: Notify::new() }
    }

    /// A batch of this queue is worked on from now.
    pub(super) fn begin(&self, queue: usize) -> Busy<'_> {
        if let Some(busy) = self.busy.get(queue) {
            busy.fetch_add(1, Ordering::SeqCst);
        }
        Busy { turn: self, queue }
    }

    /// Returns when no batch of an earlier queue is worked on, or after a while.
    pub(super) async fn wait(&self, queue: usize, clock: &dyn Clock) {
        let free = async {
            loop {
                let freed = self.freed.notified();
                if !self.earlier_busy(queue) {
                    return;
                }
                freed.await;
            }
        };
        if !self.earlier_busy(queue) {
            return;
        }
        let until = clock.now().checked_add(AT_MOST).unwrap_or(jiff::Timestamp::MAX);
        tokio::select! {
            biased;
            () = free => {}
            () = clock.sleep_until(until) => {}
        }
    }

    fn earlier_busy(&self, queue: usize) -> bool {
        self.busy.iter().take(queue).any(|busy| busy.load(Ordering::SeqCst) > 0)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        if let Some(busy) = self.turn.busy.get(self.queue) {
            busy.fetch_sub(1, Ordering::SeqCst);
        }
        self.turn.freed.notify_waiters();
    }
}
