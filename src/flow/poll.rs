//! The queue loop: receive, parse, decide, and only then acknowledge.

mod bad;
mod decide;
mod finish;
mod inputs;
mod read;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use self::finish::unneeded;
use super::{Bell, Counters, Gate, Health, Stop, Turn};
use crate::{
    domain::Finding,
    ports::{Clock, Fault, Inbox, PortError, PortResult, Receipt, Received, Store},
};

/// Messages a round.
const BATCH: usize = 10;
/// Between two sweeps of what need not be kept.
const SWEEP_EVERY: Duration = Duration::from_hours(24);
/// How long to leave a failing store alone when it does not say so itself.
const PAUSE: Duration = Duration::from_secs(5);
/// How often messages in work are held on to: an hour, and then they come again elsewhere.
const HOLDS: u32 = 180;
/// How long a process that ends waits for a receipt that is under way.
const LINGER: Duration = Duration::from_secs(1);
/// How long a process that ends goes on with a batch before it puts it back.
const LAST_BATCH: Duration = Duration::from_secs(5);

/// Brings one queue's messages to the gate. Several may work on one queue.
pub struct Poller {
    /// Where messages come from.
    pub inbox: Arc<dyn Inbox>,
    /// For states and the quarantine.
    pub store: Arc<dyn Store>,
    /// The one door.
    pub gate: Arc<Gate>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// Rung when a message was put in.
    pub bell: Arc<Bell>,
    /// Counts.
    pub counters: Arc<Counters>,
    /// The place of its queue: a smaller one goes first.
    pub queue: usize,
    /// Whose turn it is.
    pub turn: Arc<Turn>,
    /// Whether the store is known to fail.
    pub health: Arc<Health>,
    /// Asks it to end.
    pub stop: Arc<Stop>,
}

/// What one message holds, sorted out.
struct Message {
    received: Received,
    findings: Vec<Finding>,
    failed: Option<PortError>,
}

impl Poller {
    /// Works until asked to end.
    pub async fn run(&self) {
        let mut swept = Timestamp::MIN;
        while !self.stop.asked() {
            let now = self.clock.now();
            if now.duration_since(swept).unsigned_abs() >= SWEEP_EVERY {
                swept = now;
                if let Err(error) = self.store.sweep(now).await {
                    tracing::warn!(port.error = %error, "what is no longer needed stays for now");
                }
            }
            let until = match self.step().await {
                Ok(0) => match self.inbox.next_visible().await {
                    Ok(next) => next,
                    Err(error) => self.pause(&error),
                },
                Ok(_) => continue,
                Err(error) => self.pause(&error),
            };
            tokio::select! {
                biased;
                () = self.stop.wait() => {}
                () = self.bell.wait(self.clock.as_ref(), until) => {}
            }
        }
    }

    /// Receiving stops while the store or the inbox fails: a good message must not end among the
    /// bad ones for it.
    fn pause(&self, error: &PortError) -> Option<Timestamp> {
        tracing::error!(port.error = %error, "intake pauses: the store or the inbox fails");
        let after = match error.fault {
            Fault::Retry { after } => after,
            Fault::Conflict | Fault::InDoubt | Fault::Permanent => PAUSE,
        };
        self.clock.now().checked_add(after).ok()
    }

    /// One round; says how many messages it took. An error means: wait before the next.
    pub async fn step(&self) -> PortResult<usize> {
        self.health.recovered(self.store.as_ref()).await?;
        self.turn.wait(self.queue, self.clock.as_ref()).await;
        // Asked while it waited: a long poll that is left after a moment may have been given
        // messages that nobody sees until their time is over.
        if self.stop.asked() {
            return Ok(0);
        }
        let Some(received) = self.receive().await? else { return Ok(0) };
        let taken = received.len();
        if taken == 0 {
            return Ok(0);
        }
        if self.stop.asked() {
            unneeded(self.inbox.release(received, Duration::ZERO).await);
            return Ok(taken);
        }
        let _busy = self.turn.begin(self.queue);
        let receipts: Vec<Receipt> = received.iter().map(|one| one.receipt.clone()).collect();
        let fresh = |received| Message { received, findings: Vec::new(), failed: None };
        let mut messages: Vec<Message> = received.into_iter().map(fresh).collect();
        let work = async {
            for message in &mut messages {
                self.read(message).await;
            }
            self.decide(&mut messages).await;
        };
        let whole = tokio::select! {
            biased;
            () = work => true,
            () = self.hold(&receipts) => true,
            () = self.asked_for(LAST_BATCH) => false,
        };
        if !whole {
            // What of it was committed is recognised when it comes again.
            let received = messages.into_iter().map(|message| message.received).collect();
            unneeded(self.inbox.release(received, Duration::ZERO).await);
            return Ok(taken);
        }
        self.finish(messages).await.inspect_err(|_| self.health.failed())?;
        Ok(taken)
    }

    /// `None`: the process ends and nothing came in time.
    async fn receive(&self) -> PortResult<Option<Vec<Received>>> {
        tokio::select! {
            biased;
            received = self.inbox.receive(BATCH) => received.map(Some),
            () = self.asked_for(LINGER) => Ok(None),
        }
    }

    /// Returns this long after the process was asked to end.
    async fn asked_for(&self, long: Duration) {
        self.stop.wait().await;
        self.clock.sleep_until(self.clock.now().checked_add(long).unwrap_or(Timestamp::MAX)).await;
    }

    /// Holds on to messages in work for as long as it is polled.
    async fn hold(&self, receipts: &[Receipt]) {
        let every = self.inbox.visibility() / 3;
        for _ in 0..HOLDS {
            let next = self.clock.now().checked_add(every).unwrap_or(Timestamp::MAX);
            self.clock.sleep_until(next).await;
            unneeded(self.inbox.hold(receipts).await);
        }
        std::future::pending::<()>().await;
    }
}
