//! Several apps of Slack's on one `serve`: each is believed about its own workspace alone.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::door::{HUSH, Link, signed, text};
use crate::support::{
    events::{Control, FAILED, event},
    persons::Who,
    sandbox::{Sandbox, Shown},
    serve::{Ended, Serve, Site, until},
};

/// What Slack signs with for each app.
const SHINONOME: &str = "0123456789abcdef0123456789abcdef";
const AKEBONO: &str = "fedcba9876543210fedcba9876543210";
const SHARED: &str = "00112233445566778899aabbccddeeff";
const SECRETS: [(&str, &str); 3] =
    [("SIGN_SHINONOME", SHINONOME), ("SIGN_AKEBONO", AKEBONO), ("SIGN_SHARED", SHARED)];

const TANAKA: Who = Who::of("T0SHINONOME", "U0TANAKA");
const CCOE: Who = Who::of("T0SHINONOME", "U0KADOTA");
const SATO: Who = Who::of("T0AKEBONO", "U0SATO");
const CHEN: Who = Who::of("T0NAGISA", "U0CHEN");

/// The sample map, but with a third workspace.
fn map(folder: &Path) -> PathBuf {
    let sample = include_str!("../../../deploy/sample/owners.yaml");
    let mut text = sample.to_owned();
    for (before, after) in [
        ("T0SHINONOME, id: C0NAGISA", "T0NAGISA, id: C0NAGISA"),
        ("T0SHINONOME, user: U0CHEN", "T0NAGISA, user: U0CHEN"),
        ("T0SHINONOME, user: U0ITO", "T0NAGISA, user: U0ITO"),
    ] {
        assert_eq!(text.matches(before).count(), 1, "{before}");
        text = text.replace(before, after);
    }
    let file = folder.join("owners.yaml");
    std::fs::write(&file, text).unwrap();
    file
}

/// A Slack with three workspaces, and a config that gives two of them their own app.
fn site() -> (Sandbox, Site) {
    let folder = tempfile::tempdir().unwrap();
    let map = map(folder.path());
    let map = map.to_str().unwrap();
    let passed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/passed.json");
    let slack = Sandbox::start(&["--owners", map, "--events", passed.to_str().unwrap()]);
    let mut site = Site::new(&slack);
    for (name, secret) in SECRETS {
        site.tokens.push((name.to_owned(), secret.to_owned()));
    }
    site.tokens.push(("MONBAN_TOKEN_T0NAGISA".to_owned(), "xoxb-sandbox-T0NAGISA".to_owned()));
    for team in ["SHINONOME", "AKEBONO"] {
        let own = format!("TOKEN_T0{team}}}, signing_secret: {{env: SIGN_{team}}}");
        site.change(&format!("TOKEN_T0{team}}}"), &own);
    }
    let third = ", {team_id: T0NAGISA, bot_token: {env: MONBAN_TOKEN_T0NAGISA}}]";
    site.change("]", third);
    let (good, said) = site.run(&["owners", "import", map]);
    assert!(good, "{said}");
    (slack, site)
}

/// The card in a channel, once it stands.
fn card(slack: &Sandbox, channel: &str) -> Shown {
    until(&format!("a card stands in {channel}"), || {
        slack.messages().into_iter().find(|one| one.place.ends_with(channel))
    })
}

/// The ids of its buttons that ask something.
fn asking(card: &Shown) -> Vec<String> {
    let blocks = card.whole["attachments"][0]["blocks"].as_array().unwrap();
    let all = blocks.iter().filter_map(|one| one["elements"].as_array()).flatten();
    let ids = all.filter_map(|one| one["action_id"].as_str());
    ids.filter(|id| !id.starts_with("link_")).map(str::to_owned).collect()
}

/// A press on a card's "ack", as Slack tells of it: in this workspace, by this person.
fn press(card: &Shown, team: &str, who: Who) -> String {
    let buttons = card.whole.to_string();
    let at = buttons.find("\"value\":\"a-").map_or(0, |at| at + "\"value\":\"".len());
    let channel = card.place.split('/').nth(1).unwrap();
    let payload = json!({
        "type": "block_actions", "team": {"id": team},
        "user": {"id": who.user, "team_id": who.team},
        "container": {"type": "message", "message_ts": card.ts, "channel_id": channel},
        "channel": {"id": channel}, "trigger_id": HUSH,
        "actions": [{"type": "button", "action_id": "ack", "value": &buttons[at..at + 34],
                     "action_ts": "1795539200.123456"}],
    });
    form(&[("payload", &payload.to_string())])
}

fn submission(team: &str, who: Who) -> String {
    let payload = json!({
        "type": "view_submission", "team": {"id": team},
        "user": {"id": who.user, "team_id": who.team},
        "view": {"id": "V0FORM", "type": "modal", "callback_id": "assign", "hash": "1.a",
                 "private_metadata": "a-1", "state": {"values": {}}},
    });
    form(&[("payload", &payload.to_string())])
}

