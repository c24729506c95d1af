//! Arguments of a call. JSON bodies bring real types, forms and queries bring strings, so every
//! reader takes both.

use serde_json::{Map, Value};

use super::message::Ts;
use super::reply::Refusal;

/// The arguments of one call.
pub(super) struct Args(Map<String, Value>);

impl Args {
    pub(super) fn new(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            Value::Null => Ok(Self(Map::new())),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Refusal::new("json_not_object"))
            }
        }
    }

    fn present(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A string; an empty one counts as absent, as a form cannot tell the two apart.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|t| !t.is_empty()).map(|t| &**t)),
            Some(_) => Err(wrong_type(name, "a string")),
        }
    }

    pub(super) fn need_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::missing(name))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.present(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(word)) if ["true", "1"].contains(&word.as_str()) => Ok(true),
            Some(Value::String(word)) if ["false", "0", ""].contains(&word.as_str()) => Ok(false),
            Some(Value::Number(n)) if n.as_u64() == Some(1) => Ok(true),
            Some(Value::Number(n)) if n.as_u64() == Some(0) => Ok(false),
            Some(_) => Err(wrong_type(name, "a boolean")),
        }
    }

    /// A page size between 1 and `most`.
    pub(super) fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let given = match self.present("limit") {
            None => return Ok(default),
            Some(Value::Number(n)) => n.as_u64(),
            Some(Value::String(digits)) => digits.parse().ok(),
            Some(_) => None,
        };
        let given = given.ok_or_else(|| wrong_type("limit", "an integer"))?;
        match usize::try_from(given) {
            // Slack reads 0 as "not given".
            Ok(0) => Ok(default),
            Ok(limit) if limit <= most => Ok(limit),
            Ok(_) | Err(_) => Err(Refusal::new("invalid_limit")),
        }
    }

    /// A timestamp; numbers are refused because JSON numbers lose microseconds.
    pub(super) fn ts(&self, name: &str) -> Result<Option<Ts>, Refusal> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => match Ts::parse(text) {
                Some(ts) => Ok(Some(ts)),
                None => Err(wrong_type(name, "a timestamp")),
            },
        }
    }

    /// A structure: given as JSON, or as a string that holds JSON.
    pub(super) fn structure(&self, name: &str, code: &str) -> Result<Option<Value>, Refusal> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map(Some).map_err(|_| Refusal::new(code))
            }
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

fn wrong_type(name: &str, wanted: &str) -> Refusal {
    let message = format!("[ERROR] must be {wanted} [json-pointer:/{name}]");
    Refusal::with_messages("invalid_arguments", vec![message])
}
