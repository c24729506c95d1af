//! The only place that speaks HTTP: the Web API under `/api`, what answers an action under
//! `/response`, Socket Mode under `/link`, the test API under `/_sandbox`, and the page. Requests to
//! the bot go out from here too.

mod api;
mod assets;
mod control;
mod cut;
mod decode;
mod dispatch;
mod guard;
mod people;
mod requests;
mod response;
mod sockets;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::json;

use self::cut::{Cut, CutListener};
use self::requests::Requests;
use self::sockets::Sockets;
use super::calls::CallLog;
use super::faults::Faults;
use super::journal::Journal;
use super::{Hooks, SandboxError, Workspace, WorkspaceSpec};

const EVENTS_BYTES: usize = 64 * 1024 * 1024;
const CALL_BYTES: usize = 4 * 1024 * 1024;

/// What all requests share.
struct House {
    hooks: Hooks,
    core: Mutex<Core>,
    sockets: Sockets,
    requests: Requests,
    /// Names this run of the server, so that the page notices a restart.
    boot: String,
}

/// What a call may change; the lock is never held over an await.
struct Core {
    workspace: Workspace,
    journal: Option<Journal>,
    faults: Faults,
    calls: CallLog,
}

impl House {
    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn serve(
    listener: tokio::net::TcpListener,
    spec: WorkspaceSpec,
    hooks: Hooks,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SandboxError> {
    let path = spec.journal.clone();
    let host = listener.local_addr()?.to_string();
    let seed = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let mut workspace = Workspace::new(spec).at(host, seed);
    let mut journal = None;
    if let Some(path) = path {
        let (opened, ops) = Journal::open(&path)?;
        for op in &ops {
            workspace.replay(op);
        }
        journal = Some(opened);
    }
    let boot = super::calls::moment((hooks.now)()).to_string();
    let core = Core { workspace, journal, faults: Faults::default(), calls: CallLog::default() };
    let (sockets, requests) = (Sockets::default(), Requests::new());
    let house = Arc::new(House { hooks, core: Mutex::new(core), sockets, requests, boot });
    let last = Arc::clone(&house);
    let shutdown = async move {
        shutdown.await;
        last.sockets.disconnect("refresh_requested");
    };
    let app = router(house).into_make_service_with_connect_info::<Cut>();
    axum::serve(CutListener::new(listener), app).with_graceful_shutdown(shutdown).await?;
    Ok(())
}

fn router(house: Arc<House>) -> Router {
    let control = Router::new()
        .route("/messages", get(control::messages))
        .route("/events", post(control::events).layer(DefaultBodyLimit::max(EVENTS_BYTES)))
        .route("/feed-more", post(control::feed_more))
        .route("/advance", post(control::advance))
        .route("/faults", post(control::order_faults).get(control::list_faults))
        .route("/state", get(control::state))
        .route("/calls", get(control::calls))
        .route("/click", post(people::click))
        .route("/command", post(people::command))
        .route("/submit", post(people::submit))
        .route("/close", post(people::close))
        .route("/home", post(people::home))
        .route("/views", get(people::views))
        .route("/app", post(people::app))
        .route("/request", post(people::request))
        .route("/sockets", post(people::order_sockets).get(people::list_sockets))
        .route("/workspace", get(control::workspace))
        .route("/changes", get(control::changes));
    Router::new()
        .route("/api/{method}", any(api::call).layer(DefaultBodyLimit::max(CALL_BYTES)))
        .route(
            "/response/{team}/{id}",
            post(response::post).layer(DefaultBodyLimit::max(CALL_BYTES)),
        )
        .route("/link/{ticket}", get(sockets::link))
        .nest("/_sandbox", control)
        .route("/", get(assets::index))
        .route("/assets/{name}", get(assets::asset))
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such page") })
        .layer(axum::middleware::from_fn(guard::own_origin_only))
        .with_state(house)
}

/// An error of the test API or the guard; Web API errors have Slack's shape instead.
fn refuse(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({"error": why}))).into_response()
}
