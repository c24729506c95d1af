//! What an owner map must keep to, checked on the plain tree so that every problem is found.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::Problem;
use crate::domain::OwnerMap;

/// Checks the whole tree.
pub fn check(root: &Value) -> Vec<Problem> {
    let mut found = Found::default();
    let Some(map) = found.object(root, "(file)", &["version", "ccoe", "companies"]) else {
        return found.problems;
    };
    let version = u64::from(OwnerMap::VERSION);
    if map.get("version").and_then(Value::as_u64) != Some(version) {
        found.add("version", format!("must be {version}"), format!("Write `version: {version}`"));
    }
    match map.get("ccoe") {
        Some(ccoe) => found.ccoe(ccoe),
        None => found.missing("ccoe", "the CCoE with its channel"),
    }
    let mut seen = Seen::default();
    if let Some(channel) = map.get("ccoe").and_then(|ccoe| ccoe.get("channel")) {
        found.one_name(channel, "ccoe.channel", &mut seen);
    }
    for (at, company) in found.list(map, "", "companies").into_iter().flatten() {
        found.company(company, &at, &mut seen);
    }
    found.problems
}

#[derive(Default)]
struct Seen<'a> {
    channels: HashMap<(&'a str, &'a str), (&'a str, String)>,
    companies: HashMap<&'a str, String>,
    accounts: HashMap<&'a str, String>,
}

const READER: [&str; 6] = ["name", "channel", "language", "depth", "time_zone", "contacts"];

#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    fn add(&mut self, key: impl Into<String>, what: impl Into<String>, mend: impl Into<String>) {
        self.problems.push(Problem { key: key.into(), what: what.into(), mend: mend.into() });
    }

    fn missing(&mut self, key: &str, what: &str) {
        self.add(key, "is missing", format!("Write {what}"));
    }

    fn ccoe(&mut self, value: &Value) {
        if let Some(ccoe) = self.object(value, "ccoe", &READER) {
            self.reader(ccoe, "ccoe");
        }
    }

    fn company<'a>(&mut self, value: &'a Value, at: &str, seen: &mut Seen<'a>) {
        let known: Vec<&str> = READER.into_iter().chain(["id", "accounts"]).collect();
        let Some(company) = self.object(value, at, &known) else { return };
        let key = format!("{at}.id");
        if let Some(id) = self.text(company, at, "id", "a short id such as `anzen`") {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if id.is_empty() || !id.chars().all(plain) {
                self.add(&key, format!("`{id}` is no id"), "Use only a-z, 0-9 and `-`");
            }
            if let Some(first) = seen.companies.insert(id, key.clone()) {
                self.add(&key, format!("`{id}` stands at {first} already"), "Give each its own id");
            }
        }
        self.reader(company, at);
        if let Some(channel) = company.get("channel") {
            self.one_name(channel, &format!("{at}.channel"), seen);
        }
        for (at, account) in self.list(company, at, "accounts").into_iter().flatten() {
            self.account(account, &at, seen);
        }
    }

    fn account<'a>(&mut self, value: &'a Value, at: &str, seen: &mut Seen<'a>) {
        let known = ["id", "name", "environment", "stage", "stage_reason", "channel"];
        let Some(account) = self.object(value, at, &known) else { return };
        let key = format!("{at}.id");
        if account.get("id").is_some_and(Value::is_number) {
            self.add(&key, "is a number", "Put the 12 digits in quotes: leading zeros get lost");
        } else if let Some(id) = self.text(account, at, "id", "the account's 12 digits in quotes") {
            if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                self.add(&key, format!("`{id}` is no account id"), "Write its 12 digits in quotes");
            }
            if let Some(first) = seen.accounts.insert(id, key.clone()) {
                let what = format!("account {id} stands at {first} already");
                self.add(&key, what, "Each account belongs to one company, once");
            }
        }
        self.filled(account, at, "name", "the account's name");
        self.one_of(account, at, "environment", &["prod", "dev"]);
        self.one_of(account, at, "stage", &["live", "baseline"]);
        let reason = account.get("stage_reason").is_some_and(|reason| !reason.is_null());
        if reason {
            self.filled(account, at, "stage_reason", "why the account is in this stage");
        } else if account.get("stage").and_then(Value::as_str) == Some("baseline") {
            self.missing(&format!("{at}.stage_reason"), "why the account is still in baseline");
        }
        if let Some(channel) = account.get("channel").filter(|channel| !channel.is_null()) {
            self.channel(channel, &format!("{at}.channel"));
            self.one_name(channel, &format!("{at}.channel"), seen);
        }
    }

    /// One channel under two names: an id copied from another company would send its findings
    /// there.
    fn one_name<'a>(&mut self, channel: &'a Value, at: &str, seen: &mut Seen<'a>) {
        let text = |key| channel.get(key).and_then(Value::as_str);
        let (Some(team), Some(id), Some(name)) = (text("team"), text("id"), text("name")) else {
            return;
        };
        let (first, place) = seen.channels.entry((team, id)).or_insert((name, at.to_owned()));
        if *first != name {
            let what = format!("`{id}` is also {place}, under the name `{first}`");
            self.add(format!("{at}.id"), what, "Copy the right id, or use the same name");
        }
    }

    /// What the CCoE and a company have in common.
    fn reader(&mut self, owner: &Map<String, Value>, at: &str) {
        self.filled(owner, at, "name", "the name as colleagues write it");
        match owner.get("channel") {
            Some(channel) => self.channel(channel, &format!("{at}.channel")),
            None => self.missing(&format!("{at}.channel"), "`team` and `id` of a Slack channel"),
        }
        self.one_of(owner, at, "language", &["ja", "en"]);
        self.one_of(owner, at, "depth", &["plain", "detailed"]);
        if let Some(zone) = self.text(owner, at, "time_zone", "a time zone such as `Asia/Tokyo`")
            && TimeZone::get(zone).is_err()
        {
            let what = format!("`{zone}` is no time zone");
            self.add(format!("{at}.time_zone"), what, "Use an IANA name such as `Asia/Tokyo`");
        }
        if owner.get("contacts").is_some_and(|contacts| !contacts.is_null()) {
            for (at, contact) in self.list(owner, at, "contacts").into_iter().flatten() {
                if let Some(contact) = self.object(contact, &at, &["name", "team", "user"]) {
                    self.filled(contact, &at, "name", "the person's name");
                    self.slack_id(contact, &at, "team", "T");
                    self.slack_id(contact, &at, "user", "UW");
                }
            }
        }
    }

    fn channel(&mut self, value: &Value, at: &str) {
        if let Some(channel) = self.object(value, at, &["team", "id", "name"]) {
            self.slack_id(channel, at, "team", "T");
            self.slack_id(channel, at, "id", "CG");
            if channel.get("name").is_some_and(|name| !name.is_null()) {
                self.filled(channel, at, "name", "the channel's name");
            }
        }
    }

    fn slack_id(&mut self, object: &Map<String, Value>, at: &str, key: &str, starts: &str) {
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

    fn one_of(&mut self, object: &Map<String, Value>, at: &str, key: &str, words: &[&str]) {
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

    fn filled(&mut self, object: &Map<String, Value>, at: &str, key: &str, what: &str) {
        if let Some(text) = self.text(object, at, key, what)
            && text.trim().is_empty()
        {
            self.add(format!("{at}.{key}"), "is empty", format!("Write {what}"));
        }
    }

    fn text<'a>(
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

    fn list<'a>(
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

    fn object<'a>(
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
