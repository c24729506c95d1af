//! The routes as a tree.

use std::fmt::Write as _;

use super::super::owners::show::{named, place};
use crate::domain::{Company, Level, Matcher, OwnerMap, Route, Rule, Settings};

/// The group's routes, then each company's with its catch-all.
pub(super) fn tree(map: &OwnerMap) -> String {
    let mut text = String::new();
    // Writing to a text can't fail.
    let _ = writeln!(text, "group (1F) {}", map.ccoe.name);
    let copies = "these are tried for every account and only add channels";
    let _ = writeln!(text, "├─ routes: {copies}");
    routes(&mut text, &map.ccoe.routes);
    let _ = writeln!(text, "├─ policy: of each value, the first rule that matches and says it");
    policy(&mut text, &map.ccoe.policy);
    let catch_all = [(Level::Group, &map.ccoe.settings)];
    levels(&mut text, "catch-all of accounts in no company", &catch_all);
    for company in map.companies() {
        of(&mut text, company);
    }
    text
}

fn of(text: &mut String, company: &Company) {
    let _ = writeln!(text, "company (2F) {} {}", company.id, company.name);
    let _ = writeln!(text, "├─ routes: the first that matches decides, unless it goes on");
    routes(text, &company.routes);
    if !company.policy.is_empty() {
        let _ = writeln!(text, "├─ policy: tightens the group's");
        policy(text, &company.policy);
    }
    let own: Vec<_> =
        company.levels().into_iter().filter(|(_, one)| one.channels().next().is_some()).collect();
    levels(text, "catch-all: the lowest level that says a channel", &own);
}

fn routes(text: &mut String, routes: &[Route]) {
    if routes.is_empty() {
        let _ = writeln!(text, "│  └─ none");
    }
    for (at, route) in routes.iter().enumerate() {
        let branch = branch(at, routes.len());
        let (what, to) = (conditions(&route.matchers), place(&route.channel));
        let _ = write!(text, "│  {branch} {}: {what} -> {to}", route.name);
        let lang = route.language.map(|lang| format!(", language {}", lang.as_str()));
        let depth = route.depth.map(|depth| format!(", depth {}", depth.as_str()));
        let _ = write!(text, "{}{}", lang.unwrap_or_default(), depth.unwrap_or_default());
        let _ = writeln!(text, "{}", if route.goes_on { ", goes on" } else { "" });
    }
}

fn conditions(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return "everything".to_owned();
    }
    matchers.iter().map(Matcher::as_str).collect::<Vec<_>>().join(", ")
}

fn policy(text: &mut String, rules: &[Rule]) {
    if rules.is_empty() {
        let _ = writeln!(text, "│  └─ none: what is built in counts");
    }
    for (at, rule) in rules.iter().enumerate() {
        let (branch, what) = (branch(at, rules.len()), conditions(&rule.matchers));
        let says = values(rule).join(", ");
        let _ = writeln!(text, "│  {branch} {}: {what} -> {says}", rule.name);
    }
}

/// What a rule says, as the file writes it.
fn values(rule: &Rule) -> Vec<String> {
    let mut said = Vec::new();
    let whole = serde_json::to_value(rule).unwrap_or_default();
    for (key, value) in whole.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("name" | "match", _) => {}
            (_, serde_json::Value::Object(parts)) => {
                said.extend(
                    parts.iter().map(|(part, value)| format!("{key}.{part} {}", plain(value))),
                );
            }
            _ => said.push(format!("{key} {}", plain(value))),
        }
    }
    said
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Object(_) => value.to_string(),
    }
}

fn levels(text: &mut String, head: &str, levels: &[(Level<'_>, &Settings)]) {
    let _ = writeln!(text, "└─ {head}");
    let mut lines = Vec::new();
    for (level, settings) in levels {
        for rule in &settings.channels {
            let words = rule.severity.iter().map(|one| one.as_str().to_lowercase());
            let words = words.collect::<Vec<_>>().join(", ");
            lines.push(format!("{}, {words} -> {}", named(*level), place(&rule.channel)));
        }
        let channel = settings.channel.as_ref();
        lines.extend(channel.map(|one| format!("{} -> {}", named(*level), place(one))));
    }
    if lines.is_empty() {
        lines.push("the group's".to_owned());
    }
    for (at, line) in lines.iter().enumerate() {
        let _ = writeln!(text, "   {} {line}", branch(at, lines.len()));
    }
}

const fn branch(at: usize, all: usize) -> &'static str {
    if at + 1 == all { "└─" } else { "├─" }
}
