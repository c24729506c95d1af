//! Socket Mode: the bot's connections, and who waits for which acknowledgement.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::{House, refuse};
use crate::sandbox::calls::moment;

/// As many connections as Slack gives one app.
const MOST: usize = 10;
/// Clients take a connection for dead when they hear nothing for half a minute.
const PING_EVERY: Duration = Duration::from_secs(10);

/// All open connections.
#[derive(Default)]
pub(super) struct Sockets(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    open: Vec<Connection>,
    waiting: HashMap<String, oneshot::Sender<Value>>,
    /// Names connections and envelopes.
    count: u64,
    turn: usize,
}

struct Connection {
    id: u64,
    app_token: String,
    app_id: String,
    since: Value,
    frames: mpsc::UnboundedSender<Frame>,
}

enum Frame {
    Send(Value),
    Close,
}

/// An envelope under way.
pub(super) struct Sent {
    pub(super) envelope_id: String,
    pub(super) acknowledged: oneshot::Receiver<Value>,
}

impl Sockets {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends an envelope over one of the app's connections, the next in turn; none if there is no
    /// connection.
    pub(super) fn send(&self, app_token: &str, mut envelope: Value) -> Option<Sent> {
        let mut inner = self.inner();
        inner.count += 1;
        inner.turn = inner.turn.wrapping_add(1);
        let envelope_id = format!("00000000-0000-4000-8000-{:012x}", inner.count);
        envelope["envelope_id"] = envelope_id.as_str().into();
        let own: Vec<_> = inner.open.iter().filter(|one| one.app_token == app_token).collect();
        let turn = inner.turn.checked_rem(own.len())?;
        own.get(turn)?.frames.send(Frame::Send(envelope)).ok()?;
        let (acknowledge, acknowledged) = oneshot::channel();
        inner.waiting.insert(envelope_id.clone(), acknowledge);
        Some(Sent { envelope_id, acknowledged })
    }

    /// Nobody waits for this envelope any more.
    pub(super) fn forget(&self, envelope_id: &str) {
        self.inner().waiting.remove(envelope_id);
    }

    fn acknowledge(&self, frame: &Value) {
        let Some(id) = frame.get("envelope_id").and_then(Value::as_str) else { return };
        if let Some(waiting) = self.inner().waiting.remove(id) {
            // Who no longer waits has its error already.
            drop(waiting.send(frame.get("payload").cloned().unwrap_or_default()));
        }
    }

    /// Asks every client to go: at once, or with a warning first.
    pub(super) fn disconnect(&self, reason: &str) -> usize {
        let inner = self.inner();
        for one in &inner.open {
            let frame = json!({
                "type": "disconnect",
                "reason": reason,
                "debug_info": {"host": "sandbox"},
            });
            drop(one.frames.send(Frame::Send(frame)));
            if reason != "warning" {
                drop(one.frames.send(Frame::Close));
            }
        }
        inner.open.len()
    }

    pub(super) fn list(&self) -> Value {
        let inner = self.inner();
        let shown = inner
            .open
            .iter()
            .map(|one| json!({"id": one.id, "app_id": one.app_id, "since": one.since}));
        json!({"connections": shown.collect::<Vec<_>>()})
    }
}

/// `GET /link/TICKET`: opens the connection that a ticket of `apps.connections.open` stands for.
pub(super) async fn link(
    State(house): State<Arc<House>>,
    Path(ticket): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let app_token = house.core().workspace.stage.tickets.take_link(&ticket);
    let Some(app_token) = app_token else {
        return refuse(StatusCode::FORBIDDEN, "this address opens nothing any more");
    };
    upgrade.on_upgrade(move |socket| serve(house, app_token, socket))
}

async fn serve(house: Arc<House>, app_token: String, mut socket: WebSocket) {
    let (id, hello, mut frames) = match enter(&house, app_token) {
        Ok(entered) => entered,
        Err(no) => {
            drop(socket.send(text(&no)).await);
            return;
        }
    };
    if socket.send(text(&hello)).await.is_ok() {
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            let going = tokio::select! {
                frame = frames.recv() => match frame {
                    Some(Frame::Send(frame)) => socket.send(text(&frame)).await.is_ok(),
                    Some(Frame::Close) | None => {
                        drop(socket.send(Message::Close(None)).await);
                        false
                    }
                },
                _ = ping.tick() => socket.send(Message::Ping("sandbox".into())).await.is_ok(),
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Ok(frame) = serde_json::from_str(&text) {
                            house.sockets.acknowledge(&frame);
                        }
                        true
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => true,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                },
            };
            if !going {
                break;
            }
        }
    }
    house.sockets.inner().open.retain(|one| one.id != id);
}

/// Takes the connection in; the answer is its number, its greeting and what it is to send.
fn enter(
    house: &House,
    app_token: String,
) -> Result<(u64, Value, mpsc::UnboundedReceiver<Frame>), Value> {
    let teams = &house.core().workspace.spec.teams;
    let app_id = teams.iter().find(|team| team.app_token == app_token);
    let app_id = app_id.map(|team| team.app_id.clone()).unwrap_or_default();
    let since = moment((house.hooks.now)());
    let mut inner = house.sockets.inner();
    let others = inner.open.iter().filter(|one| one.app_token == app_token).count();
    if others >= MOST {
        return Err(json!({"type": "disconnect", "reason": "too_many_websockets",
            "debug_info": {"host": "sandbox"}}));
    }
    inner.count += 1;
    let id = inner.count;
    let (frames, rest) = mpsc::unbounded_channel();
    let hello = json!({
        "type": "hello",
        "num_connections": others + 1,
        "debug_info": {
            "host": "sandbox",
            "started": since,
            "build_number": 1,
            "approximate_connection_time": 18060,
        },
        "connection_info": {"app_id": app_id},
    });
    inner.open.push(Connection { id, app_token, app_id, since, frames });
    Ok((id, hello, rest))
}

fn text(frame: &Value) -> Message {
    Message::Text(frame.to_string().into())
}
