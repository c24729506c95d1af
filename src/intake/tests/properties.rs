//! No bytes make it panic, and the same bytes give the same answer.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{ALL, asff_with};
use crate::domain::Finding;
use crate::intake::{Parsed, group, json_line, parse};

/// Parses twice, and checks what must hold of any body.
fn check(body: &[u8]) {
    let parsed = parse(body);
    let list = |body: &[u8]| body.contains(&b'[') && body.contains(&b']');
    assert!(!parsed.is_empty() || list(body), "only an empty list says nothing");
    assert_eq!(parsed, parse(body), "deterministic");
    let mut findings = Vec::new();
    for (place, one) in parsed.into_iter().enumerate() {
        let line = json_line(&one);
        assert!(serde_json::from_str::<Value>(&line).is_ok() && !line.contains('\n'));
        match one {
            Parsed::Finding(finding) => {
                assert!(finding.account.as_str().len() >= 12);
                assert!(finding.title.chars().count() <= 256);
                assert!(finding.description.chars().count() <= 1024);
                assert!(finding.count >= 1);
                findings.push(*finding);
            }
            Parsed::Unreadable(bad) => {
                assert_eq!(bad.index, place + 1);
                assert!(!bad.reason.is_empty());
            }
            Parsed::Event(_) | Parsed::Unknown(_) => {}
        }
    }
    let count = findings.len();
    let groups = group(findings);
    assert!(groups.iter().all(|group| !group.is_empty()));
    assert!(groups.iter().all(|group| group.is_sorted_by_key(Finding::order)));
    assert!(groups.iter().map(Vec::len).sum::<usize>() <= count);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[0-9]{10,14}".prop_map(Value::from),
        "(FAILED|PASSED|NEW|HIGH|true|global|arn:aws:s3:::b)".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-zA-Z]{1,6}",
        "(detail|detail-type|source|findings|Findings|Type|Message|Id|AwsAccountId|ProductArn)",
        "(SchemaVersion|Severity|Compliance|Workflow|Resources|Region|Label|Status|class_uid)",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The `at`-th value of the document, counted in depth first.
fn nth<'a>(value: &'a mut Value, at: &mut usize) -> Option<&'a mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|one| nth(one, at)),
        Value::Object(map) => map.values_mut().find_map(|one| nth(one, at)),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&body);
    }

    #[test]
    fn any_text_of_brackets(body in "[\\[\\]{}\",:\\\\ \n01a]{0,80}") {
        check(body.as_bytes());
    }

    #[test]
    fn any_value(value in any_json()) {
        check(value.to_string().as_bytes());
        check(serde_json::to_string_pretty(&value).unwrap().as_bytes());
    }

    #[test]
    fn fixtures_with_bytes_flipped(
        which in 0..ALL.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut body = ALL[which].as_bytes().to_vec();
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        check(&body);
    }

    #[test]
    fn fixtures_cut_off(which in 0..ALL.len(), at in any::<prop::sample::Index>()) {
        let body = ALL[which].as_bytes();
        check(&body[..at.index(body.len())]);
    }

    #[test]
    fn fixtures_with_a_value_swapped(
        which in 0..ALL.len(),
        place in 0..120_usize,
        other in any_json(),
    ) {
        let line = ALL[which].lines().next().unwrap_or_default();
        let text = if serde_json::from_str::<Value>(line).is_ok() { line } else { ALL[which] };
        let mut value: Value = serde_json::from_str(text).unwrap();
        let mut at = place;
        if let Some(found) = nth(&mut value, &mut at) {
            *found = other;
        }
        check(value.to_string().as_bytes());
    }

    #[test]
    fn times_and_texts_never_reach_the_fingerprint(title in ".{0,40}", at in 1_u64..9_999_999_999) {
        let plain = super::one(&asff_with(&serde_json::json!({})));
        let other = super::one(&asff_with(&serde_json::json!({
            "Title": title.clone(), "Description": title, "UpdatedAt": at, "CreatedAt": at,
        })));
        prop_assert_eq!(plain.fingerprint(), other.fingerprint());
        prop_assert_eq!(plain.alert_key(), other.alert_key());
    }
}
