//! F1: everything the house asks of the outside, on one page.
//!
//! Errors have four classes and no more; callers decide by the class alone. AWS and Slack types
//! never cross this page.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::{
    Alert, AlertId, AuditEntry, AuditHash, Delivery, Entry, EntryId, FindingState, Identity,
    InputId, IntakeReport, Lane, Message, MessageTs, OwnerMap, ReportId, Subject, TeamId,
};

/// What a caller can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happened; try again after this long.
    Retry {
        /// How long to wait.
        after: Duration,
    },
    /// Somebody else was first; look again and decide anew.
    Conflict,
    /// It may or may not have happened.
    InDoubt,
    /// It will never work as asked.
    Permanent,
}

/// A failure of a port. `detail` is for logs; it holds no secrets.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{detail}")]
pub struct PortError {
    /// What can be done about it.
    pub fault: Fault,
    /// What happened, for logs.
    pub detail: String,
    /// True if calls of the same kind will fail everywhere, not only here: with a `Retry` they
    /// all pause.
    pub everywhere: bool,
}

impl PortError {
    /// A failure of the given class.
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into(), everywhere: false }
    }

    /// The same, holding for every call of its kind.
    #[must_use]
    pub fn everywhere(self) -> Self {
        Self { everywhere: true, ..self }
    }
}

/// Result of a port.
pub type PortResult<T> = Result<T, PortError>;

/// The one clock: pacing, leases and timers all run on it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Returns once `now() >= until`.
    async fn sleep_until(&self, until: Timestamp);
}

/// A record with a version, changed by one commit at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// A problem.
    Alert(Box<Alert>),
    /// A day's intake report.
    Report(Box<IntakeReport>),
}

impl Aggregate {
    /// Its id as text.
    pub fn id(&self) -> &str {
        match self {
            Self::Alert(alert) => alert.id.as_str(),
            Self::Report(report) => report.id.as_str(),
        }
    }

    /// The version this commit makes; it is conditional on the one before (0: not stored).
    pub const fn version(&self) -> u64 {
        match self {
            Self::Alert(alert) => alert.version,
            Self::Report(report) => report.version,
        }
    }
}

/// One atomic change of one aggregate with all that belongs to it: at most 25 items.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The input behind it.
    pub input: InputId,
    /// The new record.
    pub aggregate: Aggregate,
    /// State items, each conditional on `revision - 1`.
    pub states: Vec<FindingState>,
    /// Entries. One that is already queued is asked for anew: its generation grows, its due time
    /// and class become the sooner of both.
    pub entries: Vec<Entry>,
    /// Who and why.
    pub audit: AuditEntry,
    /// What the input is answered, kept for a repetition.
    pub answer: String,
}

impl Commit {
    /// The most items an atomic write of any store may have.
    pub const ITEMS: usize = 25;

    /// How many items it writes: the record, its audit entry and the input id, states, entries.
    pub const fn items(&self) -> usize {
        3 + self.states.len() + self.entries.len()
    }
}

/// What a commit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// It was applied.
    Applied,
    /// The input was committed before; this was its answer.
    Repeated(String),
}

/// A lease on a workspace: the right to drive its lanes until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The workspace.
    pub team: TeamId,
    /// Who holds it.
    pub holder: String,
    /// Grows with every change of holder; work under an old one is refused.
    pub fence: u64,
    /// End of the lease.
    pub until: Timestamp,
}

/// How an entry's work ended.
#[derive(Debug, Clone)]
pub enum Settled {
    /// It happened. If the entry was asked for anew meanwhile, it stays queued.
    Done {
        /// What now stands in the channel.
        delivery: Option<Box<Delivery>>,
        /// What follows.
        follow: Vec<Entry>,
    },
    /// Not yet.
    Later {
        /// Not before.
        due: Timestamp,
    },
    /// Nobody knows; `looks` times the channel was looked through in vain.
    InDoubt {
        /// When the post in doubt was started.
        started: Timestamp,
        /// Looks so far.
        looks: u32,
        /// Next look.
        due: Timestamp,
    },
    /// Something else must happen first.
    After {
        /// Not before.
        due: Timestamp,
        /// What it waits for, in its own class from now on.
        raise: Box<Entry>,
    },
    /// The card is gone from the channel: its delivery names the entry that posts a new one.
    Replace {
        /// The entry.
        with: Box<Entry>,
    },
    /// The card is gone from the channel and nothing takes its place: its delivery is forgotten.
    Gone {
        /// What follows.
        follow: Vec<Entry>,
    },
    /// It can't happen.
    Dead {
        /// Why.
        reason: String,
    },
}

/// The stored owner map.
#[derive(Debug, Clone)]
pub struct Owners {
    /// Grows with every import.
    pub revision: u64,
    /// The file as it was imported, byte for byte.
    pub text: String,
    /// What it says.
    pub map: OwnerMap,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

/// An input that could not be used, with its raw bytes.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Hash of the bytes: the same input is kept once.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// Why, in English.
    pub reason: String,
    /// The bytes.
    pub raw: Vec<u8>,
}

