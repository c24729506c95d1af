//! F1: (now, snapshot, input) -> decision. Pure: every rule of the house that needs judgement
//! stands here, and each decision carries its reason.

mod account;
mod assign;
mod care;
mod escalate;
mod health;
mod input;
mod prefer;
mod problem;
mod reason;
mod report;
mod reroute;
mod rights;
#[cfg(test)]
mod tests;
mod told;
mod triage;
mod wish;

use jiff::Timestamp;

use crate::domain::{
    AccountRecord, Alert, AuditEntry, Class, Effect, Entry, FindingState, InputId, IntakeReport,
    MapHealth, OwnerMap, Refusal, Viewer,
};

pub use account::{happened, look, noted};
pub use assign::{AssignOwner, AssignRefused, MapChange, assign, place};
pub use care::{acknowledge, candidates, facts, give, resolved};
pub use escalate::{answered, due};
pub use health::{Looked, health_id, pressing, record_health};
pub use input::Input;
pub use prefer::{Preference, prefer};
pub use reason::{By, Reason};
pub use report::{record_trouble, report_id};
pub use reroute::reroute;
pub use rights::{
    Actor, CARERS, Right, absent, contact, is_ccoe, may, may_for_group, roles, today,
};
pub use told::{held_back, told_at};
pub use triage::{Seen, compare, triage};
pub use wish::{MENU, Subject, To, Wish, command, press, submit, verbs};

/// The owner map a decision goes by.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// What it says.
    pub owners: &'a OwnerMap,
    /// Its revision, noted in what is decided.
    pub revision: u64,
}

/// The record a change makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// An alert.
    Alert(Box<Alert>),
    /// A report.
    Report(Box<IntakeReport>),
    /// A person's own wishes.
    Viewer(Box<Viewer>),
    /// An account's record.
    Account(Box<AccountRecord>),
    /// A morning's look at the owner map.
    Health(Box<MapHealth>),
}

/// What to commit, all or nothing.
#[derive(Debug, Clone)]
pub struct Change {
    /// The new record, its version one more than the snapshot's.
    pub record: Changed,
    /// State items to write with it.
    pub states: Vec<FindingState>,
    /// What the world must be made to do.
    pub entries: Vec<Entry>,
    /// Who and why.
    pub audit: AuditEntry,
    /// A person decided by this revision of the owner map: it must still be the newest.
    pub under_map: Option<u64>,
}

/// What to do about an input.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Nothing is written.
    Nothing,
    /// A state item alone is written.
    Remember(Box<FindingState>),
    /// A record changes.
    Commit(Box<Change>),
    /// The owner map changes.
    Map(Box<MapChange>),
}

/// A decision with its reason.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What to do.
    pub verb: Verb,
    /// Why.
    pub reason: Reason,
}

impl Decision {
    const fn nothing(reason: Reason) -> Self {
        Self { verb: Verb::Nothing, reason }
    }

    const fn refused(refusal: Refusal) -> Self {
        Self::nothing(Reason::Refused(refusal))
    }
}

/// Fills in the audit entry of a new version and moves the head of the record's chain.
fn audited(
    record: &mut Changed,
    now: Timestamp,
    actor: &str,
    input: &InputId,
    reason: &Reason,
) -> AuditEntry {
    let (aggregate, version, head) = match record {
        Changed::Alert(alert) => {
            (alert.id.as_str().to_owned(), alert.version, &mut alert.audit_head)
        }
        Changed::Report(report) => {
            (report.id.as_str().to_owned(), report.version, &mut report.audit_head)
        }
        Changed::Viewer(viewer) => {
            (Viewer::id(&viewer.who), viewer.version, &mut viewer.audit_head)
        }
        Changed::Health(health) => {
            (health.id.as_str().to_owned(), health.version, &mut health.audit_head)
        }
        Changed::Account(record) => {
            (record.account.as_str().to_owned(), record.version, &mut record.audit_head)
        }
    };
    let entry = AuditEntry {
        aggregate,
        version,
        at: now,
        actor: actor.to_owned(),
        action: reason.action().to_owned(),
        reason: reason.whole(),
        input: input.clone(),
        previous: head.take(),
    };
    *head = Some(entry.hash());
    entry
}

/// An entry in the right class.
fn entry(effect: Effect, severity: crate::domain::Severity, now: Timestamp) -> Entry {
    let class = match &effect {
        Effect::Show { urgent, .. } => Class::show(severity, *urgent),
        Effect::Tell { .. } => Class::tell(severity),
        Effect::Wake { .. } => Class::DATE,
    };
    Entry::new(effect, class, now)
}
