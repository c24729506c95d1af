//! What a body may be: envelopes, wrappings, lists, lines, and what is none of these.

use serde_json::{Value, json};

use super::{
    ASFF_LINES, CAMEL, CONSOLIDATED, HEALTH, ONE_BAD, SNS, asff_with, one, reason, shape, unknown,
};
use crate::domain::Source;
use crate::intake::{Parsed, parse};

fn compact(text: &str) -> String {
    serde_json::from_str::<Value>(text).unwrap().to_string()
}

#[test]
fn a_bad_element_is_isolated() {
    let parsed = parse(ONE_BAD.as_bytes());
    let [Parsed::Unreadable(bad), Parsed::Finding(good)] = parsed.as_slice() else {
        panic!("{parsed:?}");
    };
    assert_eq!(bad.index, 1);
    assert!(bad.reason.starts_with("AwsAccountId is not 12 digits"));
    let raw: Value = serde_json::from_slice(&bad.raw).unwrap();
    assert_eq!(raw["AwsAccountId"], "4444-5555-6666", "the bad element alone");
    assert_eq!(good.control, "S3.8");
}

#[test]
fn lines_arrays_and_documents_in_a_row() {
    let bare = asff_with(&json!({}));
    let (hub, duty, health) = (compact(CONSOLIDATED), compact(CAMEL), compact(HEALTH));
    for (body, wanted) in [
        (format!("{hub}\n{duty}\n{bare}\n{health}\n"), "FFFU"),
        (format!("{hub}\r\n\r\n{duty}\r\n"), "FF"),
        (format!("[{hub},{bare}, {duty} ,{health}]"), "FFFU"),
        (format!("{CONSOLIDATED}{CAMEL}\n{bare}{HEALTH}"), "FFFU"),
        (format!("[{bare}]\n[{duty},{health}]"), "FFU"),
        (ASFF_LINES.to_owned(), "FFFF"),
        (format!("\u{feff}{hub}"), "F"),
        (format!("{{\"Findings\":[{bare},{bare}],\"NextToken\":\"x\"}}"), "FF"),
        (format!("{{\"findings\":[{bare},3,{{}}]}}"), "FXU"),
        (format!("{{\"detail\":{{\"findings\":[{bare}]}}}}"), "F"),
    ] {
        assert_eq!(shape(&body), wanted, "{body}");
    }
}

#[test]
fn numbers_run_through_the_body() {
    let bare = asff_with(&json!({}));
    let bad = asff_with(&json!({"Id": null}));
    let body = format!("{bare}\n{bad}\n[{bare},{bad}]\n{{\"a\":\n");
    let numbers: Vec<usize> = parse(body.as_bytes())
        .iter()
        .filter_map(|parsed| match parsed {
            Parsed::Unreadable(bad) => Some(bad.index),
            Parsed::Finding(_) | Parsed::Event(_) | Parsed::Unknown(_) => None,
        })
        .collect();
    assert_eq!(numbers, [2, 4, 5]);
}

#[test]
fn a_wrapper_without_source_is_as_good_as_bare() {
    let bare = asff_with(&json!({}));
    let finding = one(&format!("{{\"detail\":{{\"findings\":[{bare}]}}}}"));
    assert_eq!(finding.source, Source::Asff);
}

#[test]
fn sns_is_unwrapped_twice_at_most() {
    let wrap = |message: &str| json!({"Type": "Notification", "Message": message}).to_string();
    assert_eq!(one(SNS), one(CAMEL));
    assert_eq!(one(&wrap(SNS)), one(CAMEL));
    let third = [unknown(Some("sns"), None, Some("999900001111"))];
    assert_eq!(parse(wrap(&wrap(SNS)).as_bytes()), third);
    assert_eq!(shape(&wrap(&format!("{CAMEL}\n{HEALTH}"))), "FU");
    assert_eq!(shape(&wrap("{\"detail-type\":")), "X");
    let alarm = json!({
        "Type": "Notification", "Message": "disk full", "Subject": "ALARM",
        "TopicArn": "arn:aws:sns:us-east-1:111122223333:t",
    });
    let wanted = [unknown(Some("sns"), Some("ALARM"), Some("111122223333"))];
    assert_eq!(parse(alarm.to_string().as_bytes()), wanted);
}

