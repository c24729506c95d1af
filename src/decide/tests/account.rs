//! Accounts: their summaries, and what happens to them.

use jiff::civil::date;

use super::{BASELINE, House, LIVE, UNOWNED, at, failed, heard, owners};
use crate::{
    decide::{Change, Changed, Decision, Map, Verb, look},
    domain::{
        AccountEvent, AccountId, AccountRecord, AccountStanding, Appeared, Effect, Environment,
        Happened, InputId, OwnerMap, Placement, Stage, Subject, TellKind, Unit,
    },
};

fn looked(map: &OwnerMap, record: Option<&AccountRecord>, id: &str, seconds: i64) -> Decision {
    let map = Map { owners: map, revision: 7 };
    look(at(seconds), map, record, (&AccountId::new(id), None), &InputId::new("look"))
}

fn change(decision: Decision) -> (AccountRecord, Vec<String>) {
    let Verb::Commit(change) = decision.verb else { panic!("it must commit") };
    let Change { record, entries, audit, states, under_map: _ } = *change;
    let Changed::Account(record) = record else { panic!("an account's record") };
    assert_eq!((audit.version, record.audit_head.clone()), (record.version, Some(audit.hash())));
    assert!(states.is_empty());
    let said = entries.iter().map(|entry| {
        assert_eq!(entry.effect.card().subject, Subject::Account(record.account.clone()));
        let wait = entry.due.duration_since(audit.at).as_secs();
        let kind = match &entry.effect {
            Effect::Show { urgent, .. } => if *urgent { "show!" } else { "show" }.to_owned(),
            Effect::Tell { kind: TellKind::Notice { version }, .. } => {
                assert_eq!(*version, record.version);
                "notice".to_owned()
            }
            Effect::Tell { kind, .. } => kind.as_str().to_owned(),
            Effect::Wake { .. } => "wake".to_owned(),
        };
        format!("{kind} {} +{wait}", entry.lane().channel)
    });
    let said = said.collect();
    (*record, said)
}

#[test]
fn a_summary_is_told_once_where_something_is_held_back() {
    let map = owners();
    assert!(matches!(looked(&map, None, LIVE, 0).verb, Verb::Nothing));
    let (first, said) = change(looked(&map, None, BASELINE, 0));
    assert_eq!(said, ["new C1 +90"]);
    assert_eq!((first.version, first.noted.stage), (1, Stage::Baseline));
    assert!(matches!(looked(&map, Some(&first), BASELINE, 5).verb, Verb::Nothing));

    let mut live = map.clone();
    live.change(|companies| companies[0].accounts[1].stage = Stage::Live);
    let (second, said) = change(looked(&live, Some(&first), BASELINE, 9));
    assert_eq!((second.version, said), (2, vec!["show! C1 +0".to_owned()]), "it says so");
    assert!(matches!(looked(&live, Some(&second), BASELINE, 9).verb, Verb::Nothing), "and stops");
    let (_, said) = change(looked(&map, Some(&second), BASELINE, 20));
    assert_eq!(said, ["show! C1 +0"], "the card that stands sums up again");
}

#[test]
fn who_is_given_an_account_gets_its_summary_and_the_old_card_says_so() {
    let mut map = owners();
    map.ccoe.unknown_accounts = None;
    let (first, said) = change(looked(&map, None, UNOWNED, 0));
    assert_eq!(said, ["new C0CCOE +90"]);
    let said_of = crate::domain::Assignment {
        company: Some(map.companies()[0].id.clone()),
        environment: Some(Environment::Dev),
        reason: Some("new".into()),
        ..crate::domain::Assignment::of(AccountId::new(UNOWNED))
    };
    let given = map.assigned(&said_of).unwrap();
    let (second, said) = change(looked(&given, Some(&first), UNOWNED, 9));
    assert_eq!(said, ["show! C0CCOE +0", "new C1 +90"]);
    assert_eq!(second.noted.company, Some(given.companies()[0].id.clone()));
    let (third, said) = change(looked(&map, Some(&second), UNOWNED, 20));
    assert_eq!(said, ["show! C0CCOE +0", "show! C1 +0", "notice C0CCOE +0"], "it is back there");
    assert_eq!(third.cards.len(), 2);
}

#[test]
fn accounts_without_owner_are_held_back_unless_the_map_says_otherwise() {
    let nobodys = failed().with(|one| one.account = AccountId::new(UNOWNED));
    for (stage, action, effects, summed) in [
        (None, "new_in_baseline", &[][..], vec!["sum C0CCOE"]),
        (Some(Stage::Baseline), "new_in_baseline", &[][..], vec!["sum C0CCOE"]),
        (Some(Stage::Live), "new", &["new C0CCOE"][..], vec![]),
    ] {
        let mut house = House::new();
        house.owners.ccoe.unknown_accounts = stage;
        assert_eq!(house.hear(&nobodys), heard(action, effects));
        assert_eq!(house.summed, summed);
    }
}

