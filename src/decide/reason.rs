//! Why a decision came out as it did.

use super::assign::AssignRefused;
use crate::domain::{Cause, Decided, EscalationStep, Floor, Refusal};

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
    /// Somebody takes care of it.
    Acknowledged,
    /// Somebody said who works on it.
    Given,
    /// Somebody said how to be spoken to.
    Preferred,
    /// A person may not, or it can't be.
    Refused(Refusal),
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
            Self::Acknowledged => "acknowledged",
            Self::Given => "given",
            Self::Preferred => "preferred",
            Self::Refused(_) => "refused",
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
            Self::Acknowledged => "a person who answers for the account takes care of it",
            Self::Given => "a person who answers for the account said who works on it",
            Self::Preferred => "a person said how to be spoken to",
            Self::Refused(refusal) => refusal.as_str(),
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
            | Self::Reported
            | Self::Acknowledged
            | Self::Given
            | Self::Preferred
            | Self::Refused(_)
            | Self::AccountNoted
            | Self::AccountAsBefore
            | Self::AccountEvent
            | Self::Assigned
            | Self::AlreadyAssigned
            | Self::NotAssigned(_)
            | Self::LookedAt
            | Self::LookedToday => None,
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
    pub(super) fn of<T>(decided: &Decided<'_, T>) -> Self {
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
