//! The config: each problem by its key, and what the sample says.

mod door;

use std::{path::PathBuf, time::Duration};

use super::{
    Config, DoorAt, InboxConfig, SecretKind, SecretPlace, SlackDoor, StoreConfig, file::KEYS,
    is_config, parse, reader::quoted,
};
use crate::domain::{FileProblem, Secret};

const SAMPLE: &str = include_str!("../../deploy/sample/serve.yaml");

/// The shortest config there is.
const SMALL: &str = "\
inbox: {embedded: {}}
store: {sqlite: {data: /tmp/monban}}
slack: {workspaces: [{team_id: T1, bot_token: {env: TOKEN}}]}
";

/// What was found in the small config with one piece replaced.
fn found(from: &str, to: &str) -> Vec<FileProblem> {
    assert!(SMALL.contains(from), "{from}");
    parse(&SMALL.replace(from, to)).expect_err(to)
}

/// It has exactly this one problem.
fn one(from: &str, to: &str, said: &str) {
    let problems = found(from, to);
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(texts.len() == 1 && texts[0].starts_with(said), "{to}\nwanted {said}\n{texts:#?}");
}

fn add(line: &str) -> Result<Config, Vec<FileProblem>> {
    parse(&format!("{SMALL}{line}\n"))
}

#[test]
fn the_sample_is_true() {
    let config = parse(SAMPLE).unwrap();
    assert!(matches!(config.inbox, InboxConfig::Sqs(_)));
    assert!(matches!(config.store, StoreConfig::Dynamodb { .. }));
    assert_eq!(config.slack.workspaces.len(), 2);
    let doors = config.slack.doors();
    let two = |door: &DoorAt<'_>| matches!(door.door, SlackDoor::Sockets { count: 2, .. });
    assert!(doors.len() == 2 && doors.iter().all(|door| door.own.is_some() && two(door)));
    for (section, keys) in KEYS {
        for key in keys {
            // In use, or in a comment that shows how.
            let shown = SAMPLE.match_indices(&format!("{key}:")).any(|(at, _)| {
                let before = SAMPLE[..at].chars().next_back();
                before.is_none_or(|c| c == '\n' || c == ' ' || c == '{')
            });
            assert!(shown, "deploy/sample/serve.yaml does not show {section}.{key}");
        }
    }
    // What it calls a default is one.
    let small = parse(SMALL).unwrap();
    assert_eq!(format!("{:?}", config.pacing), format!("{:?}", small.pacing));
    let settings = |one: &Config| (one.listen, one.lease, one.stop, one.slack.api_url.clone());
    assert_eq!(settings(&config), settings(&small));
}

#[test]
fn the_samples_other_choices_are_true() {
    let sqs = SAMPLE.find("  sqs:").unwrap()..SAMPLE.find("  # For one process").unwrap();
    let mut text = SAMPLE.to_owned();
    text.replace_range(sqs, "");
    let dynamodb = text.find("  dynamodb:").unwrap()..text.find("  # sqlite:").unwrap();
    text.replace_range(dynamodb, "");
    // The second workspace's own app by its other way, the first without one of its own.
    let lines = text.lines().filter(|line| {
        !["      app_token:", "      sockets:", "  # app_token:"]
            .iter()
            .any(|no| line.starts_with(no))
    });
    let mut text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let keys = ["embedded:", "  token:", "sqlite:", "  data:", "endpoint_url:", "signing_secret:"];
    for key in keys {
        text = text.replace(&format!("# {key}"), key);
    }
    let config = parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    let InboxConfig::Embedded { token: Some(SecretPlace::Env(name)) } = config.inbox else {
        panic!("{text}")
    };
    assert_eq!(name, "MONBAN_EVENTS_TOKEN");
    assert!(matches!(config.store, StoreConfig::Sqlite { .. }));
    let doors: Vec<_> = config.slack.doors().iter().map(DoorAt::key).collect();
    assert_eq!(doors, ["slack.workspaces[1].signing_secret", "slack.signing_secret"]);
    let Some(SlackDoor::Http { signing_secrets }) = config.slack.door else { panic!("{text}") };
    assert_eq!(signing_secrets.len(), 2);
    assert_eq!(config.aws.endpoint_url.as_deref(), Some("http://127.0.0.1:4566"));
}

