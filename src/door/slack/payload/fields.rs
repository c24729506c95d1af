//! What was chosen or filled in, as plain text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{At, Strange, bounded};

/// Fields of a form at most: Slack lets a form have 100 blocks.
const FIELDS: usize = 100;

/// What an element holds; `None` if nothing was chosen or written.
pub(super) fn chosen(element: At<'_>) -> Result<Option<String>, Strange> {
    let text = |place: &str| element.text(place).map(str::to_owned);
    let value = match element.need("/type")? {
        "button" | "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            text("/value")
        }
        "overflow" | "static_select" | "external_select" | "radio_buttons" => {
            text("/selected_option/value")
        }
        "checkboxes" | "multi_static_select" | "multi_external_select" => {
            options(element, "/selected_options")?
        }
        "datepicker" => text("/selected_date"),
        "timepicker" => text("/selected_time"),
        "datetimepicker" => element.get("/selected_date_time").map(Value::to_string),
        "users_select" => text("/selected_user"),
        "conversations_select" => text("/selected_conversation"),
        "channels_select" => text("/selected_channel"),
        other => return Err(Strange::kind("an element's type", other)),
    };
    value.map(|value| bounded(&value, "an element's value").map(str::to_owned)).transpose()
}

/// Several values, joined with `,`.
fn options(element: At<'_>, place: &str) -> Result<Option<String>, Strange> {
    if element.get(place).is_none() {
        return Ok(None);
    }
    let values: Result<Vec<&str>, Strange> =
        element.list(place)?.iter().map(|option| At(option).need("/value")).collect();
    Ok(Some(values?.join(",")).filter(|joined| !joined.is_empty()))
}

/// The fields of a form by block id; what was left empty is absent.
pub(super) fn filled_in(form: At<'_>) -> Result<BTreeMap<String, String>, Strange> {
    let blocks = match form.get("/view/state/values") {
        None => return Ok(BTreeMap::new()),
        Some(Value::Object(blocks)) if blocks.len() <= FIELDS => blocks,
        Some(_) => return Err(Strange::new("`view.state.values` holds no fields of a form")),
    };
    let mut fields = BTreeMap::new();
    for (block, elements) in blocks {
        let elements = elements.as_object().ok_or_else(|| Strange::new("a block is no mapping"))?;
        let mut elements = elements.values();
        let element = match (elements.next(), elements.next()) {
            (None, _) => continue,
            (Some(element), None) => element,
            (Some(_), Some(_)) => {
                return Err(Strange::new("a block of a form holds more than one element"));
            }
        };
        if block.len() > 1024 {
            return Err(Strange::new("a block's id is too long"));
        }
        if let Some(value) = chosen(At(element))? {
            fields.insert(block.clone(), value);
        }
    }
    Ok(fields)
}