fn command(who: Who, channel: &str) -> String {
    form(&[
        ("command", "/guardrail"),
        ("text", "status"),
        ("team_id", who.team),
        ("user_id", who.user),
        ("channel_id", channel),
        ("trigger_id", HUSH),
    ])
}

fn home(who: Who) -> String {
    let event = json!({"type": "app_home_opened", "user": who.user, "tab": "home"});
    json!({"type": "event_callback", "team_id": who.team, "event_id": "Ev1", "event": event})
        .to_string()
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// None of these is taken, and whoever sent it hears what every stranger hears.
fn refused(serve: &Serve, secret: &str, acts: &[(&str, &str, String)]) {
    for (what, way, body) in acts {
        let answer = text(signed(serve, way, secret, 0, body));
        assert_eq!(answer, (401, r#"{"error":"refused"}"#.to_owned()), "{what}");
    }
}

fn foreign(serve: &Serve) -> String {
    let (_, numbers) = serve.get("/metrics");
    let line = numbers.lines().find(|line| line.contains("why=\"foreign\""));
    line.unwrap().rsplit(' ').next().unwrap().to_owned()
}

/// Starts it with a problem in each workspace, and waits for the three cards.
fn told(slack: &Sandbox, site: &Site) -> (Serve, [Shown; 3]) {
    let serve = site.serve("info");
    let of = |account, resource| Control { account, resource, ..FAILED };
    let problems = [
        FAILED,
        of("111122223333", "arn:aws:s3:::akebono-claims"),
        of("333344445555", "arn:aws:s3:::nagisa-assets"),
    ];
    serve.feed(&event(&problems).to_string());
    let cards = ["C0HIDAMARI", "C0AKEBONO", "C0NAGISA"].map(|channel| card(slack, channel));
    (serve, cards)
}

/// Nobody sees anything of what was refused.
fn silent(slack: &Sandbox, who: Who, channel: &str) {
    assert_eq!(slack.whispers(who, channel), Vec::<Value>::new(), "{}", who.user);
}

#[test]
fn an_app_is_believed_about_its_own_workspace_and_its_people_alone() {
    let (slack, site) = site();
    let (good, said) = site.run(&["check"]);
    let lines = [
        "3 workspace(s)\n  T0SHINONOME: people over HTTP of its own app\n",
        "  T0AKEBONO: people over HTTP of its own app\n  T0NAGISA: no way in for people\n",
        "note: slack.workspaces[2]: says neither signing_secret nor app_token, and neither does",
    ];
    assert!(good && lines.iter().all(|line| said.contains(line)), "{said}");
    let (serve, [hidamari, akebono, nagisa]) = told(&slack, &site);
    assert_eq!(asking(&hidamari), ["ack", "more"]);
    assert_eq!(asking(&akebono), ["ack", "more"]);
    assert_eq!(asking(&nagisa), [""; 0], "nobody would hear");

    // What each app may not say: there, of its people, or of both.
    let acts = |home_team: &str, card: &Shown, theirs: Who, ours: Who| {
        let channel = card.place.split('/').nth(1).unwrap();
        [
            ("theirs, there", "interactions", press(card, theirs.team, theirs)),
            ("ours, there", "interactions", press(card, theirs.team, ours)),
            ("theirs, here", "interactions", press(card, home_team, theirs)),
            ("a form of theirs", "interactions", submission(theirs.team, theirs)),
            ("a form of theirs, here", "interactions", submission(home_team, theirs)),
            ("a command", "commands", command(theirs, channel)),
            ("a home", "events", home(theirs)),
        ]
    };
    refused(&serve, SHINONOME, &acts("T0SHINONOME", &akebono, SATO, TANAKA));
    refused(&serve, AKEBONO, &acts("T0AKEBONO", &hidamari, CCOE, SATO));
    for secret in [SHINONOME, AKEBONO] {
        let body = command(CHEN, "C0NAGISA");
        refused(&serve, secret, &[("of nobody's app", "commands", body)]);
    }
    assert_eq!(foreign(&serve), "16");
    // No app has this one, so it is as any stranger's.
    refused(&serve, SHARED, &[("forged", "commands", command(CHEN, "C0NAGISA"))]);

    // What each may say.
    for (secret, card, who) in [(SHINONOME, &hidamari, TANAKA), (AKEBONO, &akebono, SATO)] {
        let channel = card.place.split('/').nth(1).unwrap();
        silent(&slack, who, channel);
        let (status, said) = text(signed(&serve, "commands", secret, 0, &command(who, channel)));
        assert!(status == 200 && said.contains("ephemeral"), "{status} {said}");
        let answer = signed(&serve, "interactions", secret, 0, &press(card, who.team, who));
        assert_eq!(text(answer), (200, String::new()));
        until("the card says who acknowledged", || {
            let shown = slack.messages().into_iter().find(|one| one.ts == card.ts)?;
            (!asking(&shown).contains(&"ack".to_owned())).then_some(())
        });
    }
    silent(&slack, CCOE, "C0HIDAMARI");
    silent(&slack, CHEN, "C0NAGISA");
    assert_eq!(foreign(&serve), "16");
    let Ended { status, stdout, stderr } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("do nothing in this workspace"), "{stderr}");
    for app in ["T0SHINONOME", "T0AKEBONO"] {
        let line = |line: &&str| {
            line.contains("\"door.why\":\"foreign\"")
                && line.contains(&format!("\"slack.app\":\"{app}\""))
        };
        assert_eq!(stderr.lines().filter(line).count(), 1, "one line an app: {stderr}");
    }
    for output in [stdout, stderr, said] {
        for secret in [HUSH, SHINONOME, AKEBONO, SHARED] {
            assert!(!output.contains(secret), "{secret}: {output}");
        }
    }
}

#[test]
fn the_shared_app_speaks_for_workspaces_without_one_and_for_no_others() {
    let (slack, site) = site();
    site.change("TOKEN_T0SHINONOME}, signing_secret: {env: SIGN_SHINONOME}", "TOKEN_T0SHINONOME}");
    site.change("slack: {", "slack: {signing_secret: {env: SIGN_SHARED}, ");
    let (good, said) = site.run(&["check"]);
    let lines =
        ["T0SHINONOME: people over HTTP of the shared app\n", "T0AKEBONO: people over HTTP of its"];
    assert!(good && lines.iter().all(|line| said.contains(line)), "{said}");
    let (serve, [hidamari, akebono, nagisa]) = told(&slack, &site);
    for card in [&hidamari, &akebono, &nagisa] {
        assert_eq!(asking(card)[0], "ack", "somebody hears everywhere");
    }
    let theirs = [
        ("theirs, there", "interactions", press(&akebono, SATO.team, SATO)),
        ("theirs, here", "interactions", press(&nagisa, CHEN.team, SATO)),
        ("ours, there", "interactions", press(&akebono, SATO.team, CCOE)),
        ("a command", "commands", command(SATO, "C0AKEBONO")),
    ];
    refused(&serve, SHARED, &theirs);
    for who in [CCOE, TANAKA] {
        let here = [("in its own", "interactions", press(&akebono, SATO.team, who))];
        refused(&serve, AKEBONO, &here);
    }
    assert_eq!(foreign(&serve), "6");
    for (secret, card, who) in
        [(SHARED, &hidamari, TANAKA), (SHARED, &nagisa, CHEN), (AKEBONO, &akebono, SATO)]
    {
        let answer = signed(&serve, "interactions", secret, 0, &press(card, who.team, who));
        assert_eq!(text(answer), (200, String::new()), "{}", who.user);
    }
    assert_eq!(serve.stop().status.code(), Some(0));
}

#[test]
fn each_app_has_its_own_sockets_and_its_own_check() {
    let (slack, mut site) = site();
    let link = Link::start();
    for (name, token) in [("APP_AKEBONO", "xapp-hush-4711"), ("APP_SHARED", "xapp-hush-4712")] {
        site.tokens.push((name.to_owned(), token.to_owned()));
    }
    site.change("signing_secret: {env: SIGN_AKEBONO}", "app_token: {env: APP_AKEBONO}, sockets: 1");
    site.change("slack: {", "slack: {app_token: {env: APP_SHARED}, sockets: 1, ");
    site.change(&slack.address().to_string(), &link.address.to_string());
    let (good, said) = site.run(&["check"]);
    let lines = [
        "T0SHINONOME: people over HTTP of its own app\n",
        "T0AKEBONO: people over 1 socket(s) of its own app\n",
        "T0NAGISA: people over 1 socket(s) of the shared app\n",
    ];
    assert!(good && lines.iter().all(|line| said.contains(line)), "{said}");
    let serve = site.serve("warn");
    let ack = link.next().unwrap();
    assert_eq!(ack["payload"]["response_type"], "ephemeral", "{ack}");
    // The other app's token is no good, which is seen by itself.
    let checks = until("a socket is open", || {
        let checks = serve.readyz().1["checks"].clone();
        (checks["slack.socket.T0AKEBONO"]["ok"] == true).then_some(checks)
    });
    assert_eq!(checks["slack.socket"]["ok"], false, "{checks}");
    assert_eq!(checks["slack.socket.T0SHINONOME"], Value::Null, "it comes over HTTP");
    // And that one is served beside.
    let body = command(TANAKA, "C0HIDAMARI");
    assert_eq!(signed(&serve, "commands", SHINONOME, 0, &body).status, 200);
    let Ended { status, stderr, .. } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(
        stderr.contains("slack.app_token: slack apps.connections.open: invalid_auth"),
        "{stderr}"
    );
    assert!(!stderr.contains("slack.workspaces[1].app_token: slack apps"), "{stderr}");
    assert!(!stderr.contains("xapp-hush"), "{stderr}");
}
