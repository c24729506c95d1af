//! Who may take care of a problem, and what comes of it.

use jiff::civil::date;

use super::{House, LIVE, UNOWNED, failed};
use crate::{
    decide::{Decision, Map, Preference, Reason, Verb, acknowledge, candidates, give, prefer},
    domain::{
        AccountId, Contact, InputId, Lang, Level, Person, Refusal, Role, TeamId, Told, UserId,
    },
};

fn who(user: &str) -> Person {
    Person { team: TeamId::new("T1"), user: UserId::new(user) }
}

fn contact(user: &str, roles: &[Role]) -> Contact {
    Contact {
        name: format!("name of {user}"),
        team: TeamId::new("T1"),
        user: UserId::new(user),
        roles: roles.to_vec(),
        sponsor: None,
        until: None,
    }
}

/// A house with an open alert and somebody for each role.
fn peopled() -> House {
    let mut house = House::new();
    house.owners.ccoe.settings.contacts = vec![contact("UCCOE", &[Role::Ccoe])];
    let mut over = contact("UOVER", &[Role::Partner]);
    over.until = Some(date(2020, 1, 1));
    house.owners.change(|companies| {
        companies[0].settings.contacts = vec![
            contact("UVIEW", &[Role::Viewer]),
            contact("UOPS", &[Role::Operator]),
            contact("UAPP", &[Role::Approver]),
            contact("ULEAD", &[Role::SecurityLead]),
            contact("UPART", &[Role::Partner]),
            contact("UNOTHING", &[]),
            over,
        ];
        let mut other = companies[0].clone();
        other.id = crate::domain::CompanyId::new("other");
        other.accounts.clear();
        other.settings.contacts = vec![contact("UOTHER", &[Role::Approver])];
        companies.push(other);
    });
    house.hear(&failed());
    house
}

impl House {
    fn map(&self) -> Map<'_> {
        Map { owners: &self.owners, revision: 7 }
    }

    fn acknowledge(&self, user: &str) -> Decision {
        acknowledge(
            self.now,
            self.map(),
            Some(self.alert()),
            (&who(user), None),
            &InputId::new("click"),
        )
    }

    fn assign(&self, user: &str, to: Option<&str>) -> Decision {
        let (to, input) = (to.map(who), InputId::new("click"));
        give(self.now, self.map(), Some(self.alert()), to.as_ref(), &who(user), &input)
    }

    fn take(&mut self, decision: Decision) -> Vec<String> {
        let Verb::Commit(change) = decision.verb else { panic!("{:?}", decision.reason) };
        assert_eq!(change.under_map, Some(7), "a person decides under one map");
        assert_eq!(change.audit.actor.split('/').next(), Some("T1"), "the audit names the person");
        self.commit(*change)
    }
}

