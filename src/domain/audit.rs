//! The record an auditor can verify: one entry per version of an aggregate, chained by hash.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{InputId, digest};

/// Hash of an audit entry and of everything before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuditHash(String);

impl AuditHash {
    /// The hexadecimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who changed what, when, from which input, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The aggregate's id.
    pub aggregate: String,
    /// The version this entry made.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who: a source, a person, or the bot itself.
    pub actor: String,
    /// What happened, as one word of the decision.
    pub action: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The input that asked for it.
    pub input: InputId,
    /// Hash of the aggregate's previous entry.
    pub previous: Option<AuditHash>,
}

impl AuditEntry {
    /// Hash over every field and the previous hash: a changed byte breaks the chain after it.
    pub fn hash(&self) -> AuditHash {
        let version = self.version.to_string();
        let at = self.at.to_string();
        let parts = [
            self.aggregate.as_str(),
            version.as_str(),
            at.as_str(),
            self.actor.as_str(),
            self.action.as_str(),
            self.reason.as_str(),
            self.input.as_str(),
            self.previous.as_ref().map_or("", AuditHash::as_str),
        ];
        AuditHash(digest(&parts).as_str().to_owned())
    }
}
