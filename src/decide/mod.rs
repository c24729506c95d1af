//! F1: (now, snapshot, input) -> decision. Pure: every rule of the house that needs judgement
//! stands here, and each decision carries its reason.

mod escalate;
mod problem;
mod report;
mod reroute;
#[cfg(test)]
mod tests;
mod told;
mod triage;

use jiff::Timestamp;

use crate::domain::{
    Alert, AlertId, AuditEntry, Card, Cause, Class, Decided, Effect, Entry, EscalationStep,
    Example, Finding, FindingState, Floor, InputId, IntakeReport, Lane, OwnerMap, WakeKind,
};

pub use escalate::{answered, due};
pub use report::{record_trouble, report_id};
pub use reroute::reroute;
pub use told::told_at;
pub use triage::{Seen, compare, triage};

/// Anything that comes through the one door.
#[derive(Debug, Clone)]
pub enum Input {
    /// A source said something.
    Finding(Box<Finding>),
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
    /// A date has come.
    Due {
        /// The card it is about.
        card: Box<Card>,
        /// What is to be looked at.
        what: WakeKind,
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
    /// A problem that the policy does not ask to tell: recorded.
    NewBelowNotify(By),
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
    /// It came back, and the policy does not ask to tell it: recorded.
    ReopenedBelowNotify(By),
    /// Its channel can't be posted to: the CCoE's stands in.
    Rerouted,
    /// The channel is no longer one of the alert's, or there is nowhere else to go.
    NothingToReroute,
    /// Nobody answered: it is passed on.
    Escalated(EscalationStep),
    /// It is over, somebody answered, or it was passed on already.
    NothingDue,
    /// Trouble with an input or a message was written down.
    Reported,
}

impl Reason {
    /// One word for the audit entry and for counting.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::NewInBaseline => "new_in_baseline",
            Self::NewBelowNotify(_) => "new_below_notify",
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
            Self::ReopenedBelowNotify(_) => "reopened_below_notify",
            Self::Rerouted => "rerouted",
            Self::NothingToReroute => "nothing_to_reroute",
            Self::Escalated(EscalationStep::CompanyLead) => "escalated_to_company_lead",
            Self::Escalated(EscalationStep::Ccoe) => "escalated_to_ccoe",
            Self::NothingDue => "nothing_due",
            Self::Reported => "reported",
        }
    }

    /// A sentence for logs and auditors.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::New => "a problem that was not known",
            Self::NewInBaseline => "a problem in an account in baseline: recorded without a card",
            Self::NewBelowNotify(_) => {
                "the policy tells only what is worse: recorded without a card"
            }
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
            Self::ReopenedBelowNotify(_) => {
                "it came back, and the policy tells only what is worse: recorded without a card"
            }
            Self::Rerouted => "its channel can't be posted to: the CCoE's stands in",
            Self::NothingToReroute => "there is no other channel to go to",
            Self::Escalated(EscalationStep::CompanyLead) => {
                "nobody answered in time: the company's security leads are called"
            }
            Self::Escalated(EscalationStep::Ccoe) => {
                "nobody answered in time: the CCoE is told as well"
            }
            Self::NothingDue => "over, answered, or passed on already",
            Self::Reported => "written into the day's intake report",
        }
    }

    /// The rule of the policy that decided, if one did.
    pub const fn by(&self) -> Option<&By> {
        match self {
            Self::NewBelowNotify(by) | Self::ReopenedBelowNotify(by) => Some(by),
            Self::New
            | Self::NewInBaseline
            | Self::Unchanged
            | Self::Advanced
            | Self::Late
            | Self::NeverOpen
            | Self::Undetermined
            | Self::Changed
            | Self::SeverityUp
            | Self::StillOpen
            | Self::AnotherCopy
            | Self::Resolved(_)
            | Self::AlreadyClear
            | Self::Reopened
            | Self::ReopenedInBaseline
            | Self::Rerouted
            | Self::NothingToReroute
            | Self::Escalated(_)
            | Self::NothingDue
            | Self::Reported => None,
        }
    }

    /// The sentence, with the floor and the rule of the policy where one decided.
    pub fn whole(&self) -> String {
        let sentence = self.sentence();
        self.by().map_or_else(|| sentence.to_owned(), |by| format!("{sentence} ({by})"))
    }
}

/// The floor and the rule of the policy that decided something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    floor: Floor,
    rule: Option<String>,
}

impl By {
    fn of<T>(decided: &Decided<'_, T>) -> Self {
        Self { floor: decided.floor, rule: decided.rule.map(str::to_owned) }
    }
}

impl std::fmt::Display for By {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let floor = self.floor.short();
        match &self.rule {
            Some(rule) => write!(f, "policy {floor}, rule {rule}"),
            None => write!(f, "policy {floor}, built in"),
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
