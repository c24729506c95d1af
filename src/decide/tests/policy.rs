//! What the policy lets be told: the least severity, and what becomes of what is below it.

use serde_json::{Value, json};

use super::{BASELINE, House, failed, heard};
use crate::domain::{AccountId, Rule, Severity, Source, Told};

pub(super) fn rules(all: &[Value]) -> Vec<Rule> {
    all.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect()
}

fn house(first: &[Value], second: &[Value]) -> House {
    let mut house = House::new();
    house.owners.ccoe.policy = rules(first);
    house.owners.change(|companies| companies[0].policy = rules(second));
    house
}

fn notify(least: &str) -> Value {
    json!({ "name": "base", "match": [], "notify": least })
}

fn medium() -> crate::domain::Finding {
    failed().with(|one| one.severity = Severity::Medium)
}

#[test]
fn what_is_below_is_recorded_with_the_rule_that_says_so() {
    let mut house = house(&[notify("high")], &[]);
    let decision = house.decide(&medium());
    assert!(
        decision.reason.whole().ends_with("recorded without a card (policy 1F, rule base)"),
        "{}",
        decision.reason.whole()
    );
    assert_eq!(house.hear(&medium()), heard("new_below_notify", &[]));
    assert_eq!(house.alert().told, Told::BelowNotify);
    let more = medium().later(20).with(|one| one.count = 50);
    assert_eq!(house.hear(&more), heard("changed", &[]));
    assert_eq!(house.hear(&failed().of("id-2")).effects, ["new C1"], "as bad as is told");
}

#[test]
fn it_is_told_once_it_is_as_bad_as_that() {
    let mut house = house(&[notify("high")], &[]);
    house.hear(&medium());
    assert_eq!(house.hear(&failed().later(20)), heard("severity_up", &["new C1"]));
    assert_eq!(house.alert().told, Told::Yes);
    let better = medium().later(30);
    assert_eq!(house.hear(&better), heard("changed", &["show C1"]), "who was told stays told");
    house.hear(&better.passed().later(40));
    assert_eq!(house.hear(&medium().later(50)), heard("reopened", &["reopened C1"]));
}

#[test]
fn what_nobody_was_told_of_comes_back_as_quietly() {
    let mut house = house(&[notify("high")], &[]);
    house.hear(&medium());
    assert_eq!(house.hear(&medium().passed().later(20)), heard("resolved", &[]));
    assert_eq!(house.hear(&medium().later(30)), heard("reopened_below_notify", &[]));
    assert_eq!(house.hear(&medium().passed().later(40)), heard("resolved", &[]));
    assert_eq!(house.hear(&failed().later(50)), heard("reopened", &["new C1"]));
}

#[test]
fn the_second_floor_tells_more_and_never_less() {
    let mut more = house(&[notify("high")], &[notify("medium")]);
    assert_eq!(more.hear(&medium()), heard("new", &["new C1"]));
    let mut less = house(&[notify("medium")], &[notify("critical")]);
    assert_eq!(less.hear(&medium()), heard("new", &["new C1"]), "whatever is stored");
}

#[test]
fn a_map_that_asks_for_more_is_heard_at_the_next_change() {
    let mut house = house(&[notify("high")], &[]);
    house.hear(&medium());
    house.owners.ccoe.policy.clear();
    let more = medium().later(20).with(|one| one.count = 50);
    assert_eq!(house.hear(&more), heard("changed", &["new C1"]));
}

#[test]
fn baseline_and_policy_both_hold_back() {
    let mut house = house(&[notify("high")], &[]);
    let quiet = |severity, source| {
        failed().with(|one| {
            one.account = AccountId::new(BASELINE);
            (one.severity, one.source) = (severity, source);
        })
    };
    let threat = quiet(Severity::Medium, Source::GuardDuty);
    assert_eq!(house.hear(&threat), heard("new_below_notify", &[]));
    let worse = quiet(Severity::High, Source::GuardDuty).later(20);
    assert_eq!(house.hear(&worse), heard("severity_up", &["new C1"]));
    let setting = quiet(Severity::High, Source::SecurityHub).of("id-2").with(|one| {
        one.control = "EC2.1".into();
    });
    assert_eq!(house.hear(&setting), heard("new_in_baseline", &[]));
}
