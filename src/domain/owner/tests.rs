mod routes;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Contact, Environment, Level, OwnerMap, Placement, Role, Setting};
use crate::domain::{AccountId, Lang, Severity};

fn channel(id: &str) -> Value {
    json!({ "team": "T1", "id": id })
}

fn map() -> OwnerMap {
    let map = json!({
        "version": 1,
        "ccoe": {
            "name": "CCoE", "channel": channel("C0"), "language": "ja", "depth": "detailed",
            "time_zone": "Asia/Tokyo", "contacts": [{ "name": "G", "team": "T1", "user": "UG" }],
        },
        "companies": [{
            "id": "one", "name": "One", "channel": channel("C1"),
            "channels": [{ "severity": ["critical"], "team": "T1", "id": "C1CRIT" }],
            "contacts": [{ "name": "C", "team": "T1", "user": "UC" }],
            "ous": { "core": { "language": "en" } },
            "environments": { "dev": { "depth": "plain", "channel": channel("C1DEV") } },
            "accounts": [
                { "id": "000000000001", "name": "a", "environment": "prod", "stage": "live",
                  "ou": "core", "time_zone": "UTC",
                  "tags": [
                    { "key": "team", "value": "pay", "channel": channel("C1PAY"),
                      "contacts": [{ "name": "P", "team": "T2", "user": "UP" }] },
                    { "key": "tier", "value": "1", "channel": channel("C1TIER") },
                  ] },
                { "id": "000000000002", "name": "b", "environment": "dev", "stage": "live" },
            ],
        }],
    });
    serde_json::from_value(map).unwrap()
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn told(map: &OwnerMap, account: &str, pairs: &[(&str, &str)], severity: Severity) -> String {
    let resolved = map.resolve(&AccountId::new(account), &tags(pairs));
    resolved.receiver(Some(severity)).lane.channel.to_string()
}

#[test]
fn the_lowest_level_that_says_something_counts() {
    let map = map();
    let (prod, dev, unknown) = ("000000000001", "000000000002", "000000000003");
    assert_eq!(told(&map, prod, &[], Severity::High), "C1");
    assert_eq!(told(&map, prod, &[], Severity::Critical), "C1CRIT");
    // A lower level's channel for all counts before a higher level's for some.
    assert_eq!(told(&map, dev, &[], Severity::Critical), "C1DEV");
    assert_eq!(told(&map, prod, &[("team", "pay")], Severity::Critical), "C1PAY");
    assert_eq!(told(&map, prod, &[("tier", "1"), ("team", "pay")], Severity::Low), "C1PAY");
    assert_eq!(told(&map, prod, &[("tier", "1")], Severity::Low), "C1TIER");
    assert_eq!(told(&map, prod, &[("team", "Pay")], Severity::Low), "C1", "exactly");
    assert_eq!(told(&map, dev, &[("team", "pay")], Severity::Low), "C1DEV", "another account's");
    assert_eq!(told(&map, unknown, &[], Severity::Critical), "C0", "nobody's goes to the CCoE");
    assert_eq!(map.place(&AccountId::new(unknown)), Placement::Unowned);
}

#[test]
fn each_value_names_its_level() {
    let map = map();
    let resolved = map.resolve(&AccountId::new("000000000001"), &tags(&[("team", "pay")]));
    let source = |setting| resolved.source(setting, Some(Severity::High)).unwrap();
    assert_eq!(source(Setting::Channel), Level::Tag { key: "team", value: "pay" });
    assert_eq!(source(Setting::Language), Level::Ou("core"));
    assert_eq!(source(Setting::Depth), Level::Group);
    assert!(matches!(source(Setting::TimeZone), Level::Account(_)));
    assert_eq!(resolved.receiver(None).lang, Lang::En);
    let dev = map.resolve(&AccountId::new("000000000002"), &tags(&[]));
    assert_eq!(dev.source(Setting::Depth, None), Some(Level::Environment(Environment::Dev)));
    let names: Vec<&str> = resolved.contacts().map(|(one, _)| one.name.as_str()).collect();
    assert_eq!(names, ["G", "C", "P"], "people add up");
    let lanes: Vec<String> = dev.lanes().iter().map(ToString::to_string).collect();
    assert!(lanes.iter().all(|lane| lane == "T1/C1DEV"), "{lanes:?}");
}

#[test]
fn it_is_written_as_it_was_read() {
    let map = map();
    let text = serde_json::to_string(&map).unwrap();
    let read: OwnerMap = serde_json::from_str(&text).unwrap();
    assert_eq!(read, map);
    let ids: Vec<&str> = map.channels().iter().map(|channel| channel.id.as_str()).collect();
    assert_eq!(ids, ["C0", "C1", "C1CRIT", "C1DEV", "C1PAY", "C1TIER"]);
}

#[test]
fn a_copy_that_is_changed_is_not_found_by_the_old_index() {
    let map = map();
    assert!(matches!(map.place(&AccountId::new("000000000002")), Placement::Owned(..)));
    let mut copy = map.clone();
    copy.change(|companies| {
        companies[0].accounts.remove(0);
    });
    let Placement::Owned(_, account) = copy.place(&AccountId::new("000000000002")) else {
        panic!("it is still there")
    };
    assert_eq!(account.name, "b");
    assert_eq!(copy.place(&AccountId::new("000000000001")), Placement::Unowned);
}

fn contact(roles: &[Role], until: Option<Date>) -> Contact {
    let contact = json!({ "name": "A", "team": "T1", "user": "U1", "roles": roles });
    let mut contact: Contact = serde_json::from_value(contact).unwrap();
    contact.until = until;
    contact
}

#[test]
fn a_partner_never_decides_and_ends() {
    let today = date(2026, 11, 24);
    let approver = contact(&[Role::Approver], None);
    assert!(approver.has(Role::Approver, today));
    assert!(!approver.has(Role::Ccoe, today));
    let partner = contact(&[Role::Partner, Role::Approver, Role::Operator], Some(today));
    assert!(partner.has(Role::Partner, today), "on the last day still");
    assert!(partner.has(Role::Operator, today));
    assert!(!partner.has(Role::Approver, today), "whatever the map says");
    let tomorrow = date(2026, 11, 25);
    assert!(!partner.has(Role::Partner, tomorrow) && partner.is_over(tomorrow));
    assert!(!contact(&[], None).has(Role::Viewer, today), "nobody is anything by default");
}
