//! A record of the Web API calls, so that a test can show that there was no other.

use std::collections::{BTreeMap, VecDeque};
use std::time::SystemTime;

use serde_json::{Value, json};

const KEPT: usize = 200;

/// One call and how it ended.
#[derive(Debug, Clone)]
pub(super) struct CallRecord {
    pub(super) method: String,
    pub(super) team: Option<String>,
    pub(super) channel: Option<String>,
    /// Slack's error code, or the fault that ate the call or its answer.
    pub(super) error: Option<String>,
    pub(super) at: SystemTime,
}

/// Counts of all calls, and the last of them.
#[derive(Debug, Default)]
pub(super) struct CallLog {
    counts: BTreeMap<String, BTreeMap<String, u64>>,
    last: VecDeque<CallRecord>,
}

impl CallLog {
    pub(super) fn add(&mut self, record: CallRecord) {
        let outcome = record.error.clone().unwrap_or_else(|| "ok".into());
        let counts = self.counts.entry(record.method.clone()).or_default();
        *counts.entry(outcome).or_default() += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(record);
    }

    pub(super) fn list(&self) -> Value {
        let call = |call: &CallRecord| {
            json!({
                "method": call.method,
                "team": call.team,
                "channel": call.channel,
                "ok": call.error.is_none(),
                "error": call.error,
                "at": moment(call.at),
            })
        };
        json!({"counts": self.counts, "calls": self.last.iter().map(call).collect::<Vec<_>>()})
    }
}

/// A moment as RFC 3339 in UTC; one outside the calendar is null.
pub(super) fn moment(at: SystemTime) -> Value {
    jiff::Timestamp::try_from(at).map_or(Value::Null, |at| at.to_string().into())
}
