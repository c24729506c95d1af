//! A finding: what a source said about a resource, in one model for every source.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, AlertId, AlertKey, Fingerprint, Identity, Region, Severity, digest};

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// Security Hub through EventBridge.
    #[serde(rename = "aws.securityhub")]
    SecurityHub,
    /// GuardDuty through EventBridge.
    #[serde(rename = "aws.guardduty")]
    GuardDuty,
    /// ASFF that a scanner wrote, without an envelope.
    #[serde(rename = "asff")]
    Asff,
}

impl Source {
    /// The word used in logs, in `monban parse` and in the identity.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecurityHub => "aws.securityhub",
            Self::GuardDuty => "aws.guardduty",
            Self::Asff => "asff",
        }
    }
}

/// ASFF `Compliance.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Compliance {
    /// The check passed.
    Passed,
    /// Something could not be checked whole; treated as a problem.
    Warning,
    /// The check failed.
    Failed,
    /// The check gave no answer, for example since the resource is gone.
    NotAvailable,
}

impl Compliance {
    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Warning => "WARNING",
            Self::Failed => "FAILED",
            Self::NotAvailable => "NOT_AVAILABLE",
        }
    }
}

/// ASFF `RecordState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordState {
    /// The source still stands by the finding.
    Active,
    /// The source has put it away.
    Archived,
}

impl RecordState {
    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Archived => "ARCHIVED",
        }
    }
}

/// ASFF `Workflow.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Workflow {
    /// 新規
    New,
    /// 通知済み
    Notified,
    /// 抑制
    Suppressed,
    /// 解決済み
    Resolved,
}

impl Workflow {
    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Notified => "NOTIFIED",
            Self::Suppressed => "SUPPRESSED",
            Self::Resolved => "RESOLVED",
        }
    }
}

/// What the finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// The source's word for the kind, such as `AwsS3Bucket`.
    pub kind: String,
    /// ARN or id, as the source writes it.
    pub id: String,
}

/// One immutable statement by a source about a resource at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Who spoke.
    pub source: Source,
    /// The product behind the source, such as `Security Hub`, `GuardDuty`, `Prowler`.
    pub product: String,
    /// Names the finding across its updates.
    pub identity: Identity,
    /// The source's own id, for links and for people.
    pub native_id: String,
    /// The account the problem is in (never the envelope's).
    pub account: AccountId,
    /// The Region the problem is in.
    pub region: Region,
    /// Our level.
    pub severity: Severity,
    /// Control id (`EC2.19`) or finding type (`Recon:EC2/Portscan`).
    pub control: String,
    /// The first resource; the problem is keyed on it.
    pub resource: Resource,
    /// The first resource's tags, as the source tells them: anybody who may tag wrote them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Ids of the further resources, in the source's order.
    pub more_resources: Vec<String>,
    /// Absent where the source checks no rule (GuardDuty).
    pub compliance: Option<Compliance>,
    /// `Compliance.StatusReasons[].ReasonCode`, sorted.
    pub compliance_reasons: Vec<String>,
    /// Active or archived.
    pub record_state: RecordState,
    /// Absent where the source has no workflow (GuardDuty).
    pub workflow: Option<Workflow>,
    /// The source's title, English.
    pub title: String,
    /// The source's description, English; may be empty.
    pub description: String,
    /// Page that tells how to mend it, if the source names one (http or https only).
    pub fix_url: Option<String>,
    /// When the source says it last changed the finding.
    pub provider_time: Option<Timestamp>,
    /// When the envelope was emitted; orders changes that share a provider time.
    pub envelope_time: Option<Timestamp>,
    /// How often the source has seen it (GuardDuty), 1 where it does not count.
    pub count: u64,
    /// A sample that somebody generated: shown as such, never acted on.
    pub sample: bool,
}

