//! Signed requests to the bot's door, as Slack sends them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request, header};
use hmac::{Hmac, Mac};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use sha2::Sha256;

use super::decode::escape;
use crate::sandbox::act::Kind;
use crate::sandbox::{RequestUrls, TeamSpec};

const FORM: &str = "application/x-www-form-urlencoded";
const ANSWER_BYTES: usize = 1024 * 1024;

/// One request, ready to go, and to go again.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) url: String,
    pub(super) content_type: &'static str,
    pub(super) body: String,
    /// Signature and timestamp; a test may leave them out.
    pub(super) proof: Option<(String, String)>,
}

/// What the door answered.
pub(super) struct Answered {
    pub(super) status: u16,
    /// JSON where it is JSON, else the text; null when empty.
    pub(super) body: Value,
}

/// Sends requests, and remembers the last of each kind for a test that replays it.
pub(super) struct Requests {
    client: Client<HttpConnector, Body>,
    last: Mutex<HashMap<Kind, Signed>>,
}

/// The address for this kind, if the app has one.
pub(super) fn address(urls: Option<&RequestUrls>, kind: Kind) -> Option<String> {
    let urls = urls?;
    let url = match kind {
        Kind::Interactions => &urls.interactions,
        Kind::Commands => &urls.commands,
        Kind::Events => &urls.events,
    };
    (!url.is_empty()).then(|| url.clone())
}

/// The body of a payload: a form for interactions and commands, JSON for events.
pub(super) fn encode(kind: Kind, payload: &Value) -> String {
    match (kind, payload) {
        (Kind::Interactions, payload) => format!("payload={}", escape(&payload.to_string())),
        (Kind::Commands, Value::Object(fields)) => {
            let pairs = fields.iter().map(|(name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{}={}", escape(name), escape(&value))
            });
            pairs.collect::<Vec<_>>().join("&")
        }
        (Kind::Commands | Kind::Events, payload) => payload.to_string(),
    }
}

/// Signs a body at a moment of the sandbox clock, which the bot's clock is too.
pub(super) fn sign(secret: &str, at: SystemTime, body: &str) -> (String, String) {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let hex = hmac(secret, &format!("v0:{seconds}:{body}"));
    (format!("v0={hex}"), seconds.to_string())
}

fn hmac(secret: &str, text: &str) -> String {
    // HMAC takes keys of any length, so there is always one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

impl Signed {
    pub(super) fn new(
        team: &TeamSpec,
        kind: Kind,
        url: String,
        body: String,
        at: SystemTime,
    ) -> Self {
        let proof =
            (!team.signing_secret.is_empty()).then(|| sign(&team.signing_secret, at, &body));
        let content_type = match kind {
            Kind::Interactions | Kind::Commands => FORM,
            Kind::Events => "application/json",
        };
        Self { url, content_type, body, proof }
    }
}

impl Requests {
    pub(super) fn new() -> Self {
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Self { client, last: Mutex::default() }
    }

    pub(super) fn remember(&self, kind: Kind, request: &Signed) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(kind, request.clone());
    }

    pub(super) fn last(&self, kind: Kind) -> Option<Signed> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned()
    }

    /// Sends it; none if there is no answer.
    pub(super) async fn send(&self, signed: Signed) -> Option<Answered> {
        let mut request = Request::post(&signed.url)
            .header(header::CONTENT_TYPE, signed.content_type)
            .header(header::ACCEPT, "application/json,*/*")
            .header(header::USER_AGENT, "Slackbot 1.0 (+https://api.slack.com/robots)");
        if let Some((signature, timestamp)) = signed.proof {
            request = request
                .header("x-slack-signature", signature)
                .header("x-slack-request-timestamp", timestamp);
        }
        let answer = self.client.request(request.body(Body::from(signed.body)).ok()?).await.ok()?;
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(Body::new(answer.into_body()), ANSWER_BYTES).await.ok()?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into())
        };
        Some(Answered { status, body })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn slacks_published_example_is_reproduced() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
            &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
            &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
            %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015\
            .47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let at = UNIX_EPOCH + Duration::from_secs(1_531_420_618);
        let (signature, timestamp) = sign("8f742231b10e8888abcd99yyyzzz85a5", at, body);
        assert_eq!(timestamp, "1531420618");
        assert_eq!(
            signature,
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }

    #[test]
    fn bodies_are_encoded_as_slack_does() {
        let payload = json!({"a": "日 &"});
        assert_eq!(
            encode(Kind::Interactions, &payload),
            "payload=%7B%22a%22%3A%22%E6%97%A5+%26%22%7D"
        );
        assert_eq!(encode(Kind::Commands, &payload), "a=%E6%97%A5+%26");
        assert_eq!(encode(Kind::Events, &payload), payload.to_string());
    }
}
