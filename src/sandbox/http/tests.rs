//! The sandbox over a real connection on 127.0.0.1, port 0.

mod door;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::sandbox::tests::{at, spec};
use crate::sandbox::{Hooks, serve};

fn hooks() -> Hooks {
    Hooks {
        now: Arc::new(|| at(0)),
        feed: Arc::new(|bytes| {
            Box::pin(async move {
                if bytes == b"bad" { Err("not an event".into()) } else { Ok(json!(bytes.len())) }
            })
        }),
        feed_more: Arc::new(|| Box::pin(async { Ok(json!({"fed": 3})) })),
        advance: Arc::new(|step| Box::pin(async move { Ok(json!(step.as_secs_f64())) })),
        state: Arc::new(|| Box::pin(async { json!({"open_alerts": 2}) })),
    }
}

/// One answer, taken apart.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

struct Client {
    port: u16,
}

impl Client {
    /// Sends one request; `None` when the connection closed without a byte.
    async fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let host = format!("Host: 127.0.0.1:{}", self.port);
        let named = headers.iter().any(|header| header.starts_with("Host:"));
        let mut head = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        for header in headers.iter().copied().chain((!named).then_some(host.as_str())) {
            head = format!("{head}{header}\r\n");
        }
        head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], b"").await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let kind = "Content-Type: application/json";
        self.send(&format!("POST {path}"), &[kind], body.to_string().as_bytes()).await.unwrap()
    }

    async fn api(&self, method: &str, kind: &str, body: &str) -> Option<Answer> {
        let headers = ["Authorization: Bearer xoxb-aoba", &format!("Content-Type: {kind}")];
        self.send(&format!("POST /api/{method}"), &headers, body.as_bytes()).await
    }
}

/// Runs a story against a fresh server and then shuts the server down in order.
async fn with_server<F: Future<Output = ()>>(
    journal: Option<PathBuf>,
    story: impl FnOnce(Client) -> F,
) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = oneshot::channel::<()>();
    let mut spec = spec();
    spec.journal = journal;
    let server = serve(listener, spec, hooks(), async move { drop(stopped.await) });
    let client = async move {
        story(Client { port }).await;
        drop(stop);
    };
    let both = futures::future::join(server, client);
    let (outcome, ()) = tokio::time::timeout(Duration::from_mins(1), both).await.unwrap();
    outcome.unwrap();
}

#[tokio::test]
async fn json_forms_and_queries_say_the_same() {
    with_server(None, |client| async move {
        let form = "application/x-www-form-urlencoded";
        let json_kind = "application/json; charset=utf-8";
        let blocks = "%5B%7B%22type%22%3A%22divider%22%7D%5D";
        let body = json!({"channel": "C1", "text": "日本 & x"}).to_string();
        let first = client.api("chat.postMessage", json_kind, &body).await.unwrap().json();
        assert_eq!(first["message"]["text"], "日本 & x");
        let body = format!("channel=C1&text=%E6%97%A5%E6%9C%AC+%26+x&blocks={blocks}");
        let second = client.api("chat.postMessage", form, &body).await.unwrap().json();
        assert_eq!(second["message"]["text"], "日本 & x");
        assert_eq!(second["message"]["blocks"][0]["type"], "divider");
        let path = "/api/conversations.history?token=xoxb-aoba&channel=C1&limit=1";
        let third = client.get(path).await.json();
        assert_eq!(third["messages"][0]["ts"], second["ts"]);
        let cursor = third["response_metadata"]["next_cursor"].as_str().unwrap();
        let cursor = cursor.replace(':', "%3A").replace('=', "%3D");
        let fourth = client.get(&format!("{path}&cursor={cursor}")).await.json();
        assert_eq!(fourth["messages"][0]["ts"], first["ts"]);
        for (kind, body, wanted) in [
            (json_kind, "{", "invalid_json"),
            (json_kind, "[]", "json_not_object"),
            ("text/plain", "x", "invalid_post_type"),
        ] {
            let answer = client.api("chat.postMessage", kind, body).await.unwrap();
            assert_eq!((answer.status, &answer.json()["error"]), (200, &json!(wanted)));
        }
        let answer = client.post("/api/auth.test", &json!({})).await;
        assert_eq!(answer.json(), json!({"ok": false, "error": "not_authed"}));
    })
    .await;
}

