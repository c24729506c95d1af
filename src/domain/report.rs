//! The day's intake report: what could not be read or understood, for a person to see.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AuditHash, EntryId, Receiver, ReportId, Unknown};

/// What went wrong with an input, or with telling of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Bytes that could not be read.
    Unreadable {
        /// Why, in English, from the parser.
        reason: String,
    },
    /// Readable, but of no kind we know.
    NotUnderstood(Unknown),
    /// A message that Slack refuses for good.
    Undelivered {
        /// The outbox entry that died.
        entry: EntryId,
        /// Slack's word.
        reason: String,
    },
}

/// One example, so that a person can find the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// When.
    pub at: Timestamp,
    /// What went wrong.
    pub trouble: Trouble,
    /// How many elements of the same input it stands for.
    pub count: u64,
    /// Id of the raw bytes in quarantine, where there are some.
    pub quarantine: Option<String>,
}

/// One day's report: one card in the CCoE's channel, updated in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeReport {
    /// `report-YYYY-MM-DD` in the CCoE's time zone.
    pub id: ReportId,
    /// Counts the commits.
    pub version: u64,
    /// Unreadable inputs.
    pub unreadable: u64,
    /// Not understood, by `source / detail-type`; the tail is summed under an empty key.
    pub not_understood: BTreeMap<String, u64>,
    /// Messages that Slack refused for good.
    pub undelivered: u64,
    /// The latest examples, newest last, at most [`IntakeReport::EXAMPLES`].
    pub examples: Vec<Example>,
    /// When the first of the day came.
    pub first: Timestamp,
    /// When the latest came.
    pub last: Timestamp,
    /// The CCoE's channel.
    pub receiver: Receiver,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

impl IntakeReport {
    /// How many examples a report shows.
    pub const EXAMPLES: usize = 5;
    /// How many kinds it tells apart.
    pub const KINDS: usize = 20;

    /// An empty report.
    pub fn new(id: ReportId, receiver: Receiver, now: Timestamp) -> Self {
        Self {
            id,
            version: 0,
            unreadable: 0,
            not_understood: BTreeMap::new(),
            undelivered: 0,
            examples: Vec::new(),
            first: now,
            last: now,
            receiver,
            audit_head: None,
        }
    }

    /// Counts what the example stands for.
    pub fn add(&mut self, example: Example) {
        match &example.trouble {
            Trouble::Unreadable { .. } => self.unreadable += example.count,
            Trouble::Undelivered { .. } => self.undelivered += example.count,
            Trouble::NotUnderstood(unknown) => {
                let kind = format!(
                    "{} / {}",
                    unknown.source.as_deref().unwrap_or("?"),
                    unknown.detail_type.as_deref().unwrap_or("?")
                );
                let full = self.not_understood.len() >= Self::KINDS;
                let key = if full && !self.not_understood.contains_key(&kind) {
                    String::new()
                } else {
                    kind
                };
                *self.not_understood.entry(key).or_default() += example.count;
            }
        }
        self.last = example.at;
        self.examples.push(example);
        if self.examples.len() > Self::EXAMPLES {
            self.examples.remove(0);
        }
    }
}
