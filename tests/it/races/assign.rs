//! Who answers for an account: clicks that meet each other, and what follows them.

use std::sync::Arc;

use monban::{
    decide::{AssignOwner, AssignRefused, Input},
    domain::{
        AccountId, CompanyId, Environment, Finding, InputId, Person, Placement, Stage, TeamId,
        Told, UserId,
    },
    flow::Decided,
    ports::Store as _,
};

use super::rig::{Replica, Rig, says};
use crate::sim::executor::finish;

const NOBODYS: &str = "444455556666";

fn click(company: &str, user: &str) -> AssignOwner {
    AssignOwner {
        account: AccountId::new(NOBODYS),
        company: CompanyId::new(company),
        environment: Environment::Prod,
        name: "新しい基盤".to_owned(),
        who: Person { team: TeamId::new("T0SHINONOME"), user: UserId::new(user) },
        who_name: "門田 守".to_owned(),
    }
}

/// The CCoE's person of the sample.
fn theirs(company: &str) -> AssignOwner {
    click(company, "U0KADOTA")
}

fn ask(replica: &Replica, id: &str, asked: &AssignOwner) -> Decided {
    let input = Input::AssignOwner(Box::new(asked.clone()));
    finish(replica.gate.handle(&InputId::new(id), &input)).unwrap()
}

fn problem(second: i64) -> Finding {
    let mut finding = says(second, "FAILED", "HIGH");
    finding.account = AccountId::new(NOBODYS);
    finding
}

fn revision(rig: &Rig) -> u64 {
    finish(rig.store.owners()).unwrap().unwrap().revision
}

fn texts(rig: &Rig, channel: &str) -> Vec<String> {
    let of = |one: &&crate::sim::chat::Standing| one.lane.channel.as_str() == channel;
    rig.messages().iter().filter(of).map(|one| one.text.clone()).collect()
}

#[test]
fn an_account_that_is_given_away_is_told_of_in_its_company_from_then_on() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&problem(1)).unwrap();
    rig.pass(31);
    one.pump(&rig);
    assert_eq!(texts(&rig, "C0CCOE").len(), 1);
    assert!(texts(&rig, "C0CCOE")[0].contains("担当未定"), "{:?}", texts(&rig, "C0CCOE"));

    assert_eq!(ask(&one, "click/1", &theirs("hidamari-care")).action, "assigned");
    let owners = finish(rig.store.owners()).unwrap().unwrap();
    let Placement::Owned(company, account) = owners.map.place(&AccountId::new(NOBODYS)) else {
        panic!("nobody has it")
    };
    assert_eq!((company.id.as_str(), account.stage), ("hidamari-care", Stage::Baseline));
    assert_eq!((account.name.as_str(), account.environment), ("新しい基盤", Environment::Prod));
    let trail = finish(rig.store.audit_trail("owners")).unwrap();
    assert_eq!(trail.len(), 2);
    assert!(trail[1].actor.contains("T0SHINONOME/U0KADOTA"), "{trail:?}");
    assert_eq!(trail[1].previous, Some(trail[0].hash()));

    // The replica that renders read its map a moment ago.
    two.pump(&rig);
    assert!(texts(&rig, "C0CCOE")[0].contains("担当の会社はひだまりケアサービス"));
    rig.pass(91);
    two.pump(&rig);
    let hidamari = texts(&rig, "C0HIDAMARI");
    assert_eq!(hidamari.len(), 1, "{hidamari:?}");
    assert!(hidamari[0].contains("【受け入れ準備中】新しい基盤"), "{hidamari:?}");

    // The next finding is the company's.
    let mut next = problem(200);
    next.identity = monban::domain::Identity::new("another");
    next.resource.id = "arn:aws:s3:::another".to_owned();
    rig.pass(31);
    two.handle(&next).unwrap();
    let alerts = finish(rig.store.alerts()).unwrap();
    let fresh = alerts.iter().find(|one| one.resource.id.ends_with("another")).unwrap();
    assert_eq!(fresh.receivers[0].lane.channel.as_str(), "C0HIDAMARI");
    assert_eq!(fresh.told, Told::HeldBaseline);
}

#[test]
fn a_second_click_gets_the_first_answer_and_another_company_is_refused() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    finish(two.gate.owners()).unwrap();
    let first = ask(&one, "click/1", &theirs("hidamari-care"));
    assert_eq!((first.action.as_str(), first.repeated), ("assigned", false));
    for replica in [&one, &two] {
        let again = ask(replica, "click/1", &theirs("hidamari-care"));
        assert_eq!((again.action.as_str(), again.repeated), ("assigned", true));
    }
    // Another click: the map it was read by is a moment old, its decision is not.
    assert_eq!(ask(&two, "click/2", &theirs("hidamari-care")).action, "already_assigned");
    let other = ask(&two, "click/3", &theirs("nagisa-digital"));
    assert_eq!(AssignRefused::of(&other.action), Some(AssignRefused::OwnedByAnother));
    assert_eq!(revision(&rig), 2);
}

#[test]
fn only_the_ccoe_gives_accounts_away() {
    let rig = Rig::new();
    let one = rig.replica();
    for (asked, refused) in [
        // An approver of a company.
        (click("hidamari-care", "U0TANAKA"), AssignRefused::NotCcoe),
        (click("hidamari-care", "U0NOBODY"), AssignRefused::NotCcoe),
        (theirs("no-such-company"), AssignRefused::UnknownCompany),
        (AssignOwner { account: AccountId::new("12"), ..theirs("x") }, AssignRefused::NoAccount),
    ] {
        let decided = ask(&one, "click/1", &asked);
        assert_eq!(AssignRefused::of(&decided.action), Some(refused), "{asked:?}");
        assert!(!decided.repeated);
    }
    assert_eq!(revision(&rig), 1);
}

#[test]
fn two_who_give_two_accounts_at_once_both_have_their_way() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), Arc::new(rig.replica()));
    let second = Arc::clone(&two);
    let other = AssignOwner { account: AccountId::new("555566667777"), ..theirs("nagisa-digital") };
    // Between the first one's reading and writing of the map.
    rig.hooks.at("owners.before", move || {
        assert_eq!(ask(&second, "click/2", &other).action, "assigned");
    });
    assert_eq!(ask(&one, "click/1", &theirs("hidamari-care")).action, "assigned");
    assert_eq!(revision(&rig), 3);
    let owners = finish(rig.store.owners()).unwrap().unwrap();
    for account in [NOBODYS, "555566667777"] {
        assert_ne!(owners.map.place(&AccountId::new(account)), Placement::Unowned, "{account}");
    }
}

/// Told once alone, so it is tried until it can be.
#[test]
fn a_summary_waits_for_its_channel_for_longer_than_a_day() {
    let rig = Rig::new();
    let one = rig.replica();
    let mut finding = says(1, "FAILED", "HIGH");
    finding.account = AccountId::new("111122225555");
    one.handle(&finding).unwrap();
    let lane = rig.lane();
    rig.chat.closed.lock().unwrap().insert(lane.clone());
    for _ in 0..700 {
        let _ = one.pump_once();
        rig.pass(150);
    }
    assert!(texts(&rig, lane.channel.as_str()).is_empty());
    rig.chat.closed.lock().unwrap().clear();
    for _ in 0..10 {
        let _ = one.pump_once();
        rig.pass(150);
    }
    assert_eq!(texts(&rig, lane.channel.as_str()).len(), 1, "{:?}", rig.messages());
}
