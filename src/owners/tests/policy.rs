//! Policies: read, checked, held against the group's, and compared.

use serde_json::{Value, json};

use super::{check, good, parse};
use crate::owners::{About, Change, diff};

fn map(first: Value, second: Value) -> Value {
    let mut map = good();
    map["ccoe"]["policy"] = first;
    map["companies"][0]["policy"] = second;
    map
}

fn full() -> Value {
    json!({
        "name": "prod", "match": ["environment = prod"], "notify": "medium",
        "exception": { "allowed": true, "max_days": 30, "approvers": ["security-lead", "ccoe"] },
        "remediation": { "modes": ["ask", "ask-both"], "default": "ask", "runbooks": ["close-s3"] },
        "escalate": { "company_lead_after": "30m", "ccoe_after": "4h" },
        "delay_outside_hours": true,
    })
}

#[test]
fn a_good_policy_has_no_problem_and_comes_back() {
    let second = json!({ "name": "own", "match": [], "notify": "informational" });
    let map = map(json!([full()]), json!([second]));
    assert_eq!(check(&map), []);
    let read = parse(&map.to_string()).unwrap();
    assert_eq!(read.ccoe.policy.len(), 1);
    assert_eq!(parse(&serde_saphyr::to_string(&read).unwrap()).unwrap(), read);
}

#[test]
fn what_is_wrong_with_a_rule_is_named() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str, &str); 20] = [
        (|one| one["name"] = "Prod".into(), "name", "no name"),
        (|one| one["match"] = Value::Null, "match", "no list"),
        (|one| one["match"] = json!(["environment = test"]), "match[0]", "never has"),
        (|one| one["match"] = json!(["title =~ ("]), "match[0]", "unclosed"),
        (|one| one["mode"] = "ask".into(), "mode", "unknown key"),
        (|one| one["notify"] = "severe".into(), "notify", "unknown"),
        (|one| one["notify"] = json!(["high"]), "notify", "no text"),
        (|one| one["exception"] = json!("no"), "exception", "no mapping"),
        (|one| one["exception"]["days"] = 3.into(), "exception.days", "unknown key"),
        (|one| one["exception"]["allowed"] = "no".into(), "exception.allowed", "no yes or no"),
        (|one| one["exception"]["max_days"] = 0.into(), "exception.max_days", "no number"),
        (|one| one["exception"]["max_days"] = 366.into(), "exception.max_days", "no number"),
        (|one| one["exception"]["approvers"] = json!(["viewer"]), "exception.approvers[0]", "unk"),
        (|one| one["remediation"]["modes"] = json!(["auto"]), "remediation.modes[0]", "unknown"),
        (|one| one["remediation"]["default"] = "shadow".into(), "remediation.default", "none of"),
        (|one| one["remediation"]["runbooks"] = json!([1]), "remediation.runbooks[0]", "no name"),
        (|one| one["escalate"]["ccoe_after"] = 4.into(), "escalate.ccoe_after", "no length"),
        (|one| one["escalate"]["ccoe_after"] = "4".into(), "escalate.ccoe_after", "no length"),
        (|one| one["delay_outside_hours"] = 1.into(), "delay_outside_hours", "no yes or no"),
        (|one| *one = json!({ "name": "x", "match": [] }), "", "says nothing"),
    ];
    for (change, key, what) in cases {
        let mut rule = full();
        change(&mut rule);
        let problems = check(&map(json!([rule]), json!([])));
        let key = if key.is_empty() { String::new() } else { format!(".{key}") };
        let found = problems.iter().find(|one| one.key == format!("ccoe.policy[0]{key}"));
        assert!(found.is_some_and(|one| one.what.contains(what)), "{key} {what}: {problems:?}");
    }
    let twice = check(&map(json!([full(), full()]), json!([])));
    assert!(twice[0].key == "ccoe.policy[1].name", "{twice:?}");
}

#[test]
fn a_company_that_weakens_is_refused_with_the_place_and_the_reason() {
    let open = |notify: &str| json!({ "name": "own", "match": [], "notify": notify });
    let first = json!([{ "name": "base", "match": [], "notify": "medium" }]);
    let problems = check(&map(
        first.clone(),
        json!([open("low"), {
            "name": "quiet", "match": ["severity <= high"], "notify": "high",
            "escalate": { "ccoe_after": "1h" },
        }]),
    ));
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "companies[0].policy[1].notify: weakens rule `base` of the group (1F): it says high, the \
         group medium. A company may only tighten: write what is at least as strict, or a condition \
         that leaves those problems out"
        ]
    );
    let built_in = check(&map(json!([]), json!([open("low")])));
    assert_eq!(built_in.len(), 1, "{built_in:?}");
    assert!(built_in[0].what.contains("what counts where 1F says nothing"), "{built_in:?}");
    assert_eq!(check(&map(first, json!([open("informational")]))), []);
}

#[test]
fn a_difference_of_policies_is_told_by_rule_and_value() {
    let old = map(json!([full()]), json!([]));
    let mut rule = full();
    rule["notify"] = "low".into();
    rule["exception"]["max_days"] = 14.into();
    let more = json!({ "name": "all", "match": [], "notify": "low" });
    let new = map(json!([rule, more]), json!([]));
    let (old, new) = (parse(&old.to_string()).unwrap(), parse(&new.to_string()).unwrap());
    let to = |key: &str, from: &str, then: &str| Change::Changed {
        about: About::Group,
        key: key.into(),
        from: from.into(),
        to: then.into(),
    };
    let changes = diff(&old, &new);
    for one in [
        to("policy", "prod", "prod, all"),
        to("policy.prod.notify", "medium", "low"),
        to("policy.prod.exception.max_days", "30", "14"),
        to("policy.all.notify", "", "low"),
    ] {
        assert!(changes.contains(&one), "{one:?} {changes:#?}");
    }
}