#[test]
fn what_is_not_known_is_said_to_be_so() {
    let event = |source: &str, kind: &str, detail: Value| {
        json!({"source": source, "detail-type": kind, "account": "111122223333", "detail": detail})
            .to_string()
    };
    let bare: Value = serde_json::from_str(&asff_with(&json!({}))).unwrap();
    let hub = "aws.securityhub";
    let action = "Security Hub Findings - Custom Action";
    let account = Some("111122223333");
    for (body, wanted) in [
        (
            event(hub, action, json!({"findings": [bare]})),
            unknown(Some(hub), Some(action), account),
        ),
        (
            event(hub, "Findings Imported V2", json!({"findings": [{"class_uid": 2003}]})),
            unknown(Some(hub), Some("Findings Imported V2"), account),
        ),
        (
            event("aws.guardduty", "GuardDuty Runtime Protection Healthy", json!({})),
            unknown(Some("aws.guardduty"), Some("GuardDuty Runtime Protection Healthy"), account),
        ),
        (
            json!({"class_uid": 2004, "class_name": "Detection Finding",
                   "cloud": {"account": {"uid": "111122223333"}}})
            .to_string(),
            unknown(Some("ocsf"), Some("Detection Finding"), account),
        ),
        (json!({"detail": {"AccountId": "x"}}).to_string(), unknown(None, None, None)),
        ("{}".to_owned(), unknown(None, None, None)),
        ("[{}]".to_owned(), unknown(None, None, None)),
        ("[[1]]".to_owned(), unknown(None, None, None)),
        ("123".to_owned(), unknown(None, None, None)),
        ("null".to_owned(), unknown(None, None, None)),
        ("\"text\"".to_owned(), unknown(None, None, None)),
        ("{\"Finding\":[]}".to_owned(), unknown(None, None, None)),
        ("{\"source\":5,\"detail-type\":[]}".to_owned(), unknown(None, None, None)),
    ] {
        assert_eq!(parse(body.as_bytes()), [wanted], "{body}");
    }
}

#[test]
fn a_clean_scan_is_nothing_to_tell() {
    for body in
        ["[]", " [ ]\n", "{\"Findings\":[]}", "{\"findings\":[],\"NextToken\":\"x\"}", "[]\n[]"]
    {
        assert_eq!(parse(body.as_bytes()), [], "{body}");
    }
    assert_eq!(shape(&format!("[]\n{}", compact(CAMEL))), "F");
    assert_eq!(shape("{\"findings\":[]}{}"), "U");
    assert_eq!(shape(""), "X", "a body of nothing is no scan");
}

#[test]
fn an_envelope_without_findings_says_so() {
    let mut event: Value = serde_json::from_str(CONSOLIDATED).unwrap();
    for (findings, word) in [
        (json!([]), "detail.findings is missing or empty"),
        (Value::Null, "detail.findings is missing or empty"),
        (json!("x"), "detail.findings is not an array"),
        (json!([7]), "an element of findings is not an object"),
    ] {
        event["detail"]["findings"] = findings;
        assert_eq!(reason(event.to_string().as_bytes()), word);
    }
}

#[test]
fn fingerprints_ignore_times_and_texts() {
    let mut event: Value = serde_json::from_str(CONSOLIDATED).unwrap();
    let first = one(&event.to_string());
    event["time"] = json!("2026-10-06T00:00:00Z");
    event["id"] = json!("another emission");
    let finding = &mut event["detail"]["findings"][0];
    for name in ["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt", "ProcessedAt"] {
        finding[name] = json!("2026-10-06T00:00:00Z");
    }
    for name in ["Title", "Description", "Remediation", "Types", "Note", "UserDefinedFields"] {
        finding[name] = json!("other words");
    }
    let second = one(&event.to_string());
    assert_ne!(first, second);
    assert_eq!(first.fingerprint(), second.fingerprint());
    assert_eq!(first.identity, second.identity);
    event["detail"]["findings"][0]["Workflow"]["Status"] = json!("SUPPRESSED");
    assert_ne!(one(&event.to_string()).fingerprint(), first.fingerprint());
}
