//! An alert: our record of one problem and its life.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AccountId, AlertId, AuditHash, Environment, EscalationStep, Fingerprint, Identity, Person,
    Receiver, Region, Resource, Severity, Source, Workflow, digest,
};

/// How many past episodes an alert remembers; older ones are only counted.
pub const HISTORY_KEPT: usize = 10;

/// What makes two findings speak of one problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertKey {
    /// The account the problem is in.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// Control id or finding type.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// Samples never touch the record of a real problem.
    pub sample: bool,
}

impl AlertKey {
    /// The alert's id: a hash, the same on every replica.
    pub fn id(&self) -> AlertId {
        let sample = if self.sample { "sample" } else { "" };
        let parts = [
            self.account.as_str(),
            self.region.as_str(),
            self.control.as_str(),
            self.resource.as_str(),
            sample,
        ];
        AlertId::new(format!("a-{}", digest(&parts)))
    }
}

/// Why an episode ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The check passes.
    Passed,
    /// The source archived the finding.
    Archived,
    /// The resource is gone, or the check no longer applies.
    NotApplicable,
    /// Somebody suppressed it at the source.
    Suppressed,
    /// Somebody resolved it at the source.
    ResolvedAtSource,
}

/// Open or resolved, with what belongs to each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Lifecycle {
    /// The problem stands.
    Open {
        /// Since when, by our clock.
        since: Timestamp,
    },
    /// The problem is over.
    Resolved {
        /// When this episode began.
        since: Timestamp,
        /// When it ended.
        at: Timestamp,
        /// Why.
        cause: Cause,
    },
}

/// A past episode of a re-opened alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// 1 for the first.
    pub number: u32,
    /// When it began.
    pub since: Timestamp,
    /// When it ended.
    pub at: Timestamp,
    /// Why it ended.
    pub cause: Cause,
}

/// What one identity says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// It is a problem.
    Open,
    /// It is not, and why.
    Cleared(Cause),
}

/// One identity of the alert: the copy of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who speaks.
    pub source: Source,
    /// The product behind it.
    pub product: String,
    /// The source's own id, for links.
    pub native_id: String,
    /// Its level.
    pub severity: Severity,
    /// Its workflow status at the source.
    pub workflow: Option<Workflow>,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Problem or cleared.
    pub state: MemberState,
    /// Magnitude of the source's own count (1, 10, 100).
    pub count_bucket: u64,
}

/// Who answers for the account, as the owner map said when the alert last changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// The company's name; absent for an account without owner.
    pub company: Option<String>,
    /// The account's name; absent for an account without owner.
    pub account_name: Option<String>,
    /// prod or dev; absent for an account without owner.
    pub environment: Option<Environment>,
    /// The revision of the owner map that said so.
    pub map_revision: u64,
}

/// Whether people have been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A card exists or is on its way.
    Yes,
    /// Recorded without a card since the account was in baseline.
    HeldBaseline,
    /// Recorded without a card since the policy asks to tell only what is worse.
    BelowNotify,
}

/// Somebody's word on an alert: who gave it, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Who.
    pub by: Person,
    /// As colleagues write it.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// Who works on an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Who.
    pub who: Person,
    /// As colleagues write it.
    pub name: String,
    /// Who said so.
    pub given: Given,
}

/// Our record of one problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Derived from the key.
    pub id: AlertId,
    /// What it is about.
    pub key: AlertKey,
    /// Counts the commits; the next one is conditional on it.
    pub version: u64,
    /// Open or resolved.
    pub lifecycle: Lifecycle,
    /// 1 for the first episode.
    pub episode: u32,
    /// Past episodes, latest last, at most [`HISTORY_KEPT`].
    pub history: Vec<Episode>,
    /// The greatest level among its open members; the last known one once resolved.
    pub severity: Severity,
    /// The source's title, English.
    pub title: String,
    /// The source's description, English.
    pub description: String,
    /// The resource.
    pub resource: Resource,
    /// How many further resources the latest finding names.
    pub more_resources: usize,
    /// The resource's tags, as the latest finding names them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Page that tells how to mend it.
    pub fix_url: Option<String>,
    /// When we first saw the problem (sources reset their own times).
    pub first_seen: Timestamp,
    /// When something that people act on last changed.
    pub last_changed: Timestamp,
    /// The identities it holds.
    pub members: BTreeMap<Identity, Member>,
    /// Who answers for it.
    pub ownership: Ownership,
    /// Where it is told.
    pub receivers: Vec<Receiver>,
    /// Whether it was told.
    pub told: Told,
    /// Who has seen this episode and takes care of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Given>,
    /// Who works on this episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// How far this episode was passed on since nobody answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<EscalationStep>,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

impl Alert {
    /// True while any member is a problem.
    pub const fn is_open(&self) -> bool {
        match self.lifecycle {
            Lifecycle::Open { .. } => true,
            Lifecycle::Resolved { .. } => false,
        }
    }

    /// True for a generated sample.
    pub const fn is_sample(&self) -> bool {
        self.key.sample
    }

    /// The members that still are a problem.
    pub fn open_members(&self) -> impl Iterator<Item = &Member> {
        self.members.values().filter(|member| member.state == MemberState::Open)
    }
}
