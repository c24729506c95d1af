//! Records as items: a JSON body beside the attributes that conditions and indexes look at.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::key::{self, Key};
use crate::{
    domain::{Entry, EntryState},
    ports::{Fault, PortError, PortResult},
};

pub(super) type Item = HashMap<String, AttributeValue>;

/// How long answers and finished entries are kept.
const KEPT_SECONDS: i64 = 15 * 24 * 3600;
/// How long the state of what is no problem is kept after it was written.
pub(super) const STATE_KEPT_SECONDS: i64 = 90 * 24 * 3600;

/// When what is over at this time need not be kept any longer, in seconds.
pub(super) fn kept_until(time: Timestamp) -> i64 {
    time.as_second().saturating_add(KEPT_SECONDS)
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl Copy + ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn bytes(value: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(value))
}

/// The key as attributes.
pub(super) fn keyed(key: &Key) -> Item {
    HashMap::from([
        ("pk".to_owned(), text(key.pk.as_str())),
        ("sk".to_owned(), text(key.sk.as_str())),
    ])
}

/// A record with its version and its body.
pub(super) fn record<T: Serialize>(
    key: &Key,
    version: u64,
    what: &str,
    record: &T,
) -> PortResult<Item> {
    let mut item = keyed(key);
    item.insert("v".to_owned(), number(version));
    item.insert("body".to_owned(), text(json(what, record)?));
    Ok(item)
}

/// An entry as it stands after its `revision`th write. Only what waits has a place in the order.
pub(super) fn entry(entry: &Entry, revision: u64) -> PortResult<Item> {
    let key = key::entry(&entry.lane().team, entry.id.as_str());
    let mut item = record(&key, revision, "entry", entry)?;
    item.insert("at".to_owned(), text(entry.state.as_str()));
    item.insert("created".to_owned(), number(key::micros(entry.created)));
    if entry.waits() {
        item.insert("rank".to_owned(), text(key::rank(entry)));
        item.insert("due".to_owned(), number(key::micros(entry.due)));
    } else if entry.state == EntryState::Done {
        item.insert("ttl".to_owned(), number(kept_until(entry.due)));
    }
    Ok(item)
}

pub(super) fn json<T: Serialize>(what: &str, record: &T) -> PortResult<String> {
    serde_json::to_string(record).map_err(|error| unreadable(what, &error.to_string()))
}

/// The body of an item.
pub(super) fn body<T: DeserializeOwned>(what: &str, item: &Item) -> PortResult<T> {
    let text = string(item, "body").ok_or_else(|| unreadable(what, "it has no body"))?;
    serde_json::from_str(text).map_err(|error| unreadable(what, &error.to_string()))
}

pub(super) fn string<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

pub(super) fn blob<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name).and_then(|value| value.as_b().ok()).map(Blob::as_ref)
}

pub(super) fn int<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|text| text.parse().ok())
}

/// Whether the item was to be forgotten before this second.
pub(super) fn is_forgotten(item: &Item, before: i64) -> bool {
    int::<i64>(item, "ttl").is_some_and(|ttl| ttl <= before)
}

/// A record that this build can't read: a bug, or a table of another version.
pub(super) fn unreadable(what: &str, detail: &str) -> PortError {
    PortError::new(Fault::Permanent, format!("table: {what} can't be read: {detail}"))
}

/// Somebody else was first.
pub(super) fn conflict(what: &str) -> PortError {
    PortError::new(Fault::Conflict, format!("{what} moved meanwhile"))
}
