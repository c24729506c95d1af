//! The queue loop: receive, parse, decide, and only then acknowledge.

mod bad;
mod decide;
mod finish;
mod inputs;
mod read;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use self::finish::{backoff, unneeded};
use super::{Bell, Counters, Gate, Health, Stop, Turn};
use crate::{
    domain::{AccountEvent, Finding},
    ports::{Clock, Fault, Inbox, PortError, PortResult, Receipt, Received, Store},
};

/// Messages a round.
const BATCH: usize = 10;
/// Between two sweeps of what need not be kept.
const SWEEP_EVERY: Duration = Duration::from_hours(24);
/// How long to leave a failing inbox alone when it does not say so itself.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a batch is held on to; then it comes again, perhaps elsewhere.
const HELD_FOR: Duration = Duration::from_hours(1);
/// Longest pause before what failed is tried again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
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
    /// Whether the store refuses a batch.
    pub health: Arc<Health>,
    /// Asks it to end.
    pub stop: Arc<Stop>,
}

/// What one message holds, sorted out.
struct Message {
    received: Received,
    findings: Vec<Finding>,
    events: Vec<AccountEvent>,
    failed: Option<PortError>,
    /// Whether what can't be used of it is in the counters: it may be read more than once.
    counted: bool,
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

    /// How long the inbox is left alone when it fails.
    fn pause(&self, error: &PortError) -> Option<Timestamp> {
        tracing::error!(port.error = %error, "intake pauses: the inbox fails");
        let after = match error.fault {
            Fault::Retry { after } => after,
            Fault::Conflict | Fault::InDoubt | Fault::Permanent => PAUSE,
        };
        self.clock.now().checked_add(after).ok()
    }

    /// One round; says how many messages it took. An error: the inbox fails.
    pub async fn step(&self) -> PortResult<usize> {
        let mine = async {
            self.health.wait().await;
            self.turn.wait(self.queue, self.clock.as_ref()).await;
        };
        // Asked while it waited: a long poll that is left after a moment may have been given
        // messages that nobody sees until their time is over.
        tokio::select! {
            biased;
            () = self.stop.wait() => return Ok(0),
            () = mine => {}
        }
        let Some(received) = self.receive().await? else { return Ok(0) };
        let taken = received.len();
        if self.stop.asked() {
            unneeded(self.inbox.release(received, Duration::ZERO).await);
        } else if taken > 0 {
            self.see_through(received.into_iter().map(Message::new).collect()).await;
        }
        Ok(taken)
    }

    /// Works on a batch until the inbox has an answer to every message of it. What the store
    /// refuses stays in hand: received again and again, a good message would end among the bad.
    async fn see_through(&self, mut messages: Vec<Message>) {
        let begun = self.clock.now();
        let mut stuck = None;
        for attempt in 0.. {
            let receipts: Vec<Receipt> =
                messages.iter().map(|one| one.received.receipt.clone()).collect();
            let work = async {
                // A more pressing batch may have come while this one was received.
                self.turn.wait(self.queue, self.clock.as_ref()).await;
                let _busy = self.turn.begin(self.queue);
                for message in &mut messages {
                    self.read(message).await;
                }
                self.decide(&mut messages).await;
                self.happenings(&mut messages).await;
            };
            let whole = tokio::select! {
                biased;
                () = work => true,
                () = self.hold(&receipts) => true,
                () = self.asked_for(LAST_BATCH) => false,
            };
            if !whole {
                // What of it was committed is recognised when it comes again.
                return self.put_back(messages, Duration::ZERO).await;
            }
            messages = self.finish(messages).await;
            if messages.is_empty() {
                return;
            }
            stuck.get_or_insert_with(|| self.health.stuck());
            let now = self.clock.now();
            if now.duration_since(begun).unsigned_abs() >= HELD_FOR {
                return self.put_back(messages, LONGEST_PAUSE).await;
            }
            let again = now.checked_add(backoff(attempt)).unwrap_or(Timestamp::MAX);
            unneeded(self.inbox.hold(&receipts).await);
            tokio::select! {
                biased;
                () = self.stop.wait() => return self.put_back(messages, Duration::ZERO).await,
                () = self.clock.sleep_until(again) => {}
                () = self.hold(&receipts) => {}
            }
            for message in &mut messages {
                message.failed = None;
            }
        }
    }

    async fn put_back(&self, messages: Vec<Message>, after: Duration) {
        let received = messages.into_iter().map(|message| message.received).collect();
        unneeded(self.inbox.release(received, after).await);
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

    /// Holds on to messages for as long as it is polled.
    async fn hold(&self, receipts: &[Receipt]) {
        let every = self.inbox.visibility() / 3;
        let begun = self.clock.now();
        while self.clock.now().duration_since(begun).unsigned_abs() < HELD_FOR {
            let next = self.clock.now().checked_add(every).unwrap_or(Timestamp::MAX);
            self.clock.sleep_until(next).await;
            unneeded(self.inbox.hold(receipts).await);
        }
        std::future::pending::<()>().await;
    }
}

impl Message {
    const fn new(received: Received) -> Self {
        Self { received, findings: Vec::new(), events: Vec::new(), failed: None, counted: false }
    }

    /// Notes a failure. One that passes outranks one for good: given up for the one finding, the
    /// message would take along the other, which only waits.
    fn fail(&mut self, error: PortError) {
        if self.failed.as_ref().is_none_or(|known| known.fault == Fault::Permanent) {
            self.failed = Some(error);
        }
    }
}

#[test]
fn what_passes_outranks_what_fails_for_good() {
    let message = || {
        let receipt = Receipt { id: "m".into(), handle: String::new() };
        Message::new(Received { receipt, receives: 9, body: Vec::new() })
    };
    let (forever, passing) = (
        PortError::new(Fault::Permanent, "no"),
        PortError::new(Fault::Retry { after: PAUSE }, "wait"),
    );
    for order in [[&forever, &passing, &forever], [&passing, &forever, &forever]] {
        let mut message = message();
        for error in order {
            message.fail(error.clone());
        }
        assert_eq!(message.failed.map(|error| error.fault), Some(passing.fault));
    }
    let mut message = message();
    message.fail(forever);
    assert_eq!(message.failed.map(|error| error.fault), Some(Fault::Permanent));
}
