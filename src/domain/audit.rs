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

#[cfg(test)]
mod tests {
    use super::{AuditEntry, InputId};

    fn first() -> AuditEntry {
        AuditEntry {
            aggregate: "a-1".into(),
            version: 1,
            at: "2026-11-02T01:00:00Z".parse().unwrap(),
            actor: "aws.securityhub".into(),
            action: "new".into(),
            reason: "a problem that was not known".into(),
            input: InputId::new("finding/1"),
            previous: None,
        }
    }

    #[test]
    fn any_change_breaks_the_chain() {
        let second = AuditEntry { version: 2, previous: Some(first().hash()), ..first() };
        let changes: [fn(&mut AuditEntry); 7] = [
            |entry| entry.aggregate.push('x'),
            |entry| entry.version += 1,
            |entry| entry.at += std::time::Duration::from_micros(1),
            |entry| entry.actor.push(' '),
            |entry| entry.action.clear(),
            |entry| entry.reason = entry.reason.replace("not ", ""),
            |entry| entry.input = InputId::new("finding/2"),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut forged = first();
            change(&mut forged);
            assert_ne!(forged.hash(), first().hash(), "field {number}");
            // What follows names the true hash, so the forged one does not fit under it.
            assert_ne!(Some(forged.hash()), second.previous, "field {number}");
        }
        assert_eq!(Some(first().hash()), second.previous);
        let unchained = AuditEntry { previous: None, ..second.clone() };
        assert_ne!(unchained.hash(), second.hash(), "the hash covers the one before");
        let text = serde_json::to_string(&second).unwrap();
        let read: AuditEntry = serde_json::from_str(&text).unwrap();
        assert_eq!(read.hash(), second.hash(), "kept as JSON it stays the same");
    }
}
