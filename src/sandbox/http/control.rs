//! `/_sandbox/*`: what tests and the page ask of the sandbox beside Slack's own API. What people do
//! there stands in `people`.
//!
//! `GET /messages?team=T1&channel=C1` leaves ephemeral messages out. With `user=U1` those of that
//! person stand in place, with `ephemerals=all` everybody's; `ephemeral_to` names the reader.
//! `GET /changes?since=N` answers `{"version", "channels": [{"team", "channel"}], "people":
//! [{"team", "user"}], "now", "boot"}`; people are those whose modals or home changed.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::{House, decode, refuse};
use crate::sandbox::calls::moment;
use crate::sandbox::{HookResult, Whispers};

type Shared = State<Arc<House>>;
type Body = Result<Bytes, BytesRejection>;

pub(super) async fn messages(State(house): Shared, RawQuery(query): RawQuery) -> Response {
    let query = decode::form(query.as_deref().unwrap_or_default());
    let known = ["team", "channel", "user", "ephemerals"];
    if let Some(name) = query.keys().find(|name| !known.contains(&name.as_str())) {
        return refuse(StatusCode::BAD_REQUEST, &format!("unknown parameter {name}"));
    }
    let text = |name: &str| query.get(name).and_then(Value::as_str);
    let whispers = match (text("ephemerals"), text("user")) {
        (None, None) => Whispers::None,
        (None, Some(user)) => Whispers::Of(user),
        (Some("all"), None) => Whispers::All,
        _ => return refuse(StatusCode::BAD_REQUEST, "give user, or ephemerals=all"),
    };
    let (team, channel) = (text("team"), text("channel"));
    Json(house.core().workspace.messages(team, channel, whispers)).into_response()
}

pub(super) async fn events(State(house): Shared, body: Body) -> Response {
    match body {
        Ok(bytes) => answer((house.hooks.feed)(bytes.to_vec()).await),
        Err(rejection) => refuse(rejection.status(), &rejection.body_text()),
    }
}

pub(super) async fn feed_more(State(house): Shared) -> Response {
    answer((house.hooks.feed_more)().await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

const FARTHEST_SECONDS: f64 = 400.0 * 24.0 * 3600.0;

pub(super) async fn advance(State(house): Shared, body: Body) -> Response {
    match body.map_err(|rejection| rejection.body_text()).and_then(|bytes| step(&bytes)) {
        Ok(step) => answer((house.hooks.advance)(step).await),
        Err(why) => refuse(StatusCode::BAD_REQUEST, &why),
    }
}

fn step(body: &[u8]) -> Result<Duration, String> {
    let Advance { seconds } = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !(seconds > 0.0 && seconds <= FARTHEST_SECONDS) {
        return Err("seconds must be above 0 and at most 400 days (34560000)".into());
    }
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

pub(super) async fn order_faults(State(house): Shared, body: Body) -> Response {
    let ordered = body
        .map_err(|rejection| rejection.body_text())
        .and_then(|bytes| house.core().faults.order(&bytes));
    match ordered {
        Ok(()) => list_faults(State(house)).await,
        Err(why) => refuse(StatusCode::BAD_REQUEST, &why),
    }
}

pub(super) async fn list_faults(State(house): Shared) -> Response {
    Json(house.core().faults.list()).into_response()
}

pub(super) async fn state(State(house): Shared) -> Response {
    Json((house.hooks.state)().await).into_response()
}

pub(super) async fn calls(State(house): Shared) -> Response {
    Json(house.core().calls.list()).into_response()
}

pub(super) async fn workspace(State(house): Shared) -> Response {
    let mut body = house.core().workspace.describe();
    body["now"] = moment((house.hooks.now)());
    body["boot"] = house.boot.as_str().into();
    Json(body).into_response()
}

/// What changed since a version; the page asks once a second rather than hold a connection open.
pub(super) async fn changes(State(house): Shared, RawQuery(query): RawQuery) -> Response {
    let query = decode::form(query.as_deref().unwrap_or_default());
    let since = query.get("since").and_then(Value::as_str).unwrap_or("0");
    let Ok(since) = since.parse() else {
        return refuse(StatusCode::BAD_REQUEST, "since must be a version number");
    };
    let mut body = house.core().workspace.changes(since);
    body["now"] = moment((house.hooks.now)());
    body["boot"] = house.boot.as_str().into();
    Json(body).into_response()
}

fn answer(result: HookResult) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(why) => refuse(StatusCode::BAD_REQUEST, &why),
    }
}
