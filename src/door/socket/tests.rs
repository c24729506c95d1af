//! Socket Mode against a Slack of this process, driven frame by frame.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, SinkExt as _, StreamExt as _, future::BoxFuture};
use jiff::Timestamp;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

use super::{Open, Sockets, Standing, Timing};
use crate::{
    domain::{self, Ack, Act, Ask, Color, TeamId},
    door::{Speaker, Take, Tally, Work},
    flow::Stop,
};

const PATIENCE: Duration = Duration::from_secs(20);
const QUICK: Timing = Timing {
    open: Duration::from_secs(5),
    quiet: Duration::from_secs(20),
    leave: Duration::from_secs(5),
    pause: Duration::from_millis(10),
    longest: Duration::from_millis(50),
    good: Duration::ZERO,
};

/// What is to be tried.
struct Rig {
    listener: TcpListener,
    work: Arc<Work>,
    stop: Arc<Stop>,
    standing: Arc<Standing>,
    running: JoinSet<()>,
    /// Times that Slack was asked where to connect.
    opened: Arc<AtomicUsize>,
}

/// The other end of a connection.
struct Peer(WebSocketStream<TcpStream>);

impl Rig {
    /// One connection, whose acts are answered so; `failing` times Slack says no at first.
    async fn start(timing: Timing, wait: Duration, failing: usize, take: Option<Take>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/link?ticket=4711", listener.local_addr().unwrap());
        let opened = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&opened);
        let open: Open = Arc::new(move || {
            let good = asked.fetch_add(1, Ordering::SeqCst) >= failing;
            let url = if good { Ok(url.clone()) } else { Err("invalid_auth".to_owned()) };
            std::future::ready(url).boxed()
        });
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let work = Arc::new(Work::new(Arc::new(Tally::default())).waiting(wait));
        if let Some(take) = take {
            work.open(take);
        }
        let (stop, standing) = (Arc::new(Stop::default()), Arc::new(Standing::default()));
        let sockets = Sockets {
            speaker: Speaker::Own(TeamId::new("T1")),
            count: 1,
            open,
            tls: Arc::new(tls),
            work: Arc::clone(&work),
            stop: Arc::clone(&stop),
            now: Arc::new(|| Timestamp::UNIX_EPOCH),
            standing: Arc::clone(&standing),
        };
        let mut running = JoinSet::new();
        running.spawn(sockets.run_with(timing));
        Self { listener, work, stop, standing, running, opened }
    }

    /// The next connection, not greeted yet.
    async fn accept(&self) -> Peer {
        let (stream, _) = timeout(PATIENCE, self.listener.accept()).await.unwrap().unwrap();
        Peer(accept_async(stream).await.unwrap())
    }

    /// The next connection, greeted.
    async fn greet(&self) -> Peer {
        let mut peer = self.accept().await;
        peer.send(&json!({"type": "hello", "num_connections": 1})).await;
        peer
    }

    /// Asks it to stop and waits for that.
    async fn ended(mut self) {
        self.stop.ask();
        timeout(PATIENCE, self.running.join_next()).await.unwrap().unwrap().unwrap();
    }
}

impl Peer {
    async fn send(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame that says something; `None` if it was closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }
}

fn envelope(id: &str, kind: &str, payload: &Value) -> Value {
    json!({"type": kind, "envelope_id": id, "accepts_response_payload": kind != "events_api",
           "payload": payload})
}

fn click(id: &str) -> Value {
    let payload = json!({
        "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1.2"}, "channel": {"id": "C1"},
        "actions": [{"type": "button", "action_id": "ack", "value": "a", "action_ts": "3.4"}],
    });
    envelope(id, "interactive", &payload)
}

fn command(id: &str) -> Value {
    let payload = json!({"command": "/guardrail", "text": "help", "team_id": "T1",
                         "user_id": "U1", "channel_id": "C1", "trigger_id": id});
    envelope(id, "slash_commands", &payload)
}

fn submission(id: &str) -> Value {
    let view = json!({"id": "V1", "type": "modal", "callback_id": "f", "hash": "1.a"});
    let user = json!({"id": "U1", "team_id": "T1"});
    let payload =
        json!({"type": "view_submission", "user": user, "team": {"id": "T1"}, "view": view});
    envelope(id, "interactive", &payload)
}

fn said() -> Ack {
    let text = "here".to_owned();
    Ack::Private(Box::new(domain::Message { text, color: Color("#000000"), blocks: vec![] }))
}

/// Commands are answered when the gate lets them through, clicks and forms at once.
fn gated(gate: &Arc<Semaphore>) -> Take {
    let gate = Arc::clone(gate);
    Arc::new(move |ask: Ask| -> BoxFuture<'static, Ack> {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            match ask.act {
                Act::Command(_) => {
                    gate.acquire().await.unwrap().forget();
                    said()
                }
                Act::Submit { .. } => Ack::Mend([("b".to_owned(), "no".to_owned())].into()),
                Act::Press { .. } | Act::Home => std::future::pending().await,
            }
        })
    })
}