fn refusal(decision: Decision) -> Refusal {
    assert!(matches!(decision.verb, Verb::Nothing), "a refusal writes nothing");
    match decision.reason {
        Reason::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_answers_may_take_care_and_nobody_else() {
    let house = peopled();
    for may in ["UOPS", "UAPP", "ULEAD", "UPART", "UCCOE"] {
        assert_eq!(house.acknowledge(may).reason, Reason::Acknowledged, "{may}");
    }
    assert!(matches!(refusal(house.acknowledge("UVIEW")), Refusal::Lacks(_)));
    for (user, why) in [
        ("UNOTHING", Refusal::NotYours),
        ("UOTHER", Refusal::NotYours),
        ("UOVER", Refusal::Over),
        ("USTRANGER", Refusal::Stranger),
    ] {
        assert_eq!(refusal(house.acknowledge(user)), why, "{user}");
    }
    // The same user id in another workspace is somebody else.
    let elsewhere = Person { team: TeamId::new("T2"), user: UserId::new("UAPP") };
    let alert = Some(house.alert());
    let decision =
        acknowledge(house.now, house.map(), alert, (&elsewhere, None), &InputId::new("click"));
    assert_eq!(refusal(decision), Refusal::Stranger);
}

#[test]
fn the_first_acknowledgement_counts_and_is_shown() {
    let mut house = peopled();
    let decision = house.acknowledge("UOPS");
    assert_eq!(house.take(decision), ["show! C1"]);
    let given = house.alert().acknowledged.clone().unwrap();
    assert_eq!((given.by, given.name.as_str()), (who("UOPS"), "name of UOPS"));
    // Pressed twice it changes nothing; a second person learns who was first.
    let again = house.acknowledge("UOPS");
    assert!(matches!((again.verb, again.reason), (Verb::Nothing, Reason::Acknowledged)));
    assert_eq!(
        refusal(house.acknowledge("UAPP")),
        Refusal::Taken { by: "name of UOPS".to_owned() }
    );
}

#[test]
fn what_is_over_needs_no_care_and_a_new_episode_needs_it_anew() {
    let mut house = peopled();
    let decision = house.acknowledge("UOPS");
    house.take(decision);
    house.hear(&failed().passed().later(20));
    assert_eq!(refusal(house.acknowledge("UOPS")), Refusal::Resolved);
    house.hear(&failed().later(40));
    let alert = house.alert();
    assert_eq!((alert.episode, &alert.acknowledged, &alert.assignee), (2, &None, &None));
    // The old card may still stand as it was when it is pressed.
    let (alert, input) = (Some(house.alert()), InputId::new("click"));
    let pressed =
        |episode| acknowledge(house.now, house.map(), alert, (&who("UAPP"), Some(episode)), &input);
    assert_eq!(refusal(pressed(1)), Refusal::Earlier);
    assert_eq!(pressed(2).reason, Reason::Acknowledged);
}

#[test]
fn work_is_given_to_people_who_answer() {
    let mut house = peopled();
    let decision = house.assign("UPART", Some("ULEAD"));
    assert_eq!(house.take(decision), ["show! C1"]);
    let alert = house.alert();
    assert_eq!(alert.assignee.as_ref().unwrap().who, who("ULEAD"));
    assert_eq!(alert.assignee.as_ref().unwrap().given.by, who("UPART"));
    assert!(alert.acknowledged.is_some(), "somebody works on it: nobody need be called");
    assert!(matches!(house.assign("UOPS", Some("ULEAD")).verb, Verb::Nothing));
    let viewer = Refusal::CantCare { name: "name of UVIEW".to_owned() };
    assert_eq!(refusal(house.assign("UOPS", Some("UVIEW"))), viewer);
    assert_eq!(refusal(house.assign("UOPS", Some("UOVER"))), Refusal::NotThere);
    assert_eq!(refusal(house.assign("UOPS", Some("UOTHER"))), Refusal::NotThere);
    assert_eq!(refusal(house.assign("UOTHER", Some("ULEAD"))), Refusal::NotYours);
    let decision = house.assign("UOPS", None);
    house.take(decision);
    assert_eq!(house.alert().assignee, None);
    let names: Vec<String> = candidates(house.now, house.map(), house.alert())
        .into_iter()
        .map(|one| one.who.user.to_string())
        .collect();
    assert_eq!(names, ["UPART", "ULEAD", "UAPP", "UOPS", "UCCOE"]);
}

#[test]
fn nobodys_account_is_the_groups() {
    let mut house = peopled();
    house.alerts.clear();
    house.hear(&failed().with(|one| {
        one.account = AccountId::new(UNOWNED);
        one.identity = crate::domain::Identity::new("id-9");
    }));
    assert_eq!(house.acknowledge("UCCOE").reason, Reason::Acknowledged);
    assert_eq!(refusal(house.acknowledge("UAPP")), Refusal::NotYours);
    assert_eq!(house.alert().told, Told::Yes);
}

#[test]
fn an_alert_that_is_not_there_is_said_not_to_be() {
    let house = peopled();
    // Whether it is there at all only those are told who may see everything.
    for (user, why) in
        [("UCCOE", Refusal::NoAlert), ("UOPS", Refusal::NotYours), ("USTRANGER", Refusal::Stranger)]
    {
        let input = InputId::new("click");
        let decision = acknowledge(house.now, house.map(), None, (&who(user), None), &input);
        assert_eq!(refusal(decision), why, "{user}");
    }
}

#[test]
fn a_contact_of_one_account_answers_for_that_one_alone() {
    let mut house = peopled();
    house.owners.change(|companies| {
        let account = companies[0].accounts.iter_mut().find(|one| one.id.as_str() == LIVE);
        account.unwrap().settings.contacts = vec![contact("UONE", &[Role::Operator])];
    });
    assert_eq!(house.acknowledge("UONE").reason, Reason::Acknowledged);
    let baseline = AccountId::new(super::BASELINE);
    let resolved = house.owners.resolve(&baseline, &std::collections::BTreeMap::new());
    assert!(resolved.levels.iter().any(|(level, _)| matches!(level, Level::Account(_))));
    let right = crate::decide::Right::Care;
    let may = crate::decide::may(&house.owners, &resolved, &who("UONE"), right, house.now);
    assert_eq!(may.unwrap_err(), Refusal::NotYours);
}

#[test]
fn a_wish_is_written_down_once() {
    let (house, input) = (House::new(), InputId::new("wish"));
    let wish = Preference::Lang(Some(Lang::En));
    let first = prefer(house.now, None, &who("U1"), wish, &input);
    let Verb::Commit(change) = first.verb else { panic!("{:?}", first.reason) };
    let crate::decide::Changed::Viewer(viewer) = change.record else { panic!("no viewer") };
    assert_eq!((viewer.version, viewer.lang), (1, Some(Lang::En)));
    let again = prefer(house.now, Some(&viewer), &who("U1"), wish, &input);
    assert!(matches!(again.verb, Verb::Nothing));
    let back = prefer(house.now, Some(&viewer), &who("U1"), Preference::Lang(None), &input);
    assert!(matches!(back.verb, Verb::Commit(_)));
}
