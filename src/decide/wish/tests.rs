//! What words, buttons and forms are read as.

use super::*;

const ID: &str = "a-003e2844453720bff6ff3500f9eb9d19";

#[test]
fn commands_in_both_languages() {
    let id = || AlertId::new(ID);
    for (words, wish) in [
        ("", Wish::Help),
        ("  ", Wish::Help),
        ("HELP", Wish::Help),
        ("使い方", Wish::Help),
        ("状況", Wish::Status),
        ("list", Wish::List { skip: 0 }),
        (&format!("show {ID}"), Wish::Show(id())),
        (&format!("理由　{ID}"), Wish::Why(id())),
        (&format!("why `{}`", ID.to_uppercase().replace("A-", "a-")), Wish::Why(id())),
        (&format!("ack {ID} please"), Wish::Acknowledge(id(), None)),
        (&format!("why-not {ID}"), Wish::WhyNot(Subject::Alert(id()))),
        (
            "届かない理由 1111-2222-3333",
            Wish::WhyNot(Subject::Account(AccountId::new("111122223333"))),
        ),
        ("owner show 111122223333", Wish::Owner(AccountId::new("111122223333"))),
        ("担当 111122223333", Wish::Owner(AccountId::new("111122223333"))),
        ("owner gaps", Wish::Gaps),
        (&format!("assign {ID}"), Wish::ChooseAssignee(id())),
        (&format!("assign {ID} me"), Wish::Assign(id(), To::Myself)),
        (&format!("assign {ID} <@U1|sato>"), Wish::Assign(id(), To::Mentioned(UserId::new("U1")))),
        (&format!("担当者 {ID} なし"), Wish::Assign(id(), To::Nobody)),
        ("lang en", Wish::Lang(Some(Lang::En))),
        ("言語 日本語", Wish::Lang(Some(Lang::Ja))),
        ("lang auto", Wish::Lang(None)),
        ("くわしさ くわしく", Wish::Depth(Some(Depth::Detailed))),
    ] {
        assert_eq!(command(words), Ok(wish), "{words}");
    }
}

#[test]
fn what_is_not_understood_is_said() {
    let unclear = |word: &str| Refusal::Unclear(word.to_owned());
    for (words, why) in [
        ("delete everything", unclear("delete")),
        ("show", Refusal::Incomplete("show")),
        ("why a-123", Refusal::NoAlert),
        ("why <!channel>", Refusal::NoAlert),
        ("lang de", unclear("de")),
        ("depth", Refusal::Incomplete("depth")),
        ("owner", Refusal::Incomplete("owner")),
        ("owner 123", Refusal::NoAccount(AccountId::new("123"))),
        (&format!("assign {ID} sato"), Refusal::NotThere),
        (&format!("assign {ID} <@u1>"), Refusal::NotThere),
    ] {
        assert_eq!(command(words), Err(why), "{words}");
    }
}

#[test]
fn buttons_and_menus() {
    assert_eq!(press("ack", ID), Ok(Wish::Acknowledge(AlertId::new(ID), None)));
    let episode = format!("{ID}/3");
    assert_eq!(press("ack", &episode), Ok(Wish::Acknowledge(AlertId::new(ID), Some(3))));
    assert_eq!(press(MENU, &format!("why:{ID}")), Ok(Wish::Why(AlertId::new(ID))));
    assert_eq!(press("list_20", "20"), Ok(Wish::List { skip: 20 }));
    assert_eq!(press("lang_auto", "auto"), Ok(Wish::Lang(None)));
    assert_eq!(press("list", "20"), Ok(Wish::List { skip: 20 }));
    assert_eq!(press("gaps", ""), Ok(Wish::Gaps));
    assert!(press("ack", "a-1").is_err());
    assert!(press("list", "-1").is_err());
    assert!(press("approve", ID).is_err());
    assert!(press(MENU, "boom:x").is_err());
}

#[test]
fn forms() {
    let fields = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let id = AlertId::new(ID);
    let chosen = submit(FormKind::ASSIGN, ID, &fields(&[("assignee", "T1/U1")]));
    let who = Person { team: TeamId::new("T1"), user: UserId::new("U1") };
    assert_eq!(chosen, Ok(Wish::Assign(id.clone(), To::Person(who))));
    let nobody = submit(FormKind::ASSIGN, ID, &fields(&[("assignee", "nobody")]));
    assert_eq!(nobody, Ok(Wish::Assign(id, To::Nobody)));
    let owner = [("company", "one"), ("environment", "dev"), ("name", " x ")];
    let owner = submit(FormKind::OWNER, "111122223333", &fields(&owner));
    let Ok(Wish::AssignOwner { environment, name, .. }) = owner else { panic!("{owner:?}") };
    assert_eq!((environment, name.as_str()), (Environment::Dev, "x"));
    assert!(submit(FormKind::OWNER, "111122223333", &fields(&[("company", "one")])).is_err());
    assert!(submit("other", "", &fields(&[])).is_err());
}
