//! Single values of a payload. An error names the place, never what stands there: it may be what a
//! person wrote, or a right to answer.

use serde_json::Value;

use crate::domain::Secret;

/// A payload that is none of those we know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::door) struct Strange(String);

impl Strange {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// Of a kind that is not known. The kind is Slack's word, and told if it looks like one.
    pub(in crate::door) fn kind(of: &str, kind: &str) -> Self {
        let word = kind.len() <= 40 && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        Self(format!("`{of}` is {}", if word { kind } else { "of no kind that is known" }))
    }
}

/// A JSON value whose members are asked for by pointer.
#[derive(Clone, Copy)]
pub(super) struct At<'a>(pub(super) &'a Value);

impl<'a> At<'a> {
    /// What stands there and is not null.
    pub(super) fn get(self, place: &str) -> Option<&'a Value> {
        self.0.pointer(place).filter(|value| !value.is_null())
    }

    /// A text that is not empty.
    pub(super) fn text(self, place: &str) -> Option<&'a str> {
        self.get(place).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub(super) fn need(self, place: &str) -> Result<&'a str, Strange> {
        self.text(place).ok_or_else(|| wrong(place, "is missing"))
    }

    /// A name of ours or of Slack's: it must be there and be no longer than Slack lets one be.
    pub(super) fn short(self, place: &str) -> Result<&'a str, Strange> {
        let text = self.need(place)?;
        if text.len() > 1024 { Err(wrong(place, "is too long")) } else { Ok(text) }
    }

    /// One of Slack's ids. They become parts of names and keys, so they must be plain.
    pub(super) fn id(self, place: &str) -> Result<&'a str, Strange> {
        let text = self.need(place)?;
        let plain = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { Ok(text) } else { Err(wrong(place, "is no id")) }
    }

    /// The id in the first of these places that holds something.
    pub(super) fn first_id(self, places: &[&str]) -> Result<&'a str, Strange> {
        let first = places.first().copied().unwrap_or_default();
        self.id(places.iter().find(|place| self.text(place).is_some()).copied().unwrap_or(first))
    }

    /// A time as Slack names messages and clicks by it: `seconds.micros`.
    pub(super) fn stamp(self, place: &str) -> Result<&'a str, Strange> {
        let text = self.need(place)?;
        let plain = text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if plain { Ok(text) } else { Err(wrong(place, "is no time")) }
    }

    /// A list that must be there.
    pub(super) fn list(self, place: &str) -> Result<&'a [Value], Strange> {
        let list = self.get(place).and_then(Value::as_array);
        list.map(Vec::as_slice).ok_or_else(|| wrong(place, "is no list"))
    }

    /// What may be used and not be seen.
    pub(super) fn secret(self, place: &str) -> Option<Secret> {
        self.text(place).filter(|text| text.len() <= 2048).map(Secret::new)
    }
}

fn wrong(place: &str, what: &str) -> Strange {
    Strange(format!("`{}` {what}", place.trim_start_matches('/').replace('/', ".")))
}
