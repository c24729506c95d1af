//! How people reach the bot.

use super::{SMALL, one};
use crate::{
    config::{SecretKind, SecretPlace, SlackDoor, parse},
    domain::FileProblem,
};

/// The small config with this under `slack`.
fn with(door: &str) -> Result<Option<SlackDoor>, Vec<FileProblem>> {
    let text = SMALL.replace("slack: {", &format!("slack: {{{door}, "));
    parse(&text).map(|config| config.slack.door)
}

#[test]
fn there_is_one_door_or_none() {
    let none = parse(SMALL).unwrap();
    assert!(none.slack.door.is_none() && !none.has_door());
    let env = |name: &str| SecretPlace::Env(name.to_owned());
    let Some(SlackDoor::Http { signing_secrets }) = with("signing_secret: {env: A}").unwrap()
    else {
        panic!()
    };
    assert_eq!(signing_secrets, [env("A")]);
    let door = with("signing_secret: [{env: A}, {file: /run/b}]").unwrap().unwrap();
    let keys: Vec<_> = door.secrets().into_iter().map(|(key, _, kind)| (key, kind)).collect();
    let key = |n: u8| (format!("slack.signing_secret[{n}]"), SecretKind::SigningSecret);
    assert_eq!(keys, [key(0), key(1)]);
    for (more, wanted) in [("", 2), (", sockets: 1", 1), (", sockets: 10", 10)] {
        let door = with(&format!("app_token: {{env: A}}{more}")).unwrap().unwrap();
        assert_eq!(door.secrets(), [("slack.app_token".into(), &env("A"), SecretKind::AppToken)]);
        let SlackDoor::Sockets { count, .. } = door else { panic!("{door:?}") };
        assert_eq!(count, wanted);
    }
}

#[test]
fn a_door_in_secrets_manager_needs_aws() {
    for door in ["signing_secret", "app_token"] {
        let place = format!("slack: {{{door}: {{secrets_manager: a}}, ");
        let config = parse(&SMALL.replace("slack: {", &place)).unwrap();
        assert!(config.on_aws() && config.has_door());
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
