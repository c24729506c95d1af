//! What another owner map would change, by group, company and account.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::OwnerMap;

/// Who a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The CCoE.
    Group,
    /// A company, by its id.
    Company(String),
    /// An account, by its id, wherever it stands.
    Account(String),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new, with this name.
    Added(About, String),
    /// It is no longer there; it had this name.
    Removed(About, String),
    /// A value of it changes; an empty text: there is none.
    Changed {
        /// Who.
        about: About,
        /// Which value, such as `channel.id`.
        key: String,
        /// What it was.
        from: String,
        /// What it becomes.
        to: String,
    },
}

/// Everything that differs, in the order group, companies, accounts.
pub fn diff(old: &OwnerMap, new: &OwnerMap) -> Vec<Change> {
    let (old, new) = (described(old), described(new));
    let mut changes = Vec::new();
    let name = |values: &BTreeMap<String, String>| values.get("name").cloned().unwrap_or_default();
    for (about, before) in &old {
        match new.get(about) {
            None => changes.push(Change::Removed(about.clone(), name(before))),
            Some(after) => values(about, before, after, &mut changes),
        }
    }
    let added = new.iter().filter(|(about, _)| !old.contains_key(about));
    changes.extend(added.map(|(about, after)| Change::Added(about.clone(), name(after))));
    changes.sort_by(|one, two| about(one).cmp(about(two)));
    changes
}

const fn about(change: &Change) -> &About {
    match change {
        Change::Added(about, _) | Change::Removed(about, _) | Change::Changed { about, .. } => {
            about
        }
    }
}

fn values(
    about: &About,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    changes: &mut Vec<Change>,
) {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let value = |of: &BTreeMap<String, String>| of.get(key).cloned().unwrap_or_default();
        let (from, to) = (value(before), value(after));
        if from != to {
            changes.push(Change::Changed { about: about.clone(), key: key.clone(), from, to });
        }
    }
}

/// Each with its values by path. An account's company is one of them, so that one that moves is
/// not taken for one that goes and another that comes.
fn described(map: &OwnerMap) -> BTreeMap<About, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    all.insert(About::Group, leaves(&map.ccoe));
    for company in map.companies() {
        let mut values = leaves(company);
        values.retain(|key, _| key != "accounts" && !key.starts_with("accounts."));
        all.insert(About::Company(company.id.to_string()), values);
        for account in &company.accounts {
            let mut values = leaves(account);
            values.insert("company".to_owned(), company.id.to_string());
            all.insert(About::Account(account.id.to_string()), values);
        }
    }
    all
}

fn leaves(of: &impl serde::Serialize) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(String::new(), &serde_json::to_value(of).unwrap_or_default(), &mut found);
    found
}

fn collect(at: String, value: &Value, found: &mut BTreeMap<String, String>) {
    let under = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match value {
        Value::Object(object) if object.is_empty() && !at.is_empty() => {
            found.insert(at, "{}".to_owned());
        }
        Value::Object(object) => {
            for (key, value) in object {
                collect(under(key), value, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            // The order of routes counts, whatever they say.
            let routes: Option<Vec<&str>> = items.iter().map(route).collect();
            if let Some(routes) = routes {
                found.insert(at.clone(), routes.join(", "));
            }
            for (number, item) in items.iter().enumerate() {
                let name = named(item).unwrap_or_else(|| format!("[{number}]"));
                // Who stands there twice is told apart by the place.
                let twice = items[..number].iter().any(|one| named(one) == named(item));
                let key = if twice { format!("{name}[{number}]") } else { name };
                collect(under(&key), item, found);
            }
        }
        Value::Array(items) => {
            let words = items.iter().map(|one| one.as_str().unwrap_or_default());
            found.insert(at, words.collect::<Vec<_>>().join(", "));
        }
        Value::String(text) => {
            found.insert(at, text.clone());
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => {
            found.insert(at, value.to_string());
        }
    }
}

/// Items of a list are told apart by who or what they are, not by their places.
fn named(item: &Value) -> Option<String> {
    let text = |key| item.get(key).and_then(Value::as_str);
    if let Some(name) = route(item) {
        return Some(name.to_owned());
    }
    match (text("team"), text("user"), text("key"), text("value")) {
        (Some(team), Some(user), ..) => Some(format!("{team}/{user}")),
        (_, _, Some(key), Some(value)) => Some(format!("{key}={value}")),
        _ => None,
    }
}

/// The name of a route.
fn route(item: &Value) -> Option<&str> {
    item.get("match").and_then(|_| item.get("name")).and_then(Value::as_str)
}
