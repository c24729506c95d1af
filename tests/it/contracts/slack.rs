//! The Slack adapter against the sandbox's server, over real HTTP.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    adapters::slack::SlackChat,
    domain::{ChannelId, Lane, MessageTs, Secret, TeamId},
    ports::{Chat, Clock, Fault},
    sandbox::{self, ChannelSpec, Hooks, TeamSpec, WorkspaceSpec},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};

use super::chat::{self, Call, FOREIGN, Shown, Trouble, World, message};
use crate::support::{clock::ManualClock, http};

struct Slack {
    chat: SlackChat,
    clock: Arc<ManualClock>,
    address: SocketAddr,
    // Ends the server when the world goes.
    _server: JoinSet<()>,
    _folder: TempDir,
}

const TEAM: &str = "T1";
const CHANNEL: &str = "C1";

impl Slack {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-02T01:00:00Z"));
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("slack.jsonl");
        std::fs::write(&journal, format!("{}\n", foreign(clock.now()))).unwrap();
        let spec = WorkspaceSpec {
            teams: vec![TeamSpec {
                id: TEAM.into(),
                domain: "example".into(),
                bot_token: "xoxb-1".into(),
                bot_user_id: "U1BOT".into(),
                bot_id: "B1".into(),
                ..TeamSpec::default()
            }],
            channels: vec![ChannelSpec {
                team: TEAM.into(),
                id: CHANNEL.into(),
                name: "aws".into(),
                bot_is_member: true,
                ..ChannelSpec::default()
            }],
            journal: Some(journal),
            ..WorkspaceSpec::default()
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let hooks = hooks(Arc::clone(&clock));
        let mut server = JoinSet::new();
        server.spawn(async move {
            let outcome = sandbox::serve(listener, spec, hooks, std::future::pending()).await;
            outcome.unwrap_or_else(|error| panic!("{error}"));
        });
        Self { chat: adapter(address), clock, address, _server: server, _folder: folder }
    }

    async fn ask(&self, method: &'static str, path: &'static str, body: Value) -> Value {
        let address = self.address;
        // Off the runtime's thread, which serves the answer.
        let answer = tokio::task::spawn_blocking(move || {
            http::request(address, method, path, &[], body.to_string().as_bytes())
        });
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(answer.status, 200, "{:?}", answer.json());
        answer.json()
    }

    async fn faults(&self, rule: Value) {
        self.ask("POST", "/_sandbox/faults", json!({ "rules": [rule] })).await;
    }
}

fn adapter(address: SocketAddr) -> SlackChat {
    let tokens = HashMap::from([(TeamId::new(TEAM), Secret::new("xoxb-1"))]);
    SlackChat::new(&format!("http://{address}/api"), tokens).unwrap()
}

/// Another bot's message with a key as ours have them, as a journal line.
fn foreign(now: Timestamp) -> Value {
    let metadata = json!({"event_type": "monban", "event_payload": {"key": FOREIGN}});
    json!({"op": "put", "message": {
        "team": TEAM, "channel": CHANNEL, "ts": format!("{}.000001", now.as_second() - 1),
        "user": "U2BOT", "bot_id": "B2", "app_id": "A2", "text": "foreign", "blocks": null,
        "attachments": null, "metadata": metadata, "client_msg_id": null, "thread_ts": null,
        "broadcast": false, "edited": null, "tombstone": false,
    }})
}

fn hooks(clock: Arc<ManualClock>) -> Hooks {
    let nothing = || -> sandbox::HookResult { Ok(Value::Null) };
    Hooks {
        now: Arc::new(move || {
            let micros = u64::try_from(clock.now().as_microsecond()).unwrap();
            SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
        }),
        feed: Arc::new(move |_| Box::pin(async move { nothing() })),
        feed_more: Arc::new(move || Box::pin(async move { nothing() })),
        advance: Arc::new(move |_| Box::pin(async move { nothing() })),
        state: Arc::new(|| Box::pin(async { Value::Null })),
    }
}

#[async_trait]
impl World for Slack {
    fn chat(&self) -> &dyn Chat {
        &self.chat
    }