#[tokio::test]
async fn a_limited_call_says_when_to_come_back() {
    with_server(None, |client| async move {
        let post = json!({"channel": "C1", "text": "x"}).to_string();
        for _ in 0..2 {
            let answer = client.api("chat.postMessage", "application/json", &post).await.unwrap();
            assert_eq!(answer.status, 200);
        }
        let answer = client.api("chat.postMessage", "application/json", &post).await.unwrap();
        assert_eq!(answer.status, 429);
        assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
        assert_eq!(answer.json(), json!({"ok": false, "error": "ratelimited"}));
    })
    .await;
}

#[tokio::test]
async fn faults_cut_delay_and_refuse_and_the_journal_keeps_what_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    with_server(Some(path.clone()), |client| async move {
        let method = "chat.postMessage";
        let rules = json!({"rules": [
            {"method": method, "channel": "C1", "kind": "drop_answer"},
            {"method": method, "channel": "C4", "kind": "drop_request"},
            {"method": "auth.test", "kind": "delay", "delay_ms": 1},
            {"method": "users.info", "kind": "http_error", "status": 503},
            {"method": "users.list", "kind": "ratelimited", "retry_after": 7},
            {"method": "chat.update", "kind": "error", "error": "edit_window_closed"},
        ]});
        assert_eq!(client.post("/_sandbox/faults", &rules).await.status, 200);
        let kind = "application/json";
        let kept = json!({"channel": "C1", "text": "kept"}).to_string();
        let lost = json!({"channel": "C4", "text": "lost"}).to_string();
        assert!(client.api(method, kind, &kept).await.is_none());
        assert!(client.api(method, kind, &lost).await.is_none());
        assert_eq!(client.api("auth.test", kind, "{}").await.unwrap().json()["ok"], true);
        assert_eq!(client.api("users.info", kind, "{}").await.unwrap().status, 503);
        let limited = client.api("users.list", kind, "{}").await.unwrap();
        assert!(limited.status == 429 && limited.head.contains("retry-after: 7"));
        let closed = client.api("chat.update", kind, "{}").await.unwrap().json();
        assert_eq!(closed, json!({"ok": false, "error": "edit_window_closed"}));
        assert_eq!(client.get("/_sandbox/faults").await.json(), json!({"rules": []}));
        let messages = client.get("/_sandbox/messages").await.json();
        assert_eq!(messages["messages"].as_array().unwrap().len(), 1);
        let calls = client.get("/_sandbox/calls").await.json();
        assert_eq!(calls["counts"][method], json!({"drop_answer": 1, "drop_request": 1}));
        assert_eq!(calls["counts"]["auth.test"], json!({"ok": 1}));
        let first = json!({"method": method, "team": "T1", "channel": "C1", "ok": false,
            "error": "drop_answer", "at": "2027-01-15T08:00:00Z"});
        assert_eq!(calls["calls"][0], first);
        let wrong = json!({"rules": [{"method": method, "kind": "melt"}]});
        assert_eq!(client.post("/_sandbox/faults", &wrong).await.status, 400);
    })
    .await;
    with_server(Some(path), |client| async move {
        let messages = client.get("/_sandbox/messages?channel=C1&team=T1").await.json();
        let wanted = json!({
            "team": "T1", "channel": "C1", "ts": "1800000000.000000", "thread_ts": null,
            "text": "kept", "blocks": null, "attachments": null, "metadata": null,
            "ephemeral_to": null, "user": "UB1", "edited": null, "broadcast": false,
            "tombstone": false, "reply_count": 0,
        });
        assert_eq!(messages, json!({"messages": [wanted]}));
    })
    .await;
}

