//! The HTTP listener: `/healthz`, `/readyz`, `/metrics`, `POST /events` with the embedded inbox,
//! and `/slack/...` with a signing secret. No answer holds a secret or the text of a finding.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    checks::{Check, Checks, Found},
    guard,
    metrics::{Metrics, Numbers},
    slack::{self, People},
};
use crate::domain::Secret;

/// The most bytes an event may have, as SQS has it.
const EVENT_BYTES: usize = 1024 * 1024;
/// A request is answered within this time, its body included.
const LIMIT: Duration = Duration::from_secs(30);

/// Puts bytes into the embedded inbox; they are durable when it returns. The error is one
/// sentence without what was sent.
pub type Put = Arc<dyn Fn(Vec<u8>) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The way into the embedded inbox.
pub struct Events {
    /// What a sender must show; `None` only with a listener on this machine.
    pub token: Option<Secret>,
    /// Takes the bytes.
    pub put: Put,
}

/// What the listener asks of the house.
pub struct Hooks {
    /// Now.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Whether no loop has ended by itself.
    pub alive: Box<dyn Fn() -> bool + Send + Sync>,
    /// Whether the process was asked to stop.
    pub stopping: Box<dyn Fn() -> bool + Send + Sync>,
    /// What must be reached.
    pub checks: Vec<Check>,
    /// The numbers at this moment.
    pub numbers: Box<dyn Fn() -> Numbers + Send + Sync>,
    /// With the embedded inbox.
    pub events: Option<Events>,
    /// With a signing secret: people come over this listener.
    pub people: Option<People>,
}

struct House {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    alive: Box<dyn Fn() -> bool + Send + Sync>,
    stopping: Box<dyn Fn() -> bool + Send + Sync>,
    checks: Checks,
    metrics: Metrics,
    events: Option<Events>,
}

type Shared = State<Arc<House>>;

/// Answers until dropped.
///
/// # Errors
/// The listener failed.
pub async fn serve(listener: TcpListener, mut hooks: Hooks) -> io::Result<()> {
    let people = match hooks.people.take() {
        Some(people) => slack::router(people, Arc::clone(&hooks.now)),
        None => Router::new(),
    };
    let house = house(hooks);
    let router = router(Arc::clone(&house), people);
    // Told once by itself, for whoever has no probe yet.
    let told = async move {
        house.checks.tell((house.now)()).await;
        std::future::pending().await
    };
    tokio::select! {
        served = axum::serve(listener, router).into_future() => served,
        never = told => never,
    }
}

fn house(hooks: Hooks) -> Arc<House> {
    let Hooks { now, alive, stopping, checks, numbers, events, people: _ } = hooks;
    let (checks, metrics) = (Checks::new(checks), Metrics::new(numbers));
    Arc::new(House { now, alive, stopping, checks, metrics, events })
}

fn router(house: Arc<House>, people: Router) -> Router {
    let takes_events = house.events.is_some();
    let mut router = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers_now));
    if takes_events {
        router = router.route("/events", post(take).layer(DefaultBodyLimit::max(EVENT_BYTES)));
    }
    router
        .with_state(house)
        .merge(people)
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such page") })
        .layer(middleware::from_fn(in_time))
}

/// A client that sends its body by drops holds nothing open for long.
async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(LIMIT, next.run(request))
        .await
        .unwrap_or_else(|_| refuse(StatusCode::REQUEST_TIMEOUT, "too slow"))
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}

async fn healthz(State(house): Shared) -> Response {
    if (house.alive)() {
        (StatusCode::OK, "ok\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "a loop of the bot has ended\n").into_response()
    }
}

async fn readyz(State(house): Shared) -> Response {
    let found = if (house.stopping)() {
        Found::from([("process".to_owned(), Err("it was asked to stop".to_owned()))])
    } else {
        house.checks.ask((house.now)()).await
    };
    let ready = found.values().all(Result::is_ok);
    let checks: serde_json::Map<String, Value> = found
        .into_iter()
        .map(|(name, result)| match result {
            Ok(()) => (name, json!({ "ok": true })),
            Err(why) => (name, json!({ "ok": false, "why": why })),
        })
        .collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "checks": checks }))).into_response()
}

async fn numbers_now(State(house): Shared) -> Response {
    match house.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, Metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "the numbers can't be written"),
    }
}

async fn take(
    State(house): Shared,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(events) = &house.events else {
        return refuse(StatusCode::NOT_FOUND, "no such page");
    };
    if let Err((status, why)) = guard::check(&headers, events.token.as_ref()) {
        return refuse(status, why);
    }
    if (house.stopping)() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "it was asked to stop");
    }
    let body = match body {
        Ok(body) if body.iter().all(u8::is_ascii_whitespace) => {
            return refuse(StatusCode::BAD_REQUEST, "the body is empty: send an event as JSON");
        }
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "an event may have 1 MiB at most");
        }
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    match (events.put)(body.to_vec()).await {
        Ok(()) => (StatusCode::ACCEPTED, Json(json!({ "queued": true }))).into_response(),
        Err(error) => {
            tracing::error!(error, "an event could not be queued");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "it could not be queued: send it again")
        }
    }
}
