//! How people reach the bot.

use super::{SMALL, one};
use crate::{
    config::{DoorAt, SecretKind, SecretPlace, SlackDoor, parse},
    domain::{FileProblem, TeamId},
};

/// The small config with this under `slack`.
fn with(door: &str) -> Result<Option<SlackDoor>, Vec<FileProblem>> {
    let text = SMALL.replace("slack: {", &format!("slack: {{{door}, "));
    parse(&text).map(|config| config.slack.door)
}

#[test]
fn there_is_one_door_or_none() {
    let none = parse(SMALL).unwrap();
    assert!(none.slack.doors().is_empty() && !none.has_door(&TeamId::new("T1")));
    let env = |name: &str| SecretPlace::Env(name.to_owned());
    let Some(SlackDoor::Http { signing_secrets }) = with("signing_secret: {env: A}").unwrap()
    else {
        panic!()
    };
    assert_eq!(signing_secrets, [env("A")]);
    let door = with("signing_secret: [{env: A}, {file: /run/b}]").unwrap().unwrap();
    let door = DoorAt { own: None, door: &door };
    let keys: Vec<_> = door.secrets().into_iter().map(|(key, _, kind)| (key, kind)).collect();
    let key = |n: u8| (format!("slack.signing_secret[{n}]"), SecretKind::SigningSecret);
    assert_eq!(keys, [key(0), key(1)]);
    for (more, wanted) in [("", 2), (", sockets: 1", 1), (", sockets: 10", 10)] {
        let door = with(&format!("app_token: {{env: A}}{more}")).unwrap().unwrap();
        let at = DoorAt { own: None, door: &door };
        assert_eq!(at.secrets(), [("slack.app_token".into(), &env("A"), SecretKind::AppToken)]);
        let SlackDoor::Sockets { count, .. } = door else { panic!("{door:?}") };
        assert_eq!(count, wanted);
    }
}

#[test]
fn a_door_in_secrets_manager_needs_aws() {
    for door in ["signing_secret", "app_token"] {
        let place = format!("slack: {{{door}: {{secrets_manager: a}}, ");
        let config = parse(&SMALL.replace("slack: {", &place)).unwrap();
        assert!(config.on_aws() && config.has_door(&TeamId::new("T1")));
        let place = format!("{{env: TOKEN}}, {door}: {{secrets_manager: a}}");
        assert!(parse(&SMALL.replace("{env: TOKEN}", &place)).unwrap().on_aws());
    }
    assert!(!parse(SMALL).unwrap().on_aws());
}

#[test]
fn what_is_wrong_with_a_door_is_named() {
    let slack = |door: &str| format!("slack: {{{door}, ");
    for (door, said) in [
        ("signing_secret: {env: A}, app_token: {env: B}", "slack: has both signing_secret and"),
        ("sockets: 2", "slack.sockets: belongs to Socket Mode"),
        ("signing_secret: {env: A}, sockets: 2", "slack.sockets: belongs to Socket Mode"),
        (
            "app_token: {env: A}, sockets: 0",
            "slack.sockets: can't be 0. Write a whole number from 1",
        ),
        ("app_token: {env: A}, sockets: 11", "slack.sockets: can't be 11"),
        ("app_token: [{env: A}]", "slack.app_token: is no mapping"),
        ("app_token: xapp-1-4711", "slack.app_token: is no mapping"),
        ("app_token: {env: xapp-1-4711}", "slack.app_token.env: is no name of a variable"),
        ("signing_secret: 8f742231b10e", "slack.signing_secret: is no mapping"),
        ("signing_secret: []", "slack.signing_secret: is missing"),
        ("signing_secret: [{env: A}, {}]", "slack.signing_secret[1]: says nothing"),
        ("signing_secret: [{env: A}, {env: B}, {env: C}]", "slack.signing_secret: holds 3 places"),
        ("signing_secrets: {env: A}", "slack.signing_secrets: is an unknown key"),
    ] {
        one("slack: {", &slack(door), said);
        let problems = with(door).unwrap_err();
        let told = format!("{problems:?}");
        assert!(!told.contains("4711") && !told.contains("8f74"), "{told}");
    }
}

/// The small config with three workspaces, what each says of its door, and what `slack` says.
fn three(own: [&str; 3], shared: &str) -> String {
    let one = |(n, door): (usize, &str)| {
        let door = if door.is_empty() { String::new() } else { format!(", {door}") };
        format!("{{team_id: T{n}, bot_token: {{env: B{n}}}{door}}}")
    };
    let all: Vec<_> = own.into_iter().enumerate().map(one).collect();
    let shared = if shared.is_empty() { String::new() } else { format!("{shared}, ") };
    let slack = format!("slack: {{{shared}workspaces: [{}]}}", all.join(", "));
    SMALL.replace("slack: {workspaces: [{team_id: T1, bot_token: {env: TOKEN}}]}", &slack)
}

