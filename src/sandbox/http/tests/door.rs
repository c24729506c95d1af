//! The way to the bot: a door that answers as a test wants, and what people see then.

use std::sync::Mutex;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

use super::*;

/// What the door heard: signature, timestamp and body.
type Heard = Arc<Mutex<Vec<[String; 3]>>>;

/// A door with three rooms: one takes all, one refuses, one never answers.
async fn door() -> (String, Heard, impl Future<Output = ()>) {
    let heard = Heard::default();
    let notes = Arc::clone(&heard);
    let take = move |headers: HeaderMap, body: String| async move {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let (signature, at) = (header("x-slack-signature"), header("x-slack-request-timestamp"));
        notes.lock().unwrap().push([signature, at, body]);
    };
    let app = Router::new()
        .route("/take", post(take))
        .route("/refuse", post(|| async { StatusCode::BAD_GATEWAY }))
        .route("/hang", post(std::future::pending::<()>));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (address, heard, async move { drop(axum::serve(listener, app).await) })
}

/// The story ends the door with it.
async fn beside(door: impl Future<Output = ()>, story: impl Future<Output = ()>) {
    tokio::select! {
        () = door => panic!("the door ended"),
        () = story => {}
    }
}

fn command() -> Value {
    json!({"team": "T1", "user": "U1", "channel": "C1", "command": "/guardrail", "text": "日本"})
}

#[tokio::test]
async fn requests_are_signed_and_every_failure_has_slacks_name() {
    let (address, heard, door) = door().await;
    let story = with_server(None, |client| async move {
        let told = async |path: &str, order: &Value| {
            let answer = client.post(&format!("/_sandbox/{path}"), order).await;
            (answer.status, answer.json())
        };
        let failed = json!({"ack": null, "error": "dispatch_failed"});
        assert_eq!(told("command", &command()).await, (200, failed.clone()), "no door yet");
        let mut rooms = Vec::new();
        for room in ["refuse", "hang", "take"] {
            let url = format!("{address}/{room}");
            let app = json!({"requests": {"commands": url, "events": url, "interactions": url},
                "signing_secret": "s3cret"});
            assert_eq!(told("app", &app).await.0, 200);
            rooms.push(told("command", &command()).await.1);
        }
        assert_eq!(rooms[0]["ack"]["status"], 502);
        assert_eq!(rooms[0]["error"], "dispatch_failed");
        assert_eq!(rooms[1], json!({"ack": null, "error": "operation_timeout"}));
        assert_eq!((&rooms[2]["ack"]["status"], &rooms[2]["error"]), (&json!(200), &json!(null)));
        assert_eq!(
            told("home", &json!({"team": "T1", "user": "U1"})).await.1["error"],
            json!(null)
        );

        let replay = json!({"kind": "commands", "replay_last": true});
        assert_eq!(told("request", &replay).await, (200, json!({"status": 200, "body": null})));
        let late = json!({"kind": "interactions", "body": {"a": 1}, "tamper": true,
            "timestamp_offset_seconds": -301});
        assert_eq!(told("request", &late).await.0, 200);
        let heard = heard.lock().unwrap().clone();
        let [signature, time, body] = &heard[0];
        let wanted = crate::sandbox::http::requests::sign("s3cret", at(0), body);
        assert_eq!((signature, time), (&wanted.0, &wanted.1));
        assert!(body.contains("text=%E6%97%A5%E6%9C%AC&"), "{body}");
        assert!(heard[1][2].contains("app_home_opened"));
        assert_eq!(heard[2], heard[0]);
        assert_eq!(heard[3][1], (1_800_000_000 - 301).to_string());
        assert_eq!(heard[3][2], "payload=%7B%22a%22%3A1%7D ");
    });
    beside(door, story).await;
}

#[tokio::test]
async fn orders_are_read_strictly() {
    with_server(None, |client| async move {
        for (path, order, why) in [
            ("click", json!({"team": "T1", "user": "U1", "colour": 1}), "unknown field `colour`"),
            ("command", json!({"team": "T1"}), "missing field"),
            ("submit", json!({"team": "T1", "user": "U1", "view_id": "V1"}), "sees no view V1"),
            ("close", json!({"team": "T9", "user": "U9", "view_id": "V1"}), "no user U9"),
            ("home", json!({"team": "T1", "user": "U2"}), "own workspace"),
            ("app", json!({"token": "x"}), "unknown field"),
            ("request", json!({"kind": "events"}), "no door"),
            ("request", json!({"kind": "x"}), "unknown variant"),
            ("request", json!({"kind": "events", "replay_last": true}), "no earlier request"),
            ("sockets", json!({"disconnect": "now"}), "unknown variant"),
        ] {
            let answer = client.post(&format!("/_sandbox/{path}"), &order).await;
            assert_eq!(answer.status, 400, "{path} {order}");
            assert!(answer.body.contains(why), "{path} {order}: {}", answer.body);
        }
        assert_eq!(client.get("/_sandbox/views?team=T1").await.status, 400);
        assert_eq!(client.get("/_sandbox/messages?user=U1&ephemerals=all").await.status, 400);
        let views = client.get("/_sandbox/views?team=T1&user=U1").await.json();
        assert_eq!(views, json!({"modals": [], "home": null}));
    })
    .await;
}

#[tokio::test]
async fn a_socket_opens_once_with_a_ticket_and_never_for_a_page() {
    with_server(None, |client| async move {
        let open = async |token: &str| {
            let bearer = format!("Authorization: Bearer {token}");
            client.send("POST /api/apps.connections.open", &[&bearer], b"").await.unwrap().json()
        };
        assert_eq!(open("xapp-other").await["error"], "invalid_auth");
        assert_eq!(open("xoxb-aoba").await["error"], "not_allowed_token_type");
        let opened = open("xapp-1").await;
        let url = opened["url"].as_str().unwrap();
        let link = url.strip_prefix(&format!("ws://127.0.0.1:{}", client.port)).unwrap();
        let knock = async |path: &str, more: &[&str]| {
            let mut headers = vec![
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            ];
            headers.extend(more);
            client.shake(&format!("GET {path}"), &headers).await
        };
        assert_eq!(knock(link, &["Origin: http://evil.example"]).await, 403);
        assert_eq!(knock(link, &["Sec-Fetch-Site: cross-site"]).await, 403);
        assert_eq!(knock("/link/none", &[]).await, 403);
        assert_eq!(knock(link, &[]).await, 101);
        assert_eq!(knock(link, &[]).await, 403);
    })
    .await;
}

impl Client {
    /// The status of an answer to a request that would change the protocol.
    async fn shake(&self, line: &str, headers: &[&str]) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let mut head =
            format!("{line} HTTP/1.1\r\nConnection: Upgrade\r\nHost: 127.0.0.1:{}\r\n", self.port);
        for header in headers {
            head = format!("{head}{header}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        std::str::from_utf8(&status[9..]).unwrap().parse().unwrap()
    }
}