#[test]
fn a_small_config_has_the_defaults() {
    let config = parse(SMALL).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:9464");
    assert_eq!((config.lease, config.stop), (Duration::from_secs(30), Duration::from_secs(20)));
    assert_eq!(config.slack.api_url, "https://slack.com/api");
    assert!(parse(&SMALL.replace("embedded: {}", "embedded:")).is_ok(), "nothing is no problem");
}

#[test]
fn unknown_keys_are_named_wherever_they_stand() {
    for (from, to, key) in [
        ("inbox: {", "inboxes: {}\ninbox: {", "inboxes: is an unknown key"),
        ("embedded: {}", "embedded: {tokens: 1}", "inbox.embedded.tokens: is an unknown key"),
        ("data: /tmp", "date: 1, data: /tmp", "store.sqlite.date: is an unknown key"),
        ("{team_id: T1,", "{team: T1, team_id: T1,", "slack.workspaces[0].team: is an"),
        ("{env: TOKEN}", "{env: TOKEN, key: k}", "slack.workspaces[0].bot_token.key: belongs"),
        ("slack: {", "slack: {url: x, ", "slack.url: is an unknown key"),
    ] {
        one(from, to, key);
    }
    let unknown = "aws: {zone: 1}\nhttp: {port: 1}\npacing: {post_every_seconds: 1}";
    let keys: Vec<String> = add(unknown).unwrap_err().into_iter().map(|one| one.key).collect();
    assert_eq!(keys, ["aws.zone", "http.port", "pacing.post_every_seconds"]);
}

#[test]
fn every_problem_is_named_at_once() {
    let text =
        "inbox: {sqs: {fast_queue_url: x}}\nstore: {}\nslack: {api_url: 7}\nlease_seconds: a";
    let keys: Vec<String> = parse(text).unwrap_err().into_iter().map(|one| one.key).collect();
    assert_eq!(
        keys,
        [
            "inbox.sqs.fast_queue_url",
            "inbox.sqs.slow_queue_url",
            "store",
            "slack.api_url",
            "slack.workspaces",
            "lease_seconds"
        ]
    );
    let keys: Vec<String> = parse("{}").unwrap_err().into_iter().map(|one| one.key).collect();
    assert_eq!(keys, ["inbox", "store", "slack"]);
    assert_eq!(
        parse("[1]").unwrap_err()[0].to_string().split(". ").next(),
        Some("(file): is no mapping")
    );
    for broken in ["a: [", "inbox: {}\ninbox: {}\n", "\u{0}"] {
        let problems = parse(broken).unwrap_err();
        assert!(problems[0].what.starts_with("is not readable YAML"), "{broken}: {problems:?}");
    }
}

#[test]
fn exactly_one_inbox_and_one_store() {
    one("{embedded: {}}", "{}", "inbox: says nothing");
    one("{embedded: {}}", "{embedded: {}, sqs: {}}", "inbox: has both sqs and embedded");
    one("{sqlite: {data: /tmp/monban}}", "{}", "store: says nothing");
    one("/tmp/monban}", "/x}, dynamodb: {table: monban}", "store: has both dynamodb and sqlite");
    one("{data: /tmp/monban}", "{}", "store.sqlite.data: is missing");
    one("/tmp/monban", "' '", "store.sqlite.data: is empty");
    one("sqlite: {data: /tmp/monban}", "dynamodb: {table: monban}", "inbox.embedded: stands in");
}

#[test]
fn a_misspelt_choice_is_told_once() {
    one("{embedded: {}}", "{embeded: {}}", "inbox.embeded: is an unknown key");
    one("{sqlite: {data: /tmp/monban}}", "{sqllite: {}}", "store.sqllite: is an unknown key");
}

#[test]
fn an_owner_map_is_told_as_one() {
    let problems = parse(include_str!("../../deploy/sample/owners.yaml")).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].to_string().starts_with("(file): looks like an owner map"));
    assert!(is_config(SAMPLE) && is_config("store: {}") && !is_config("companies: []"));
}

