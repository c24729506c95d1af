//! What is asked of a store, and what it answers, in records.

use std::{borrow::Cow, collections::HashMap};

use jiff::Timestamp;

use crate::domain::{
    AccountRecord, Alert, AuditEntry, AuditHash, Entry, FindingState, InputId, IntakeReport,
    MapHealth, OwnerMap, Viewer,
};

/// A record with a version, changed by one commit at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// A problem.
    Alert(Box<Alert>),
    /// A day's intake report.
    Report(Box<IntakeReport>),
    /// A person's own wishes.
    Viewer(Box<Viewer>),
    /// What is known of an account.
    Account(Box<AccountRecord>),
    /// A morning's look at the owner map.
    Health(Box<MapHealth>),
}

impl Aggregate {
    /// Its id as text.
    pub fn id(&self) -> Cow<'_, str> {
        match self {
            Self::Alert(alert) => alert.id.as_str().into(),
            Self::Report(report) => report.id.as_str().into(),
            Self::Viewer(viewer) => Viewer::id(&viewer.who).into(),
            Self::Account(record) => record.account.as_str().into(),
            Self::Health(health) => health.id.as_str().into(),
        }
    }

    /// The version this commit makes; it is conditional on the one before (0: not stored).
    pub const fn version(&self) -> u64 {
        match self {
            Self::Alert(alert) => alert.version,
            Self::Report(report) => report.version,
            Self::Viewer(viewer) => viewer.version,
            Self::Account(record) => record.version,
            Self::Health(health) => health.version,
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
    /// Only while this is the owner map's newest revision.
    pub under_map: Option<u64>,
}

impl Commit {
    /// The most items an atomic write of any store may have.
    pub const ITEMS: usize = 25;

    /// How many items it touches: the record, its audit entry and the input id, states, entries,
    /// the owner map if it depends on it.
    pub const fn items(&self) -> usize {
        let map = if self.under_map.is_some() { 1 } else { 0 };
        3 + map + self.states.len() + self.entries.len()
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

/// The stored owner map.
#[derive(Debug, Clone)]
pub struct Owners {
    /// Grows with every change.
    pub revision: u64,
    /// As it was imported, byte for byte, or as the bot wrote it.
    pub text: String,
    /// What it says.
    pub map: OwnerMap,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
    /// What wrote it, by its audit entry: `import`, `assign`, ...
    pub action: Option<String>,
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
    /// Messages that wait: ready, sending or in doubt. Dates that are waited for are not counted.
    pub held: u64,
    /// Creation time of the oldest of them.
    pub held_oldest: Option<Timestamp>,
    /// Dates that are waited for: entries that call nobody.
    pub dates: u64,
    /// Cards that stand in channels.
    pub deliveries: u64,
    /// Identities known.
    pub identities: u64,
    /// Inputs in quarantine.
    pub quarantined: u64,
    /// Messages in the embedded inbox; 0 with another inbox.
    pub inbox: u64,
}
