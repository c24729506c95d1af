//! The people's door of the real `serve`: who is let in and who is not, over HTTP and over sockets.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::mpsc::{self, Receiver, Sender},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{
    http::Answer,
    sandbox::Sandbox,
    serve::{Ended, Serve, Site, until},
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";
/// Stands in what no answer and no log may show.
pub(super) const HUSH: &str = "hush-4711";

fn slack() -> Sandbox {
    let passed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/passed.json");
    Sandbox::start(&["--events", passed.to_str().unwrap()])
}

#[expect(clippy::disallowed_methods, reason = "the real process runs on real time")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

fn sign(secret: &str, at: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{at}:{body}").as_bytes());
    mac.finalize().into_bytes().iter().fold("v0=".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn send(serve: &Serve, way: &str, at: &str, signature: &str, body: &str) -> Answer {
    let headers = [("X-Slack-Request-Timestamp", at), ("X-Slack-Signature", signature)];
    serve.request("POST", &format!("/slack/{way}"), &headers, body.as_bytes())
}

/// Signed with this secret this many seconds ago.
pub(super) fn signed(serve: &Serve, way: &str, secret: &str, age: i64, body: &str) -> Answer {
    let at = (now() - age).to_string();
    send(serve, way, &at, &sign(secret, &at, body), body)
}

/// A command whose right to answer has this name.
fn command(trigger: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("command", "/guardrail"),
            ("text", HUSH),
            ("team_id", "T0AKEBONO"),
            ("channel_id", "C0AKEBONO"),
            ("user_id", "U0MIO"),
            ("trigger_id", &format!("{HUSH}.{trigger}")),
            ("response_url", &format!("https://hooks.slack.com/commands/{HUSH}")),
        ])
        .finish()
}

fn press(action: &str) -> String {
    let payload = json!({
        "type": "block_actions", "team": {"id": "T0AKEBONO"},
        "user": {"id": "U0MIO", "team_id": "T0AKEBONO"},
        "container": {"type": "message", "message_ts": "1.2"}, "channel": {"id": "C0AKEBONO"},
        "trigger_id": HUSH, "response_url": HUSH,
        "actions": [{"type": "button", "action_id": action, "value": HUSH, "action_ts": "3.4"}],
    });
    form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish()
}

pub(super) fn text(answer: Answer) -> (u16, String) {
    (answer.status, String::from_utf8(answer.body).unwrap())
}

/// A service with two signing secrets, ready for people.
fn site(slack: &Sandbox) -> Site {
    let mut site = Site::new(slack);
    for (name, secret) in [("MONBAN_SIGNING_OLD", OTHER), ("MONBAN_SIGNING", SECRET)] {
        site.tokens.push((name.to_owned(), secret.to_owned()));
    }
    let secrets = "signing_secret: [{env: MONBAN_SIGNING_OLD}, {env: MONBAN_SIGNING}]";
    site.change("slack: {", &format!("slack: {{{secrets}, "));
    site
}

/// The first command is taken once the bot has started its work.
fn open(serve: &Serve) {
    let mut n = 0;
    until("commands are taken", || {
        n += 1;
        (signed(serve, "commands", SECRET, 0, &command(&format!("o{n}"))).status == 200)
            .then_some(())
    });
}

