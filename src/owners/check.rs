//! What an owner map must keep to, checked on the plain tree so that every problem is found.

mod fields;
mod hours;
mod level;
mod policy;
mod route;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use self::{
    level::{Channels, Standings},
    route::AtOnce,
};
use super::Problem;
use crate::domain::{OwnerMap, Rule};

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
    let mut seen = Seen::default();
    let mut group = AtOnce::default();
    let mut first = None;
    match map.get("ccoe") {
        Some(ccoe) => (group, first) = found.ccoe(ccoe, &mut seen),
        None => found.missing("ccoe", "the CCoE with its channel"),
    }
    found.at_once("ccoe", &group, &AtOnce::default());
    for (at, company) in found.list(map, "", "companies").into_iter().flatten() {
        if let Some(company) = found.company(company, &at, &mut seen) {
            let routes = found.routes(company, &at, &mut seen);
            if routes.goes_on() {
                found.at_once(&at, &group, &routes);
            }
            let second = found.policy(company, &at);
            if let (Some(first), Some(second)) = (&first, &second) {
                found.weakened(first, second, &at);
            }
        }
    }
    found.problems
}

#[derive(Default)]
struct Seen<'a> {
    channels: Channels<'a>,
    companies: HashMap<&'a str, String>,
    accounts: HashMap<&'a str, String>,
    units: HashMap<&'a str, String>,
    standings: Standings<'a>,
}

#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    /// The group's level: it must say everything, for what nobody else says counts from here.
    fn ccoe<'a>(
        &mut self,
        value: &'a Value,
        seen: &mut Seen<'a>,
    ) -> (AtOnce<'a>, Option<Vec<Rule>>) {
        let at = "ccoe";
        let keys = ["name", "unknown_accounts", "routes", "policy"];
        let Some(ccoe) = self.level(value, at, &keys, seen) else {
            return (AtOnce::default(), None);
        };
        self.filled(ccoe, at, "name", "the name as colleagues write it");
        for (key, what) in [
            ("channel", "`team` and `id` of a Slack channel"),
            ("language", "`ja` or `en`"),
            ("depth", "`plain` or `detailed`"),
            ("time_zone", "a time zone such as `Asia/Tokyo`"),
        ] {
            if ccoe.get(key).is_none_or(Value::is_null) {
                self.missing(&format!("{at}.{key}"), what);
            }
        }
        if ccoe.contains_key("unknown_accounts") {
            self.one_of(ccoe, at, "unknown_accounts", &["live", "baseline"]);
        }
        (self.routes(ccoe, at, seen), self.policy(ccoe, at))
    }

    /// The company without its routes and its policy.
    fn company<'a>(
        &mut self,
        value: &'a Value,
        at: &str,
        seen: &mut Seen<'a>,
    ) -> Option<&'a Map<String, Value>> {
        let own = [
            "id",
            "name",
            "organizational_units",
            "ous",
            "environments",
            "routes",
            "policy",
            "accounts",
        ];
        let company = self.level(value, at, &own, seen)?;
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
        self.filled(company, at, "name", "the name as colleagues write it");
        self.units(company, at, seen);
        let ous: HashSet<&str> = self.levels(company, at, "ous", None, seen).into_iter().collect();
        self.levels(company, at, "environments", Some(&["prod", "dev"]), seen);
        for (at, account) in self.list(company, at, "accounts").into_iter().flatten() {
            self.account(account, &at, &ous, seen);
        }
        Some(company)
    }

    /// The ids of the company's organizational units in AWS.
    fn units<'a>(&mut self, company: &'a Map<String, Value>, at: &str, seen: &mut Seen<'a>) {
        if !company.contains_key("organizational_units") {
            return;
        }
        for (at, unit) in self.list(company, at, "organizational_units").into_iter().flatten() {
            let Some(id) = unit.as_str() else {
                self.add(at, "is no text", "Write the id that AWS shows, `ou-...`");
                continue;
            };
            if !is_unit(id) {
                let mend = "Copy the id from AWS Organizations: `ou-ab12-cdefghij`, small letters";
                self.add(&at, format!("`{id}` is no id of an organizational unit"), mend);
            }
            if let Some(first) = seen.units.insert(id, at.clone()) {
                let mend = "Each organizational unit belongs to one company, once";
                self.add(at, format!("`{id}` stands at {first} already"), mend);
            }
        }
    }

    /// Named levels under a company; their names.
    fn levels<'a>(
        &mut self,
        company: &'a Map<String, Value>,
        at: &str,
        key: &str,
        names: Option<&[&str]>,
        seen: &mut Seen<'a>,
    ) -> Vec<&'a str> {
        let at = format!("{at}.{key}");
        let Some(value) = company.get(key).filter(|value| !value.is_null()) else { return vec![] };
        let Some(levels) = value.as_object() else {
            self.add(at, "is no mapping", "Write the names, and under each what counts for it");
            return vec![];
        };
        for (name, value) in levels {
            let at = format!("{at}.{name}");
            if let Some(names) = names.filter(|names| !names.contains(&name.as_str())) {
                self.add(&at, "is unknown", format!("Use {}", names.join(" or ")));
            }
            self.level(value, &at, &[], seen);
        }
        levels.keys().map(String::as_str).collect()
    }

    fn account<'a>(
        &mut self,
        value: &'a Value,
        at: &str,
        ous: &HashSet<&str>,
        seen: &mut Seen<'a>,
    ) {
        let own =
            ["id", "name", "environment", "ou", "stage", "baseline_until", "stage_reason", "tags"];
        let Some(account) = self.level(value, at, &own, seen) else { return };
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
        let given = |key| account.get(key).is_some_and(|value: &Value| !value.is_null());
        if given("baseline_until") {
            self.day(account, at, "baseline_until", "the last day of baseline");
            if account.get("stage").and_then(Value::as_str) == Some("live") {
                let mend = "Remove it, or set `stage: baseline` with a stage_reason";
                self.add(format!("{at}.baseline_until"), "the account is live already", mend);
            }
        }
        if given("stage_reason") {
            self.filled(account, at, "stage_reason", "why the account is in this stage");
        } else if account.get("stage").and_then(Value::as_str) == Some("baseline") {
            self.missing(&format!("{at}.stage_reason"), "why the account is still in baseline");
        }
        if given("ou")
            && let Some(ou) = self.text(account, at, "ou", "one of the company's `ous`")
            && !ous.contains(ou)
        {
            let mend = "Write it under the company's `ous`, or mend the name";
            self.add(format!("{at}.ou"), format!("`{ou}` is none of the company's `ous`"), mend);
        }
        if given("tags") {
            for (at, tag) in self.list(account, at, "tags").into_iter().flatten() {
                if let Some(tag) = self.level(tag, &at, &["key", "value"], seen) {
                    self.filled(tag, &at, "key", "the tag's key");
                    self.text(tag, &at, "value", "the tag's value, in quotes");
                }
            }
        }
    }
}

/// Whether it has the form `ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}`.
fn is_unit(id: &str) -> bool {
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
    id.strip_prefix("ou-").and_then(|rest| rest.split_once('-')).is_some_and(|(root, own)| {
        (4..=32).contains(&root.len()) && (8..=32).contains(&own.len()) && plain(root) && plain(own)
    })
}
