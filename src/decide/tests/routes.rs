//! Routes of companies and of the group: who is told when an alert opens, moves and comes back.

use super::{Finding, House, UNOWNED, channel, failed, heard};
use crate::domain::{AccountId, Matcher, OwnerMap, Route, Severity};

fn route(name: &str, matchers: &[&str], to: &str) -> Route {
    Route {
        name: name.into(),
        matchers: matchers.iter().map(|one| Matcher::parse(one).unwrap()).collect(),
        channel: channel(to),
        language: None,
        depth: None,
        goes_on: false,
    }
}

fn going_on(route: Route) -> Route {
    Route { goes_on: true, ..route }
}

fn house(company: Vec<Route>, group: Vec<Route>) -> House {
    let mut house = House::new();
    house.owners.change(|companies| companies[0].routes = company);
    house.owners.ccoe.routes = group;
    house
}

/// A house whose map has routes of every kind.
pub(super) fn busy() -> House {
    let company = vec![
        going_on(route("hot", &["severity = critical"], "C1HOT")),
        going_on(route("threats", &["source = aws.guardduty"], "C1GD")),
        route("one", &["resource = bucket-1", "severity >= medium"], "C1ONE"),
        going_on(route("renamed", &["resource =~ ^renamed"], "C1RE")),
    ];
    let group = vec![
        going_on(route("copy", &["severity >= high"], "C0COPY")),
        going_on(route("lost", &["environment ="], "C0LOST")),
        route("quiet", &["severity <= low"], "C1"),
    ];
    let mut house = house(company, group);
    passed_on(&mut house);
    house
}

/// A date comes with each telling: one more item of its commit.
fn passed_on(house: &mut House) {
    house.owners.ccoe.policy = super::policy::rules(&[serde_json::json!({
        "name": "base", "match": [],
        "escalate": { "company_lead_after": "30m", "ccoe_after": "4h" },
    })]);
}

fn lanes(house: &House) -> Vec<String> {
    house.alert().receivers.iter().map(|one| one.lane.channel.to_string()).collect()
}

#[test]
fn a_companys_route_decides() {
    let mut house = house(vec![route("s3", &[r"control =~ ^S3\."], "C1S3")], vec![]);
    assert_eq!(house.hear(&failed()), heard("new", &["new C1S3"]));
    let other = failed().of("id-2").with(|one| one.control = "EC2.19".into());
    assert_eq!(house.hear(&other), heard("new", &["new C1"]), "the catch-all");
    assert_eq!(house.hear(&failed().passed().later(20)), heard("resolved", &["show! C1S3"]));
    assert_eq!(house.hear(&failed().later(30)), heard("reopened", &["reopened C1S3"]));
}

#[test]
fn a_route_that_goes_on_adds() {
    let routes = vec![going_on(route("s3", &["control = S3.2"], "C1S3"))];
    let mut house = house(routes, vec![]);
    assert_eq!(house.hear(&failed()), heard("new", &["new C1S3", "new C1"]));
    assert_eq!(house.hear(&failed().later(20).with(|one| one.count = 50)).effects.len(), 2);
    assert_eq!(house.hear(&failed().passed().later(30)).effects, ["show! C1S3", "show! C1"]);
    assert_eq!(house.hear(&failed().later(40)).effects, ["reopened C1S3", "reopened C1"]);
}

#[test]
fn the_group_gets_a_copy_and_takes_none_away() {
    let group = || vec![route("copy", &["severity >= high"], "C0COPY")];
    let mut one = house(vec![], group());
    assert_eq!(one.hear(&failed()), heard("new", &["new C1", "new C0COPY"]));
    let mut own = house(vec![route("s3", &[], "C1S3")], group());
    assert_eq!(own.hear(&failed()), heard("new", &["new C1S3", "new C0COPY"]));
    let mut low = house(vec![], group());
    let mild = failed().with(|one| one.severity = Severity::Low);
    assert_eq!(low.hear(&mild), heard("new", &["new C1"]));
    let copied = low.alert().receivers.len();
    assert_eq!(low.hear(&failed().later(20)).action, "severity_up");
    assert_eq!((copied, lanes(&low)), (1, vec!["C1".to_owned(), "C0COPY".to_owned()]));
}

#[test]
fn an_account_nobody_owns_has_the_groups_routes_alone() {
    let mut house = house(
        vec![route("all", &[], "C1ALL")],
        vec![route("lost", &["environment ="], "C0LOST"), route("never", &[], "C0NEVER")],
    );
    let finding = failed().with(|one| one.account = AccountId::new(UNOWNED));
    assert_eq!(house.hear(&finding), heard("new", &["new C0CCOE", "new C0LOST"]));
}

#[test]
fn a_severity_that_rises_into_another_route_is_told_there_as_well() {
    let mut house = house(vec![route("hot", &["severity = critical"], "C1HOT")], vec![]);
    assert_eq!(house.hear(&failed()), heard("new", &["new C1"]));
    let worse = failed().later(20).with(|one| one.severity = Severity::Critical);
    let told = house.hear(&worse);
    let all = ["severity_up C1", "show! C1", "show! C1HOT", "new C1HOT"];
    assert_eq!(told, heard("severity_up", &all), "no reply where there is no card yet");
    let better = failed().later(30);
    assert_eq!(house.hear(&better), heard("changed", &["show C1", "show C1HOT"]), "both stay");
    house.hear(&better.passed().later(40));
    assert_eq!(house.hear(&better.later(50)).effects, ["show! C1HOT", "reopened C1"]);
}