#[test]
fn a_workspace_has_its_own_door_or_the_shared_one() {
    let (signed, socket) = ("signing_secret: {env: A}", "app_token: {env: A}");
    let http = "slack.workspaces[0].signing_secret";
    for (own, shared, wanted) in [
        (["", "", ""], "", [None, None, None]),
        (["", "", ""], signed, [Some("slack.signing_secret"); 3]),
        ([signed, "", ""], "", [Some(http), None, None]),
        (
            [signed, "app_token: {env: B}", ""],
            "app_token: {env: C}, sockets: 3",
            [Some(http), Some("slack.workspaces[1].app_token"), Some("slack.app_token")],
        ),
        (
            ["signing_secret: [{env: C}, {env: D}]", "", "app_token: {env: B}, sockets: 1"],
            socket,
            [Some(http), Some("slack.app_token"), Some("slack.workspaces[2].app_token")],
        ),
        (
            [signed, "signing_secret: {env: B}", "signing_secret: {env: C}"],
            "",
            [
                Some(http),
                Some("slack.workspaces[1].signing_secret"),
                Some("slack.workspaces[2].signing_secret"),
            ],
        ),
    ] {
        let config = parse(&three(own, shared)).unwrap();
        for (n, wanted) in wanted.into_iter().enumerate() {
            let team = TeamId::new(format!("T{n}"));
            let door = config.slack.door_of(&team);
            assert_eq!(door.map(|door| door.key()).as_deref(), wanted, "{own:?} {shared}: {n}");
            assert_eq!(config.has_door(&team), wanted.is_some());
            // Its key says whose it is.
            let own = door.and_then(|door| door.own).map(|(at, of)| (at, of.clone()));
            let named = wanted.is_some_and(|key| key.contains('['));
            assert_eq!(own, named.then_some((n, team)));
        }
        // Of a workspace that the file does not name, the shared one.
        assert_eq!(config.has_door(&TeamId::new("T9")), !shared.is_empty());
    }
    let rolling = three(["signing_secret: [{env: C}, {file: /run/d}]", "", ""], "");
    let config = parse(&rolling).unwrap();
    let keys: Vec<_> = config.slack.doors()[0].secrets().into_iter().map(|one| one.0).collect();
    assert_eq!(keys, [0, 1].map(|n| format!("slack.workspaces[0].signing_secret[{n}]")));
}

#[test]
fn what_is_wrong_with_a_door_of_its_own_is_named() {
    let at = "slack.workspaces[1]";
    for (door, said) in [
        ("signing_secret: {env: A}, app_token: {env: B}", " has both signing_secret and app_token"),
        (
            "sockets: 2",
            ".sockets: belongs to Socket Mode. Remove it, or give `slack.workspaces[1].app_token`",
        ),
        ("app_token: {env: A}, sockets: 0", ".sockets: can't be 0. Write a whole number from 1"),
        ("app_token: xapp-1-4711", ".app_token: is no mapping"),
        ("signing_secret: [{env: A}, {}]", ".signing_secret[1]: says nothing"),
        ("signing_secret: [{env: A}, {env: B}, {env: C}]", ".signing_secret: holds 3 places"),
        ("signing_secret: []", ".signing_secret: is missing"),
        ("signing_secrets: {env: A}", ".signing_secrets: is an unknown key"),
        ("api_url: 'http://127.0.0.1:1'", ".api_url: is an unknown key"),
    ] {
        let problems = parse(&three(["", door, ""], "")).unwrap_err();
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        let wanted = format!(
            "{at}{}",
            if said.starts_with('.') { said.to_owned() } else { format!(":{said}") }
        );
        assert!(told[0].starts_with(&wanted) && !told[0].contains("4711"), "{wanted}: {told:?}");
    }
}

#[test]
fn each_door_is_another_apps_and_somebody_comes_by_it() {
    let (a, b) = ("signing_secret: {env: A}", "signing_secret: [{env: B}, {env: A}]");
    let (c, token) = ("signing_secret: {env: C}", "app_token: {secrets_manager: a, key: b}");
    let same = "is in the same place as slack.workspaces[0]";
    for (own, shared, said) in [
        ([a, a, ""], "", format!("slack.workspaces[1].signing_secret: {same}.signing_secret")),
        ([a, "", b], "", format!("slack.workspaces[2].signing_secret[1]: {same}.signing_secret")),
        ([b, "", ""], a, format!("slack.signing_secret: {same}.signing_secret[1]")),
        ([token, "", ""], token, format!("slack.app_token: {same}.app_token")),
        (
            [a, c, token],
            "signing_secret: {env: D}",
            "slack.signing_secret: is for no workspace: each has an app of its own".to_owned(),
        ),
    ] {
        let problems = parse(&three(own, shared)).unwrap_err();
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with(&said), "{said}: {told:?}");
        assert!(told[0].contains(". Give each") || told[0].contains(". Remove it"), "{told:?}");
    }
    assert!(parse(&three([a, c, token], "")).is_ok());
}