#[test]
fn queues_are_two_https_urls() {
    let sqs = |fast: &str, slow: &str, more: &str| {
        let text = format!("sqs: {{fast_queue_url: {fast}, slow_queue_url: {slow}{more}}}");
        parse(&SMALL.replace("embedded: {}", &text))
    };
    let (a, b) = ("https://sqs.example/1/a", "https://sqs.example/1/b");
    let config = sqs(a, b, ", pollers_per_queue: 16, visibility_seconds: 10").unwrap();
    let InboxConfig::Sqs(read) = config.inbox else { panic!("{:?}", config.inbox) };
    assert_eq!((read.pollers_per_queue, read.visibility), (16, Duration::from_secs(10)));
    assert!(sqs("http://127.0.0.1:4566/1/a", "http://localhost:4566/1/b", "").is_ok());
    for (fast, slow, more, key) in [
        (a, a, "", "inbox.sqs.slow_queue_url: is the fast queue again"),
        (a, "https://sqs.example/1/a/", "", "inbox.sqs.slow_queue_url: is the fast queue again"),
        ("http://sqs.example/1/a", b, "", "inbox.sqs.fast_queue_url: `http://sqs.example/1/a` is"),
        ("monban-fast", b, "", "inbox.sqs.fast_queue_url: `monban-fast` is no URL"),
        (
            "arn:aws:sqs:eu-west-1:1:a",
            b,
            "",
            "inbox.sqs.fast_queue_url: is an ARN. Write the queue's",
        ),
        (a, "https://sqs.example/1/b.fifo", "", "inbox.sqs.slow_queue_url: is a FIFO queue"),
        ("https://", b, "", "inbox.sqs.fast_queue_url: `https://` is no URL"),
        (a, b, ", pollers_per_queue: 0", "inbox.sqs.pollers_per_queue: can't be 0. Write a whole"),
        (a, b, ", pollers_per_queue: 17", "inbox.sqs.pollers_per_queue: can't be 17"),
        (a, b, ", visibility_seconds: 9", "inbox.sqs.visibility_seconds: can't be 9"),
        (a, b, ", visibility_seconds: 1m", "inbox.sqs.visibility_seconds: is no whole number"),
    ] {
        let problems = sqs(fast, slow, more).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().starts_with(key), "wanted {key}: {}", problems[0]);
    }
}

#[test]
fn workspaces_are_slacks_and_stand_once() {
    one("T1,", "t1,", "slack.workspaces[0].team_id: `t1` is no workspace id");
    one("T1,", "C1,", "slack.workspaces[0].team_id: `C1` is no workspace id");
    one("T1,", "T,", "slack.workspaces[0].team_id: `T` is no workspace id");
    assert!(parse(&SMALL.replace("T1", "E0ACME1")).is_ok());
    let twice = "TOKEN}}, {team_id: T1, bot_token: {env: X}}]";
    one(
        "TOKEN}}]",
        twice,
        "slack.workspaces[1].team_id: `T1` stands at slack.workspaces[0].team_id",
    );
    one("[{team_id: T1, bot_token: {env: TOKEN}}]", "[]", "slack.workspaces: is missing");
    one("[{team_id: T1, bot_token: {env: TOKEN}}]", "T1", "slack.workspaces: is no list");
    let http = "slack: {api_url: http://slack.example/api, ";
    one("slack: {", http, "slack.api_url: `http://slack.example/api` is no URL");
    let local = SMALL.replace("slack: {", "slack: {api_url: 'http://127.0.0.1:80/api/', ");
    assert_eq!(parse(&local).unwrap().slack.api_url, "http://127.0.0.1:80/api");
}