    fn lane(&self) -> Lane {
        Lane { team: TeamId::new(TEAM), channel: ChannelId::new(CHANNEL) }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn shown(&self) -> Vec<Shown> {
        let all = self.ask("GET", "/_sandbox/messages", Value::Null).await;
        let text =
            |one: &Value, at: &str| one.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let messages = all["messages"].as_array().unwrap().iter();
        messages
            .filter(|one| one["user"] == "U1BOT")
            .map(|one| Shown {
                ts: MessageTs::new(text(one, "/ts").unwrap()),
                text: text(one, "/text").unwrap(),
                key: text(one, "/metadata/event_payload/key"),
                under: text(one, "/thread_ts").map(MessageTs::new),
            })
            .collect()
    }

    async fn order(&self, call: Call, trouble: Trouble) {
        let mut rule = match trouble {
            Trouble::Limited(after) => {
                json!({"kind": "ratelimited", "retry_after": after.as_secs()})
            }
            Trouble::Unavailable => json!({"kind": "http_error", "status": 503}),
            Trouble::DropAnswer => json!({"kind": "drop_answer"}),
            Trouble::DropRequest => json!({"kind": "drop_request"}),
            Trouble::Refused(code) => json!({"kind": "error", "error": code}),
        };
        rule["method"] = match call {
            Call::Post => "chat.postMessage",
            Call::Update => "chat.update",
            Call::Look => "conversations.history",
            Call::Delete => "chat.delete",
        }
        .into();
        self.faults(rule).await;
    }
}

#[tokio::test]
async fn the_slack_adapter_keeps_the_contract() {
    chat::suite(Slack::new).await;
}

#[tokio::test]
async fn a_token_of_another_workspace_sends_nothing() {
    let world = Slack::new().await;
    let for_team = |team: &str| {
        let tokens = HashMap::from([(TeamId::new(team), Secret::new("xoxb-1"))]);
        let chat = SlackChat::new(&format!("http://{}/api", world.address), tokens).unwrap();
        (chat, Lane { team: TeamId::new(team), channel: ChannelId::new(CHANNEL) })
    };
    let (swapped, lane) = for_team("T2");
    let ts = MessageTs::new("1.1");
    let errors = [
        swapped.ready(&lane.team).await.unwrap_err(),
        swapped.post(&lane, &message("x"), "one", None).await.unwrap_err(),
        swapped.post(&lane, &message("x"), "one", None).await.unwrap_err(),
        swapped.update(&lane, &ts, &message("x")).await.unwrap_err(),
        swapped.delete(&lane, &ts).await.unwrap_err(),
        swapped.find(&lane, "one", world.now(), None).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error.fault, Fault::Retry { .. }), "{error:?}");
        assert!(error.everywhere, "the workspace waits as a whole: {error:?}");
        assert!(error.detail.contains("configured for T2 is one of T1"), "{error:?}");
    }
    assert_eq!(world.shown().await, []);
    // A whole organisation's id is not held against a workspace's.
    let (org, lane) = for_team("E1");
    assert_eq!(org.ready(&lane.team).await.map_err(|error| error.detail), Ok(()));
}

#[tokio::test]
async fn who_we_are_is_asked_once_and_again_after_a_failure() {
    let world = Slack::new().await;
    world.faults(json!({"method": "auth.test", "kind": "http_error", "status": 503})).await;
    let lane = world.lane();
    let failed = world.chat.post(&lane, &message("x"), "one", None).await.unwrap_err();
    assert!(matches!(failed.fault, Fault::Retry { .. }), "nothing was sent: {failed:?}");
    for key in ["one", "two", "three"] {
        world.pass(Duration::from_millis(1100));
        world.chat.post(&lane, &message("x"), key, None).await.unwrap();
    }
    let counts = world.ask("GET", "/_sandbox/calls", Value::Null).await["counts"].clone();
    assert_eq!(counts["auth.test"]["ok"], 1, "{counts}");
    assert_eq!(world.shown().await.len(), 3);
}

#[tokio::test]
async fn no_connection_is_no_doubt() {
    // A port that was free a moment ago: nobody listens there.
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let lane = Lane { team: TeamId::new(TEAM), channel: ChannelId::new(CHANNEL) };
    let post = adapter(address).post(&lane, &message("x"), "one", None).await.unwrap_err();
    assert!(matches!(post.fault, Fault::Retry { .. }), "nothing was sent: {post:?}");
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up() {
    let world = Slack::new().await;
    world.chat.permalink(&world.lane(), &MessageTs::new("1.1")).await.unwrap();
    let ts = world.chat.post(&world.lane(), &message("x"), "zero", None).await.unwrap();
    world.pass(Duration::from_secs(5));
    for method in ["chat.postMessage", "chat.update"] {
        world.faults(json!({"method": method, "kind": "delay", "delay_ms": 60_000})).await;
    }
    // Both at once: a test that waits in real time should wait only once.
    let (lane, text) = (world.lane(), message("x"));
    let (post, update) = tokio::join!(
        world.chat.post(&lane, &text, "one", None),
        world.chat.update(&lane, &ts, &text),
    );
    assert_eq!(post.unwrap_err().fault, Fault::InDoubt);
    assert!(matches!(update.unwrap_err().fault, Fault::Retry { .. }));
}

#[tokio::test]
async fn errors_hold_no_secrets() {
    let world = Slack::new().await;
    for kind in [
        json!({"kind": "error", "error": "invalid_auth"}),
        json!({"kind": "http_error", "status": 500}),
        json!({"kind": "drop_request"}),
    ] {
        let mut rule = kind;
        rule["method"] = "chat.postMessage".into();
        world.faults(rule).await;
        let text = message("a private text");
        let error = world.chat.post(&world.lane(), &text, "one", None).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("xoxb") && !shown.contains("private"), "{shown}");
    }
}

#[test]
fn plain_http_leaves_this_machine_never() {
    let tokens = HashMap::new();
    for url in ["http://slack.com/api", "http://127.0.0.1.evil.example/api", "ftp://localhost:1/"] {
        assert!(SlackChat::new(url, tokens.clone()).is_err(), "{url}");
    }
    assert!(SlackChat::new("http://localhost:1/api", tokens).is_ok());
}
