//! Slack's and the network's failures in the ports' four classes.
//!
//! The library's own error texts hold whole answers: only codes and statuses are passed on.

use std::time::Duration;

use serde_json::Value;
use slack_morphism::errors::SlackClientError;

use crate::{
    domain::TeamId,
    ports::{Fault, PortError},
};

/// Whether a call may be done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A post: a second one would be seen.
    Once,
    /// Reading, updating, deleting.
    Repeatable,
}

/// How long to leave Slack alone when nothing better is known.
const PAUSE: Duration = Duration::from_secs(5);
/// How long to wait for a person to mend a token or a scope.
const MENDING: Duration = Duration::from_mins(1);
/// Longest pause that is believed: an answer that asks for more is broken.
const LONGEST: Duration = Duration::from_hours(1);
/// How long to wait after a 429 that does not say.
const LIMITED: Duration = Duration::from_secs(30);

/// May or may not have happened: safe to repeat only if the call is.
const fn unclear(kind: Kind) -> Fault {
    match kind {
        Kind::Once => Fault::InDoubt,
        Kind::Repeatable => Fault::Retry { after: PAUSE },
    }
}

fn error(method: &str, fault: Fault, what: &str) -> PortError {
    PortError::new(fault, format!("slack {method}: {what}"))
}

/// There is no token for the workspace: nothing can ever be posted there.
pub(super) fn no_token(team: &TeamId) -> PortError {
    PortError::new(Fault::Permanent, format!("no token is configured for the workspace {team}"))
}

/// The token belongs to another workspace: nothing is sent with it until a person mends that.
pub(super) fn other_workspace(team: &TeamId, answered: &str) -> PortError {
    let what = format!(
        "the token configured for {team} is one of {answered}: deliveries wait until it is mended"
    );
    tracing::error!(slack.team = %team, slack.answered = answered, "{what}");
    PortError::new(Fault::Retry { after: MENDING }, what).everywhere()
}

/// Our own timeout.
pub(super) fn no_answer(method: &str, kind: Kind, after: Duration) -> PortError {
    error(method, unclear(kind), &format!("no answer within {} s", after.as_secs()))
}

/// An answer without `"ok": true`.
pub(super) fn not_ok(method: &str, kind: Kind, answer: &Value) -> PortError {
    match answer.get("error").and_then(Value::as_str) {
        Some(code) => refused(method, kind, code),
        None => error(method, unclear(kind), "an answer that says neither yes nor no"),
    }
}

fn refused(method: &str, kind: Kind, code: &str) -> PortError {
    let fault = match code {
        "ratelimited" | "rate_limited" => {
            return error(method, Fault::Retry { after: LIMITED }, code).everywhere();
        }
        // A person must mend these; nothing was posted, and nothing is given up.
        "invalid_auth"
        | "not_authed"
        | "token_revoked"
        | "token_expired"
        | "account_inactive"
        | "missing_scope"
        | "org_login_required"
        | "ekm_access_denied"
        | "not_allowed_token_type"
        | "team_access_not_granted" => {
            tracing::error!(
                slack.method = method,
                slack.error = code,
                "Slack refuses the bot's token: deliveries wait until it is mended"
            );
            return error(method, Fault::Retry { after: MENDING }, code).everywhere();
        }
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => {
            unclear(kind)
        }
        _ if FOR_GOOD.contains(&code) => Fault::Permanent,
        // Slack adds codes; one we do not know must not cost an alert.
        _ => {
            tracing::error!(
                slack.method = method,
                slack.error = code,
                "Slack answers with an error that is not known here: the call is tried again"
            );
            Fault::Retry { after: MENDING }
        }
    };
    error(method, fault, code)
}

/// About this channel or this message: the same call fails again.
const FOR_GOOD: [&str; 37] = [
    "access_denied",
    "cant_delete_message",
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "exchanged_trigger_id",
    "expired_trigger_id",
    "expired_url",
    "hash_conflict",
    "invalid_arguments",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_trigger_id",
    "is_archived",
    "is_inactive",
    "message_not_found",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_found",
    "not_in_channel",
    "push_limit_reached",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "thread_not_found",
    "too_many_attachments",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "view_too_large",
];

pub(super) fn classify(method: &str, kind: Kind, failure: &SlackClientError) -> PortError {
    match failure {
        SlackClientError::ApiError(api) => refused(method, kind, &api.code),
        SlackClientError::RateLimitError(limit) => {
            let after = limit.retry_after.unwrap_or(LIMITED).min(LONGEST);
            let what = format!("429, pause of {} s", after.as_secs());
            error(method, Fault::Retry { after }, &what).everywhere()
        }
        SlackClientError::HttpError(http) => {
            error(method, unclear(kind), &format!("HTTP {}", http.status_code))
        }
        SlackClientError::HttpProtocolError(http) => {
            let connect = http
                .cause
                .as_deref()
                .and_then(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>())
                .is_some_and(hyper_util::client::legacy::Error::is_connect);
            if connect {
                error(method, Fault::Retry { after: PAUSE }, "no connection").everywhere()
            } else {
                error(method, unclear(kind), "the connection ended without an answer")
            }
        }
        // Also a 429 with a body that is no JSON: its status is lost, so it counts as unclear.
        SlackClientError::ProtocolError(_) => {
            error(method, unclear(kind), "an answer that is no JSON")
        }
        SlackClientError::EndOfStream(_) | SlackClientError::SystemError(_) => {
            error(method, unclear(kind), "the connection ended in the middle of the answer")
        }
        SlackClientError::SocketModeProtocolError(_) => {
            error(method, unclear(kind), "an answer of another protocol")
        }
    }
}
