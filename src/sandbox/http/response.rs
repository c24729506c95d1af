//! `POST /response/TEAM/ID`: messages in answer to an action.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{House, decode};
use crate::sandbox::calls::CallRecord;

pub(super) async fn post(
    State(house): State<Arc<House>>,
    Path((team, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let args = match decode::arguments(&Method::POST, &headers, None, &body) {
        Ok(args) => args,
        Err(code) => return refuse(StatusCode::BAD_REQUEST, &json!({"ok": false, "error": code})),
    };
    let now = (house.hooks.now)();
    let mut core = house.core();
    let outcome = core.workspace.respond(now, &team, &id, args);
    core.calls.add(CallRecord {
        method: "response_url".into(),
        team: Some(team),
        channel: None,
        error: outcome.as_ref().err().map(|refusal| refusal.code.clone()),
        at: now,
    });
    match outcome {
        Ok(ops) if core.keep(&ops) => "ok".into_response(),
        Ok(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(refusal) if refusal.code == "expired_url" => {
            refuse(StatusCode::NOT_FOUND, &refusal.body())
        }
        Err(refusal) => refuse(StatusCode::BAD_REQUEST, &refusal.body()),
    }
}

fn refuse(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, axum::Json(body)).into_response()
}
