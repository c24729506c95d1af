//! The routes as a tree.

use std::fmt::Write as _;

use super::super::owners::show::{named, place};
use crate::domain::{Company, Level, Matcher, OwnerMap, Route, Settings};

/// The group's routes, then each company's with its catch-all.
pub(super) fn tree(map: &OwnerMap) -> String {
    let mut text = String::new();
    // Writing to a text can't fail.
    let _ = writeln!(text, "group (1F) {}", map.ccoe.name);
    let copies = "these are tried for every account and only add channels";
    let _ = writeln!(text, "├─ routes: {copies}");
    routes(&mut text, &map.ccoe.routes);
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
        let mut what: Vec<&str> = route.matchers.iter().map(Matcher::as_str).collect();
        if what.is_empty() {
            what.push("everything");
        }
        let (what, to) = (what.join(", "), place(&route.channel));
        let _ = write!(text, "│  {branch} {}: {what} -> {to}", route.name);
        let lang = route.language.map(|lang| format!(", language {}", lang.as_str()));
        let depth = route.depth.map(|depth| format!(", depth {}", depth.as_str()));
        let _ = write!(text, "{}{}", lang.unwrap_or_default(), depth.unwrap_or_default());
        let _ = writeln!(text, "{}", if route.goes_on { ", goes on" } else { "" });
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
