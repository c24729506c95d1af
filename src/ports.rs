//! F1: everything the house asks of the outside, on one page.
//!
//! Errors have four classes and no more; callers decide by the class alone. AWS and Slack types
//! never cross this page.

mod fault;
mod people;
mod records;
mod work;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::{
    AccountId, AccountRecord, Alert, AlertId, AuditEntry, Brief, Delivery, Entry, EntryId,
    FindingState, HealthId, Identity, InputId, IntakeReport, Lane, MapHealth, Message, MessageTs,
    OwnerMap, Person, ReportId, Subject, TeamId, Viewer,
};

pub use fault::{Fault, PortError, PortResult};
pub use people::{ChannelState, People, PersonFacts};
pub use records::{Aggregate, Commit, Committed, Owners, Quarantined, Summary};
pub use work::{Claimed, Leased, Receipt, Received, Settled};

/// The one clock: pacing, leases and timers all run on it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Returns once `now() >= until`.
    async fn sleep_until(&self, until: Timestamp);
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
    /// The account's open alerts, most severe first, then oldest. For lists and counts: what was
    /// committed a moment ago may not be among them yet.
    async fn open_alerts(&self, account: &AccountId, limit: usize) -> PortResult<Vec<Brief>>;
    /// A report, read consistently.
    async fn report(&self, id: &ReportId) -> PortResult<Option<IntakeReport>>;
    /// A person's wishes, read consistently.
    async fn viewer(&self, who: &Person) -> PortResult<Option<Viewer>>;
    /// What is known of an account beside the owner map, read consistently.
    async fn account(&self, id: &AccountId) -> PortResult<Option<AccountRecord>>;
    /// Every account with a record, by id. For lists: what was committed a moment ago may not be
    /// among them yet.
    async fn accounts(&self) -> PortResult<Vec<AccountRecord>>;
    /// A morning's look at the owner map, read consistently.
    async fn health(&self, id: &HealthId) -> PortResult<Option<MapHealth>>;
    /// All or nothing. `Conflict` if a version or a state moved.
    async fn commit(&self, commit: &Commit) -> PortResult<Committed>;

    /// Takes or extends the lease on a workspace.
    async fn lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Leased>;
    /// Ends a lease before its time, so that another may take it at once. One that is lost
    /// already is fine.
    async fn give_up(&self, lease: &Claimed) -> PortResult<()>;
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
    async fn entry(&self, team: &TeamId, id: &EntryId) -> PortResult<Option<Entry>>;
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

    /// The same, decided on an input: its answer is kept as a commit's is, and a repetition of it
    /// gets that answer and changes nothing. The audit entry names the input.
    async fn decide_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
        answer: &str,
    ) -> PortResult<Committed>;
    /// Whether the input was committed, and what it was answered.
    async fn answered(&self, input: &InputId) -> PortResult<Option<String>>;

    /// Keeps raw bytes. Keeping the same again changes nothing.
    async fn quarantine(&self, item: &Quarantined) -> PortResult<()>;
    /// Whether it can be read and written now, found out by doing both.
    async fn ready(&self) -> PortResult<()>;
    /// Counts. May read everything there is: for people and tests, not for a loop.
    async fn summary(&self) -> PortResult<Summary>;
    /// Forgets what need not be kept any longer (answers and finished entries over 15 days old).
    async fn sweep(&self, now: Timestamp) -> PortResult<()>;
}

/// Where findings come from.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Up to `max` messages, invisible to others for [`Self::visibility`]. May wait for some; may
    /// return none. In no promised order.
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>>;
    /// The messages are dealt with for good. Called after the commit, never before.
    async fn ack(&self, messages: Vec<Received>) -> PortResult<()>;
    /// The messages become visible again after `after`.
    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()>;
    /// The messages are still worked on: invisible for [`Self::visibility`] from now.
    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()>;
    /// How long a received message stays invisible to others.
    fn visibility(&self) -> Duration;
    /// When it is worth receiving again after an empty answer; `None`: not before a new message
    /// is announced. An inbox that polls for long by itself answers with a time that is past.
    async fn next_visible(&self) -> PortResult<Option<Timestamp>>;
    /// Whether it can be reached.
    async fn ready(&self) -> PortResult<()>;
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
    /// Whether the workspace answers, with the token we have for it.
    async fn ready(&self, team: &TeamId) -> PortResult<()>;
    /// A link to a message.
    async fn permalink(&self, lane: &Lane, ts: &MessageTs) -> PortResult<String>;
}
