//! How one person wants to read what is for that person alone.

use serde::{Deserialize, Serialize};

use super::{AuditHash, Depth, Lang, Person};

/// A person's own wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Who.
    pub who: Person,
    /// Counts the commits.
    pub version: u64,
    /// In which language; without it, the chat service's setting for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// How much; without it, as the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<Depth>,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

impl Viewer {
    /// Somebody who never wished anything.
    pub const fn new(who: Person) -> Self {
        Self { who, version: 0, lang: None, depth: None, audit_head: None }
    }

    /// The record's name.
    pub fn id(who: &Person) -> String {
        format!("viewer-{}/{}", who.team, who.user)
    }
}
