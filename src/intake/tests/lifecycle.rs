//! What happens to accounts.

use serde_json::{Value, json};

use super::{reason, shape};
use crate::intake::{Parsed, json_line, parse};

macro_rules! fixtures {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../tests/fixtures/accounts/", $name, ".json"))),)*]
    };
}

const FIXTURES: [(&str, &str); 10] = fixtures!(
    "ct-created" "ct-updated" "ct-failed" "org-created" "org-create-failed" "org-moved"
    "org-move-refused" "org-closed" "org-joined" "org-departed"
);

fn fixture(name: &str) -> Value {
    let (_, text) = FIXTURES.iter().find(|(one, _)| *one == name).unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_event_is_read() {
    let lines: Vec<String> = FIXTURES
        .iter()
        .map(|(name, text)| {
            let parsed = parse(text.as_bytes());
            assert!(matches!(parsed.as_slice(), [Parsed::Event(_)]), "{name}: {parsed:?}");
            format!("{name}: {}", json_line(&parsed[0]))
        })
        .collect();
    insta::assert_snapshot!("lifecycle", lines.join("\n"));
}

#[test]
fn what_is_vital_and_missing_is_named() {
    let with = |name: &str, pointer: &str, value: Value| {
        let mut event = fixture(name);
        *event.pointer_mut(pointer).unwrap() = value;
        event.to_string()
    };
    let details = "/detail/serviceEventDetails";
    let account = format!("{details}/createManagedAccountStatus/account/accountId");
    for (body, why) in [
        (with("ct-created", &account, json!("12345")), "accountId is not 12 digits"),
        (with("ct-created", &account, Value::Null), "accountId is missing"),
        (with("ct-created", details, Value::Null), "serviceEventDetails is missing"),
        (
            with("ct-created", &format!("{details}/createManagedAccountStatus/state"), json!("?")),
            "state is neither SUCCEEDED nor FAILED",
        ),
        (with("org-moved", "/detail/eventID", Value::Null), "eventID is missing"),
        (with("org-departed", details, json!({})), "accountId is missing"),
    ] {
        assert!(reason(body.as_bytes()).contains(why), "{why}: {}", reason(body.as_bytes()));
    }
}

#[test]
fn other_events_of_these_sources_are_unknown_by_their_names() {
    let mut event = fixture("ct-created");
    event["detail"]["eventName"] = json!("EnableGuardrail");
    let parsed = parse(event.to_string().as_bytes());
    let Parsed::Unknown(unknown) = &parsed[0] else { panic!("{parsed:?}") };
    assert_eq!(unknown.source.as_deref(), Some("aws.controltower"));
    assert_eq!(unknown.detail_type.as_deref(), Some("EnableGuardrail"));
    let two = format!("{}\n{}", fixture("org-closed"), fixture("org-joined"));
    assert_eq!(shape(&two), "EE");
}
