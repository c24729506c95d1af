//! Levels, people and tags.

use serde_json::{Value, json};

use super::{check, good, one, with};

const ACCOUNT: &str = "/companies/0/accounts/0";

#[test]
fn a_company_may_leave_out_what_counts_from_above() {
    for key in ["channel", "language", "depth", "time_zone", "contacts"] {
        assert_eq!(with(&format!("/companies/0/{key}"), Value::Null), [], "{key}");
    }
}

#[test]
fn every_level_may_say_everything() {
    let level = json!({
        "channel": { "team": "T1", "id": "C9" },
        "channels": [{ "severity": ["critical", "high"], "team": "T1", "id": "C8" }],
        "language": "en", "depth": "plain", "time_zone": "UTC",
        "business_hours": { "days": ["mon", "sun"], "from": "09:00", "to": "24:00" },
        "contacts": [
            { "name": "L", "team": "E1", "user": "W1", "roles": ["security-lead", "approver"] },
            { "name": "P", "team": "T2", "user": "U2", "roles": ["partner", "operator"],
              "sponsor": { "team": "T1", "user": "U1" }, "until": "2027-03-31" },
        ],
    });
    let mut map = good();
    let company = &mut map["companies"][0];
    company["ous"] = json!({ "core": level });
    company["environments"] = json!({ "prod": level, "dev": level });
    let mut account = level.clone();
    for (key, value) in
        [("id", "000000000009"), ("name", "n"), ("environment", "prod"), ("stage", "live")]
    {
        account[key] = value.into();
    }
    account["ou"] = "core".into();
    let mut tag = level;
    tag["key"] = "team".into();
    tag["value"] = "".into();
    account["tags"] = json!([tag]);
    company["accounts"].as_array_mut().unwrap().push(account);
    assert_eq!(check(&map), []);
    let read = super::parse(&map.to_string()).unwrap();
    let again = super::parse(&serde_saphyr::to_string(&read).unwrap()).unwrap();
    assert_eq!(again, read);
}

#[test]
fn what_is_wrong_with_a_level_is_named() {
    let account = "companies[0].accounts[0]";
    let tag = |more: Value| {
        let mut tag = json!({ "key": "team", "value": "pay" });
        tag.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([tag])
    };
    for (pointer, value, key, what) in [
        ("/companies/0/ous", json!([]), "companies[0].ous".to_owned(), "no mapping"),
        (
            "/companies/0/ous",
            json!({ "core": { "langage": "en" } }),
            "companies[0].ous.core.langage".to_owned(),
            "unknown key",
        ),
        (
            "/companies/0/environments",
            json!({ "stg": {} }),
            "companies[0].environments.stg".to_owned(),
            "is unknown",
        ),
        (&format!("{ACCOUNT}/ou"), json!("core"), format!("{account}.ou"), "none of the company's"),
        (
            &format!("{ACCOUNT}/tags"),
            tag(json!({ "depth": "deep" })),
            format!("{account}.tags[0].depth"),
            "`deep` is unknown",
        ),
        (
            &format!("{ACCOUNT}/channels"),
            json!([{ "severity": ["severe"], "team": "T1", "id": "C1", "name": "aws" }]),
            format!("{account}.channels[0].severity[0]"),
            "is no severity",
        ),
        (
            &format!("{ACCOUNT}/channels"),
            json!([{ "team": "T1", "id": "C1", "name": "aws" }]),
            format!("{account}.channels[0].severity"),
            "is missing",
        ),
    ] {
        one(pointer, value, &key, what);
    }
}

#[test]
fn partners_have_a_sponsor_and_an_end_and_decide_nothing() {
    let at = "companies[0].contacts[0]";
    let person = |more: Value| {
        let mut person = json!({ "name": "A", "team": "T1", "user": "U1" });
        person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        person
    };
    let sponsor = json!({ "team": "T1", "user": "U2" });
    for (more, key, what) in [
        (json!({ "roles": ["boss"] }), format!("{at}.roles[0]"), "is no role"),
        (json!({ "roles": "viewer" }), format!("{at}.roles"), "no list"),
        (json!({ "until": "31.3.2027" }), format!("{at}.until"), "is no day"),
        (json!({ "sponsor": { "team": "T1" } }), format!("{at}.sponsor.user"), "is missing"),
        (json!({ "roles": ["partner"], "sponsor": sponsor }), format!("{at}.until"), "is missing"),
        (
            json!({ "roles": ["partner"], "until": "2027-03-31" }),
            format!("{at}.sponsor"),
            "is missing",
        ),
        (
            json!({ "roles": ["partner", "approver"], "sponsor": sponsor, "until": "2027-03-31" }),
            format!("{at}.roles"),
            "a partner can't be approver",
        ),
    ] {
        one("/companies/0/contacts/0", person(more), &key, what);
    }
}