#[tokio::test]
async fn a_slow_command_holds_up_nothing() {
    let gate = Arc::new(Semaphore::new(0));
    let rig = Rig::start(QUICK, PATIENCE, 0, Some(gated(&gate))).await;
    let mut peer = rig.greet().await;
    peer.send(&command("e-1")).await;
    peer.send(&click("e-2")).await;
    // The click's work never ends: it is acknowledged first.
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-2"}));
    peer.send(&submission("e-3")).await;
    let errors = json!({"response_action": "errors", "errors": {"b": "no"}});
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-3", "payload": errors}));
    gate.add_permits(1);
    let answer = peer.next().await.unwrap();
    assert_eq!(
        (&answer["envelope_id"], &answer["payload"]["text"]),
        (&json!("e-1"), &json!("here"))
    );
    assert_eq!(answer["payload"]["response_type"], "ephemeral");
    assert_eq!((rig.standing.open(), rig.standing.check()), (1, Ok(())));
    // Where no answer is taken, none is given.
    gate.add_permits(1);
    let mut bare = command("e-4");
    bare["accepts_response_payload"] = json!(false);
    peer.send(&bare).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-4"}));
    let asks = rig.work.tally.asks();
    assert_eq!((asks["command"], asks["press"], asks["submit"]), (2, 1, 1));
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_a_bare_one_and_its_work_goes_on() {
    let gate = Arc::new(Semaphore::new(0));
    let rig = Rig::start(QUICK, Duration::from_millis(100), 0, Some(gated(&gate))).await;
    let mut peer = rig.greet().await;
    peer.send(&command("e-1")).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-1"}));
    gate.add_permits(1);
    timeout(PATIENCE, rig.work.finish()).await.unwrap();
    assert_eq!(gate.available_permits(), 0, "it was worked on");
}

#[tokio::test]
async fn what_can_not_be_taken_is_not_acknowledged() {
    let rig = Rig::start(QUICK, PATIENCE, 0, None).await;
    let mut peer = rig.greet().await;
    peer.send(&command("e-1")).await;
    peer.send(&click("e-2")).await;
    peer.send(&envelope("e-3", "interactive", &json!({"type": "view_closed"}))).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-3"}));
    rig.work.open(Arc::new(|_| Box::pin(std::future::ready(said()))));
    peer.send(&command("e-4")).await;
    assert_eq!(peer.next().await.unwrap()["envelope_id"], "e-4");
    assert_eq!(rig.work.tally.refused()["early"], 2);
    rig.ended().await;
}

#[tokio::test]
async fn an_act_that_the_app_may_not_tell_of_is_acknowledged_and_not_worked_on() {
    let take: Take = Arc::new(|ask| {
        assert_eq!(ask.id.as_str().matches("T1").count(), 2, "{:?}", ask.id);
        Box::pin(std::future::ready(said()))
    });
    let rig = Rig::start(QUICK, PATIENCE, 0, Some(take)).await;
    let mut peer = rig.greet().await;
    let change = |mut frame: Value, place: &str| {
        *frame.pointer_mut(place).unwrap() = json!("T2");
        frame
    };
    for frame in [
        change(command("e-1"), "/payload/team_id"),
        change(click("e-1"), "/payload/team/id"),
        change(click("e-1"), "/payload/user/team_id"),
        change(submission("e-1"), "/payload/user/team_id"),
        change(submission("e-1"), "/payload/team/id"),
    ] {
        peer.send(&frame).await;
        assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-1"}), "nothing is said");
    }
    let (refused, asks) = (rig.work.tally.refused(), rig.work.tally.asks());
    assert_eq!((refused["foreign"], asks.values().sum::<u64>()), (5, 0));
    peer.send(&command("e-2")).await;
    assert_eq!(peer.next().await.unwrap()["payload"]["text"], "here");
    rig.ended().await;
}

#[tokio::test]
async fn garbage_ends_nothing_and_the_unknown_is_acknowledged() {
    let rig = Rig::start(QUICK, PATIENCE, 0, Some(gated(&Arc::new(Semaphore::new(0))))).await;
    let mut peer = rig.greet().await;
    for garbage in ["", "{", "[1]", "\u{0}", r#"{"type":"interactive"}"#] {
        peer.0.send(Message::text(garbage)).await.unwrap();
    }
    peer.0.send(Message::binary(vec![0xff; 100])).await.unwrap();
    peer.0.send(Message::Ping(vec![1].into())).await.unwrap();
    for (id, kind) in [("e-1", "teleport"), ("e-2", "interactive"), ("e-3", "slash_commands")] {
        peer.send(&envelope(id, kind, &json!({"type": "who_knows"}))).await;
        assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": id}));
    }
    peer.send(&click("e-4")).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-4"}));
    assert_eq!(rig.work.tally.refused()["strange"], 9);
    assert_eq!(rig.opened.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_new_connection_stands_before_the_old_one_is_left() {
    let rig = Rig::start(QUICK, PATIENCE, 0, Some(gated(&Arc::new(Semaphore::new(0))))).await;
    let mut old = rig.greet().await;
    old.send(&json!({"type": "disconnect", "reason": "warning"})).await;
    let mut new = rig.accept().await;
    // While the new one is not greeted yet, and after that.
    old.send(&click("e-1")).await;
    assert_eq!(old.next().await.unwrap(), json!({"envelope_id": "e-1"}));
    new.send(&json!({"type": "hello"})).await;
    old.send(&json!({"type": "disconnect", "reason": "refresh_requested"})).await;
    old.send(&click("e-2")).await;
    assert_eq!(old.next().await.unwrap(), json!({"envelope_id": "e-2"}));
    new.send(&click("e-3")).await;
    assert_eq!(new.next().await.unwrap(), json!({"envelope_id": "e-3"}));
    assert_eq!(rig.standing.open(), 2);
    old.0.close(None).await.unwrap();
    while old.next().await.is_some() {}
    new.send(&click("e-4")).await;
    assert_eq!(new.next().await.unwrap(), json!({"envelope_id": "e-4"}));
    assert_eq!(rig.opened.load(Ordering::SeqCst), 2, "no third one");
    rig.ended().await;
}

#[tokio::test]
async fn an_old_connection_that_slack_never_closes_is_closed_by_us() {
    let timing = Timing { leave: Duration::from_millis(50), ..QUICK };
    let rig = Rig::start(timing, PATIENCE, 0, None).await;
    let mut old = rig.greet().await;
    old.send(&json!({"type": "disconnect", "reason": "refresh_requested"})).await;
    let _new = rig.greet().await;
    assert_eq!(old.next().await, None);
}

#[tokio::test]
async fn what_breaks_is_opened_anew() {
    let rig = Rig::start(QUICK, PATIENCE, 2, Some(gated(&Arc::new(Semaphore::new(0))))).await;
    // Refused twice; then a connection that is cut, one that does not greet, one that is turned off.
    drop(rig.greet().await);
    rig.accept().await.send(&click("e-1")).await;
    let mut off = rig.greet().await;
    off.send(&json!({"type": "disconnect", "reason": "link_disabled"})).await;
    let mut peer = rig.greet().await;
    peer.send(&click("e-2")).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-2"}));
    assert_eq!(rig.opened.load(Ordering::SeqCst), 6);
    // Too much at once is no frame of Slack's.
    let _ = peer.0.send(Message::text("x".repeat(1024 * 1024 + 1))).await;
    let mut peer = rig.greet().await;
    peer.send(&click("e-3")).await;
    assert_eq!(peer.next().await.unwrap(), json!({"envelope_id": "e-3"}));
}

#[tokio::test]
async fn a_connection_without_life_is_given_up_and_a_quiet_one_is_not() {
    let timing = Timing { quiet: Duration::from_millis(200), ..QUICK };
    let rig = Rig::start(timing, PATIENCE, 0, Some(gated(&Arc::new(Semaphore::new(0))))).await;
    // Nobody reads at the other end, so no ping is answered.
    let _dead = rig.greet().await;
    let mut quiet = rig.greet().await;
    // Reading answers pings; nothing else is sent.
    let silence = timeout(Duration::from_secs(2), quiet.next()).await;
    assert!(silence.is_err(), "{silence:?}");
    quiet.send(&click("e-1")).await;
    assert_eq!(quiet.next().await.unwrap(), json!({"envelope_id": "e-1"}));
    assert_eq!(rig.opened.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_under_way_is_answered_before_the_end() {
    let gate = Arc::new(Semaphore::new(0));
    let seen = Arc::new(Mutex::new(0));
    let (inner, counter) = (gated(&gate), Arc::clone(&seen));
    let take: Take = Arc::new(move |ask| {
        *counter.lock().unwrap() += 1;
        inner(ask)
    });
    let rig = Rig::start(QUICK, PATIENCE, 0, Some(take)).await;
    let mut peer = rig.greet().await;
    peer.send(&command("e-1")).await;
    while *seen.lock().unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    rig.stop.ask();
    gate.add_permits(1);
    assert_eq!(peer.next().await.unwrap()["payload"]["text"], "here");
    assert_eq!(peer.next().await, None, "closed");
    let standing = Arc::clone(&rig.standing);
    rig.ended().await;
    assert!(standing.check().is_err());
}
