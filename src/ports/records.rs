//! What is asked of a store, and what it answers, in records.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{
    Alert, AuditEntry, AuditHash, Entry, FindingState, InputId, IntakeReport, OwnerMap,
};

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