#[test]
fn secrets_are_named_by_their_place_and_never_quoted() {
    let at = "slack.workspaces[0].bot_token";
    for (place, what) in [
        ("xoxb-1-2-abc", "is no mapping"),
        ("{env: xoxb-1-2-abc}", "is no name of a variable"),
        ("{env: 7xoxb}", "is no name of a variable"),
        ("{xoxb-1-2-abc: 1, env: X}", "is an unknown key"),
        ("{}", "says nothing"),
        ("{env: X, file: xoxb-1}", "has both env and file"),
        ("{env: ['xoxb-1']}", "is no text"),
        ("{file: xoxb-1-2-abc}", "looks like the secret itself"),
        ("{file: /run/XOXP-1}", "looks like the secret itself"),
        ("{secrets_manager: xapp-1-xoxb}", "looks like the secret itself"),
        ("{secrets_manager: a, key: xoxb-1}", "looks like the secret itself"),
        ("{secrets_manager: ''}", "is empty"),
    ] {
        let problems = found("{env: TOKEN}", place);
        assert_eq!(problems.len(), 1, "{place}: {problems:?}");
        assert!(problems[0].key.starts_with(at) && problems[0].what.contains(what), "{problems:?}");
        assert!(!problems[0].to_string().contains("xoxb"), "{place}: {}", problems[0]);
    }
    for (place, read) in [
        ("{env: A_1}", SecretPlace::Env("A_1".into())),
        ("{file: /run/x}", SecretPlace::File("/run/x".into())),
        ("{secrets_manager: a/b}", SecretPlace::SecretsManager { id: "a/b".into(), key: None }),
        (
            "{secrets_manager: a, key: T1}",
            SecretPlace::SecretsManager { id: "a".into(), key: Some("T1".into()) },
        ),
    ] {
        let config = parse(&SMALL.replace("{env: TOKEN}", place)).unwrap();
        assert_eq!(config.slack.workspaces[0].bot_token, read);
    }
    let long = "z".repeat(301);
    for place in ["env: Z", "file: ", "secrets_manager: ", "secrets_manager: a, key: "] {
        let problems = found("{env: TOKEN}", &format!("{{{place}{long}}}"));
        assert_eq!(problems.len(), 1, "{place}: {problems:?}");
        assert!(!format!("{problems:?}").contains("zzz"), "{place}");
    }
    // How it is to be said stands with each way of not saying it.
    for (from, to) in [
        (", bot_token: {env: TOKEN}", ""),
        ("{env: TOKEN}", "{}"),
        ("{env: TOKEN}", "abc"),
        ("{env: TOKEN}", "{key: a}"),
    ] {
        let said = found(from, to)[0].to_string();
        let mend = "Write one of `env`, `file`, `secrets_manager`, for example {env: NAME}; never";
        assert!(said.contains(mend), "{to}: {said}");
    }
    // A token in a wrong place stays unsaid as well.
    let moved = found("team_id: T1", "team_id: xoxb-1-2-abc");
    assert!(!format!("{moved:?}").contains("xoxb"), "{moved:?}");
    assert_eq!(quoted("https://user:password@example"), "what may hold a secret");
    let broken = parse("slack: {bot: 'xoxb-1-2-abc").unwrap_err();
    assert!(!format!("{broken:?}").contains("xoxb"), "{broken:?}");
}

#[test]
fn numbers_keep_their_bounds() {
    for (line, key) in [
        ("lease_seconds: 19", "lease_seconds: can't be 19. Write a whole number from 20 to 300"),
        ("lease_seconds: 301", "lease_seconds: can't be 301"),
        ("lease_seconds: 30.5", "lease_seconds: can't be 30.5"),
        ("lease_seconds: -30", "lease_seconds: can't be -30"),
        ("lease_seconds: '30'", "lease_seconds: is no whole number"),
        ("stop_seconds: 0", "stop_seconds: can't be 0"),
        ("pacing: {post_every_milliseconds: 999}", "pacing.post_every_milliseconds: can't be 999"),
        ("pacing: {posts_per_minute: 0}", "pacing.posts_per_minute: can't be 0"),
        ("pacing: {updates_per_minute: 101}", "pacing.updates_per_minute: can't be 101"),
        ("pacing: {updates_per_minute: 20}", "pacing.bulk_updates_per_minute: is 30, more than"),
        ("pacing: {bulk_updates_per_minute: 46}", "pacing.bulk_updates_per_minute: is 46, more"),
        ("pacing: {look_every_milliseconds: 1}", "pacing.look_every_milliseconds: can't be 1"),
        ("aws: {region: Tokyo}", "aws.region: `Tokyo` is no Region"),
        ("aws: {endpoint_url: 'http://aws.example'}", "aws.endpoint_url: `http://aws.example` is"),
        ("http: {listen: 9464}", "http.listen: is no text"),
        ("http: {listen: 'localhost:1'}", "http.listen: `localhost:1` is no address"),
        ("http: {listen: '0.0.0.0:1'}", "http.listen: would let anybody send events"),
    ] {
        let problems = add(line).unwrap_err();
        assert_eq!(problems.len(), 1, "{line}: {problems:?}");
        assert!(problems[0].to_string().starts_with(key), "wanted {key}: {}", problems[0]);
    }
    // What a pretend Slack bears the real one does not.
    let fast = "pacing: {post_every_milliseconds: 50, updates_per_minute: 3000}\n";
    let local = SMALL.replace("slack: {", "slack: {api_url: 'http://127.0.0.1:80/api', ");
    assert!(parse(&format!("{local}{fast}")).is_ok());
    assert_eq!(add(fast).unwrap_err().len(), 2);
    let open = SMALL.replace("embedded: {}", "embedded: {token: {env: X}}");
    assert!(parse(&format!("{open}http: {{listen: '0.0.0.0:1'}}")).is_ok());
    assert!(add("pacing: {updates_per_minute: 20, bulk_updates_per_minute: 20}").is_ok());
}

