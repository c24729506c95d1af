//! Tags of a resource. Anybody who may tag wrote them, so they are cut like every other text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{fields::Object, text};

/// AWS lets a resource have 50.
const MOST: usize = 50;

/// `{"team": "pay"}`, as ASFF writes them.
pub(super) fn mapping(resource: Object<'_>) -> BTreeMap<String, String> {
    let pairs = resource.get("Tags").and_then(Value::as_object).into_iter().flatten();
    let pair = |(key, value): (&String, &Value)| Some(pair(key, value.as_str()?));
    pairs.filter_map(pair).take(MOST).collect()
}

/// `[{"key": "team", "value": "pay"}]`, as GuardDuty writes them.
pub(super) fn list(described: Object<'_>) -> BTreeMap<String, String> {
    let one = |tag: Object<'_>| Some(pair(tag.text("key")?, tag.text("value").unwrap_or_default()));
    described.children("tags").filter_map(one).take(MOST).collect()
}

fn pair(key: &str, value: &str) -> (String, String) {
    (text::title(key), text::title(value))
}
