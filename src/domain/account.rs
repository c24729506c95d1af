//! What is known of an account beside the owner map, and what AWS says happened to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, AuditHash, CompanyId, Person, Receiver, Stage};

/// Whether the account is still the group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStanding {
    /// It is.
    Active,
    /// It was closed.
    Closed,
    /// It left the organization.
    Left,
}

/// An organizational unit as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// `ou-...`, or `r-...` for the root.
    pub id: String,
    /// Its name, where the event says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How an account came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appeared {
    /// Control Tower made or enrolled it.
    Managed,
    /// Control Tower brought it up to date, which is also how a retried creation ends.
    Updated,
    /// Organizations made it.
    Created,
    /// It joined the organization.
    Joined,
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Happened {
    /// It is there.
    Appeared {
        /// How.
        how: Appeared,
        /// The unit it is in, where the event says it.
        unit: Option<Unit>,
    },
    /// It was moved to another unit.
    Moved {
        /// The unit it was in.
        from: String,
        /// The unit it is in.
        to: String,
    },
    /// It was closed.
    Closed,
    /// It left the organization.
    Left {
        /// How, in AWS's word.
        how: Option<String>,
    },
    /// Something that AWS could not do.
    Failed {
        /// The event, such as `CreateManagedAccount`.
        event: String,
        /// Why, in AWS's words.
        reason: Option<String>,
    },
}

impl Happened {
    /// One word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Appeared { .. } => "appeared",
            Self::Moved { .. } => "moved",
            Self::Closed => "closed",
            Self::Left { .. } => "left",
            Self::Failed { .. } => "failed",
        }
    }
}

/// Something that happened to an account, as AWS told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEvent {
    /// The source's own id of the event.
    pub id: String,
    /// Who says so, such as `aws.controltower`.
    pub source: String,
    /// The account.
    pub account: AccountId,
    /// Its name, where the event says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub happened: Happened,
}

/// What the owner map said of the account when its cards were last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The company that answers; none: nobody does.
    pub company: Option<CompanyId>,
    /// Its effective stage.
    pub stage: Stage,
    /// Where its summary stands, or would stand.
    pub receiver: Receiver,
    /// The revision of the map that said so.
    pub map_revision: u64,
    /// Since when it is so.
    pub since: Timestamp,
}

impl Noted {
    /// Whether the map says the same as before; the revision and the time do not count.
    pub fn same(&self, other: &Self) -> bool {
        self.company == other.company
            && self.stage == other.stage
            && self.receiver == other.receiver
    }
}

/// Who gave the account to a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// The company.
    pub company: CompanyId,
    /// Who; none: the event of AWS that said whose unit it is in.
    pub by: Option<Person>,
    /// As colleagues write it, or the event's source.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// What is known of an account beside the owner map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account.
    pub account: AccountId,
    /// Counts the commits.
    pub version: u64,
    /// The name as AWS says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The unit it is in, as AWS said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Whether it is still the group's.
    pub standing: AccountStanding,
    /// What happened to it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<AccountEvent>,
    /// Who gave it to its company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
    /// What the owner map said when its cards were last looked at.
    pub noted: Noted,
    /// Where cards of it stand, or are on their way.
    pub cards: Vec<Receiver>,
    /// When we first heard of it.
    pub first_seen: Timestamp,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

impl AccountRecord {
    /// A record of an account that nothing is known of yet.
    pub const fn new(account: AccountId, noted: Noted, now: Timestamp) -> Self {
        Self {
            account,
            version: 0,
            name: None,
            unit: None,
            standing: AccountStanding::Active,
            event: None,
            assigned: None,
            noted,
            cards: Vec::new(),
            first_seen: now,
            audit_head: None,
        }
    }
}
