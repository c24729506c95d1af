//! What a person can set in an element, and how Slack writes it down.

use serde_json::{Map, Value, json};

use crate::sandbox::stage::Values;

/// Where the state of an element stands.
struct Slot {
    /// The field that holds it.
    field: &'static str,
    /// The field of the element that fills it at first.
    initial: &'static str,
    holds: Holds,
}

#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Text,
    Number,
    Date,
    Option,
    Options,
    Words,
}

fn slot(kind: &str) -> Option<Slot> {
    let (field, initial, holds) = match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("value", "initial_value", Holds::Text)
        }
        "static_select" | "external_select" | "radio_buttons" => {
            ("selected_option", "initial_option", Holds::Option)
        }
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options", Holds::Options)
        }
        "datepicker" => ("selected_date", "initial_date", Holds::Date),
        "timepicker" => ("selected_time", "initial_time", Holds::Text),
        "datetimepicker" => ("selected_date_time", "initial_date_time", Holds::Number),
        "users_select" => ("selected_user", "initial_user", Holds::Text),
        "channels_select" => ("selected_channel", "initial_channel", Holds::Text),
        "conversations_select" => ("selected_conversation", "initial_conversation", Holds::Text),
        "multi_users_select" => ("selected_users", "initial_users", Holds::Words),
        "multi_channels_select" => ("selected_channels", "initial_channels", Holds::Words),
        "multi_conversations_select" => {
            ("selected_conversations", "initial_conversations", Holds::Words)
        }
        _ => return None,
    };
    Some(Slot { field, initial, holds })
}

/// The field an element's pick comes in; a button has none.
pub(super) fn field(kind: &str) -> Option<&'static str> {
    if kind == "overflow" { Some("selected_option") } else { slot(kind).map(|slot| slot.field) }
}

/// Every element of these blocks with its block, in their order.
pub(super) fn elements(blocks: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    blocks.as_array().into_iter().flatten().flat_map(|block| {
        let row = (block["type"] == "actions").then(|| block["elements"].as_array()).flatten();
        let single = ["accessory", "element"].into_iter().filter_map(|name| block.get(name));
        row.into_iter().flatten().chain(single).map(move |element| (block, element))
    })
}

/// The state of all elements that have one: what was there if it still fits, else what the element
/// starts with.
pub(in crate::sandbox) fn gather(blocks: &Value, old: &Values) -> Values {
    let mut values = Values::new();
    for (block, element) in elements(blocks) {
        let kind = word(element, "type");
        let Some(slot) = slot(kind) else { continue };
        let (block_id, action_id) = (word(block, "block_id"), word(element, "action_id"));
        let kept = old.get(block_id).and_then(|block| block.get(action_id));
        let state = match kept.filter(|state| word(state, "type") == kind) {
            Some(state) => state.clone(),
            None => initial(&slot, element),
        };
        set(&mut values, block_id, action_id, state);
    }
    values
}

pub(super) fn set(values: &mut Values, block_id: &str, action_id: &str, state: Value) {
    let block = values.entry(block_id).or_insert_with(|| json!({}));
    block[action_id] = state;
}

fn initial(slot: &Slot, element: &Value) -> Value {
    let empty =
        if matches!(slot.holds, Holds::Options | Holds::Words) { json!([]) } else { Value::Null };
    let mut state = json!({"type": element["type"]});
    state[slot.field] = element.get(slot.initial).cloned().unwrap_or(empty);
    state
}

/// Reads what a person sets an element to: a plain value, or the whole state object. Gives the
/// state, or says why no client would let it through.
pub(super) fn read(element: &Value, given: &Value) -> Result<Value, String> {
    let kind = word(element, "type");
    let overflow = Slot { field: "selected_option", initial: "", holds: Holds::Option };
    let slot = if kind == "overflow" { Some(overflow) } else { slot(kind) };
    let slot = slot.ok_or_else(|| format!("a {kind} holds nothing to set"))?;
    let whole = given.as_object().filter(|object| object.contains_key(slot.field));
    let given = whole.and_then(|object| object.get(slot.field)).unwrap_or(given);
    let empty = given.is_null() || *given == json!("");
    let value = match slot.holds {
        Holds::Options => list(given)?
            .iter()
            .map(|one| option(element, one))
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        Holds::Words => list(given)?.to_vec().into(),
        _ if empty => Value::Null,
        Holds::Option => option(element, given)?,
        Holds::Text => text(given)?.into(),
        Holds::Number if given.is_i64() => given.clone(),
        Holds::Number => return Err("must be a whole number of seconds".into()),
        Holds::Date => {
            let date = text(given)?;
            let real: Result<jiff::civil::Date, _> = date.parse();
            real.map_err(|_| format!("{date} is no date: write YYYY-MM-DD"))?;
            date.into()
        }
    };
    let mut state = json!({"type": kind});
    state[slot.field] = value;
    Ok(state)
}