#[test]
fn baseline_ends_by_itself_after_its_last_day_in_the_accounts_zone() {
    let mut map = owners();
    map.change(|companies| {
        companies[0].settings.time_zone = Some("Asia/Tokyo".into());
        companies[0].accounts[1].baseline_until = Some(date(2026, 11, 30));
    });
    let account = AccountId::new(BASELINE);
    let on = |time: &str| map.stage(&account, time.parse().unwrap());
    assert_eq!(on("2026-11-01T00:00:00Z"), Stage::Baseline);
    assert_eq!(on("2026-11-30T14:59:59Z"), Stage::Baseline, "23:59:59 there");
    assert_eq!(on("2026-11-30T15:00:00Z"), Stage::Live, "midnight there");
}

fn event(account: &str, seconds: i64, happened: Happened) -> AccountEvent {
    AccountEvent {
        id: format!("e{seconds}"),
        source: "aws.controltower".into(),
        account: AccountId::new(account),
        name: None,
        at: at(seconds),
        happened,
    }
}

fn hear(record: Option<&AccountRecord>, event: &AccountEvent) -> Decision {
    let (map, input) = (owners(), InputId::new("happened"));
    let map = Map { owners: &map, revision: 7 };
    crate::decide::happened(at(100), map, record, event, None, &input)
}

#[test]
fn what_happens_is_told_once_and_what_a_person_must_act_on_is_told_anew() {
    let appeared = |how| Happened::Appeared { how, unit: None };
    let (first, said) = change(hear(None, &event(LIVE, 10, appeared(Appeared::Managed))));
    assert_eq!(said, ["new C0CCOE +0"]);
    let (second, said) = change(hear(Some(&first), &event(LIVE, 20, Happened::Closed)));
    assert_eq!(said, ["show! C0CCOE +0", "notice C0CCOE +0"], "it is in the map still");
    assert_eq!(second.standing, AccountStanding::Closed);
    let late = event(LIVE, 15, appeared(Appeared::Created));
    assert!(matches!(hear(Some(&second), &late).verb, Verb::Nothing), "late news change nothing");
    let (_, said) = change(hear(None, &event(LIVE, 10, appeared(Appeared::Updated))));
    assert_eq!(said, Vec::<String>::new(), "an update of a landing zone tells of no account");
    let (_, said) = change(hear(None, &event(UNOWNED, 10, appeared(Appeared::Updated))));
    assert_eq!(said, ["new C0CCOE +0"], "save of one that nobody answers for");
}

fn known_as(account: &str) -> AccountRecord {
    let map = owners();
    let (account, map) = (AccountId::new(account), Map { owners: &map, revision: 7 });
    let noted = crate::decide::noted(map, &account, at(0));
    AccountRecord { name: Some("n".into()), ..AccountRecord::new(account, noted, at(0)) }
}

#[test]
fn news_that_others_overtook_place_no_account() {
    let mut map = owners();
    map.change(|companies| companies[0].organizational_units = vec!["ou-1".into()]);
    let unit = Some(Unit { id: "ou-1".into(), name: Some("One Dev".into()) });
    let made = event(UNOWNED, 30, Happened::Appeared { how: Appeared::Managed, unit });
    let place = |record: &AccountRecord| {
        let map = Map { owners: &map, revision: 7 };
        matches!(crate::decide::place(map, Some(record), &made).verb, Verb::Map(_))
    };
    let mut known = known_as(UNOWNED);
    known.event = Some(event(UNOWNED, 20, Happened::Closed));
    assert!(place(&known));
    let moved = Happened::Moved { from: "ou-1".into(), to: "ou-2".into() };
    known.event = Some(event(UNOWNED, 40, moved));
    assert!(!place(&known), "it is elsewhere by now");
    known.event = None;
    for standing in [AccountStanding::Closed, AccountStanding::Left] {
        known.standing = standing;
        assert!(!place(&known), "{standing:?}");
    }
}

#[test]
fn a_unit_places_an_account_where_it_says_company_and_environment() {
    let mut map = owners();
    map.change(|companies| companies[0].organizational_units = vec!["ou-1".into()]);
    let in_unit = |id: &str, name: Option<&str>| {
        let unit = Unit { id: id.into(), name: name.map(str::to_owned) };
        event(UNOWNED, 1, Happened::Appeared { how: Appeared::Managed, unit: Some(unit) })
    };
    let placed = |event: &AccountEvent| {
        let map = Map { owners: &map, revision: 7 };
        let decision = crate::decide::place(map, Some(&known_as(event.account.as_str())), event);
        let Verb::Map(change) = decision.verb else { return None };
        let Placement::Owned(company, account) = change.map.place(&event.account) else {
            return None;
        };
        assert_eq!((change.after, account.stage, account.name.as_str()), (7, Stage::Baseline, "n"));
        Some((company.id.to_string(), account.environment))
    };
    let dev = Some(("one".to_owned(), Environment::Dev));
    assert_eq!(placed(&in_unit("ou-1", Some("One Dev"))), dev);
    assert_eq!(placed(&in_unit("ou-1", Some("One Non-Prod"))), None, "nothing is guessed");
    assert_eq!(placed(&in_unit("ou-1", Some("Sandbox"))), None);
    assert_eq!(placed(&in_unit("ou-1", None)), None);
    assert_eq!(placed(&in_unit("ou-2", Some("One Dev"))), None);
    let mut known = in_unit("ou-1", Some("One Dev"));
    known.account = AccountId::new(LIVE);
    assert_eq!(placed(&known), None, "it has an owner");
}