#[test]
fn a_partner_decides_at_no_level_and_vouches_for_nobody() {
    let partner = json!({ "name": "P", "team": "T2", "user": "U2", "roles": ["partner"],
        "sponsor": { "team": "T1", "user": "U1" }, "until": "2027-03-31" });
    let decides = json!({ "name": "P", "team": "T2", "user": "U2", "roles": ["approver"] });
    for (above, below) in [(&partner, &decides), (&decides, &partner)] {
        let mut map = good();
        map["companies"][0]["contacts"] = json!([above]);
        map["companies"][0]["accounts"][0]["contacts"] = json!([below]);
        map["companies"][0]["accounts"][1]["contacts"] = json!([below]);
        let found = check(&map);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].what.contains("is a partner at companies[0]."), "{found:?}");
        map["companies"][0]["accounts"][0].as_object_mut().unwrap().remove("contacts");
        map["companies"][0]["accounts"][1].as_object_mut().unwrap().remove("contacts");
        map["ccoe"]["contacts"] = json!([below]);
        assert_eq!(check(&map), [], "in another company's service");
    }
    let mut own = partner;
    own["sponsor"] = json!({ "team": "T2", "user": "U2" });
    one("/companies/0/contacts/0", own, "companies[0].contacts[0].sponsor", "is the partner");
}

#[test]
fn no_company_makes_somebody_the_ccoe() {
    let person = json!({ "name": "C", "team": "T1", "user": "U9", "roles": ["ccoe"] });
    let mut map = good();
    map["ccoe"]["contacts"] = json!([person]);
    assert_eq!(check(&map), []);
    let at = "companies[0].contacts[0].roles";
    one("/companies/0/contacts/0", person, at, "no role of a company");
}

#[test]
fn what_cannot_be_seen_is_no_part_of_a_name() {
    for (name, what) in [
        ("a\u{1b}[2J", "U+001B"),
        ("a\nb", "U+000A"),
        ("a\u{202e}b", "U+202E"),
        ("\u{feff}a", "U+FEFF"),
    ] {
        one("/companies/0/name", name.into(), "companies[0].name", what);
    }
    assert_eq!(with("/companies/0/name", "é 会社 👨\u{200d}👩".into()), []);
}

#[test]
fn what_is_wrong_with_business_hours_is_named() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str, &str); 12] = [
        (|one| *one = json!("9-18"), "", "no mapping"),
        (|one| one["open"] = true.into(), ".open", "unknown key"),
        (|one| one["days"] = Value::Null, ".days", "is missing"),
        (|one| one["days"] = json!([]), ".days", "is empty"),
        (|one| one["days"] = json!("mon"), ".days", "no list"),
        (|one| one["days"] = json!(["mon", "monday"]), ".days[1]", "unknown"),
        (|one| one["from"] = 9.into(), ".from", "no text"),
        (|one| one["from"] = "9:00".into(), ".from", "no time of day"),
        (|one| one["to"] = "24:30".into(), ".to", "no time of day"),
        (|one| one["to"] = "09:00".into(), ".to", "not after 09:00"),
        (|one| one["to"] = Value::Null, ".to", "is missing"),
        (|one| one["holidays"] = "us".into(), ".holidays", "unknown"),
    ];
    for (change, key, what) in cases {
        let mut map = good();
        let hours = &mut map["ccoe"]["business_hours"];
        *hours = json!({ "days": ["mon"], "from": "09:00", "to": "18:00", "holidays": "jp" });
        change(hours);
        let found = check(&map);
        assert_eq!(found.len(), 1, "{key} {what}: {found:?}");
        assert_eq!(found[0].key, format!("ccoe.business_hours{key}"));
        assert!(found[0].what.contains(what), "{found:?}");
    }
}
