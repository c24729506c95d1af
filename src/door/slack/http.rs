//! The three routes of Slack's requests.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use jiff::Timestamp;
use serde_json::json;

use super::{
    People,
    payload::{self, Heard, Way},
    verify::Signing,
};
use crate::door::{
    answer::{self, Kind},
    work::{Untaken, Work},
};

/// The most bytes a request may have.
const BYTES: usize = 1024 * 1024;

/// Now.
type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

struct Doorway {
    signing: Signing,
    work: Arc<Work>,
    now: Now,
}

type Shared = State<Arc<Doorway>>;
type Body = Result<Bytes, BytesRejection>;

/// The routes.
pub(in crate::door) fn router(people: People, now: Now) -> Router {
    let People { signing, work } = people;
    let doorway = Arc::new(Doorway { signing, work, now });
    Router::new()
        .route("/slack/interactions", post(interaction))
        .route("/slack/commands", post(command))
        .route("/slack/events", post(event))
        .layer(DefaultBodyLimit::max(BYTES))
        .with_state(doorway)
}

async fn interaction(State(doorway): Shared, headers: HeaderMap, body: Body) -> Response {
    doorway.take(Way::Interaction, &headers, body).await
}

async fn command(State(doorway): Shared, headers: HeaderMap, body: Body) -> Response {
    doorway.take(Way::Command, &headers, body).await
}

async fn event(State(doorway): Shared, headers: HeaderMap, body: Body) -> Response {
    doorway.take(Way::Event, &headers, body).await
}

/// Whoever is refused learns nothing of why.
fn refuse(status: StatusCode) -> Response {
    (status, Json(json!({ "error": "refused" }))).into_response()
}

impl Doorway {
    async fn take(&self, way: Way, headers: &HeaderMap, body: Body) -> Response {
        let body = match body {
            Ok(body) => body,
            Err(rejection) => {
                self.note("large");
                return refuse(rejection.status());
            }
        };
        let verified = match self.signing.check(headers, body, (self.now)()) {
            Ok(verified) => verified,
            Err(refused) => {
                self.note(refused.word());
                return refuse(StatusCode::UNAUTHORIZED);
            }
        };
        match payload::body(way, verified.body()) {
            Ok(Heard::Ask(ask)) => {
                let kind = Kind::of(&ask.act);
                let answer = match self.work.begin(verified.speaker(), *ask, (self.now)()) {
                    Ok(answer) => answer,
                    Err(Untaken::Now) => return refuse(StatusCode::SERVICE_UNAVAILABLE),
                    Err(Untaken::Foreign) => return refuse(StatusCode::UNAUTHORIZED),
                };
                match answer::payload(kind, answer.in_time().await) {
                    Some(payload) => Json(payload).into_response(),
                    None => StatusCode::OK.into_response(),
                }
            }
            Ok(Heard::Nothing) => StatusCode::OK.into_response(),
            Ok(Heard::Challenge(challenge)) => {
                Json(json!({ "challenge": challenge })).into_response()
            }
            Err(strange) => {
                self.work.tally.refuse("strange");
                tracing::error!(
                    slack.way = ?way,
                    "what Slack sent is not understood, so what a person did is lost: {strange}"
                );
                refuse(StatusCode::BAD_REQUEST)
            }
        }
    }

    /// Counts a refusal, and says so in the log now and then.
    fn note(&self, why: &'static str) {
        if let Some(refused) = self.work.tally.refuse_at(why, "", (self.now)()) {
            tracing::warn!(
                door.why = why,
                door.refused = refused,
                "requests in Slack's name are refused: {why}; counted in monban_door_refused"
            );
        }
    }
}
