//! The small engine behind the tables: it walks a JSON value along a [`Rule`] and writes down every
//! fault with its JSON pointer, in the wording Slack uses.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::budget;

/// What a field may hold.
pub(super) enum Rule {
    /// A non-empty string of at most so many UTF-16 units.
    Str(usize),
    /// A string of at most so many UTF-16 units, which may be empty.
    Free(usize),
    /// `action_id`: at most 255 units, used once in a message.
    ActionId,
    /// `block_id`: at most 255 units, used once in a message.
    BlockId,
    /// An http or https address of at most so many UTF-16 units.
    Url(usize),
    /// `true` or `false`.
    Bool,
    /// A whole number within the bounds, ends included.
    Int(i64, i64),
    /// Any number.
    Number,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A `plain_text` object of at most so many units.
    Plain(usize),
    /// A `plain_text` or `mrkdwn` object of at most so many units.
    Text(usize),
    /// A text object, or one of these shapes.
    TextOr(usize, &'static [&'static Shape]),
    /// An object with exactly these fields.
    Object(&'static [Field]),
    /// A list of so many items at least and at most.
    List(usize, usize, &'static Rule),
    /// An object whose `type` picks its shape.
    Typed(&'static [&'static Shape]),
    /// A string counted against the message budget that is literal text (rich_text, table cells).
    Literal,
}

/// A named field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) rule: Rule,
}

/// A field that must be there.
pub(super) const fn need(name: &'static str, rule: Rule) -> Field {
    Field { name, required: true, rule }
}

/// A field that may be left out.
pub(super) const fn may(name: &'static str, rule: Rule) -> Field {
    Field { name, required: false, rule }
}

/// A rule over several fields of one object, beyond what each may hold.
pub(super) type Also = fn(&mut Check, &Map<String, Value>, &str);

/// A block or element type: its fields (besides `type`) and what the fields must keep together.
pub(super) struct Shape {
    pub(super) kind: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) also: Option<Also>,
}

/// The findings of one walk over one message.
#[derive(Default)]
pub(super) struct Check {
    pub(super) errors: Vec<String>,
    /// Characters counted so far, against the budget of a whole message.
    pub(super) counted: usize,
    pub(super) markdown_units: usize,
    pub(super) tables: usize,
    action_ids: HashSet<String>,
    block_ids: HashSet<String>,
}

impl Check {
    pub(super) fn fail(&mut self, what: &str, pointer: &str) {
        self.errors.push(format!("[ERROR] {what} [json-pointer:{pointer}]"));
    }

    pub(super) fn value(&mut self, value: &Value, rule: &Rule, at: &str) {
        match rule {
            Rule::Free(_) if value.as_str() == Some("") => {}
            Rule::Str(max) | Rule::Free(max) => drop(self.string(value, *max, at)),
            Rule::Literal => {
                if let Some(text) = self.string(value, usize::MAX, at) {
                    self.counted += budget::literal(text);
                }
            }
            Rule::ActionId => self.unique_id(value, at, "action_id"),
            Rule::BlockId => self.unique_id(value, at, "block_id"),
            Rule::Url(max) => self.url(value, *max, at),
            Rule::Bool if !value.is_boolean() => self.fail("must be a boolean", at),
            Rule::Number if !value.is_number() => self.fail("must be a number", at),
            Rule::Bool | Rule::Number => {}
            Rule::Int(low, high) => match value.as_i64() {
                Some(n) if (*low..=*high).contains(&n) => {}
                Some(_) => self.fail(&format!("must be between {low} and {high}"), at),
                None => self.fail("must be an integer", at),
            },
            Rule::OneOf(words) => match value.as_str() {
                Some(word) if words.contains(&word) => {}
                Some(_) => self.fail("must be a valid enum value", at),
                None => self.fail("must be a string", at),
            },
            Rule::Plain(max) => self.text(value, *max, false, at),
            Rule::Text(max) => self.text(value, *max, true, at),
            Rule::TextOr(max, shapes) => match value.get("type").and_then(Value::as_str) {
                Some("plain_text" | "mrkdwn") => self.text(value, *max, true, at),
                Some(_) | None => self.typed(value, shapes, at),
            },
            Rule::Object(fields) => {
                if let Some(object) = self.object(value, at) {
                    self.fields(object, fields, false, at);
                }
            }
            Rule::List(min, max, item) => self.list(value, (*min, *max), item, at),
            Rule::Typed(shapes) => self.typed(value, shapes, at),
        }
    }

