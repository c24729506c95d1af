use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Problem, check, parse};
use crate::domain::{AccountId, Depth, Lang, OwnerMap, Placement, Receiver, Severity, Stage};

mod changes;
mod levels;
mod policy;
mod routes;
mod sheet;
mod sync;

const SAMPLE: &str = include_str!("../../deploy/sample/owners.yaml");

fn channel() -> Value {
    json!({"team": "T1", "id": "C1", "name": "aws"})
}

/// A small map without a problem.
fn good() -> Value {
    json!({
        "version": 1,
        "ccoe": {
            "name": "CCoE", "channel": {"team": "T1", "id": "C0"}, "language": "ja",
            "depth": "detailed", "time_zone": "Asia/Tokyo",
        },
        "companies": [{
            "id": "one", "name": "One", "channel": channel(), "language": "en",
            "depth": "plain", "time_zone": "UTC",
            "contacts": [{"name": "A", "team": "T1", "user": "U1"}],
            "accounts": [
                {"id": "000000000001", "name": "a", "environment": "prod", "stage": "live"},
                {"id": "000000000002", "name": "b", "environment": "dev", "stage": "baseline",
                 "stage_reason": "new", "channel": {"team": "T2", "id": "G2"}},
            ],
        }],
    })
}

/// Where an account's alerts are told.
fn told(map: &OwnerMap, account: &str) -> Receiver {
    map.resolve(&AccountId::new(account), &BTreeMap::new()).receiver(Some(Severity::High))
}

/// The problems of the map with the value at `pointer` replaced (or removed, by null).
fn with(pointer: &str, value: Value) -> Vec<Problem> {
    let mut map = good();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = map.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(object) => {
            if value.is_null() {
                object.remove(key).unwrap();
            } else {
                object.insert(key.into(), value);
            }
        }
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    check(&map)
}

fn one(pointer: &str, value: Value, key: &str, what: &str) {
    let found = with(pointer, value);
    assert_eq!(found.len(), 1, "{pointer}: {found:?}");
    assert_eq!(found[0].key, key, "{found:?}");
    assert!(found[0].what.contains(what), "{what}: {found:?}");
    assert!(found[0].mend.len() > 8, "it says how to mend it: {found:?}");
    assert!(found[0].to_string().starts_with(&format!("{key}: ")));
}

#[test]
fn a_good_map_has_no_problem() {
    assert_eq!(check(&good()), []);
    parse(&good().to_string()).unwrap();
    parse(SAMPLE).unwrap();
}

#[test]
fn what_is_missing_is_named() {
    for (pointer, key) in [
        ("/ccoe", "ccoe"),
        ("/companies", "companies"),
        ("/ccoe/name", "ccoe.name"),
        ("/ccoe/channel", "ccoe.channel"),
        ("/ccoe/channel/id", "ccoe.channel.id"),
        ("/ccoe/language", "ccoe.language"),
        ("/ccoe/depth", "ccoe.depth"),
        ("/ccoe/time_zone", "ccoe.time_zone"),
        ("/companies/0/id", "companies[0].id"),
        ("/companies/0/channel/team", "companies[0].channel.team"),
        ("/companies/0/accounts", "companies[0].accounts"),
        ("/companies/0/accounts/0/id", "companies[0].accounts[0].id"),
        ("/companies/0/accounts/0/name", "companies[0].accounts[0].name"),
        ("/companies/0/accounts/0/environment", "companies[0].accounts[0].environment"),
        ("/companies/0/accounts/0/stage", "companies[0].accounts[0].stage"),
        ("/companies/0/accounts/1/stage_reason", "companies[0].accounts[1].stage_reason"),
        ("/companies/0/contacts/0/user", "companies[0].contacts[0].user"),
    ] {
        one(pointer, Value::Null, key, "is missing");
    }
    one("/version", Value::Null, "version", "must be 1");
    assert_eq!(with("/companies/0/contacts", Value::Null), [], "it may be left out");
}

