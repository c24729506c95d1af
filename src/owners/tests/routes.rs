//! Routes.

use serde_json::{Value, json};

use super::{check, good, parse, with};
use crate::owners::{About, Change, diff};

fn route(change: impl FnOnce(&mut Value)) -> Value {
    let channel = json!({ "team": "T1", "id": "C7", "name": "pay" });
    let mut route = json!({ "name": "pay", "match": ["severity >= high"], "channel": channel });
    change(&mut route);
    route
}

fn at(place: &str, routes: Value) -> Value {
    let mut map = good();
    let level = if place == "ccoe" { &mut map["ccoe"] } else { &mut map["companies"][0] };
    level["routes"] = routes;
    map
}

#[test]
fn good_routes_have_no_problem() {
    for place in ["ccoe", "companies[0]"] {
        let all = json!([
            route(|_| {}),
            route(|one| {
                one["name"] = "all-2".into();
                one["match"] = json!([]);
                one["language"] = "en".into();
                one["depth"] = "plain".into();
                one["continue"] = true.into();
            }),
        ]);
        let map = at(place, all);
        assert_eq!(check(&map), []);
        let read = parse(&map.to_string()).unwrap();
        assert_eq!(parse(&serde_saphyr::to_string(&read).unwrap()).unwrap(), read);
        assert_eq!(read.routes().count(), 2);
    }
    assert_eq!(check(&at("ccoe", Value::Null)), []);
}

#[test]
fn what_is_wrong_with_a_route_is_named() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str, &str); 18] = [
        (|one| one["name"] = "".into(), "name", "no name"),
        (|one| one["name"] = "Pay".into(), "name", "no name"),
        (|one| one["name"] = Value::Null, "name", "is missing"),
        (|one| one["name"] = "company".into(), "name", "word for a level"),
        (|one| one["matches"] = json!([]), "matches", "unknown key"),
        (|one| one["match"] = json!("severity = high"), "match", "no list"),
        (|one| one["match"] = json!([1]), "match[0]", "no text"),
        (|one| one["match"] = json!(["severity"]), "match[0]", "no operator"),
        (|one| one["match"] = json!(["a = b"]), "match[0]", "unknown attribute"),
        (|one| one["match"] = json!(["severity =~ h"]), "match[0]", "can't be asked with `=~`"),
        (|one| one["match"] = json!(["severity = severe"]), "match[0]", "never has"),
        (|one| one["match"] = json!(["sample = false", "title =~ ("]), "match[1]", "unclosed"),
        (|one| one["match"] = json!(["title =~ (\\w{99}){99}"]), "match[0]", "size limit"),
        (|one| one["match"] = json!(["title = 'x'"]), "match[0]", "in quotes"),
        (|one| one["channel"] = Value::Null, "channel", "is missing"),
        (|one| one["channel"]["id"] = "U1".into(), "channel.id", "Slack"),
        (|one| one["language"] = "fr".into(), "language", "unknown"),
        (|one| one["continue"] = "yes".into(), "continue", "no yes or no"),
    ];
    for place in ["ccoe", "companies[0]"] {
        for (change, key, what) in &cases {
            let found = check(&at(place, json!([route(change)])));
            assert_eq!(found.len(), 1, "{key}: {found:?}");
            assert_eq!(found[0].key, format!("{place}.routes[0].{key}"), "{found:?}");
            assert!(found[0].what.contains(what), "{what}: {found:?}");
            assert!(found[0].mend.len() > 8 && !found[0].to_string().contains('\n'), "{found:?}");
        }
    }
    let twice = check(&at("ccoe", json!([route(|_| {}), route(|_| {})])));
    assert_eq!(twice[0].key, "ccoe.routes[1].name");
    let elsewhere =
        check(&at("companies[0]", json!([route(|one| one["channel"]["id"] = "C1".into())])));
    assert_eq!(elsewhere[0].key, "companies[0].routes[0].channel.id", "one channel, one name");
    assert_eq!(with("/companies/0/routes", json!({})).len(), 1);
}

#[test]
fn a_companys_route_names_what_the_company_has() {
    let asked = |place: &str, matcher: &str| {
        let mut map = at(place, json!([route(|one| one["match"] = json!([matcher]))]));
        map["companies"][0]["ous"] = json!({ "core": {} });
        check(&map)
    };
    for good in ["ou = core", "ou =", "ou =~ ^c", "account = 000000000001", "ou != core"] {
        assert_eq!(asked("companies[0]", good), [], "{good}");
    }
    assert_eq!(asked("companies[0]", "account = 000000000009"), [], "a gap, and no fault");
    for (bad, known) in [("ou = cora", "core"), ("ou != cora", "core")] {
        let found = asked("companies[0]", bad);
        assert_eq!(found.len(), 1, "{bad}: {found:?}");
        assert_eq!(found[0].key, "companies[0].routes[0].match[0]");
        assert!(found[0].what.contains("none of the company's"), "{found:?}");
        assert!(found[0].mend.contains(known), "{found:?}");
        assert_eq!(asked("ccoe", bad), [], "the group's are tried for everybody's");
    }
}

#[test]
fn one_alert_goes_to_few_channels() {
    let many = |count: usize, on: bool| {
        let routes = (0..count).map(|n| {
            route(|one| {
                one["name"] = format!("r{n}").into();
                one["channel"] = json!({ "team": "T1", "id": format!("C7{n}") });
                one["continue"] = on.into();
            })
        });
        Value::from(routes.collect::<Vec<_>>())
    };
    assert_eq!(check(&at("companies[0]", many(30, false))), [], "one of them decides");
    assert_eq!(check(&at("companies[0]", many(5, true))), []);
    let found = check(&at("companies[0]", many(6, true)));
    assert_eq!((found.len(), found[0].key.as_str()), (1, "companies[0].routes"));
    assert!(found[0].what.contains("7 channels"), "{found:?}");
    assert_eq!(check(&at("ccoe", many(6, true)))[0].key, "ccoe.routes");
    let mut both = at("ccoe", many(2, true));
    both["companies"][0]["routes"] = many(4, true);
    assert_eq!(check(&both)[0].key, "companies[0].routes");
}

#[test]
fn a_route_that_changes_or_moves_is_a_change() {
    let two = |first: &str, second: &str| {
        let named = |name: &str| route(|one| one["name"] = name.into());
        parse(&at("ccoe", json!([named(first), named(second)])).to_string()).unwrap()
    };
    let changed = |key: &str, from: &str, to: &str| Change::Changed {
        about: About::Group,
        key: key.into(),
        from: from.into(),
        to: to.into(),
    };
    assert_eq!(diff(&two("a", "b"), &two("b", "a")), [changed("routes", "a, b", "b, a")]);
    let plain = parse(&at("ccoe", json!([route(|_| {})])).to_string()).unwrap();
    let other = route(|one| one["match"] = json!(["severity = low", "sample = false"]));
    let other = parse(&at("ccoe", json!([other])).to_string()).unwrap();
    let (from, to) = ("severity >= high", "severity = low, sample = false");
    assert_eq!(diff(&plain, &other), [changed("routes.pay.match", from, to)]);
}