/// Counts for people and tests.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Alerts that are open.
    pub open_alerts: u64,
    /// All alerts.
    pub alerts: u64,
    /// Outbox entries by state.
    pub entries: HashMap<String, u64>,
    /// Entries that wait: ready, sending or in doubt.
    pub held: u64,
    /// Creation time of the oldest of them.
    pub held_oldest: Option<Timestamp>,
    /// Cards that stand in channels.
    pub deliveries: u64,
    /// Identities known.
    pub identities: u64,
    /// Inputs in quarantine.
    pub quarantined: u64,
    /// Messages in the embedded inbox; 0 with another inbox.
    pub inbox: u64,
}

/// The durable memory.
#[async_trait]
pub trait Store: Send + Sync {
    /// States of these identities, read consistently; unknown ones are absent.
    async fn states(&self, ids: &[Identity]) -> PortResult<HashMap<Identity, FindingState>>;
    /// Writes a state alone, conditional on `revision - 1`.
    async fn put_state(&self, state: &FindingState) -> PortResult<()>;
    /// An alert, read consistently.
    async fn alert(&self, id: &AlertId) -> PortResult<Option<Alert>>;
    /// A report, read consistently.
    async fn report(&self, id: &ReportId) -> PortResult<Option<IntakeReport>>;
    /// All or nothing. `Conflict` if a version or a state moved.
    async fn commit(&self, commit: &Commit) -> PortResult<Committed>;

    /// Takes or extends the lease on a workspace; `None` while another holds it.
    async fn lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Option<Claimed>>;
    /// Lanes of the workspace with at least one entry due.
    async fn lanes(&self, team: &TeamId, now: Timestamp) -> PortResult<Vec<Lane>>;
    /// Entries due in a lane, by class, due time and id. A `Sending` one is due at its deadline.
    async fn due(&self, lane: &Lane, now: Timestamp, limit: usize) -> PortResult<Vec<Entry>>;
    /// The first due time in the workspace that is later than `after`.
    async fn next_due(&self, team: &TeamId, after: Timestamp) -> PortResult<Option<Timestamp>>;
    /// Workspaces with entries that wait.
    async fn teams(&self) -> PortResult<Vec<TeamId>>;
    /// True if other processes write to it as well: work may be queued without a bell here.
    fn shared(&self) -> bool;
    /// An entry as it stands.
    async fn entry(&self, id: &EntryId) -> PortResult<Option<Entry>>;
    /// Marks an entry as `Sending` before the call. `Conflict` if it moved or the lease is lost.
    async fn begin(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        deadline: Timestamp,
    ) -> PortResult<Entry>;
    /// Records how it ended. `Conflict` if the lease is lost.
    async fn settle(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        outcome: &Settled,
    ) -> PortResult<()>;
    /// The card of an episode in a lane, if it stands.
    async fn delivery(
        &self,
        subject: &Subject,
        episode: u32,
        lane: &Lane,
    ) -> PortResult<Option<Delivery>>;

    /// The newest owner map.
    async fn owners(&self) -> PortResult<Option<Owners>>;
    /// Stores a new one, conditional on `expected` being the newest (0: none). Audited.
    async fn put_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
    ) -> PortResult<u64>;

    /// Keeps raw bytes. Keeping the same again changes nothing.
    async fn quarantine(&self, item: &Quarantined) -> PortResult<()>;
    /// Counts.
    async fn summary(&self) -> PortResult<Summary>;
    /// Forgets what need not be kept any longer (answers and finished entries over 15 days old).
    async fn sweep(&self, now: Timestamp) -> PortResult<()>;
}

/// A message that was received: it must be acknowledged or released, by value.
#[derive(Debug)]
#[must_use = "a received message is acknowledged or released"]
pub struct Received {
    /// The queue's id of the message.
    pub id: String,
    /// Names this receipt; another receipt of the same message has another.
    pub receipt: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// How often it was received, this time included.
    pub receives: u32,
}

/// Where findings come from.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Up to `max` messages, invisible to others until the visibility timeout. May wait for some;
    /// may return none.
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>>;
    /// The message is dealt with for good. Called after the commit, never before.
    async fn ack(&self, message: Received) -> PortResult<()>;
    /// The message becomes visible again after `after`.
    async fn release(&self, message: Received, after: Duration) -> PortResult<()>;
    /// When it is worth receiving again after an empty answer; `None`: not before a new message
    /// is announced. An inbox that polls for long by itself answers with a time that is past.
    async fn next_visible(&self) -> PortResult<Option<Timestamp>>;
}

/// The chat service, one token per workspace behind it. Every call ends within 8 s.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Posts; `key` goes into the message's metadata. `thread`: reply under that message, shown
    /// in the channel as well. `InDoubt` when no answer came.
    async fn post(
        &self,
        lane: &Lane,
        message: &Message,
        key: &str,
        thread: Option<&MessageTs>,
    ) -> PortResult<MessageTs>;
    /// Replaces the content of a message of ours. `Permanent` if it can't be edited any more.
    async fn update(&self, lane: &Lane, ts: &MessageTs, message: &Message) -> PortResult<()>;
    /// Messages of ours posted with this key since `since`, oldest first.
    async fn find(
        &self,
        lane: &Lane,
        key: &str,
        since: Timestamp,
        thread: Option<&MessageTs>,
    ) -> PortResult<Vec<MessageTs>>;
    /// Removes a message of ours; one that is gone already is fine.
    async fn delete(&self, lane: &Lane, ts: &MessageTs) -> PortResult<()>;
    /// A link to a message.
    async fn permalink(&self, lane: &Lane, ts: &MessageTs) -> PortResult<String>;
}
