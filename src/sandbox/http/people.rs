//! `/_sandbox/click` and its like: what people do, and what is seen by one person only.
//!
//! The bodies are JSON and refuse unknown keys. What Slack's own client would not offer or not send
//! answers 400 `{"error": ...}`; for a form that is not complete also `"errors": {BLOCK: WHY}`, WHY
//! being `required`, `too_short`, `too_long`, `not_a_number`, `out_of_range`, `not_an_email` or
//! `not_a_url`. All else answers when the bot has, or after three seconds:
//! ```json
//! {"ack": {"status": 200, "millis": 12, "body": null}, "error": null}
//! ```
//! `ack` is null when no answer came. `error` is what the person is told: `operation_timeout`,
//! `dispatch_failed` (no door and no socket, or an answer other than 200), or the code for an
//! acknowledgement that makes no sense (`invalid_arguments`, `invalid_blocks`, ...).
//!
//! - `POST /click`, in a message or in a view. The pick is one of `selected_option` (an option's
//!   value, or the option), `selected_options`, `selected_date`, `selected_time`,
//!   `selected_date_time`, `selected_user(s)`, `selected_channel(s)`, `selected_conversation(s)`, or
//!   `value` for a text input; in a view, `values` as in `submit` says what was typed there. With `"twice": true` two requests go out at once, and the second
//!   answer stands under `second`.
//!   `{"team": "T1", "user": "U1", "channel": "C1", "ts": "1.0", "action_id": "approve"}`
//!   `{"team": "T1", "user": "U1", "view_id": "V1", "action_id": "days", "selected_option": "7"}`
//! - `POST /command`:
//!   `{"team": "T1", "user": "U1", "channel": "C1", "command": "/guardrail", "text": "list"}`
//! - `POST /submit`; what `values` leaves out stays as it is:
//!   `{"team": "T1", "user": "U1", "view_id": "V1", "values": {"why": {"text": "理由"}}}`
//! - `POST /close` (`"all": true` closes the modals below too):
//!   `{"team": "T1", "user": "U1", "view_id": "V1"}`
//! - `POST /home`: `{"team": "T1", "user": "U1"}`
//! - `GET /views?team=T1&user=U1` answers `{"modals": [VIEW, ...], "home": VIEW or null}`, the top
//!   modal last; a VIEW is Slack's, with `errors` beside it. The team is the person's own.
//! - `POST /app` changes the app's settings while it runs, all keys optional:
//!   `{"requests": {"interactions": "http://...", "commands": "...", "events": "..."},
//!   "signing_secret": "..."}`
//! - `POST /request` sends a raw request to the door, signed by the first team's secret unless
//!   `team` names another, and answers `{"status": 401, "body": ...}`:
//!   `{"kind": "commands", "body": {"command": "/guardrail"}, "timestamp_offset_seconds": -301,
//!   "tamper": false, "replay_last": false, "unsigned": false}`; `body` is a payload, or a string
//!   that goes out as it is. `replay_last` sends the last request of that kind once more.
//! - `GET /sockets` answers `{"connections": [{"id", "app_id", "since"}]}`;
//!   `POST /sockets {"disconnect": "refresh_requested"}` (or `warning`, which closes nothing)
//!   answers `{"told": 1}`.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::dispatch::Delivered;
use super::requests::{Signed, address, encode};
use super::{Core, House, decode, refuse};
use crate::sandbox::RequestUrls;
use crate::sandbox::act::{
    Cannot, ClickOrder, CloseOrder, CommandOrder, HomeOrder, Kind, Outgoing, SubmitOrder,
};

type Shared = State<Arc<House>>;
type Body = Result<Bytes, BytesRejection>;

