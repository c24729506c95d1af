//! Tables of the intake rules; the fixtures are our own.

mod asff;
mod bodies;
mod control;
mod groups;
mod guardduty;
mod lifecycle;
mod properties;
mod split;
mod tags;

use serde_json::{Value, json};

use super::{Parsed, parse};
use crate::domain::{Finding, Unknown};

pub(super) const CONSOLIDATED: &str =
    include_str!("../../../tests/fixtures/securityhub-consolidated.json");
pub(super) const ONE_BAD: &str =
    include_str!("../../../tests/fixtures/securityhub-two-one-bad.json");
pub(super) const ASFF_LINES: &str = include_str!("../../../tests/fixtures/asff-lines.jsonl");
pub(super) const CAMEL: &str = include_str!("../../../tests/fixtures/guardduty-camel.json");
pub(super) const PASCAL: &str = include_str!("../../../tests/fixtures/guardduty-pascal.json");
pub(super) const SAMPLE: &str = include_str!("../../../tests/fixtures/guardduty-sample.json");
pub(super) const SNS: &str = include_str!("../../../tests/fixtures/sns-guardduty.json");
pub(super) const HEALTH: &str = include_str!("../../../tests/fixtures/unknown-health.json");
pub(super) const ALL: [&str; 8] =
    [CONSOLIDATED, ONE_BAD, ASFF_LINES, CAMEL, PASCAL, SAMPLE, SNS, HEALTH];

/// The one finding of a body that must hold one and nothing else.
fn one(body: &str) -> Finding {
    let mut parsed = parse(body.as_bytes());
    assert_eq!(parsed.len(), 1, "{parsed:?}");
    match parsed.remove(0) {
        Parsed::Finding(finding) => *finding,
        other => panic!("no finding: {other:?}"),
    }
}

/// The reason of a body that must hold one unreadable element and nothing else.
fn reason(body: &[u8]) -> String {
    let mut parsed = parse(body);
    assert_eq!(parsed.len(), 1, "{parsed:?}");
    match parsed.remove(0) {
        Parsed::Unreadable(bad) => bad.reason,
        other => panic!("readable: {other:?}"),
    }
}

/// One letter an element: F finding, U unknown, X unreadable.
fn shape(body: &str) -> String {
    let letter = |parsed: &Parsed| match parsed {
        Parsed::Finding(_) => 'F',
        Parsed::Event(_) => 'E',
        Parsed::Unknown(_) => 'U',
        Parsed::Unreadable(_) => 'X',
    };
    parse(body.as_bytes()).iter().map(letter).collect()
}

fn unknown(source: Option<&str>, detail_type: Option<&str>, account: Option<&str>) -> Parsed {
    Parsed::Unknown(Unknown {
        source: source.map(str::to_owned),
        detail_type: detail_type.map(str::to_owned),
        account: account.map(str::to_owned),
    })
}

/// A small bare ASFF finding with some fields put in place (null takes one away).
fn asff_with(fields: &Value) -> String {
    let mut finding = json!({
        "SchemaVersion": "2018-10-08",
        "Id": "check-1",
        "ProductArn": "arn:aws:securityhub:ap-northeast-1::product/example/scanner",
        "GeneratorId": "check",
        "AwsAccountId": "111122223333",
        "UpdatedAt": "2026-10-04T08:00:00Z",
        "Severity": {"Label": "HIGH"},
        "Title": "A check",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::kaikei"}],
        "Compliance": {"Status": "FAILED"},
    });
    put(&mut finding, fields);
    finding.to_string()
}

/// A small GuardDuty event with some fields of its detail put in place.
fn guardduty_with(fields: &Value) -> String {
    let mut event: Value = serde_json::from_str(CAMEL).unwrap();
    put(&mut event["detail"], fields);
    event.to_string()
}

fn put(object: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().unwrap() {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        } else {
            object[name] = value.clone();
        }
    }
}