#[test]
fn files_are_read_without_their_last_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let read = |bytes: &[u8]| {
        let file = folder.path().join("token");
        std::fs::write(&file, bytes).unwrap();
        SecretPlace::File(file).read_here().unwrap().map(|secret| secret.expose().to_owned())
    };
    for text in ["xoxb-1", "xoxb-1\n", "xoxb-1\r\n"] {
        assert_eq!(read(text.as_bytes()).as_deref(), Ok("xoxb-1"));
    }
    for (bytes, why) in [
        (&b""[..], "is empty"),
        (b"\n", "is empty"),
        (b"xoxb-1 2", "holds blanks"),
        (b"xoxb-1\nxoxb-2\n", "holds blanks"),
        (b"xoxb\xff", "holds what is no text"),
    ] {
        let error = read(bytes).unwrap_err();
        assert!(error.contains(why) && error.contains("/token"), "{error}");
        assert!(!error.contains("xoxb"), "{error}");
    }
    let gone = SecretPlace::File(PathBuf::from("/nonexistent/token")).read_here().unwrap();
    assert!(gone.unwrap_err().starts_with("the file /nonexistent/token can't be read: "));
    let unset = SecretPlace::Env("MONBAN_TEST_NEVER_SET".to_owned()).read_here().unwrap();
    let unset = unset.unwrap_err();
    assert_eq!(unset, "the environment variable MONBAN_TEST_NEVER_SET is not set");
    let place = SecretPlace::Env("X".to_owned());
    let doubt = |kind, secret: &str| place.doubt(kind, &Secret::new(secret));
    assert_eq!(doubt(SecretKind::BotToken, "xoxb-1"), None);
    assert_eq!(doubt(SecretKind::AppToken, "xapp-1"), None);
    assert_eq!(doubt(SecretKind::SigningSecret, &"0aF".repeat(11)[..32]), None);
    assert!(doubt(SecretKind::AppToken, "xoxb-4711").unwrap().ends_with("begins with `xapp-`"));
    assert!(
        doubt(SecretKind::SigningSecret, "xoxb-4711").unwrap().ends_with("32 hexadecimal digits")
    );
    let doubt = doubt(SecretKind::BotToken, "xapp-4711").unwrap();
    assert_eq!(
        doubt,
        "the environment variable X holds no bot token, it seems: one begins with `xoxb-`"
    );
    let away = SecretPlace::SecretsManager { id: "a".to_owned(), key: None };
    assert!(away.read_here().is_none());
}

#[test]
fn only_a_pretend_slack_on_this_machine_is_called_faster_than_slack_bears() {
    let fast = "pacing: {post_every_milliseconds: 100, updates_per_minute: 3000}";
    let url = "slack: {api_url: 'http://127.0.0.1:8080/api', ";
    let local = SMALL.replace("slack: {", url);
    assert!(local.contains(url), "{local}");
    let pacing = parse(&format!("{local}\n{fast}\n")).unwrap().pacing;
    assert_eq!(pacing.post_every, Duration::from_millis(100));
    assert_eq!(parse(&format!("{SMALL}\n{fast}\n")).unwrap_err().len(), 2);
}