#[test]
fn what_is_wrong_is_named() {
    let account = "companies[0].accounts[0]";
    for (pointer, value, key, what) in [
        ("/version", json!(2), "version", "must be 1"),
        ("/version", json!("1"), "version", "must be 1"),
        ("/ccoe", json!([]), "ccoe", "no mapping"),
        ("/companies", json!({}), "companies", "no list"),
        ("/companies/0", json!("one"), "companies[0]", "no mapping"),
        ("/ccoe/unknown_accounts", json!("off"), "ccoe.unknown_accounts", "`off` is unknown"),
        (
            "/companies/0/accounts/1/baseline_until",
            json!("31.3.2027"),
            "companies[0].accounts[1].baseline_until",
            "is no day",
        ),
        (
            "/companies/0/accounts/0/baseline_until",
            json!("2027-03-31"),
            &format!("{account}.baseline_until"),
            "live already",
        ),
        ("/ccoe/nmae", json!("x"), "ccoe.nmae", "unknown key"),
        ("/ccoe/name", json!("  "), "ccoe.name", "is empty"),
        ("/ccoe/name", json!(7), "ccoe.name", "is no text"),
        ("/ccoe/language", json!("fr"), "ccoe.language", "`fr` is unknown"),
        ("/ccoe/depth", json!("deep"), "ccoe.depth", "`deep` is unknown"),
        ("/ccoe/time_zone", json!("JST-9"), "ccoe.time_zone", "no time zone"),
        ("/ccoe/channel", json!("C1"), "ccoe.channel", "no mapping"),
        ("/ccoe/channel/id", json!("#ccoe"), "ccoe.channel.id", "no Slack id"),
        ("/ccoe/channel/id", json!("T1"), "ccoe.channel.id", "no Slack id"),
        ("/ccoe/channel/team", json!("t1"), "ccoe.channel.team", "no Slack id"),
        ("/companies/0/id", json!("One Co"), "companies[0].id", "is no id"),
        ("/companies/0/contacts", json!("A"), "companies[0].contacts", "no list"),
        ("/companies/0/contacts/0/user", json!("@a"), "companies[0].contacts[0].user", "Slack id"),
        ("/companies/0/accounts/0/id", json!(1), &format!("{account}.id"), "is a number"),
        ("/companies/0/accounts/0/id", json!("12"), &format!("{account}.id"), "no account id"),
        (
            "/companies/0/accounts/0/id",
            json!("00000000000x"),
            &format!("{account}.id"),
            "account id",
        ),
        ("/companies/0/accounts/0/stage", json!("soon"), &format!("{account}.stage"), "unknown"),
        (
            "/companies/0/accounts/0/environment",
            json!("stg"),
            &format!("{account}.environment"),
            "u",
        ),
        (
            "/companies/0/accounts/1/stage_reason",
            json!(""),
            "companies[0].accounts[1].stage_reason",
            "empty",
        ),
        (
            "/companies/0/accounts/1/channel/id",
            json!("U1"),
            "companies[0].accounts[1].channel.id",
            "Slack",
        ),
    ] {
        one(pointer, value, key, what);
    }
    let more = json!({"version": 1, "ccoe": good()["ccoe"], "companies": [], "extra": 1});
    assert_eq!(check(&more)[0].key, "extra");
    assert_eq!(check(&json!("text"))[0].key, "(file)");
}

#[test]
fn nothing_stands_twice() {
    let mut map = good();
    let mut second = map["companies"][0].clone();
    map["companies"].as_array_mut().unwrap().push(second.clone());
    let keys: Vec<String> = check(&map).into_iter().map(|one| one.key).collect();
    assert_eq!(
        keys,
        ["companies[1].id", "companies[1].accounts[0].id", "companies[1].accounts[1].id"]
    );
    second["id"] = "two".into();
    second["accounts"] = json!([]);
    map["companies"][1] = second;
    assert_eq!(check(&map), [], "companies may share a channel");
}