/// What a finding says about its resource now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something is wrong.
    Problem,
    /// The check passes.
    Passed,
    /// The source archived it.
    Archived,
    /// The resource is gone, or the check no longer applies to it.
    NotApplicable,
    /// Somebody set the workflow to SUPPRESSED at the source.
    Suppressed,
    /// Somebody set the workflow to RESOLVED on a finding that no check can confirm.
    ResolvedAtSource,
    /// The source could not tell; neither opens nor closes anything.
    Undetermined,
}

impl Finding {
    /// What the state amounts to. A failing check stays a problem when a person marks it
    /// RESOLVED: only the check itself can say that it is mended.
    pub fn verdict(&self) -> Verdict {
        if self.record_state == RecordState::Archived {
            return Verdict::Archived;
        }
        if self.compliance == Some(Compliance::Passed) {
            return Verdict::Passed;
        }
        if self.workflow == Some(Workflow::Suppressed) {
            return Verdict::Suppressed;
        }
        match self.compliance {
            Some(Compliance::Failed | Compliance::Warning) => Verdict::Problem,
            Some(Compliance::NotAvailable) if self.gone() => Verdict::NotApplicable,
            Some(Compliance::NotAvailable) => Verdict::Undetermined,
            Some(Compliance::Passed) => Verdict::Passed,
            None if self.workflow == Some(Workflow::Resolved) => Verdict::ResolvedAtSource,
            None => Verdict::Problem,
        }
    }

    fn gone(&self) -> bool {
        self.compliance_reasons.iter().any(|code| code == "CONFIG_RETURNS_NOT_APPLICABLE")
    }

    /// The hash of what people act on. Times and texts are left out: sources rewrite both while
    /// nothing has changed.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut parts = vec![
            self.record_state.as_str().to_owned(),
            self.workflow.map_or("-", Workflow::as_str).to_owned(),
            self.compliance.map_or("-", Compliance::as_str).to_owned(),
            self.severity.as_str().to_owned(),
            self.count_bucket().to_string(),
            self.resource.id.clone(),
        ];
        if self.compliance == Some(Compliance::NotAvailable) {
            parts.push(self.compliance_reasons.join(","));
        }
        let mut more: Vec<&String> = self.more_resources.iter().collect();
        more.sort();
        parts.extend(more.into_iter().cloned());
        Fingerprint::new(digest(&parts).as_str())
    }

    /// 1, 10, 100: a count matters to people by its magnitude.
    pub const fn count_bucket(&self) -> u64 {
        match self.count {
            0..=9 => 1,
            10..=99 => 10,
            _ => 100,
        }
    }

    /// The problem this finding speaks of.
    pub fn alert_key(&self) -> AlertKey {
        AlertKey {
            account: self.account.clone(),
            region: self.region.clone(),
            control: self.control.clone(),
            resource: self.resource.id.clone(),
            sample: self.sample,
        }
    }

    /// Where this statement stands in time: the provider's time, then the envelope's.
    pub const fn order(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.provider_time, self.envelope_time)
    }
}

/// The small item kept for every identity ever seen, PASSED ones too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingState {
    /// Whose state this is.
    pub identity: Identity,
    /// What it was when last taken.
    pub fingerprint: Fingerprint,
    /// The provider's time of that statement.
    pub provider_time: Option<Timestamp>,
    /// The envelope's time of that statement.
    pub envelope_time: Option<Timestamp>,
    /// The alert that holds this identity, once there is one.
    pub alert: Option<AlertId>,
    /// True while the identity is a problem: such a state never expires.
    pub open: bool,
    /// Counts the writes; every write is conditional on it. 0 means "not stored yet".
    pub revision: u64,
}

/// An event that is readable but of no kind we know: told and kept, never dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unknown {
    /// The envelope's source, or what can be said of it.
    pub source: Option<String>,
    /// The envelope's detail-type.
    pub detail_type: Option<String>,
    /// The account named, if any.
    pub account: Option<String>,
}
