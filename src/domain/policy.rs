//! Policy, in two floors: what must be told, excepted, mended, passed on, and what may wait.
//!
//! The group's floor (1F) is the baseline; what a company adds on its own (2F) may tighten it and
//! never weaken it. A floor is an ordered list of rules. Each value is looked for by itself: the
//! first rule of the floor that matches the problem and says the value counts. Where 1F says
//! nothing, the built-in values count ([`BuiltIn`]).
//!
//! That 2F never weakens is held twice: [`weakenings`] finds what can be known when the map is
//! read, and [`effective`] never yields less than 1F, whatever is stored.

mod effective;
#[cfg(test)]
mod tests;
mod wait;
mod weaker;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Matcher, Severity};

pub use effective::{Decided, Effective, effective};
pub use wait::Wait;
pub use weaker::{Weakening, weakenings};

/// One rule of a floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Unique in its list: a-z, 0-9 and `-`.
    pub name: String,
    /// All of them must hold; none: it matches everything.
    #[serde(rename = "match")]
    pub matchers: Vec<Matcher>,
    /// The least severity that is told.
    #[serde(default, with = "word", skip_serializing_if = "Option::is_none")]
    pub notify: Option<Severity>,
    /// What holds for exceptions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionRule>,
    /// What holds for remediation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<RemediationRule>,
    /// When it is passed on if nobody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<EscalationRule>,
    /// Whether what is not critical may wait for business hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_outside_hours: Option<bool>,
}

/// What a rule says of exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRule {
    /// Whether there may be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
    /// How many days it may last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_days: Option<u16>,
    /// Who must approve it: each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvers: Option<BTreeSet<Approver>>,
}

/// What a rule says of remediation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemediationRule {
    /// The modes that may be chosen. [`Mode::Notify`] always may: it runs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modes: Option<BTreeSet<Mode>>,
    /// The mode that is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Mode>,
    /// The runbooks that may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbooks: Option<BTreeSet<String>>,
}

/// What a rule says of passing on. Each time counts from the step before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationRule {
    /// From being told until the company's security leads are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_lead_after: Option<Wait>,
    /// From then on (or from being told, where no lead is called) until the CCoE is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccoe_after: Option<Wait>,
}

/// To whom a problem is passed on that nobody answers, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationStep {
    /// The company's security leads are called.
    CompanyLead,
    /// The CCoE is told as well.
    Ccoe,
}

impl EscalationStep {
    /// The word in keys and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CompanyLead => "company_lead",
            Self::Ccoe => "ccoe",
        }
    }
}

/// A step to come, as it was decided when the problem was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Escalation {
    /// Which step.
    pub step: EscalationStep,
    /// How long after it the CCoE is told, where this step is not that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccoe_after: Option<Wait>,
    /// When the CCoE is told at the latest, where a company's own step comes before 1F's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccoe_by: Option<Timestamp>,
    /// Whether the steps may wait for business hours, unless it is critical by then.
    #[serde(default)]
    pub may_wait: bool,
}

/// Who must approve an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approver {
    /// A security lead of the company.
    SecurityLead,
    /// Somebody of the CCoE.
    Ccoe,
}

impl Approver {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::SecurityLead, Self::Ccoe];

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecurityLead => "security-lead",
            Self::Ccoe => "ccoe",
        }
    }
}

/// How far a remediation goes by itself. Ordered: the least automatic is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The problem is told and nothing else.
    Notify,
    /// What would be run is told; nothing runs.
    Shadow,
    /// It runs when two people have approved it.
    AskBoth,
    /// It runs when one person has approved it.
    Ask,
    /// It runs by itself.
    Automatic,
}

impl Mode {
    /// All of them, the least automatic first.
    pub const ALL: [Self; 5] =
        [Self::Notify, Self::Shadow, Self::AskBoth, Self::Ask, Self::Automatic];

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Shadow => "shadow",
            Self::AskBoth => "ask-both",
            Self::Ask => "ask",
            Self::Automatic => "automatic",
        }
    }
}

/// What counts where no rule of 1F says anything: everything is told at once, nothing is passed
/// on, a security lead may approve an exception of up to 90 days, and nothing is run.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn;

impl BuiltIn {
    /// Everything is told.
    pub const NOTIFY: Severity = Severity::Informational;
    /// There may be exceptions.
    pub const ALLOWED: bool = true;
    /// Of so many days.
    pub const MAX_DAYS: u16 = 90;
    /// Approved by a security lead.
    pub const APPROVER: Approver = Approver::SecurityLead;
    /// Nothing runs.
    pub const MODE: Mode = Mode::Notify;
    /// Nobody is called.
    pub const AFTER: Option<Wait> = None;
    /// Nothing waits for business hours.
    pub const DELAY: bool = false;
}

impl Rule {
    fn allowed(&self) -> Option<bool> {
        self.exception.as_ref()?.allowed
    }

    fn max_days(&self) -> Option<u16> {
        self.exception.as_ref()?.max_days
    }

    fn approvers(&self) -> Option<&BTreeSet<Approver>> {
        self.exception.as_ref()?.approvers.as_ref()
    }

    fn modes(&self) -> Option<&BTreeSet<Mode>> {
        self.remediation.as_ref()?.modes.as_ref()
    }

    fn mode(&self) -> Option<Mode> {
        self.remediation.as_ref()?.default
    }

    fn runbooks(&self) -> Option<&BTreeSet<String>> {
        self.remediation.as_ref()?.runbooks.as_ref()
    }

    fn company_lead_after(&self) -> Option<Wait> {
        self.escalate.as_ref()?.company_lead_after
    }

    fn ccoe_after(&self) -> Option<Wait> {
        self.escalate.as_ref()?.ccoe_after
    }
}

/// A severity as files write it, in small letters.
mod word {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::domain::Severity;

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks with a reference"
    )]
    pub fn serialize<S: Serializer>(
        value: &Option<Severity>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(|one| one.as_str().to_lowercase()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Severity>, D::Error> {
        let Some(word) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let read = Severity::from_label(&word);
        read.map(Some).ok_or_else(|| D::Error::custom(format!("severity {word}")))
    }
}
