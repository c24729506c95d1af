//! Differences and gaps.

use jiff::{ToSpan as _, civil::date};
use serde_json::{Value, json};

use super::{good, parse};
use crate::domain::Holidays;
use crate::owners::{About, Change, Gap, diff, gaps, holidays_end};

fn changed(change: impl FnOnce(&mut Value)) -> Vec<Change> {
    let (old, mut new) = (good(), good());
    change(&mut new);
    diff(&parse(&old.to_string()).unwrap(), &parse(&new.to_string()).unwrap())
}

fn value(about: About, key: &str, from: &str, to: &str) -> Change {
    Change::Changed { about, key: key.into(), from: from.into(), to: to.into() }
}

#[test]
fn the_same_map_changes_nothing() {
    assert_eq!(changed(|_| {}), []);
    // The order of people and the way it is written are no change.
    let two = json!([{ "name": "B", "team": "T1", "user": "U2" }, { "name": "A", "team": "T1", "user": "U1" }]);
    let with = |people: Value| {
        let mut map = good();
        map["companies"][0]["contacts"] = people;
        parse(&map.to_string()).unwrap()
    };
    let turned = json!([two[1], two[0]]);
    assert_eq!(diff(&with(two), &with(turned)), []);
}

#[test]
fn each_change_is_told_with_its_place() {
    let account = |id: &str| About::Account(id.to_owned());
    let (first, second) = ("000000000001", "000000000002");
    let baseline = changed(|map| {
        map["companies"][0]["accounts"][0]["stage"] = json!("baseline");
        map["companies"][0]["accounts"][0]["stage_reason"] = json!("new");
    });
    assert_eq!(
        baseline,
        [
            value(account(first), "stage", "live", "baseline"),
            value(account(first), "stage_reason", "", "new"),
        ]
    );
    assert_eq!(
        changed(|map| map["ccoe"]["channel"]["id"] = json!("C9")),
        [value(About::Group, "channel.id", "C0", "C9")]
    );
    assert_eq!(
        changed(|map| map["companies"][0]["contacts"][0]["roles"] = json!(["viewer", "approver"])),
        [value(About::Company("one".into()), "contacts.T1/U1.roles", "", "viewer, approver")]
    );
    assert_eq!(
        changed(|map| {
            map["companies"][0]["accounts"].as_array_mut().unwrap().remove(0);
        }),
        [Change::Removed(account(first), "a".into())]
    );
    let moved = changed(|map| {
        let gone = map["companies"][0]["accounts"].as_array_mut().unwrap().remove(1);
        let two = json!({ "id": "two", "name": "Two", "accounts": [gone] });
        map["companies"].as_array_mut().unwrap().push(two);
    });
    assert_eq!(
        moved,
        [
            Change::Added(About::Company("two".into()), "Two".into()),
            value(account(second), "company", "one", "two"),
        ]
    );
}

#[test]
fn gaps_are_found_and_a_good_map_has_none() {
    let today = date(2026, 11, 24);
    let found = |people: Value, change: fn(&mut Value)| {
        let mut map = good();
        map["companies"][0]["contacts"] = people;
        map["companies"][0]["accounts"].as_array_mut().unwrap().pop();
        change(&mut map);
        gaps(&parse(&map.to_string()).unwrap(), today)
    };
    let lead = json!({ "name": "L", "team": "T1", "user": "U1", "roles": ["security-lead"] });
    let approver = json!({ "name": "A", "team": "T1", "user": "U2", "roles": ["approver"] });
    let partner = |until: &str, sponsor: &str| {
        json!({
            "name": "P", "team": "T2", "user": "U3", "roles": ["partner"], "until": until,
            "sponsor": { "team": "T1", "user": sponsor },
        })
    };
    let company = || "one".to_owned();
    assert_eq!(found(json!([lead, approver]), |_| {}), []);
    assert_eq!(
        found(json!([]), |_| {}),
        [
            Gap::TooFewApprovers { company: company(), live: 0 },
            Gap::NoSecurityLead { company: company() },
        ]
    );
    let twice = json!([lead, lead]);
    assert_eq!(found(twice, |_| {}), [Gap::TooFewApprovers { company: company(), live: 1 }]);
    let (name, over, soon) = ("P".to_owned(), date(2026, 11, 23), date(2026, 12, 24));
    assert_eq!(
        found(json!([lead, approver, partner("2026-11-23", "U1")]), |_| {}),
        [Gap::PartnerOver { company: company(), name: name.clone(), until: over }]
    );
    assert_eq!(
        found(json!([lead, approver, partner("2026-12-24", "U9")]), |_| {}),
        [
            Gap::PartnerEndsSoon { company: company(), name: name.clone(), until: soon },
            Gap::SponsorDecidesNothing { company: company(), name },
        ]
    );
    assert_eq!(found(json!([lead, approver, partner("2026-12-25", "U2")]), |_| {}), []);
    let rest = found(json!([lead, approver]), |map| {
        map["companies"][0]["ous"] = json!({ "core": {} });
        map["companies"][0]["accounts"][0]["stage"] = json!("baseline");
        map["companies"][0]["accounts"][0]["stage_reason"] = json!("new");
    });
    assert!(matches!(&rest[..], [Gap::InBaseline { .. }, Gap::UnusedOu { .. }]), "{rest:?}");
    let lost = found(json!([lead, approver]), |map| {
        map["companies"][0]["routes"] = json!([{
            "name": "lost", "match": ["account = 000000000009", "account =~ ^0"],
            "channel": { "team": "T1", "id": "C7" },
        }]);
    });
    let (route, account) = ("lost".to_owned(), "000000000009".to_owned());
    assert_eq!(lost, [Gap::RouteWithoutAccount { company: company(), route, account }]);
}

#[test]
fn channels_of_two_companies_are_a_gap() {
    let mut map = crate::owners::parse(super::SAMPLE).unwrap();
    let today = jiff::civil::date(2026, 11, 24);
    let shared = |map: &crate::domain::OwnerMap| {
        let all = crate::owners::gaps(map, today).into_iter();
        all.filter(|gap| matches!(gap, Gap::SharedChannel { .. })).collect::<Vec<_>>()
    };
    assert_eq!(shared(&map), []);
    map.change(|companies| {
        // Another id under one name, in one workspace.
        companies[2].settings.channel.as_mut().unwrap().name = Some("hidamari-aws".into());
    });
    let gap = Gap::SharedChannel {
        channel: "hidamari-aws".into(),
        companies: vec!["hidamari-care".into(), "nagisa-digital".into()],
    };
    assert_eq!(shared(&map), [gap]);
}

#[test]
fn holidays_that_run_out_are_told_of_in_time() {
    let mut map = good();
    let end = Holidays::Jp.last_known().unwrap();
    let near = end - 179.days();
    let of = |map: &Value, today| holidays_end(&parse(&map.to_string()).unwrap(), today);
    let hours = |holidays: &str| json!({ "days": ["mon"], "from": "09:00", "to": "18:00", "holidays": holidays });
    assert_eq!(of(&map, near), None, "nobody asks for them");
    map["companies"][0]["accounts"][0]["business_hours"] = hours("none");
    assert_eq!(of(&map, near), None);
    map["companies"][0]["accounts"][0]["business_hours"] = hours("jp");
    assert_eq!((of(&map, end - 180.days()), of(&map, near)), (None, Some(end)));
    let found = gaps(&parse(&map.to_string()).unwrap(), end + 1.day());
    assert_eq!(found[0], Gap::HolidaysEnd { until: end });
    // The data of this build must still reach far enough when it is built.
    assert!(end >= date(2028, 12, 31));
}
