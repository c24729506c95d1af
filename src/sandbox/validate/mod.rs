//! Strict checks of what a message carries, with Slack's error codes and JSON pointers. Where
//! Slack's own limit is unsure the stricter reading is taken: what passes here passes there.

mod blocks;
mod budget;
mod elements;
mod engine;
mod rich_text;
#[cfg(test)]
mod tests;
mod view;

use serde_json::{Map, Value};

use self::engine::{Check, Rule, is_web_address};
pub(super) use self::view::view;
use super::reply::Refusal;

const BLOCKS_PER_MESSAGE: usize = 50;
const ATTACHMENTS_PER_MESSAGE: usize = 100;
const TEXT_UNITS: usize = 40_000;
/// Slack publishes no number for metadata; eight kilobytes is what others measured.
const METADATA_BYTES: usize = 8 * 1024;

/// Checks blocks and attachments of one message together: ids and the budget span both.
pub(super) fn content(blocks: Option<&Value>, attachments: Option<&Value>) -> Result<(), Refusal> {
    let mut check = Check::default();
    if let Some(blocks) = blocks {
        list_of_blocks(&mut check, blocks, "/blocks");
    }
    if let Some(attachments) = attachments {
        let Some(items) = attachments.as_array() else {
            return Err(Refusal::new("invalid_attachments"));
        };
        if items.len() > ATTACHMENTS_PER_MESSAGE {
            return Err(Refusal::new("too_many_attachments"));
        }
        for (index, item) in items.iter().enumerate() {
            attachment(&mut check, item, &format!("/attachments/{index}"));
        }
    }
    if !check.errors.is_empty() {
        return Err(Refusal::with_messages("invalid_blocks", check.errors));
    }
    if check.counted > budget::MESSAGE_CHARS {
        return Err(Refusal::new("msg_blocks_too_long"));
    }
    Ok(())
}

fn list_of_blocks(check: &mut Check, blocks: &Value, at: &str) {
    check.list(blocks, (0, BLOCKS_PER_MESSAGE), &Rule::Typed(blocks::MESSAGE), at);
}

/// The legacy fields are taken as Slack takes them; what they may hold matters where the page
/// would show it.
fn attachment(check: &mut Check, item: &Value, at: &str) {
    let Some(object) = item.as_object() else {
        check.fail("must provide an object", at);
        return;
    };
    for (name, value) in object {
        let here = format!("{at}/{name}");
        match name.as_str() {
            "blocks" => list_of_blocks(check, value, &here),
            "color" => color(check, value, &here),
            "text" | "pretext" | "title" | "fallback" | "footer" | "author_name"
            | "callback_id" => {
                if let Some(text) = value.as_str() {
                    check.counted += budget::mrkdwn(text);
                } else {
                    check.fail("must be a string", &here);
                }
            }
            "title_link" | "author_link" | "author_icon" | "image_url" | "thumb_url"
            | "footer_icon" | "from_url" => {
                if !value.as_str().is_some_and(is_web_address) {
                    check.fail("must be a valid URL", &here);
                }
            }
            "id" | "ts" | "mrkdwn_in" | "fields" => {}
            other => check.fail(&format!("invalid additional property: {other}"), at),
        }
    }
}

fn color(check: &mut Check, value: &Value, at: &str) {
    let ok = value.as_str().is_some_and(|color| {
        let hex = color.strip_prefix('#').unwrap_or(color);
        ["good", "warning", "danger"].contains(&color)
            || (hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    if !ok {
        check.fail("must be a valid color", at);
    }
}

/// The top-level `text`, which is what a notification shows.
pub(super) fn text(text: &str) -> Result<(), Refusal> {
    if text.encode_utf16().count() > TEXT_UNITS {
        return Err(Refusal::new("msg_too_long"));
    }
    Ok(())
}

/// Message metadata: an event type and a payload that is flat, or holds flat objects.
pub(super) fn metadata(value: &Value) -> Result<(), Refusal> {
    let wrong = || Refusal::new("invalid_metadata_format");
    let object = value.as_object().ok_or_else(wrong)?;
    let known = ["event_type", "event_payload", "entities"];
    let typed = object.get("event_type").and_then(Value::as_str).is_some_and(|t| !t.is_empty());
    let payload = object.get("event_payload").and_then(Value::as_object);
    let Some(payload) = payload.filter(|_| typed) else { return Err(wrong()) };
    if !object.keys().all(|name| known.contains(&name.as_str())) || !payload.values().all(one_deep)
    {
        return Err(wrong());
    }
    if value.to_string().len() > METADATA_BYTES {
        return Err(Refusal::new("metadata_too_large"));
    }
    Ok(())
}

fn one_deep(value: &Value) -> bool {
    let flat = |object: &Map<String, Value>| object.values().all(is_scalar);
    match value {
        Value::Array(items) => {
            items.iter().all(|item| is_scalar(item) || item.as_object().is_some_and(flat))
        }
        Value::Object(object) => flat(object),
        scalar => is_scalar(scalar),
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}