/// Those that are not let in hear the same word. Gives back a signature that was good once.
fn refused_alike(serve: &Serve) -> String {
    let at = now().to_string();
    let once = command("once");
    let signature = sign(SECRET, &at, &once);
    assert_eq!(send(serve, "commands", &at, &signature, &once).status, 200);
    let forged = sign("another secret, another secret!!", &at, &once);
    let moved = (now() + 1).to_string();
    let tampered = once.replace("U0MIO", "U0SORA");
    let unsigned = |headers: &[(&str, &str)]| {
        serve.request("POST", "/slack/commands", headers, once.as_bytes())
    };
    for (why, answer) in [
        ("replayed", send(serve, "commands", &at, &signature, &once)),
        ("replayed elsewhere", send(serve, "interactions", &at, &signature, &once)),
        ("forged", send(serve, "commands", &at, &forged, &once)),
        ("tampered", send(serve, "commands", &at, &signature, &tampered)),
        ("moved in time", send(serve, "commands", &moved, &signature, &once)),
        ("stale", signed(serve, "commands", SECRET, 302, &command("c"))),
        ("future", signed(serve, "commands", SECRET, -303, &command("d"))),
        ("unsigned", unsigned(&[])),
        ("without a time", unsigned(&[("X-Slack-Signature", &signature)])),
        ("without a signature", unsigned(&[("X-Slack-Request-Timestamp", &at)])),
        (
            "signed twice",
            unsigned(&[
                ("X-Slack-Request-Timestamp", &at),
                ("X-Slack-Signature", &forged),
                ("X-Slack-Signature", &signature),
            ]),
        ),
    ] {
        let refused = text(answer);
        assert_eq!(refused, (401, r#"{"error":"refused"}"#.to_owned()), "{why}");
    }
    signature
}

#[test]
fn only_what_slack_signed_a_moment_ago_is_let_in_and_once() {
    let slack = slack();
    let site = site(&slack);
    site.import();
    let (good, said) = site.run(&["check"]);
    assert!(good && said.contains("2 workspace(s), people over HTTP\n"), "{said}");
    let serve = site.serve("trace");
    open(&serve);
    let mut answers = Vec::new();

    // Good ones, with either secret.
    for (secret, trigger) in [(SECRET, "a"), (OTHER, "b")] {
        let (status, body) = text(signed(&serve, "commands", secret, 0, &command(trigger)));
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &answer["response_type"]), (200, &json!("ephemeral")), "{body}");
        answers.push(body);
    }
    for (way, body) in [
        ("interactions", press("ack")),
        ("interactions", press("link_console")),
        ("commands", "ssl_check=1&token=x".to_owned()),
        ("events", json!({"type": "event_callback", "event": {"type": "x"}}).to_string()),
    ] {
        assert_eq!(text(signed(&serve, way, SECRET, 0, &body)), (200, String::new()), "{way}");
    }
    let challenge = json!({"type": "url_verification", "challenge": "c-1"}).to_string();
    let answer = signed(&serve, "events", SECRET, 0, &challenge);
    assert_eq!(answer.json(), json!({"challenge": "c-1"}));

    let signature = refused_alike(&serve);
    let large = format!("text={}", "x".repeat(1024 * 1024));
    for secret in [SECRET, "another secret, another secret!!"] {
        assert_eq!(signed(&serve, "commands", secret, 0, &large).status, 413);
    }
    assert_eq!(signed(&serve, "interactions", SECRET, 0, "payload={").status, 400);
    assert_eq!(serve.get("/slack/commands").0, 405);
    assert_eq!(signed(&serve, "anything", SECRET, 0, &command("e")).status, 404);

    let (_, numbers) = serve.get("/metrics");
    for line in [
        "monban_door_refused_total{why=\"forged\"} 3",
        "monban_door_refused_total{why=\"replayed\"} 2",
        "monban_door_refused_total{why=\"stale\"} 2",
        "monban_door_refused_total{why=\"unsigned\"} 4",
        "monban_door_refused_total{why=\"large\"} 2",
        "monban_door_refused_total{why=\"strange\"} 1",
        "monban_door_asks_total{kind=\"press\"} 1",
        "monban_door_asks_total{kind=\"home\"} 0",
    ] {
        assert!(numbers.lines().any(|found| found == line), "{line}\n{numbers}");
    }
    let Ended { status, stdout, stderr } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    for why in ["forged", "stale", "replayed", "unsigned", "large"] {
        let told = format!("\"door.why\":\"{why}\"");
        assert_eq!(stderr.matches(&told).count(), 1, "one line a kind, not a flood: {why}");
    }
    assert!(stderr.contains("is not understood, so what a person did is lost: is no JSON"));
    // An answer may say again what its reader typed; nothing else may.
    for (output, typed) in [stdout, stderr, numbers, said]
        .into_iter()
        .map(|output| (output, HUSH))
        .chain([(answers.concat(), SECRET)])
    {
        for secret in [typed, SECRET, OTHER, &signature[..40]] {
            assert_eq!(output.lines().find(|line| line.contains(secret)), None, "{secret}");
        }
    }
}

#[test]
fn before_its_work_begins_a_person_is_told_no() {
    let slack = slack();
    let serve = site(&slack).serve("warn");
    // There is no owner map.
    assert_eq!(signed(&serve, "commands", SECRET, 0, &command("a")).status, 503);
    let early = "monban_door_refused_total{why=\"early\"} 1";
    assert!(serve.get("/metrics").1.contains(early));
    assert_eq!(serve.stop().status.code(), Some(0));
}

#[test]
fn without_a_secret_there_is_no_door() {
    let slack = slack();
    let mut with_none = Site::new(&slack);
    let serve = with_none.serve("warn");
    assert_eq!(signed(&serve, "commands", SECRET, 0, &command("a")).status, 404);
    assert!(!serve.get("/metrics").1.contains("monban_door"));
    let log = serve.stop().stderr;
    assert!(log.contains("buttons and commands do nothing"), "{log}");
    let (good, said) = with_none.run(&["check"]);
    assert!(good && said.contains("buttons and commands do nothing"), "{said}");

    // One that is no secret at all ends it at once; one that looks odd is told.
    with_none.change("slack: {", "slack: {signing_secret: {env: MONBAN_SIGNING}, ");
    for (secret, key) in [("", "is empty"), (" ", "holds blanks")] {
        with_none.tokens.retain(|(name, _)| name != "MONBAN_SIGNING");
        with_none.tokens.push(("MONBAN_SIGNING".to_owned(), secret.to_owned()));
        let (good, said) = with_none.run(&["serve"]);
        let place = "slack.signing_secret: the environment variable MONBAN_SIGNING";
        assert!(!good && said.contains(place) && said.contains(key), "{said}");
    }
    with_none.tokens.pop();
    with_none.tokens.push(("MONBAN_SIGNING".to_owned(), "xoxb-4711".to_owned()));
    let (good, said) = with_none.run(&["check"]);
    assert!(good && said.contains("holds no signing secret") && !said.contains("4711"), "{said}");
}