    /// Checks an object whose `type` decides its shape; an unlisted type is refused.
    pub(super) fn typed(&mut self, value: &Value, shapes: &[&Shape], at: &str) {
        let Some(object) = self.object(value, at) else { return };
        let Some(kind) = object.get("type") else {
            self.fail("missing required field: type", at);
            return;
        };
        let Some(kind) = kind.as_str() else {
            self.fail("must be a string", &format!("{at}/type"));
            return;
        };
        let Some(shape) = shapes.iter().find(|shape| shape.kind == kind) else {
            self.fail(&format!("unsupported type: {kind}"), &format!("{at}/type"));
            return;
        };
        self.fields(object, shape.fields, true, at);
        if let Some(also) = shape.also {
            also(self, object, at);
        }
    }

    fn fields(&mut self, object: &Map<String, Value>, fields: &[Field], typed: bool, at: &str) {
        for name in object.keys() {
            let known = fields.iter().any(|field| field.name == name);
            let kind = typed && name == "type";
            if !known && !kind {
                self.fail(&format!("invalid additional property: {name}"), at);
            }
        }
        for field in fields {
            match object.get(field.name) {
                Some(inner) => self.value(inner, &field.rule, &format!("{at}/{}", field.name)),
                None if field.required => {
                    self.fail(&format!("missing required field: {}", field.name), at);
                }
                None => {}
            }
        }
    }

    pub(super) fn list(
        &mut self,
        value: &Value,
        (min, max): (usize, usize),
        item: &Rule,
        at: &str,
    ) {
        let Some(items) = value.as_array() else {
            self.fail("must be an array", at);
            return;
        };
        if items.len() < min {
            self.fail(&format!("no fewer than {min} items allowed"), at);
        }
        if items.len() > max {
            self.fail(&format!("no more than {max} items allowed"), at);
        }
        for (index, inner) in items.iter().enumerate() {
            self.value(inner, item, &format!("{at}/{index}"));
        }
    }

    fn object<'a>(&mut self, value: &'a Value, at: &str) -> Option<&'a Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.fail("must provide an object", at);
        }
        object
    }

    fn string<'a>(&mut self, value: &'a Value, max: usize, at: &str) -> Option<&'a str> {
        let Some(text) = value.as_str() else {
            self.fail("must be a string", at);
            return None;
        };
        if text.is_empty() {
            self.fail("must be more than 0 characters", at);
        } else if text.encode_utf16().count() > max {
            self.fail(&format!("must be less than {} characters", max.saturating_add(1)), at);
        }
        Some(text)
    }

    fn url(&mut self, value: &Value, max: usize, at: &str) {
        if let Some(text) = self.string(value, max, at)
            && !text.is_empty()
            && !is_web_address(text)
        {
            self.fail("must be a valid URL", at);
        }
    }

    fn unique_id(&mut self, value: &Value, at: &str, name: &str) {
        let Some(id) = self.string(value, 255, at) else { return };
        let seen = if name == "action_id" { &mut self.action_ids } else { &mut self.block_ids };
        if !seen.insert(id.to_owned()) {
            self.fail(&format!("`{name}` already exists: {id}"), at);
        }
    }

    fn text(&mut self, value: &Value, max: usize, mrkdwn_allowed: bool, at: &str) {
        let Some(object) = self.object(value, at) else { return };
        let kind = object.get("type").and_then(Value::as_str);
        let (mrkdwn, own_field) = match kind {
            Some("plain_text") => (false, "emoji"),
            Some("mrkdwn") if mrkdwn_allowed => (true, "verbatim"),
            Some(_) => {
                return self.fail("must be a valid enum value", &format!("{at}/type"));
            }
            None => return self.fail("missing required field: type", at),
        };
        for (name, inner) in object {
            match name.as_str() {
                "type" | "text" => {}
                name if name == own_field => {
                    self.value(inner, &Rule::Bool, &format!("{at}/{name}"));
                }
                name => self.fail(&format!("invalid additional property: {name}"), at),
            }
        }
        let Some(text) = object.get("text") else {
            return self.fail("missing required field: text", at);
        };
        if let Some(text) = self.string(text, max, &format!("{at}/text")) {
            self.counted += if mrkdwn { budget::mrkdwn(text) } else { budget::literal(text) };
        }
    }
}

/// Whether the text is an http or https address with a host and no blanks.
pub(super) fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', '?', '#'])
            && !rest.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
    })
}