fn read<T: DeserializeOwned>(body: Body) -> Result<T, String> {
    let bytes = body.map_err(|rejection| rejection.body_text())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

fn refused(why: &str) -> Response {
    refuse(StatusCode::BAD_REQUEST, why)
}

fn cannot(why: &Cannot) -> Response {
    (StatusCode::BAD_REQUEST, Json(why.body())).into_response()
}

/// Lets the workspace say what is sent, and sends it.
async fn act(
    house: &House,
    what: impl FnOnce(&mut Core, SystemTime) -> Result<Option<Outgoing>, Cannot>,
) -> Response {
    let now = (house.hooks.now)();
    let sent = what(&mut house.core(), now);
    match sent {
        Ok(Some(sent)) => Json(house.deliver(now, &sent).await.json()).into_response(),
        Ok(None) => Json(Delivered::nothing().json()).into_response(),
        Err(why) => cannot(&why),
    }
}

pub(super) async fn click(State(house): Shared, body: Body) -> Response {
    let order: ClickOrder = match read(body) {
        Ok(order) => order,
        Err(why) => return refused(&why),
    };
    if !order.twice {
        return act(&house, |core, now| core.workspace.click(now, &order).map(Some)).await;
    }
    let now = (house.hooks.now)();
    let both = {
        let mut core = house.core();
        let first = core.workspace.click(now, &order);
        first.and_then(|first| Ok((first, core.workspace.click(now, &order)?)))
    };
    match both {
        Ok((first, second)) => {
            let both =
                futures::future::join(house.deliver(now, &first), house.deliver(now, &second));
            let (first, second) = both.await;
            let mut answer = first.json();
            answer["second"] = second.json();
            Json(answer).into_response()
        }
        Err(why) => cannot(&why),
    }
}

pub(super) async fn command(State(house): Shared, body: Body) -> Response {
    match read::<CommandOrder>(body) {
        Ok(order) => act(&house, |core, now| core.workspace.command(now, &order).map(Some)).await,
        Err(why) => refused(&why),
    }
}

pub(super) async fn submit(State(house): Shared, body: Body) -> Response {
    match read::<SubmitOrder>(body) {
        Ok(order) => act(&house, |core, now| core.workspace.submit(now, &order).map(Some)).await,
        Err(why) => refused(&why),
    }
}

pub(super) async fn close(State(house): Shared, body: Body) -> Response {
    match read::<CloseOrder>(body) {
        Ok(order) => act(&house, |core, _| core.workspace.close(&order)).await,
        Err(why) => refused(&why),
    }
}

pub(super) async fn home(State(house): Shared, body: Body) -> Response {
    match read::<HomeOrder>(body) {
        Ok(order) => act(&house, |core, now| core.workspace.open_home(now, &order).map(Some)).await,
        Err(why) => refused(&why),
    }
}

pub(super) async fn views(State(house): Shared, RawQuery(query): RawQuery) -> Response {
    let query = decode::form(query.as_deref().unwrap_or_default());
    let text = |name: &str| query.get(name).and_then(Value::as_str);
    match (text("team"), text("user"), query.len()) {
        (Some(team), Some(user), 2) => {
            Json(house.core().workspace.views(team, user)).into_response()
        }
        _ => refused("give team and user"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppOrder {
    requests: Option<RequestUrls>,
    signing_secret: Option<String>,
}

pub(super) async fn app(State(house): Shared, body: Body) -> Response {
    let order: AppOrder = match read(body) {
        Ok(order) => order,
        Err(why) => return refused(&why),
    };
    let spec = &mut house.core().workspace.spec;
    if let Some(urls) = order.requests {
        spec.requests = Some(urls);
    }
    if let Some(secret) = order.signing_secret {
        for team in &mut spec.teams {
            team.signing_secret.clone_from(&secret);
        }
    }
    Json(json!({"ok": true})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestOrder {
    kind: Kind,
    team: Option<String>,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    timestamp_offset_seconds: i64,
    #[serde(default)]
    tamper: bool,
    #[serde(default)]
    replay_last: bool,
    #[serde(default)]
    unsigned: bool,
}

impl RequestOrder {
    fn signed(&self, house: &House) -> Result<Signed, String> {
        let mut signed = if self.replay_last {
            house.requests.last(self.kind).ok_or("there is no earlier request of this kind")?
        } else {
            let core = house.core();
            let spec = &core.workspace.spec;
            let mut teams = spec.teams.iter();
            let team = teams.find(|team| self.team.as_ref().is_none_or(|id| team.id == *id));
            let team = team.ok_or("there is no such team")?;
            let url = address(spec.requests.as_ref(), self.kind).ok_or("the app has no door")?;
            let body = self.body.as_str().map_or_else(|| encode(self.kind, &self.body), Into::into);
            let offset = Duration::from_secs(self.timestamp_offset_seconds.unsigned_abs());
            let now = (house.hooks.now)();
            let at = if self.timestamp_offset_seconds < 0 { now - offset } else { now + offset };
            Signed::new(team, self.kind, url, body, at)
        };
        if self.tamper {
            signed.body.push(' ');
        }
        if self.unsigned {
            signed.proof = None;
        }
        Ok(signed)
    }
}

pub(super) async fn request(State(house): Shared, body: Body) -> Response {
    let order: RequestOrder = match read(body) {
        Ok(order) => order,
        Err(why) => return refused(&why),
    };
    match order.signed(&house) {
        Ok(signed) => match house.requests.send(signed).await {
            Some(answer) => {
                Json(json!({"status": answer.status, "body": answer.body})).into_response()
            }
            None => refuse(StatusCode::BAD_GATEWAY, "the door did not answer"),
        },
        Err(why) => refused(&why),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SocketOrder {
    disconnect: Disconnect,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Disconnect {
    RefreshRequested,
    Warning,
}

pub(super) async fn order_sockets(State(house): Shared, body: Body) -> Response {
    let reason = match read::<SocketOrder>(body) {
        Ok(SocketOrder { disconnect: Disconnect::RefreshRequested }) => "refresh_requested",
        Ok(SocketOrder { disconnect: Disconnect::Warning }) => "warning",
        Err(why) => return refused(&why),
    };
    Json(json!({"told": house.sockets.disconnect(reason)})).into_response()
}

pub(super) async fn list_sockets(State(house): Shared) -> Response {
    Json(house.sockets.list()).into_response()
}