fn text(given: &Value) -> Result<&str, String> {
    given.as_str().ok_or_else(|| format!("must be a string, not {given}"))
}

fn list(given: &Value) -> Result<&[Value], String> {
    match given {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        other => Err(format!("must be a list, not {other}")),
    }
}

/// An option of the element by its value, given bare or inside an option object.
fn option(element: &Value, given: &Value) -> Result<Value, String> {
    let wanted = given.as_str().or_else(|| given.get("value").and_then(Value::as_str));
    let wanted = wanted.ok_or("an option is named by its value")?;
    let own = element["options"].as_array().into_iter().flatten();
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.filter_map(|group| group["options"].as_array()).flatten();
    let found = own.chain(grouped).find(|option| word(option, "value") == wanted);
    let outside = word(element, "type").ends_with("external_select") && given.is_object();
    match found {
        Some(option) => Ok(option.clone()),
        None if outside => Ok(given.clone()),
        None => Err(format!("there is no option {wanted}")),
    }
}

/// Why Slack's client would not send this input, in one of a few words: `required`, `too_short`,
/// `too_long`, `not_a_number`, `out_of_range`, `not_an_email`, `not_a_url`.
pub(super) fn fault(block: &Value, state: &Value) -> Option<&'static str> {
    let element = &block["element"];
    let slot = slot(word(element, "type"))?;
    let value = state.get(slot.field).unwrap_or(&Value::Null);
    let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
    if value.is_null() || blank || *value == json!([]) {
        let optional = block["optional"].as_bool().unwrap_or_default();
        return (!optional).then_some("required");
    }
    let text = value.as_str()?;
    let units = u64::try_from(text.encode_utf16().count()).unwrap_or(u64::MAX);
    let bound = |name: &str| element.get(name).and_then(Value::as_u64);
    match word(element, "type") {
        "plain_text_input" if bound("min_length").is_some_and(|least| units < least) => {
            Some("too_short")
        }
        "plain_text_input" if units > bound("max_length").unwrap_or(3000) => Some("too_long"),
        "number_input" => number_fault(element, text),
        "email_text_input" if !text.contains('@') => Some("not_an_email"),
        "url_text_input" if !text.starts_with("http") => Some("not_a_url"),
        _ => None,
    }
}

fn number_fault(element: &Value, text: &str) -> Option<&'static str> {
    let whole = element["is_decimal_allowed"] == false && text.contains('.');
    let Some(number) = text.parse::<f64>().ok().filter(|_| !whole) else {
        return Some("not_a_number");
    };
    let bound = |name: &str| word(element, name).parse::<f64>().ok();
    let low = bound("min_value").is_some_and(|least| number < least);
    let high = bound("max_value").is_some_and(|most| number > most);
    (low || high).then_some("out_of_range")
}

/// A string field; empty when it is not there.
pub(super) fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Block ids whose inputs Slack's client would not send, with the reason.
pub(super) fn faults(blocks: &Value, values: &Values) -> Map<String, Value> {
    let inputs = blocks.as_array().into_iter().flatten().filter(|block| block["type"] == "input");
    let mut faults = Map::new();
    for block in inputs {
        let id = word(block, "block_id");
        let action_id = word(&block["element"], "action_id");
        let state = values.get(id).and_then(|block| block.get(action_id));
        if let Some(why) = fault(block, state.unwrap_or(&Value::Null)) {
            faults.insert(id.to_owned(), why.into());
        }
    }
    faults
}
