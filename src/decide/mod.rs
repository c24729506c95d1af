//! F1: (now, snapshot, input) -> decision. Pure: every rule of the house that needs judgement
//! stands here, and each decision carries its reason.

mod account;
mod assign;
mod health;
mod problem;
mod report;
mod reroute;
#[cfg(test)]
mod tests;
mod triage;

use jiff::Timestamp;

use crate::domain::{
    AccountEvent, AccountId, AccountRecord, Alert, AlertId, Assigned, AuditEntry, Cause, Class,
    Effect, Entry, Example, Finding, FindingState, InputId, IntakeReport, Lane, MapHealth,
    OwnerMap,
};

pub use account::{happened, look, noted};
pub use assign::{AssignOwner, AssignRefused, MapChange, assign, place};
pub use health::{Looked, health_id, record_health};
pub use report::{record_trouble, report_id};
pub use reroute::reroute;
pub use triage::{Seen, compare, triage};

/// Anything that comes through the one door.
#[derive(Debug, Clone)]
pub enum Input {
    /// A source said something.
    Finding(Box<Finding>),
    /// The account's cards may say something else than the map, or are missing.
    Look {
        /// Which.
        account: AccountId,
        /// Who gave it to its company, if that is news.
        assigned: Option<Assigned>,
    },
    /// An event says whose unit an account is in.
    Place(Box<AccountEvent>),
    /// A person of the CCoE says whose an account is.
    AssignOwner(Box<AssignOwner>),
    /// The owner map was looked at in the morning.
    Health(Box<Looked>),
    /// Something happened to an account.
    Happened(Box<AccountEvent>),
    /// An input could not be used, or a message not be delivered.
    Trouble(Example),
    /// A company's channel can't be posted to.
    Undeliverable {
        /// The alert that was to be told there.
        alert: AlertId,
        /// The lane.
        lane: Lane,
        /// The chat service's word.
        reason: String,
    },
}

/// The owner map a decision goes by.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// What it says.
    pub owners: &'a OwnerMap,
    /// Its revision, noted in what is decided.
    pub revision: u64,
}

/// Why a decision came out as it did. Shown in logs and in the audit entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A problem nobody knew.
    New,
    /// A problem of an account in baseline: recorded, not told.
    NewInBaseline,
    /// The same statement as before.
    Unchanged,
    /// The same statement, repeated later: only its time moves.
    Advanced,
    /// Older than what is known.
    Late,
    /// Nothing is wrong and nothing was.
    NeverOpen,
    /// The source can't tell.
    Undetermined,
    /// Something that people act on changed.
    Changed,
    /// It got worse.
    SeverityUp,
    /// One copy cleared, another still stands.
    StillOpen,
    /// One more copy of a known problem.
    AnotherCopy,
    /// The last copy cleared.
    Resolved(Cause),
    /// It was over and stays over.
    AlreadyClear,
    /// It came back.
    Reopened,
    /// It came back in an account in baseline: recorded, not told.
    ReopenedInBaseline,
    /// Its channel can't be posted to: the CCoE's stands in.
    Rerouted,
    /// The channel is no longer one of the alert's, or there is nowhere else to go.
    NothingToReroute,
    /// Trouble with an input or a message was written down.
    Reported,
    /// What the map says of an account is new to its record.
    AccountNoted,
    /// The map says of an account what its record says.
    AccountAsBefore,
    /// Something happened to an account.
    AccountEvent,
    /// An account without owner was given to a company.
    Assigned,
    /// It belongs to that company already.
    AlreadyAssigned,
    /// A person may not give it, or it can't be given.
    NotAssigned(AssignRefused),
    /// The owner map was looked at.
    LookedAt,
    /// It was looked at this morning already.
    LookedToday,
}

impl Reason {
    /// One word for the audit entry and for counting.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::NewInBaseline => "new_in_baseline",
            Self::Unchanged => "unchanged",
            Self::Advanced => "advanced",
            Self::Late => "late",
            Self::NeverOpen => "never_open",
            Self::Undetermined => "undetermined",
            Self::Changed => "changed",
            Self::SeverityUp => "severity_up",
            Self::StillOpen => "still_open",
            Self::AnotherCopy => "another_copy",
            Self::Resolved(_) => "resolved",
            Self::AlreadyClear => "already_clear",
            Self::Reopened => "reopened",
            Self::ReopenedInBaseline => "reopened_in_baseline",
            Self::Rerouted => "rerouted",
            Self::NothingToReroute => "nothing_to_reroute",
            Self::Reported => "reported",
            Self::AccountNoted => "account_noted",
            Self::AccountAsBefore => "account_as_before",
            Self::AccountEvent => "account_event",
            Self::Assigned => "assigned",
            Self::AlreadyAssigned => "already_assigned",
            Self::NotAssigned(refused) => refused.action(),
            Self::LookedAt => "looked_at",
            Self::LookedToday => "looked_today",
        }
    }

    /// A sentence for logs and auditors.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::New => "a problem that was not known",
            Self::NewInBaseline => "a problem in an account in baseline: recorded without a card",
            Self::Unchanged => "the same statement as before",
            Self::Advanced => "the same statement again: only its time moved on",
            Self::Late => "older than what is known already",
            Self::NeverOpen => "nothing is wrong, and no alert knows this identity",
            Self::Undetermined => "the source can't tell: neither opened nor closed",
            Self::Changed => "something that people act on changed",
            Self::SeverityUp => "the problem got worse",
            Self::StillOpen => "one copy cleared, another still stands",
            Self::AnotherCopy => "one more copy of a known problem",
            Self::Resolved(Cause::Passed) => "the check passes",
            Self::Resolved(Cause::Archived) => "the source archived the finding",
            Self::Resolved(Cause::NotApplicable) => "the check no longer applies to the resource",
            Self::Resolved(Cause::Suppressed) => "somebody suppressed it at the source",
            Self::Resolved(Cause::ResolvedAtSource) => "somebody resolved it at the source",
            Self::AlreadyClear => "it was over and stays over",
            Self::Reopened => "a problem that was over came back",
            Self::ReopenedInBaseline => {
                "it came back in an account in baseline: recorded without a card"
            }
            Self::Rerouted => "its channel can't be posted to: the CCoE's stands in",
            Self::NothingToReroute => "there is no other channel to go to",
            Self::Reported => "written into the day's intake report",
            Self::AccountNoted => "what the owner map says of the account is noted",
            Self::AccountAsBefore => "the owner map says of the account what is noted",
            Self::AccountEvent => "AWS says that something happened to the account",
            Self::Assigned => "an account without owner was given to a company",
            Self::AlreadyAssigned => "the account belongs to that company already",
            Self::NotAssigned(refused) => refused.sentence(),
            Self::LookedAt => "the owner map was looked at this morning",
            Self::LookedToday => "the owner map was looked at this morning already",
        }
    }
}

/// The record a change makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// An alert.
    Alert(Box<Alert>),
    /// A report.
    Report(Box<IntakeReport>),
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
        reason: reason.sentence().to_owned(),
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
    };
    Entry::new(effect, class, now)
}
