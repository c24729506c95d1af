//! `/api/METHOD`: one Web API call, with the faults a test ordered.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::cut::Cut;
use super::{Core, House, decode};
use crate::sandbox::calls::CallRecord;
use crate::sandbox::faults::Fault;
use crate::sandbox::{MessageOp, Reply};

/// One call, taken apart.
struct Incoming {
    method: String,
    token: Option<String>,
    args: Value,
}

impl Incoming {
    fn channel(&self) -> Option<&str> {
        self.args.get("channel").and_then(Value::as_str)
    }
}

pub(super) async fn call(
    State(house): State<Arc<House>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(method): Path<String>,
    http_method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if http_method != Method::GET && http_method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Ok(body) = body else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let args = match decode::arguments(&http_method, &headers, query.as_deref(), &body) {
        Ok(args) => args,
        Err(code) => return axum::Json(json!({"ok": false, "error": code})).into_response(),
    };
    // The header wins; without one, the model looks for a `token` argument.
    let token = decode::bearer(&headers).map(str::to_owned);
    let token = token.or_else(|| args.get("token").and_then(Value::as_str).map(str::to_owned));
    let call = Incoming { method, token, args };

    let fault = house.core().faults.take(&call.method, call.channel());
    if let Some(Fault::Delay(wait)) = &fault {
        pause(*wait).await;
    }
    let now = (house.hooks.now)();
    let mut core = house.core();
    let (error, response) = match fault {
        None | Some(Fault::Delay(_)) => {
            let reply = core.carry_out(now, &call);
            (reply.error().map(str::to_owned), respond(&reply))
        }
        Some(Fault::DropAnswer) => {
            core.carry_out(now, &call);
            cut.now();
            (Some("drop_answer".to_owned()), StatusCode::OK.into_response())
        }
        Some(Fault::DropRequest) => {
            cut.now();
            (Some("drop_request".to_owned()), StatusCode::OK.into_response())
        }
        Some(Fault::RateLimited { retry_after }) => {
            let reply = Reply::limited(retry_after);
            (Some("ratelimited".to_owned()), respond(&reply))
        }
        Some(Fault::HttpError { status }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (Some(format!("http_{}", status.as_u16())), (status, "upstream error").into_response())
        }
        Some(Fault::Error { code }) => {
            let body = json!({"ok": false, "error": code});
            (Some(code), axum::Json(body).into_response())
        }
    };
    let team = core.workspace.team_id(call.token.as_deref()).map(str::to_owned);
    let channel = call.channel().map(str::to_owned);
    core.calls.add(CallRecord { method: call.method, team, channel, error, at: now });
    response
}

impl Core {
    /// Carries the call out and makes it durable; an answer that cannot be made durable becomes
    /// Slack's own "something broke", which tells the caller nothing about what happened.
    fn carry_out(&mut self, now: std::time::SystemTime, call: &Incoming) -> Reply {
        let mut reply =
            self.workspace.call(now, call.token.as_deref(), &call.method, call.args.clone());
        if !self.keep(&reply.ops) {
            reply.status = 500;
            reply.body = json!({"ok": false, "error": "fatal_error"});
        }
        reply
    }

    /// Makes durable what happened to messages; whether that worked.
    pub(super) fn keep(&mut self, ops: &[MessageOp]) -> bool {
        for op in ops {
            let Some(journal) = &mut self.journal else { break };
            if let Err(error) = journal.append(op) {
                tracing::error!(%error, "the sandbox journal cannot be written");
                return false;
            }
        }
        true
    }
}

fn respond(reply: &Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = (status, axum::Json(&reply.body)).into_response();
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A delay is real time on purpose: it tests the caller's own timeout, which runs on real time.
#[expect(clippy::disallowed_methods, reason = "an ordered delay holds up a real connection")]
async fn pause(wait: std::time::Duration) {
    tokio::time::sleep(wait).await;
}
