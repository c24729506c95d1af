//! Brings the bot what people do: over a socket if one is open, else by a signed request; and
//! holds the answer to Slack's three seconds.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::House;
use super::requests::{Signed, address, encode};
use crate::sandbox::act::{After, Kind, Outgoing};

/// How long the bot has for its acknowledgement: real time, as its own answer takes real time.
const ACK_WITHIN: Duration = Duration::from_secs(3);

/// How the bot took it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delivered {
    /// HTTP status, 200 for an acknowledged envelope; none without an answer.
    status: Option<u16>,
    millis: u128,
    body: Value,
    /// What the person is told went wrong, in Slack's word.
    error: Option<String>,
}

impl Delivered {
    fn failed(error: &str) -> Self {
        Self { status: None, millis: 0, body: Value::Null, error: Some(error.to_owned()) }
    }

    /// Nobody had to be told.
    pub(super) fn nothing() -> Self {
        Self { status: None, millis: 0, body: Value::Null, error: None }
    }

    pub(super) fn json(&self) -> Value {
        let ack = self.status.map(|status| {
            json!({"status": status, "millis": u64::try_from(self.millis).unwrap_or(u64::MAX),
                "body": self.body})
        });
        json!({"ack": ack, "error": self.error})
    }
}

impl House {
    /// Delivers it, and applies what the bot answers.
    pub(super) async fn deliver(&self, now: SystemTime, sent: &Outgoing) -> Delivered {
        let mut delivered = self.carry(now, sent).await;
        if delivered.error.is_some() {
            return delivered;
        }
        let mut core = self.core();
        let now = (self.hooks.now)();
        match core.workspace.acknowledged(now, sent, &delivered.body) {
            Ok(ops) => {
                if !core.keep(&ops) {
                    delivered.error = Some("fatal_error".into());
                }
            }
            Err(refusal) => {
                tracing::warn!(
                    error = refusal.code,
                    details = ?refusal.messages,
                    "the bot's acknowledgement makes no sense"
                );
                delivered.error = Some(refusal.code);
            }
        }
        delivered
    }

    #[expect(clippy::disallowed_methods, reason = "the time a real answer took")]
    async fn carry(&self, now: SystemTime, sent: &Outgoing) -> Delivered {
        let started = std::time::Instant::now();
        let answered = tokio::time::timeout(ACK_WITHIN, self.send(now, sent)).await;
        let mut delivered = answered.unwrap_or_else(|_| Delivered::failed("operation_timeout"));
        delivered.millis = started.elapsed().as_millis();
        delivered
    }

    async fn send(&self, now: SystemTime, sent: &Outgoing) -> Delivered {
        let (team, urls) = {
            let core = self.core();
            let spec = &core.workspace.spec;
            let team = spec.teams.iter().find(|team| team.id == sent.team).cloned();
            (team.unwrap_or_default(), spec.requests.clone())
        };
        if !team.app_token.is_empty()
            && let Some(envelope) = self.sockets.send(&team.app_token, envelope(sent))
        {
            let waiting = Waiting { house: self, id: envelope.envelope_id };
            let body = envelope.acknowledged.await;
            drop(waiting);
            return match body {
                Ok(body) => Delivered { status: Some(200), millis: 0, body, error: None },
                Err(_) => Delivered::failed("dispatch_failed"),
            };
        }
        let Some(url) = address(urls.as_ref(), sent.kind) else {
            return Delivered::failed("dispatch_failed");
        };
        let signed = Signed::new(&team, sent.kind, url, encode(sent.kind, &sent.payload), now);
        self.requests.remember(sent.kind, &signed);
        match self.requests.send(signed).await {
            Some(answer) => Delivered {
                status: Some(answer.status),
                millis: 0,
                body: answer.body,
                error: (answer.status != 200).then(|| "dispatch_failed".to_owned()),
            },
            None => Delivered::failed("dispatch_failed"),
        }
    }
}

/// Takes the envelope off the list when the wait ends, whichever way.
struct Waiting<'a> {
    house: &'a House,
    id: String,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.house.sockets.forget(&self.id);
    }
}

fn envelope(sent: &Outgoing) -> Value {
    let (kind, answers) = match sent.kind {
        Kind::Interactions => ("interactive", matches!(sent.after, After::Submission { .. })),
        Kind::Commands => ("slash_commands", true),
        Kind::Events => ("events_api", false),
    };
    let mut envelope = json!({
        "type": kind,
        "accepts_response_payload": answers,
        "payload": sent.payload,
    });
    if sent.kind == Kind::Events {
        envelope["retry_attempt"] = 0.into();
        envelope["retry_reason"] = "".into();
    }
    envelope
}
