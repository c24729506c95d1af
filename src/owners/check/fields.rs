//! Keys of a tree: there, of the right kind, and known.

use serde_json::{Map, Value};

use super::{Found, Problem};

impl Found {
    pub fn add(
        &mut self,
        key: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.problems.push(Problem { key: key.into(), what: what.into(), mend: mend.into() });
    }

    pub fn missing(&mut self, key: &str, what: &str) {
        self.add(key, "is missing", format!("Write {what}"));
    }

    pub fn slack_id(&mut self, object: &Map<String, Value>, at: &str, key: &str, starts: &str) {
        let Some(id) = self.text(object, at, key, "the id that Slack shows") else { return };
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let right = id.len() > 1 && id.starts_with(|c| starts.contains(c)) && id.chars().all(plain);
        if !right {
            let what = format!("`{id}` is no Slack id");
            let first: Vec<String> = starts.chars().map(|c| format!("`{c}`")).collect();
            let mend = format!(
                "Copy it from Slack: capitals and digits, starting with {}",
                first.join(" or ")
            );
            self.add(format!("{at}.{key}"), what, mend);
        }
    }

    pub fn one_of(&mut self, object: &Map<String, Value>, at: &str, key: &str, words: &[&str]) {
        let choice = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        if let Some(word) = self.text(object, at, key, &choice)
            && !words.contains(&word)
        {
            self.add(
                format!("{at}.{key}"),
                format!("`{word}` is unknown"),
                format!("Use {choice}"),
            );
        }
    }

    /// A day as `2027-03-31`.
    pub fn day(&mut self, object: &Map<String, Value>, at: &str, key: &str, what: &str) {
        if let Some(text) = self.text(object, at, key, what)
            && text.parse::<jiff::civil::Date>().is_err()
        {
            let mend = format!("Write {what} in quotes, such as \"2027-03-31\"");
            self.add(format!("{at}.{key}"), format!("`{text}` is no day"), mend);
        }
    }

    pub fn filled(&mut self, object: &Map<String, Value>, at: &str, key: &str, what: &str) {
        let Some(text) = self.text(object, at, key, what) else { return };
        if text.trim().is_empty() {
            self.add(format!("{at}.{key}"), "is empty", format!("Write {what}"));
        }
        // Names are printed to terminals, where these could hide or forge lines.
        if let Some(c) = text.chars().find(|c| unseen(*c)) {
            let what = format!("has the character U+{:04X}, which can't be seen", u32::from(c));
            self.add(format!("{at}.{key}"), what, "Remove it: type the text anew");
        }
    }

    pub fn text<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        at: &str,
        key: &str,
        what: &str,
    ) -> Option<&'a str> {
        let path = format!("{at}.{key}");
        match object.get(key) {
            None | Some(Value::Null) => self.missing(&path, what),
            Some(Value::String(text)) => return Some(text),
            Some(_) => self.add(path, "is no text", format!("Write {what}, in quotes if need be")),
        }
        None
    }

    pub fn list<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        at: &str,
        key: &str,
    ) -> Option<Vec<(String, &'a Value)>> {
        let path = if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
        match object.get(key) {
            Some(Value::Array(items)) => {
                let numbered = items.iter().enumerate();
                return Some(numbered.map(|(n, item)| (format!("{path}[{n}]"), item)).collect());
            }
            None => self.missing(&path, "a list (it may be empty: `[]`)"),
            Some(_) => self.add(path, "is no list", "Write a list (it may be empty: `[]`)"),
        }
        None
    }

    pub fn object<'a>(
        &mut self,
        value: &'a Value,
        at: &str,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(object) = value.as_object() else {
            let keys = known.join(", ");
            self.add(at, "is no mapping", format!("Write the keys {keys} under it"));
            return None;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let path = if at == "(file)" { key.clone() } else { format!("{at}.{key}") };
            let mend = format!("Known here: {}. Mend the spelling or remove it", known.join(", "));
            self.add(path, "is an unknown key", mend);
        }
        Some(object)
    }
}

/// Control characters, line ends, and what turns the direction of the text around.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}')
}
