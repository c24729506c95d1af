//! Business hours, and what follows when nobody answers.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{BASELINE, Heard, House, UNOWNED, failed, heard, policy::rules};
use crate::{
    decide::{Map, Verb, due},
    domain::{
        AccountId, Card, Effect, Entry, EscalationStep, InputId, OwnerMap, Severity, WakeKind,
    },
};

fn base() -> Value {
    json!({
        "name": "base", "match": [],
        "escalate": { "company_lead_after": "30m", "ccoe_after": "2h" },
    })
}

fn house(first: &[Value]) -> House {
    let mut house = House::new();
    house.owners.ccoe.policy = rules(first);
    // A Tuesday in Tokyo, 10:00.
    house.now = at("2026-11-24T01:00:00Z");
    house
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The date of the last commit, if it has one.
fn date(house: &House) -> Option<(Entry, Card, WakeKind)> {
    house.queued.iter().find_map(|entry| match &entry.effect {
        Effect::Wake { card, what, .. } => Some((entry.clone(), card.clone(), what.clone())),
        Effect::Show { .. } | Effect::Tell { .. } => None,
    })
}

impl House {
    /// The date comes.
    fn wake(&mut self, card: &Card, what: &WakeKind, now: Timestamp) -> Heard {
        self.now = now;
        let alert = self.alerts.values().find(|one| one.id.as_str() == card.subject.as_str());
        let map = Map { owners: &self.owners, revision: 7 };
        let decision = due(now, map, alert, card, what, &InputId::new("input"));
        let effects = match decision.verb {
            Verb::Nothing => vec![],
            Verb::Map(_) => panic!("no map"),
            Verb::Remember(_) => panic!("no finding came"),
            Verb::Commit(change) => self.commit(*change),
        };
        Heard { action: decision.reason.action(), effects }
    }

    /// When the last commit's messages go out.
    fn told(&self) -> Vec<String> {
        let tells = self.queued.iter().filter(|one| matches!(one.effect, Effect::Tell { .. }));
        tells.map(|one| one.due.to_string()).collect()
    }
}

#[test]
fn nobody_answers_so_the_leads_are_called_and_then_the_ccoe_is_told() {
    let mut house = house(&[base()]);
    let opened = house.hear(&failed());
    assert_eq!(opened, heard("new", &["new C1", "wake escalate/company_lead"]));
    let (entry, card, what) = date(&house).unwrap();
    assert_eq!(entry.due, house.now + std::time::Duration::from_mins(30));
    assert_eq!((entry.created, entry.lane().is_of_dates()), (house.now, true));
    assert_eq!(entry.lane().team, card.receiver.lane.team);
    let called = house.wake(&card, &what, entry.due);
    let expected = ["unanswered C1", "wake escalate/ccoe"];
    assert_eq!(called, heard("escalated_to_company_lead", &expected));
    assert_eq!(house.wake(&card, &what, entry.due), heard("nothing_due", &[]), "once an episode");
    house.wake(&card, &what, entry.due);
    let (entry, card, what) = date(&house).unwrap();
    assert_eq!(entry.due, house.now + std::time::Duration::from_hours(2));
    let told = house.wake(&card, &what, entry.due);
    assert_eq!(told, heard("escalated_to_ccoe", &["show C1", "new C0CCOE", "unanswered C1"]));
    assert_eq!(house.alert().escalated, Some(EscalationStep::Ccoe));
    let more = failed().later(50).with(|one| one.count = 50);
    let changed = house.hear(&more);
    assert_eq!(changed, heard("changed", &["show C1", "show C0CCOE"]), "the CCoE stays");
}

#[test]
fn what_is_over_or_began_anew_is_not_passed_on() {
    let mut house = house(&[base()]);
    house.hear(&failed());
    let (entry, card, what) = date(&house).unwrap();
    house.hear(&failed().passed().later(20));
    assert_eq!(house.wake(&card, &what, entry.due), heard("nothing_due", &[]));
    let again = house.hear(&failed().later(30));
    assert_eq!(again, heard("reopened", &["reopened C1", "wake escalate/company_lead"]));
    assert_eq!(house.wake(&card, &what, entry.due), heard("nothing_due", &[]), "an old episode");
    let (_, card, what) = date(&house).unwrap();
    assert_eq!(house.wake(&card, &what, entry.due).action, "escalated_to_company_lead");
    assert_eq!(house.alert().escalated, Some(EscalationStep::CompanyLead));
    house.hear(&failed().passed().later(40));
    house.hear(&failed().later(50));
    assert_eq!(house.alert().escalated, None, "each episode by itself");
}

#[test]
fn what_nobody_was_told_of_is_passed_on_once_it_is_told() {
    let low = json!({ "name": "low", "match": [], "notify": "high" });
    let mut house = house(&[low, base()]);
    let mild = failed().with(|one| one.severity = Severity::Medium);
    assert_eq!(house.hear(&mild), heard("new_below_notify", &[]));
    let told = house.hear(&failed().later(20));
    assert_eq!(told, heard("severity_up", &["new C1", "wake escalate/company_lead"]));
}

#[test]
fn what_gets_worse_is_passed_on_sooner() {
    let hot = json!({
        "name": "hot", "match": ["severity = critical"], "escalate": { "company_lead_after": "5m" },
    });
    let mut house = house(&[hot, base()]);
    house.hear(&failed());
    let (first, ..) = date(&house).unwrap();
    let worse = failed().later(20).with(|one| one.severity = Severity::Critical);
    assert_eq!(
        house.hear(&worse).effects,
        ["severity_up C1", "show! C1", "wake escalate/company_lead"]
    );
    let (second, ..) = date(&house).unwrap();
    assert_eq!((first.id.clone(), first.asked_again(&second).due), (second.id, second.due));
    assert!(second.due < first.due);
}

#[test]
fn a_companys_own_step_does_not_put_the_ccoe_off() {
    let ccoe = json!({ "name": "ccoe", "match": [], "escalate": { "ccoe_after": "2h" } });
    for (lead, called, told) in [("30m", 30, 120), ("3h", 120, 120)] {
        let mut house = house(std::slice::from_ref(&ccoe));
        let step = json!({ "company_lead_after": lead });
        let own = json!({ "name": "own", "match": [], "escalate": step });
        house.owners.change(|companies| companies[0].policy = rules(&[own]));
        house.hear(&failed());
        let begin = house.now;
        let (entry, card, what) = date(&house).unwrap();
        assert_eq!(entry.due, begin + std::time::Duration::from_mins(called), "{lead}");
        house.wake(&card, &what, entry.due);
        let (entry, ..) = date(&house).unwrap();
        assert_eq!(entry.due, begin + std::time::Duration::from_mins(told), "{lead}");
    }
}

#[test]
fn what_gets_worse_after_the_leads_were_called_goes_to_the_ccoe_sooner() {
    let hot = json!({
        "name": "hot", "match": ["severity = critical"], "escalate": { "ccoe_after": "5m" },
    });
    let mut house = house(&[hot, base()]);
    house.hear(&failed());
    let (entry, card, what) = date(&house).unwrap();
    house.wake(&card, &what, entry.due);
    let (first, ..) = date(&house).unwrap();
    let worse = failed().later(40).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&worse).effects, ["severity_up C1", "show! C1", "wake escalate/ccoe"]);
    let (second, ..) = date(&house).unwrap();
    assert_eq!((first.id.clone(), first.asked_again(&second).due), (second.id, second.due));
    assert!(second.due < first.due);
}