/// A Slack that does nothing but open sockets.
pub(super) struct Link {
    pub(super) address: SocketAddr,
    /// Each connection's acknowledgements; `None` when the bot has closed it.
    acks: Receiver<Option<Value>>,
}

impl Link {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (said, acks) = mpsc::channel();
        std::thread::Builder::new()
            .spawn(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    let said = said.clone();
                    std::thread::Builder::new()
                        .spawn(move || Self::talk(stream, address, &said))
                        .unwrap();
                }
            })
            .unwrap();
        Self { address, acks }
    }

    fn talk(mut stream: TcpStream, address: SocketAddr, said: &Sender<Option<Value>>) {
        let mut start = [0; 5];
        while stream.peek(&mut start).is_ok_and(|got| (1..5).contains(&got)) {}
        if &start == b"POST " {
            let mut request = vec![0; 4096];
            let got = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..got]).to_ascii_lowercase();
            let known = request.contains("/api/apps.connections.open ")
                && request.contains("authorization: bearer xapp-hush-4711");
            let url = format!("ws://{address}/?ticket={HUSH}");
            let answer = if known {
                json!({"ok": true, "url": url})
            } else {
                json!({"ok": false, "error": "invalid_auth"})
            };
            return Self::answer(&mut stream, &answer);
        }
        let mut head = [0; 512];
        let got = stream.peek(&mut head).unwrap_or_default();
        if !String::from_utf8_lossy(&head[..got]).starts_with("GET /?ticket=") {
            return Self::answer(&mut stream, &json!({"ok": false, "error": "internal_error"}));
        }
        let mut socket = tungstenite::accept(stream).unwrap();
        let payload: serde_json::Map<_, _> = form_urlencoded::parse(command("e").as_bytes())
            .map(|(key, value)| (key.into_owned(), Value::from(value.into_owned())))
            .collect();
        for frame in [
            json!({"type": "hello"}),
            json!({"type": "slash_commands", "envelope_id": "e-1",
                   "accepts_response_payload": true, "payload": payload}),
        ] {
            socket.send(Message::text(frame.to_string())).unwrap();
        }
        while let Ok(message) = socket.read() {
            if let Message::Text(text) = message {
                let _ = said.send(serde_json::from_str(&text).ok());
            }
        }
        let _ = said.send(None);
    }

    fn answer(stream: &mut TcpStream, body: &Value) {
        let body = body.to_string();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
        let whole = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(whole.as_bytes());
    }

    pub(super) fn next(&self) -> Option<Value> {
        self.acks.recv_timeout(Duration::from_mins(1)).unwrap()
    }
}

#[test]
fn over_sockets_no_port_is_open_to_slack() {
    let (slack, link) = (slack(), Link::start());
    let mut site = Site::new(&slack);
    site.import();
    site.tokens.push(("MONBAN_APP".to_owned(), "xapp-hush-4711".to_owned()));
    site.change(&slack.address().to_string(), &link.address.to_string());
    site.change("slack: {", "slack: {app_token: {env: MONBAN_APP}, sockets: 1, ");
    let (good, said) = site.run(&["check"]);
    assert!(good && said.contains("2 workspace(s), people over 1 socket(s)\n"), "{said}");
    let serve = site.serve("trace");
    let ack = link.next().unwrap();
    assert_eq!(ack["envelope_id"], "e-1", "{ack}");
    assert_eq!(ack["payload"]["response_type"], "ephemeral", "{ack}");
    until("a socket is open", || {
        (serve.readyz().1["checks"]["slack.socket"]["ok"] == true).then_some(())
    });
    assert_eq!(signed(&serve, "commands", SECRET, 0, &command("a")).status, 404);
    assert!(serve.get("/metrics").1.contains("monban_door_asks_total{kind=\"command\"} 1"));
    let Ended { status, stdout, stderr } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert_eq!(link.next(), None, "it has closed it");
    for output in [stdout, stderr, said] {
        for secret in [HUSH, "xapp-"] {
            assert_eq!(output.lines().find(|line| line.contains(secret)), None, "{secret}");
        }
    }
}
