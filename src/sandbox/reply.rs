//! What a Web API call answers.

use serde_json::{Map, Value, json};

use super::message::MessageOp;
use super::stage::Deed;

/// The answer to one call, ready for any transport.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status: 200 even for errors, 429 when limited.
    pub status: u16,
    /// Whole seconds to wait, for the `Retry-After` header.
    pub retry_after: Option<u64>,
    /// The JSON body.
    pub body: Value,
    /// What happened to messages, to be made durable before the answer leaves.
    pub ops: Vec<MessageOp>,
    /// What else happened, which no restart brings back.
    pub(super) deeds: Vec<Deed>,
}

impl Reply {
    /// The error code, if the call was refused.
    pub fn error(&self) -> Option<&str> {
        self.body.get("error").and_then(Value::as_str)
    }

    pub(super) fn limited(retry_after: u64) -> Self {
        let body = json!({"ok": false, "error": "ratelimited"});
        Self {
            status: 429,
            retry_after: Some(retry_after),
            body,
            ops: Vec::new(),
            deeds: Vec::new(),
        }
    }

    pub(super) fn from_result(result: Result<Answer, Refusal>) -> Self {
        let (body, ops, deeds) = match result {
            Ok(answer) => {
                let mut body = Map::new();
                body.insert("ok".into(), Value::Bool(true));
                body.extend(answer.fields);
                (Value::Object(body), answer.ops, answer.deeds)
            }
            Err(refusal) => (refusal.body(), Vec::new(), Vec::new()),
        };
        Self { status: 200, retry_after: None, body, ops, deeds }
    }
}

/// A method's success: the fields beside `ok`, and what it did to messages.
#[derive(Debug, Default)]
pub(super) struct Answer {
    fields: Map<String, Value>,
    ops: Vec<MessageOp>,
    deeds: Vec<Deed>,
}

impl Answer {
    /// Takes a JSON object; anything else answers nothing but `ok`.
    pub(super) fn new(fields: Value) -> Self {
        let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
        Self { fields, ops: Vec::new(), deeds: Vec::new() }
    }

    pub(super) fn did(mut self, op: MessageOp) -> Self {
        self.ops.push(op);
        self
    }

    pub(super) fn staged(mut self, deed: Deed) -> Self {
        self.deeds.push(deed);
        self
    }
}

/// A refused call: Slack's error code and, for bad blocks, what is wrong where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) messages: Vec<String>,
}

impl Refusal {
    pub(super) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), messages: Vec::new() }
    }

    pub(super) fn with_messages(code: &str, messages: Vec<String>) -> Self {
        Self { code: code.to_owned(), messages }
    }

    pub(super) fn missing(field: &str) -> Self {
        let message = format!("[ERROR] missing required field: {field}");
        Self::with_messages("invalid_arguments", vec![message])
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error": self.code});
        if !self.messages.is_empty() {
            body["response_metadata"] = json!({"messages": self.messages});
        }
        body
    }
}