#[test]
fn some_are_not_passed_on() {
    let mut house = house(&[base()]);
    let sample = failed().with(|one| one.sample = true);
    assert_eq!(house.hear(&sample), heard("new", &["new C1"]), "nobody's problem");
    let lost = failed().of("id-2").with(|one| one.account = AccountId::new(UNOWNED));
    assert_eq!(house.hear(&lost), heard("new", &["new C0CCOE"]), "the CCoE's already");
    let quiet = failed().of("id-3").with(|one| one.account = AccountId::new(BASELINE));
    assert_eq!(house.hear(&quiet), heard("new_in_baseline", &[]));
    let ccoe = json!({ "name": "ccoe", "match": [], "escalate": { "ccoe_after": "1d" } });
    house.owners.ccoe.policy = rules(&[ccoe]);
    let next = failed().of("id-4").with(|one| one.control = "EC2.1".into());
    assert_eq!(house.hear(&next), heard("new", &["new C1", "wake escalate/ccoe"]));
}

#[test]
fn what_reaches_a_company_late_has_its_time_from_then_on() {
    let mut house = house(&[base()]);
    let lost = failed().with(|one| one.account = AccountId::new(UNOWNED));
    assert_eq!(house.hear(&lost), heard("new", &["new C0CCOE"]));
    house.owners.change(|companies| {
        let mut account = companies[0].accounts[0].clone();
        account.id = AccountId::new(UNOWNED);
        companies[0].accounts.push(account);
    });
    let found = house.hear(&lost.later(50).with(|one| one.count = 50));
    let expected = ["show C0CCOE", "show C1", "new C1", "wake escalate/company_lead"];
    assert_eq!(found.effects, expected);
    let (entry, card, what) = date(&house).unwrap();
    assert_eq!(entry.due, house.now + std::time::Duration::from_mins(30));
    assert_eq!(house.wake(&card, &what, entry.due).effects[0], "unanswered C1");
}

