//! One element as one line of JSON, for `monban parse`.

use serde_json::json;

use super::Parsed;
use crate::domain::{Compliance, Workflow};

/// One line, without the line break. Which of the four it is shows in its first key.
pub fn json_line(parsed: &Parsed) -> String {
    let value = match parsed {
        Parsed::Finding(finding) => json!({
            "identity": finding.identity.as_str(),
            "alert": finding.alert_key().id().as_str(),
            "fingerprint": finding.fingerprint().as_str(),
            "source": finding.source.as_str(),
            "account": finding.account.as_str(),
            "region": finding.region.as_str(),
            "severity": finding.severity.as_str(),
            "control": finding.control,
            "resource": finding.resource.id,
            "compliance": finding.compliance.map(Compliance::as_str),
            "record_state": finding.record_state.as_str(),
            "workflow": finding.workflow.map(Workflow::as_str),
            "title": finding.title,
            "sample": finding.sample,
        }),
        Parsed::Event(event) => json!({ "account_event": event }),
        Parsed::Unknown(unknown) => json!({"unknown": {
            "source": unknown.source,
            "detail_type": unknown.detail_type,
            "account": unknown.account,
        }}),
        Parsed::Unreadable(bad) => json!({"error": bad.reason, "index": bad.index}),
    };
    value.to_string()
}