#[tokio::test]
async fn hooks_answer_and_their_errors_are_told() {
    with_server(None, |client| async move {
        let fed = client.send("POST /_sandbox/events", &[], b"anything").await.unwrap();
        assert_eq!((fed.status, fed.json()), (200, json!(8)));
        let refused = client.send("POST /_sandbox/events", &[], b"bad").await.unwrap();
        assert_eq!((refused.status, refused.json()), (400, json!({"error": "not an event"})));
        let large = vec![b'x'; 5 * 1024 * 1024];
        let fed = client.send("POST /_sandbox/events", &[], &large).await.unwrap();
        assert_eq!(fed.json(), json!(large.len()));
        let more = client.post("/_sandbox/feed-more", &json!({})).await;
        assert_eq!(more.json(), json!({"fed": 3}));
        assert_eq!(client.get("/_sandbox/state").await.json(), json!({"open_alerts": 2}));
        let advance = |seconds: Value| json!({"seconds": seconds});
        let step = client.post("/_sandbox/advance", &advance(json!(1.5))).await;
        assert_eq!((step.status, step.json()), (200, json!(1.5)));
        for bad in [json!(0), json!(-1), json!(34_560_001), json!("60"), json!(null)] {
            let answer = client.post("/_sandbox/advance", &advance(bad.clone())).await;
            assert_eq!(answer.status, 400, "{bad}");
            assert!(answer.json()["error"].is_string());
        }
        let extra = json!({"seconds": 1, "minutes": 1});
        assert_eq!(client.post("/_sandbox/advance", &extra).await.status, 400);
        assert_eq!(client.get("/_sandbox/changes?since=x").await.status, 400);
        assert_eq!(client.get("/_sandbox/messages?chanel=C1").await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn strangers_are_kept_out() {
    with_server(None, |client| async move {
        for path in ["/", "/api/auth.test", "/_sandbox/messages", "/assets/app.js"] {
            let line = format!("GET {path}");
            let answer = client.send(&line, &["Host: evil.example"], b"").await.unwrap();
            assert_eq!(answer.status, 403, "{path}");
        }
        let own = client.send("GET /", &["Host: localhost:1"], b"").await.unwrap();
        assert_eq!(own.status, 200);
        let foreign = ["Origin: http://evil.example"];
        let answer = client.send("POST /_sandbox/feed-more", &foreign, b"").await.unwrap();
        assert_eq!(answer.status, 403);
        let own = format!("Origin: http://127.0.0.1:{}", client.port);
        let answer = client.send("POST /_sandbox/feed-more", &[&own], b"").await.unwrap();
        assert_eq!(answer.status, 200);
    })
    .await;
}

#[tokio::test]
async fn the_page_comes_whole_and_fetches_nothing_from_elsewhere() {
    with_server(None, |client| async move {
        let page = client.get("/").await;
        assert!(
            page.head.contains("content-security-policy: default-src 'none'; script-src 'self'")
        );
        assert!(!page.body.contains("style=") && !page.body.contains("onclick"));
        for name in page.body.split("/assets/").skip(1) {
            let name = name.split('"').next().unwrap();
            assert_eq!(client.get(&format!("/assets/{name}")).await.status, 200, "{name}");
        }
        // Every module that a module imports is served as well.
        let app = client.get("/assets/app.js").await.body;
        for name in app.split("from \"./").skip(1) {
            let name = name.split('"').next().unwrap();
            let module = client.get(&format!("/assets/{name}")).await;
            assert_eq!(module.status, 200, "{name}");
            assert!(!module.body.contains("innerHTML"), "{name}");
        }
        assert_eq!(client.get("/assets/..%2Fmod.rs").await.status, 404);
        let workspace = client.get("/_sandbox/workspace").await;
        assert!(!workspace.body.contains("xoxb"));
        assert_eq!(workspace.json()["labels"]["ja"]["title"], "見出し");
        let changes = client.get("/_sandbox/changes?since=0").await.json();
        assert_eq!(changes["now"], "2027-01-15T08:00:00Z");
        assert_eq!(changes["boot"], workspace.json()["boot"]);
    })
    .await;
}