#[test]
fn who_has_the_card_already_is_told_under_it() {
    let mut house = house(&[base()]);
    house.owners.ccoe.routes = serde_json::from_value(json!([
        { "name": "copy", "match": [], "channel": { "team": "T1", "id": "C0CCOE" } }
    ]))
    .unwrap();
    house.hear(&failed());
    let (entry, card, what) = date(&house).unwrap();
    house.wake(&card, &what, entry.due);
    let (entry, card, what) = date(&house).unwrap();
    let told = house.wake(&card, &what, entry.due).effects;
    assert_eq!(told, ["show C1", "show C0CCOE", "unanswered C0CCOE", "unanswered C1"]);
}

#[test]
fn the_reply_goes_where_the_company_is_told_now() {
    let mut house = house(&[base()]);
    house.hear(&failed());
    let (entry, card, what) = date(&house).unwrap();
    let id = house.alert().id.clone();
    let alert = house.alerts.get_mut(&id).unwrap();
    let mut stand_in = house.owners.ccoe_receiver();
    stand_in.stands_in_for = Some(card.receiver.lane.clone());
    alert.receivers = vec![stand_in];
    assert_eq!(house.wake(&card, &what, entry.due).effects[0], "unanswered C0CCOE");
}

/// Monday to Friday, 09:00 to 18:00; the company's in UTC, the group's in Tokyo.
fn with_hours(owners: &mut OwnerMap) {
    let hours = json!({
        "days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00",
        "holidays": "jp",
    });
    owners.ccoe.settings.business_hours = Some(serde_json::from_value(hours).unwrap());
}

fn patient() -> Value {
    let mut rule = base();
    rule["delay_outside_hours"] = true.into();
    rule
}

#[test]
fn what_may_wait_is_told_when_people_are_there() {
    let mut house = house(&[patient()]);
    with_hours(&mut house.owners);
    // Tuesday 01:00 in UTC: the company's people come at 09:00.
    house.hear(&failed());
    assert_eq!(house.told(), ["2026-11-24T09:00:00Z"]);
    assert_eq!(date(&house).unwrap().0.due, at("2026-11-24T09:30:00Z"), "from then on");
    let (_, card, what) = date(&house).unwrap();
    house.wake(&card, &what, at("2026-11-24T17:30:00Z"));
    assert_eq!(house.told(), ["2026-11-24T17:30:00Z"], "it has waited long enough");
    assert_eq!(date(&house).unwrap().0.due, at("2026-11-25T09:00:00Z"), "the next open hour");
}

#[test]
fn critical_waits_for_nobody_and_brings_its_card_forward() {
    let mut house = house(&[patient()]);
    with_hours(&mut house.owners);
    let critical = |one: &mut super::Finding| one.severity = Severity::Critical;
    house.hear(&failed());
    let waiting = house.queued.clone();
    house.hear(&failed().later(20).with(critical));
    assert_eq!(house.told(), [house.now.to_string()], "the reply, which pulls the card forward");
    let wake = date(&house).unwrap().0;
    let before = waiting.iter().find(|one| one.id == wake.id).unwrap();
    assert!(before.asked_again(&wake).due < before.due);
    let mut other = self::house(&[patient()]);
    with_hours(&mut other.owners);
    other.hear(&failed().with(critical));
    assert_eq!(other.told(), [other.now.to_string()]);
}

#[test]
fn the_groups_copy_goes_by_the_groups_hours() {
    let mut house = house(&[patient()]);
    with_hours(&mut house.owners);
    house.owners.ccoe.routes = serde_json::from_value(json!([
        { "name": "copy", "match": [], "channel": { "team": "T1", "id": "C0COPY" } }
    ]))
    .unwrap();
    house.hear(&failed());
    // It is Tuesday 10:00 in Tokyo.
    assert_eq!(house.told(), ["2026-11-24T09:00:00Z".to_owned(), house.now.to_string()]);
}

#[test]
fn the_second_floor_may_forbid_to_wait() {
    let mut house = house(&[patient()]);
    with_hours(&mut house.owners);
    let now = json!({ "name": "now", "match": [], "delay_outside_hours": false });
    house.owners.change(|companies| companies[0].policy = rules(&[now]));
    house.hear(&failed());
    assert_eq!(house.told(), [house.now.to_string()]);
}
