//! What a list says of an open alert.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Alert, AlertId, Lane, Region, Severity, Told};

/// An open alert in a few words, for lists and counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// The alert.
    pub alert: AlertId,
    /// The account the problem is in.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// Control id or finding type.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// The greatest level among its open members.
    pub severity: Severity,
    /// The source's title, English.
    pub title: String,
    /// Whether people have been told.
    pub told: Told,
    /// When we first saw the problem.
    pub first_seen: Timestamp,
    /// When something that people act on last changed.
    pub last_changed: Timestamp,
    /// Who has seen it and takes care of it, as colleagues write the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<String>,
    /// Who works on it, as colleagues write the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Which episode is open; 1 for the first.
    pub episode: u32,
    /// A generated sample.
    pub sample: bool,
    /// Where it is told.
    pub lanes: Vec<Lane>,
}

impl Brief {
    /// Its place among the open alerts of its account, as text that sorts: most severe first, then
    /// oldest.
    pub fn place(&self) -> String {
        let behind = Severity::Critical as u8 - self.severity as u8;
        let micros = self.first_seen.as_microsecond().max(0);
        format!("{behind}#{micros:020}#{}", self.alert)
    }
}

impl Alert {
    /// The alert in a few words.
    pub fn brief(&self) -> Brief {
        Brief {
            alert: self.id.clone(),
            account: self.key.account.clone(),
            region: self.key.region.clone(),
            control: self.key.control.clone(),
            resource: self.key.resource.clone(),
            severity: self.severity,
            title: self.title.clone(),
            told: self.told,
            first_seen: self.first_seen,
            last_changed: self.last_changed,
            acknowledged: self.acknowledged.as_ref().map(|given| given.name.clone()),
            assignee: self.assignee.as_ref().map(|assignee| assignee.name.clone()),
            episode: self.episode,
            sample: self.key.sample,
            lanes: self.receivers.iter().map(|one| one.lane.clone()).collect(),
        }
    }
}