#[test]
fn an_organizational_unit_is_an_id_and_one_companys() {
    let units = "companies[0].organizational_units";
    let put = |value: Value| {
        let mut map = good();
        map["companies"][0]["organizational_units"] = value;
        check(&map)
    };
    for value in [
        json!([]),
        json!(["ou-ab12-cdefghij", "ou-ab12-0123456789abcdef"]),
        json!([format!("ou-{0}-{0}", "z9".repeat(16))]),
    ] {
        assert_eq!(put(value), []);
    }
    for wrong in [
        "",
        "ou-ab12",
        "ou-ab1-cdefghij",
        "ou-ab12-cdefghi",
        "ou-AB12-cdefghij",
        "ou-ab12-cdefghij-klmnopqr",
        "r-ab12",
        "Sandbox",
        &format!("ou-ab12-{}", "a".repeat(33)),
    ] {
        let found = put(json!(["ou-ab12-cdefghij", wrong]));
        assert_eq!(found.len(), 1, "{wrong}: {found:?}");
        assert_eq!(found[0].key, format!("{units}[1]"));
        assert!(found[0].what.contains("no id of an organizational unit"), "{found:?}");
    }
    for value in [json!("ou-ab12-cdefghij"), json!(null)] {
        assert_eq!(put(value)[0].what, "is no list");
    }
    assert_eq!(put(json!([7]))[0].what, "is no text");
    let twice = put(json!(["ou-ab12-cdefghij", "ou-ab12-cdefghij"]));
    assert_eq!(twice[0].what, format!("`ou-ab12-cdefghij` stands at {units}[0] already"));
    let mut map = good();
    let mut second = map["companies"][0].clone();
    (second["id"], second["accounts"]) = (json!("two"), json!([]));
    map["companies"].as_array_mut().unwrap().push(second);
    map["companies"][0]["organizational_units"] = json!(["ou-ab12-cdefghij"]);
    map["companies"][1]["organizational_units"] = json!(["ou-ab12-cdefghij"]);
    assert_eq!(check(&map)[0].key, "companies[1].organizational_units[0]");
}

#[test]
fn one_channel_has_one_name() {
    let another = json!({"team": "T1", "id": "C1", "name": "elsewhere"});
    let what = "`C1` is also companies[0].channel, under the name `aws`";
    one("/companies/0/accounts/1/channel", another, "companies[0].accounts[1].channel.id", what);
    let shared = json!({"team": "T1", "id": "C1", "name": "aws"});
    assert_eq!(with("/companies/0/accounts/1/channel", shared), []);
}

#[test]
fn all_problems_are_found_at_once() {
    let mut map = good();
    map["version"] = json!(9);
    map["ccoe"]["language"] = json!("fr");
    map["companies"][0]["accounts"][0]["id"] = json!(123);
    map["companies"][0]["accounts"][1]["stage"] = json!("soon");
    let problems = parse(&map.to_string()).unwrap_err();
    assert_eq!(problems.len(), 4, "{problems:?}");
}

#[test]
fn what_is_no_yaml_is_said_in_one_line() {
    for text in ["a: [1, 2", "\ta: 1", "a: 1\na: 2", "", "- \u{0}", "a: &x [*x]"] {
        let problems = parse(text).unwrap_err();
        assert!(!problems.is_empty(), "{text:?}");
        assert!(problems.iter().all(|one| !one.to_string().contains('\n')), "{problems:?}");
    }
}

#[test]
fn a_map_written_and_read_again_is_the_same() {
    for text in [SAMPLE.to_owned(), good().to_string()] {
        let map: OwnerMap = parse(&text).unwrap();
        let written = serde_saphyr::to_string(&map).unwrap();
        assert_eq!(parse(&written).unwrap(), map, "{written}");
        let json = serde_json::to_string(&map).unwrap();
        assert_eq!(parse(&json).unwrap(), map, "YAML holds JSON");
    }
}

#[test]
fn the_map_says_where_an_account_is_told() {
    let map = parse(&good().to_string()).unwrap();
    let place = |id: &str| map.place(&AccountId::new(id));
    let Placement::Owned(company, account) = place("000000000002") else { panic!("it is owned") };
    assert_eq!((company.id.as_str(), account.stage), ("one", Stage::Baseline));
    assert_eq!(place("999999999999"), Placement::Unowned);
    let own = told(&map, "000000000002");
    assert_eq!((own.lane.to_string().as_str(), own.lang), ("T2/G2", Lang::En), "its own channel");
    let companys = told(&map, "000000000001");
    assert_eq!((companys.lane.to_string().as_str(), companys.depth), ("T1/C1", Depth::Plain));
    assert_eq!(told(&map, "999999999999"), map.ccoe_receiver());
    let channels: Vec<&str> = map.channels().iter().map(|one| one.id.as_str()).collect();
    assert_eq!(channels, ["C0", "C1", "G2"]);
}
