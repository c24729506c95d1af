//! Reads a plain tree key by key and keeps every problem, so that all are named at once.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::domain::FileProblem;

/// A mapping of the file with the path to it.
#[derive(Clone)]
pub(super) struct Section<'a> {
    at: String,
    map: &'a Map<String, Value>,
    /// Something under it was refused as unknown already.
    strange: bool,
}

impl Section<'_> {
    /// The path of one of its keys.
    pub(super) fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    /// The path of itself.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Whether the key stands there at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Whether a list stands there.
    pub(super) fn is_list(&self, key: &str) -> bool {
        self.get(key).is_some_and(Value::is_array)
    }

    /// Whether the text of this key starts so.
    pub(super) fn starts(&self, key: &str, with: &str) -> bool {
        self.get(key).and_then(Value::as_str).is_some_and(|text| text.trim().starts_with(with))
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }
}

/// A text of the file as a problem may quote it: what looks like a token stays unsaid.
pub(super) fn quoted(text: &str) -> String {
    if tokenlike(text) || text.contains('@') {
        "what may hold a secret".to_owned()
    } else {
        format!("`{text}`")
    }
}

/// Whether a text may be a token of Slack's, or hold one.
pub(super) fn tokenlike(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["xox", "xapp-"].iter().any(|start| lower.contains(start))
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<FileProblem>,
}

impl Reader {
    pub(super) fn add(
        &mut self,
        key: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let (key, what, mend) = (key.into(), what.into(), mend.into());
        self.problems.push(FileProblem { key, what, mend });
    }

    pub(super) fn missing(&mut self, key: impl Into<String>, what: &str) {
        self.add(key, "is missing", format!("Write {what}"));
    }

    /// Takes a value as a mapping with these keys and no others.
    pub(super) fn mapping<'a>(
        &mut self,
        value: &'a Value,
        at: String,
        known: &[&str],
    ) -> Option<Section<'a>> {
        self.mapping_with(value, at, known, &format!("Write under it: {}", known.join(", ")))
    }

    pub(super) fn mapping_with<'a>(
        &mut self,
        value: &'a Value,
        at: String,
        known: &[&str],
        mend: &str,
    ) -> Option<Section<'a>> {
        let Some(map) = value.as_object() else {
            let place = if at.is_empty() { "(file)".to_owned() } else { at };
            self.add(place, "is no mapping", mend);
            return None;
        };
        let strange = map.keys().any(|key| !known.contains(&key.as_str()));
        let section = Section { at, map, strange };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            let shown = quoted(key);
            let key = if shown.starts_with('`') { section.path(key) } else { section.path("...") };
            let mend = format!("Known here: {}. Mend the spelling or remove it", known.join(", "));
            self.add(key, "is an unknown key", mend);
        }
        Some(section)
    }

    /// A mapping that must be there.
    pub(super) fn section<'a>(
        &mut self,
        of: &Section<'a>,
        key: &str,
        known: &[&str],
    ) -> Option<Section<'a>> {
        self.mapping_or(of, key, known, &format!("Write under it: {}", known.join(", ")))
    }

    /// A mapping that must be there; `mend` says what to write if it is not.
    pub(super) fn mapping_or<'a>(
        &mut self,
        of: &Section<'a>,
        key: &str,
        known: &[&str],
        mend: &str,
    ) -> Option<Section<'a>> {
        match of.map.get(key) {
            None | Some(Value::Null) => {
                self.add(of.path(key), "is missing", mend);
                None
            }
            Some(value) => self.mapping_with(value, of.path(key), known, mend),
        }
    }

    /// A mapping that may be left out.
    pub(super) fn optional<'a>(
        &mut self,
        of: &Section<'a>,
        key: &str,
        known: &[&str],
    ) -> Option<Section<'a>> {
        let value = of.map.get(key).filter(|value| !value.is_null())?;
        self.mapping(value, of.path(key), known)
    }

    /// The one of these keys that stands there.
    pub(super) fn one_of<'k>(&mut self, of: &Section<'_>, keys: &[&'k str]) -> Option<&'k str> {
        self.one_of_or(of, keys, None)
    }

    /// The same, with what to write if none does.
    pub(super) fn one_of_or<'k>(
        &mut self,
        of: &Section<'_>,
        keys: &[&'k str],
        mend: Option<&str>,
    ) -> Option<&'k str> {
        let found: Vec<&str> = keys.iter().copied().filter(|key| of.has(key)).collect();
        let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let all = all.join(" or ");
        let place = if of.at.is_empty() { "(file)" } else { &of.at };
        match found.as_slice() {
            [one] => return Some(one),
            // A misspelt key was told of already.
            [] if of.strange => {}
            [] => {
                let mend = mend.map_or_else(|| format!("Write {all}"), str::to_owned);
                self.add(place, "says nothing", mend);
            }
            many => {
                let what = format!("has both {}", many.join(" and "));
                self.add(place, what, format!("Keep exactly one: {all}"));
            }
        }
        None
    }

    /// A text that must be there and be no blank.
    pub(super) fn text<'a>(
        &mut self,
        of: &'a Section<'_>,
        key: &str,
        what: &str,
    ) -> Option<&'a str> {
        match of.get(key) {
            None => self.missing(of.path(key), what),
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.add(of.path(key), "is empty", format!("Write {what}"));
            }
            Some(Value::String(text)) => return Some(text),
            Some(_) => {
                let mend = format!("Write {what}, in quotes if need be");
                self.add(of.path(key), "is no text", mend);
            }
        }
        None
    }

    /// A text that may be left out.
    pub(super) fn optional_text<'a>(
        &mut self,
        of: &'a Section<'_>,
        key: &str,
        what: &str,
    ) -> Option<&'a str> {
        of.get(key)?;
        self.text(of, key, what)
    }

    /// A whole number; `default` if it is left out or `of` is not there.
    pub(super) fn number(
        &mut self,
        of: Option<&Section<'_>>,
        key: &str,
        range: &RangeInclusive<u32>,
        default: u32,
    ) -> Option<u32> {
        let Some((of, value)) = of.and_then(|of| Some((of, of.get(key)?))) else {
            return Some(default);
        };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Some(number);
        }
        let what = if value.is_number() {
            format!("can't be {value}")
        } else {
            "is no whole number".to_owned()
        };
        let mend = format!("Write a whole number from {} to {}", range.start(), range.end());
        self.add(of.path(key), what, mend);
        None
    }

    /// A list that must be there.
    pub(super) fn list<'a>(
        &mut self,
        of: &Section<'a>,
        key: &str,
        what: &str,
    ) -> Vec<(String, &'a Value)> {
        let path = of.path(key);
        match of.map.get(key) {
            Some(Value::Array(items)) if !items.is_empty() => {
                let numbered = items.iter().enumerate();
                return numbered.map(|(n, item)| (format!("{path}[{n}]"), item)).collect();
            }
            None | Some(Value::Null | Value::Array(_)) => self.missing(path, what),
            Some(_) => self.add(path, "is no list", format!("Write {what}")),
        }
        Vec::new()
    }
}