#[test]
fn a_tag_leads_into_a_route_and_out_of_it() {
    let routes = vec![route("pay", &["tag:team = pay"], "C1PAY")];
    let mut house = house(routes, vec![]);
    let tagged = failed().with(|one| {
        one.tags.insert("team".into(), "pay".into());
    });
    assert_eq!(house.hear(&failed()), heard("new", &["new C1"]));
    let now = tagged.later(20).with(|one| one.count = 50);
    assert_eq!(house.hear(&now), heard("changed", &["show C1", "show C1PAY", "new C1PAY"]));
    assert_eq!(lanes(&house), ["C1", "C1PAY"], "the map could name both");
    house.hear(&tagged.passed().later(30));
    assert_eq!(house.hear(&tagged.later(40)).effects, ["show! C1", "reopened C1PAY"]);
}

#[test]
fn a_route_that_the_map_no_longer_has_is_left() {
    let mut house = house(vec![going_on(route("s3", &[], "C1S3"))], vec![route("g", &[], "C0G")]);
    assert_eq!(house.hear(&failed()), heard("new", &["new C1S3", "new C1", "new C0G"]));
    house.owners.change(|companies| companies[0].routes.clear());
    house.owners.ccoe.routes.clear();
    let next = failed().later(20).with(|one| one.count = 50);
    assert_eq!(house.hear(&next), heard("changed", &["show C1", "show! C1S3", "show! C0G"]));
    assert_eq!(lanes(&house), ["C1"]);
    let again = next.later(30).with(|one| one.count = 500);
    assert_eq!(house.hear(&again), heard("changed", &["show C1"]), "left once");
}

#[test]
fn what_is_held_in_baseline_is_told_in_all_of_them_once_it_cannot_wait() {
    let mut house = house(vec![], vec![route("g", &["severity = critical"], "C0G")]);
    let quiet = |one: &mut Finding| one.account = AccountId::new(super::BASELINE);
    assert_eq!(house.hear(&failed().with(quiet)), heard("new_in_baseline", &[]));
    let worse = failed().with(quiet).later(20).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&worse), heard("severity_up", &["new C1", "new C0G"]));
}

#[test]
fn what_nobody_was_told_of_keeps_no_channel() {
    let mut house = self::house(vec![route("hot", &["severity = critical"], "C1HOT")], vec![]);
    let quiet = |one: &mut Finding| one.account = AccountId::new(super::BASELINE);
    assert_eq!(house.hear(&failed().with(quiet)), heard("new_in_baseline", &[]));
    assert_eq!(lanes(&house), ["C1"]);
    let worse = failed().with(quiet).later(20).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&worse), heard("severity_up", &["new C1HOT"]));
}

/// A commit is at most 25 items (the house asserts it), however often an alert moves.
#[test]
fn an_alert_that_wanders_leaves_where_it_would_not_be_told_now() {
    let routes: Vec<Route> = (0..20)
        .map(|n| route(&format!("r{n}"), &[&format!("tag:n = {n}")], &format!("C1N{n}")))
        .collect();
    let group =
        (0..5).map(|n| going_on(route(&format!("g{n}"), &[], &format!("C0N{n}")))).collect();
    let mut house = house(routes, group);
    passed_on(&mut house);
    let round = |n: usize, severity| {
        failed().later(20 + i64::try_from(n).unwrap()).with(|one| {
            one.tags.insert("n".into(), n.to_string());
            one.count = if n.is_multiple_of(2) { 1 } else { 50 };
            one.severity = severity;
        })
    };
    for n in 0..20 {
        let severity = Severity::ALL[(n / 5).min(4)];
        let told = house.hear(&round(n, severity));
        assert!(told.effects.contains(&format!("new C1N{n}")), "{told:?}");
        assert!(house.alert().receivers.len() <= OwnerMap::CHANNELS_AT_ONCE);
    }
    let now = lanes(&house);
    assert!(now.contains(&"C1N19".to_owned()) && !now.contains(&"C1N0".to_owned()), "{now:?}");
    // Passed on, it is told in one more, whatever else changes, and a commit still holds it all.
    let id = house.alert().id.clone();
    let ccoe = house.owners.ccoe_receiver();
    let alert = house.alerts.get_mut(&id).unwrap();
    alert.escalated = Some(crate::domain::EscalationStep::Ccoe);
    (alert.severity, alert.receivers) = (Severity::Low, {
        let mut all = alert.receivers.clone();
        all.push(ccoe.clone());
        all
    });
    for n in 0..19 {
        let severity = Severity::ALL[(n / 4).min(4)];
        let told = house.hear(&round(n + 20, severity).with(|one| {
            one.tags.insert("n".into(), n.to_string());
        }));
        assert!(told.effects.len() > 6, "{told:?}");
        assert!(house.alert().receivers.iter().any(|one| one.lane == ccoe.lane));
    }
}
