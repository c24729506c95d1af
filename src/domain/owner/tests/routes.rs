//! Routes: what their matchers hold of, and who is told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{super::MatcherFault, map, tags};
use crate::domain::{AccountId, Facts, Floor, Lang, Matcher, Operator, OwnerMap, Severity, Source};

const PROD: &str = "000000000001";
const UNOWNED: &str = "000000000009";

fn route(name: &str, matchers: &[&str], channel: &str) -> Value {
    json!({ "name": name, "match": matchers, "channel": { "team": "T1", "id": channel } })
}

fn going_on(mut route: Value) -> Value {
    route["continue"] = json!(true);
    route
}

fn with(company: &[Value], group: &[Value]) -> OwnerMap {
    let mut value = serde_json::to_value(map()).unwrap();
    value["companies"][0]["routes"] = json!(company);
    value["ccoe"]["routes"] = json!(group);
    serde_json::from_value(value).unwrap()
}

/// Asks with these facts changed.
fn asked<T>(account: &str, ask: impl FnOnce(&mut Facts<'_>) -> T) -> T {
    let (account, tags) = (AccountId::new(account), tags(&[("team", "pay"), ("owner", "")]));
    let mut facts = Facts {
        severity: Severity::High,
        account: &account,
        region: "ap-northeast-1",
        control: "S3.2",
        resource: "arn:aws:s3:::bucket",
        resource_kind: "AwsS3Bucket",
        source: Source::SecurityHub,
        product: "Security Hub",
        title: "S3 buckets should be private",
        sample: false,
        tags: &tags,
    };
    ask(&mut facts)
}

fn told(map: &OwnerMap, account: &str) -> Vec<String> {
    asked(account, |facts| {
        let routed = map.route(facts);
        let words = routed.told.iter().map(|(one, because)| {
            format!("{} {} {}", one.lane.channel, because.word(), one.lang.as_str())
        });
        words.collect()
    })
}

#[test]
fn every_attribute_is_asked_with_its_operators() {
    for (matcher, holds) in [
        ("severity = high", true),
        ("severity = critical", false),
        ("severity != high", false),
        ("severity >= high", true),
        ("severity >= critical", false),
        ("severity <= high", true),
        ("severity <= medium", false),
        ("environment = prod", true),
        ("environment !~ ^p", false),
        ("account = 000000000001", true),
        ("account != 000000000001", false),
        ("account =~ ^0+1$", true),
        ("account_name = a", true),
        ("ou = core", true),
        ("ou != core", false),
        ("region =~ ^ap-", true),
        (r"control =~ ^S3\.", true),
        (r"control =~ ^s3\.", false),
        (r"control =~ (?i)^s3\.", true),
        ("control = S3.2", true),
        ("resource =~ bucket", true),
        ("resource !~ bucket$", false),
        ("resource_kind = AwsS3Bucket", true),
        ("source = aws.securityhub", true),
        ("source != aws.guardduty", true),
        ("product = Security Hub", true),
        ("title =~ should be", true),
        ("title = S3 buckets should be private", true),
        ("sample = false", true),
        ("sample != false", false),
        ("tag:team = pay", true),
        ("tag:team != pay", false),
        ("tag:team =~ ^(pay|buy)$", true),
        ("tag:Team = pay", false),
        ("tag:owner =", true),
        ("tag:nothing =", true),
        ("tag:nothing !=", false),
        ("tag:nothing != x", true),
        ("tag:nothing =~ .", false),
        ("tag:nothing !~ .", true),
    ] {
        let map = with(&[route("r", &[matcher], "CR")], &[]);
        let found = told(&map, PROD)[0].starts_with("CR r");
        assert_eq!(found, holds, "{matcher}");
    }
}

#[test]
fn an_account_without_owner_has_no_name_and_no_environment() {
    for matcher in ["environment =", "account_name =", "ou =", "environment != prod"] {
        let map = with(&[], &[route("r", &[matcher], "CR")]);
        assert_eq!(told(&map, UNOWNED), ["C0 group ja", "CR r ja"], "{matcher}");
    }
}

#[test]
fn the_first_that_matches_decides_and_one_that_goes_on_adds() {
    let all: [&str; 0] = [];
    let first =
        [route("a", &["control = X"], "CA"), route("b", &all, "CB"), route("c", &all, "CC")];
    assert_eq!(told(&with(&first, &[]), PROD), ["CB b en"]);
    let on = [going_on(route("a", &all, "CA")), route("b", &["control = X"], "CB")];
    assert_eq!(told(&with(&on, &[]), PROD), ["CA a en", "C1PAY tag en"], "none ended it");
    let both = [going_on(route("a", &all, "CA")), route("b", &all, "CB")];
    assert_eq!(told(&with(&both, &[]), PROD), ["CA a en", "CB b en"]);
}

#[test]
fn the_group_adds_a_copy_and_takes_none_away() {
    let all: [&str; 0] = [];
    let group = [route("copy", &all, "CG"), route("never", &all, "CN")];
    assert_eq!(told(&with(&[], &group), PROD), ["C1PAY tag en", "CG copy ja"]);
    let company = [route("own", &all, "CA")];
    assert_eq!(told(&with(&company, &group), PROD), ["CA own en", "CG copy ja"]);
    assert_eq!(told(&with(&company, &group), UNOWNED), ["C0 group ja", "CG copy ja"]);
    let same = [route("copy", &all, "C1PAY")];
    assert_eq!(told(&with(&[], &same), PROD), ["C1PAY tag en"], "each lane once, the company's");
    let copied = [route("own", &all, "CG")];
    assert_eq!(told(&with(&copied, &group), PROD), ["CG copy ja"], "as the group says");
}

#[test]
fn a_route_may_have_its_own_language_and_depth() {
    let mut own = route("own", &[], "CA");
    own["language"] = json!("ja");
    own["depth"] = json!("plain");
    let map = with(&[own], &[]);
    let receivers = asked(PROD, |facts| map.route(facts).receivers());
    assert_eq!((receivers[0].lang, receivers[0].depth.as_str()), (Lang::Ja, "plain"));
    assert_eq!(receivers[0].time_zone, "UTC", "the account's");
}

#[test]
fn what_was_tried_is_told_in_order() {
    let company = [
        route("a", &["severity >= high", "control = X", "region = y"], "CA"),
        route("b", &["severity >= high"], "CB"),
        route("c", &[], "CC"),
    ];
    let map = with(&company, &[route("g", &["sample = true"], "CG")]);
    asked(PROD, |facts| {
        let routed = map.route(facts);
        let tried: Vec<_> = routed
            .tried
            .iter()
            .map(|one| (one.floor, one.route.name.as_str(), one.failed.map(Matcher::as_str)))
            .collect();
        assert_eq!(
            tried,
            [
                (Floor::Company, "a", Some("control = X")),
                (Floor::Company, "b", None),
                (Floor::Group, "g", Some("sample = true")),
            ]
        );
        facts.sample = true;
        assert_eq!(map.route(facts).told.len(), 2);
    });
}

#[test]
fn the_lanes_of_all_its_routes_may_be_told() {
    let map = with(&[route("a", &["control = X"], "CA")], &[route("g", &["control = X"], "CG")]);
    let lanes = |account| {
        let resolved = map.resolve(&AccountId::new(account), &BTreeMap::new());
        let lanes = map.lanes(&resolved).into_iter().map(|lane| lane.channel.to_string());
        lanes.collect::<std::collections::BTreeSet<String>>()
    };
    assert_eq!(lanes(PROD).into_iter().collect::<Vec<_>>(), ["C1", "C1CRIT", "CA", "CG"]);
    assert_eq!(lanes(UNOWNED).into_iter().collect::<Vec<_>>(), ["C0", "CG"]);
    let named: Vec<&str> = map.channels().iter().map(|one| one.id.as_str()).collect();
    assert_eq!(named, ["C0", "C1", "C1CRIT", "C1DEV", "C1PAY", "C1TIER", "CG", "CA"]);
}

#[test]
fn a_map_with_routes_is_written_as_it_was_read() {
    let map = with(&[going_on(route("a", &[r"control =~ ^S3\."], "CA"))], &[]);
    told(&map, PROD);
    let text = serde_json::to_string(&map).unwrap();
    assert!(text.contains(r#""match":["control =~ ^S3\\."]"#), "{text}");
    let again: OwnerMap = serde_json::from_str(&text).unwrap();
    assert_eq!(again, map, "what was compiled does not count");
    assert_eq!(told(&again.clone(), PROD), told(&map, PROD));
}

#[test]
fn what_is_no_matcher_is_named() {
    let fault = |text: &str| Matcher::parse(text).and_then(|one| one.compile()).unwrap_err();
    for text in
        ["", "severity", "severity>=high", "severity >=high", "severity == high", "= high x"]
    {
        let found = fault(text);
        let plain = matches!(found, MatcherFault::NoOperator | MatcherFault::Attribute(_));
        assert!(plain, "{text}: {found:?}");
    }
    assert_eq!(fault("tag: = x"), MatcherFault::Attribute("tag:".into()));
    assert_eq!(fault("Severity = high"), MatcherFault::Attribute("Severity".into()));
    assert!(matches!(fault("severity =~ high"), MatcherFault::Operator(..)));
    assert!(matches!(fault("region >= x"), MatcherFault::Operator(..)));
    for text in [
        "severity = severe",
        "severity >= High",
        "environment = stg",
        "sample = yes",
        "source = guardduty",
        "account = 12",
    ] {
        assert!(matches!(fault(text), MatcherFault::Value(..)), "{text}");
    }
    assert_eq!(fault("control = \"S3.2\""), MatcherFault::Quoted);
    for text in ["title =~ (", "title !~ [z-a]", r"title =~ (\w{100}){100}", "title =~ (?=x)"] {
        let MatcherFault::Pattern(why) = fault(text) else { panic!("{text}") };
        assert!(!why.is_empty() && !why.contains('\n'), "{text}: {why}");
    }
    assert!(matches!(fault(&format!("title =~ {}", "x".repeat(301))), MatcherFault::Pattern(_)));
    let tag = Matcher::parse("  tag:cost =center  !=  a = b ").unwrap();
    assert_eq!((tag.operator(), tag.value()), (Operator::IsNot, "a = b"));
    assert_eq!(tag.attribute(), &crate::domain::Attribute::Tag("cost =center".into()));
}
