//! Grouping by identity, and the line for `monban parse`.

use serde_json::{Value, json};

use super::{ASFF_LINES, CONSOLIDATED, HEALTH, asff_with, one};
use crate::domain::{Compliance, Finding, Severity};
use crate::intake::{Parsed, group, json_line, parse};

fn at(updated: &str, status: &str, severity: &str) -> Finding {
    one(&asff_with(&json!({
        "UpdatedAt": updated,
        "Compliance": {"Status": status},
        "Severity": {"Label": severity},
    })))
}

const FIRST: &str = "2026-10-01T00:00:00Z";
const SECOND: &str = "2026-10-02T00:00:00Z";

#[test]
fn groups_keep_the_order_of_first_sight() {
    let findings = parse(ASFF_LINES.as_bytes()).into_iter().filter_map(|parsed| match parsed {
        Parsed::Finding(finding) => Some(*finding),
        Parsed::Event(_) | Parsed::Unknown(_) | Parsed::Unreadable(_) => None,
    });
    let groups = group(findings.collect());
    let controls: Vec<&str> = groups.iter().map(|group| group[0].control.as_str()).collect();
    assert_eq!(controls, ["CIS.4.1", "scan-root-mfa", "scan-key"]);
    assert_eq!(groups[2].len(), 1);
    assert_eq!(groups[2][0].compliance, Some(Compliance::Failed), "the problem speaks");
}

#[test]
fn a_group_is_in_time_order() {
    let groups = group(vec![at(SECOND, "PASSED", "LOW"), at(FIRST, "FAILED", "HIGH")]);
    assert_eq!(groups.len(), 1);
    let states: Vec<_> = groups[0].iter().map(|one| one.compliance.unwrap()).collect();
    assert_eq!(states, [Compliance::Failed, Compliance::Passed]);
}

#[test]
fn the_worst_of_one_time_speaks() {
    for (states, kept, severity) in [
        ([("PASSED", "CRITICAL"), ("FAILED", "LOW")], Compliance::Failed, Severity::Low),
        ([("FAILED", "LOW"), ("PASSED", "CRITICAL")], Compliance::Failed, Severity::Low),
        ([("FAILED", "LOW"), ("FAILED", "HIGH")], Compliance::Failed, Severity::High),
        ([("PASSED", "LOW"), ("NOT_AVAILABLE", "LOW")], Compliance::NotAvailable, Severity::Low),
    ] {
        let findings = states.map(|(status, severity)| at(FIRST, status, severity));
        let groups = group(findings.to_vec());
        assert_eq!(groups[0].len(), 1, "{states:?}");
        assert_eq!(groups[0][0].compliance, Some(kept), "{states:?}");
        assert_eq!(groups[0][0].severity, severity, "{states:?}");
    }
}

#[test]
fn an_envelope_tells_an_order_so_all_stay() {
    let mut later: Value = serde_json::from_str(CONSOLIDATED).unwrap();
    later["time"] = json!("2026-10-05T01:20:00Z");
    let finding = &mut later["detail"]["findings"][0];
    finding["Workflow"]["Status"] = json!("SUPPRESSED");
    let groups = group(vec![one(&later.to_string()), one(CONSOLIDATED)]);
    let words: Vec<_> = groups[0].iter().map(|one| one.workflow.unwrap().as_str()).collect();
    assert_eq!(words, ["NEW", "SUPPRESSED"]);
    later["time"] = json!("2026-10-05T01:15:31Z");
    let groups = group(vec![one(CONSOLIDATED), one(&later.to_string())]);
    assert_eq!(groups[0].len(), 2, "two events of one second: the later one in the body is last");
}

#[test]
fn nothing_groups_to_nothing() {
    assert!(group(Vec::new()).is_empty());
}

#[test]
fn one_line_each() {
    let finding = one(CONSOLIDATED);
    let line = json_line(&Parsed::Finding(Box::new(finding.clone())));
    let value: Value = serde_json::from_str(&line).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "identity",
            "alert",
            "fingerprint",
            "source",
            "account",
            "region",
            "severity",
            "control",
            "resource",
            "compliance",
            "record_state",
            "workflow",
            "title",
            "sample"
        ]
    );
    assert_eq!(value["alert"], finding.alert_key().id().as_str());
    assert_eq!(value["source"], "aws.securityhub");
    assert_eq!(value["compliance"], "FAILED");
    assert_eq!(value["sample"], false);
    assert!(!line.contains('\n'));

    let unknown = json_line(&parse(HEALTH.as_bytes())[0]);
    let wanted = json!({"unknown": {
        "source": "aws.health", "detail_type": "AWS Health Event", "account": "111122223333",
    }});
    assert_eq!(unknown, wanted.to_string());
    let bare = json_line(&one_of("7"));
    assert_eq!(bare, r#"{"unknown":{"source":null,"detail_type":null,"account":null}}"#);
    assert_eq!(json_line(&one_of(" ")), r#"{"error":"the body is empty","index":1}"#);
}

fn one_of(body: &str) -> Parsed {
    parse(body.as_bytes()).remove(0)
}
