//! The policy for problems of an account of which nothing but the severity is known.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::domain::{
    AccountId, Approver, Decided, Effective, Facts, Mode, OwnerMap, Severity, Wait,
};

/// One value a line, with the floor and rule it comes from; by severity where it differs.
pub(super) fn policy(map: &OwnerMap, id: &AccountId, tags: &BTreeMap<String, String>) -> String {
    let severities: Vec<Severity> = Severity::ALL.into_iter().rev().collect();
    let of = |severity: &Severity| {
        let facts = Facts::of_account(id, *severity, tags);
        lines(&map.policy(&facts))
    };
    let all: Vec<Vec<(&str, String)>> = severities.iter().map(of).collect();
    let mut text = String::new();
    let count = all.first().map_or(0, Vec::len);
    for at in 0..count {
        let mut groups: Vec<(&str, &str, Vec<String>)> = Vec::new();
        for (lines, severity) in all.iter().zip(&severities) {
            let (key, value) = &lines[at];
            let word = severity.as_str().to_lowercase();
            match groups.last_mut() {
                Some((_, same, words)) if same == value => words.push(word),
                _ => groups.push((key, value, vec![word])),
            }
        }
        let one = groups.len() == 1;
        for (key, value, words) in groups {
            let only = if one { String::new() } else { format!(" ({})", words.join(", ")) };
            // Writing to a text can't fail.
            let _ = writeln!(text, "  {:<10} {key}{only}: {value}", "policy");
        }
    }
    text
}

fn lines(policy: &Effective<'_>) -> Vec<(&'static str, String)> {
    let yes = |value: &bool| if *value { "yes" } else { "no" }.to_owned();
    let wait = |value: &Option<Wait>| value.map_or_else(|| "never".to_owned(), |w| w.to_string());
    let list = |words: Vec<&str>| {
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    let by = policy
        .ccoe_by
        .map_or_else(String::new, |by| format!("; {by} after being told at the latest"));
    vec![
        ("told from", from(&policy.notify, |one| one.as_str().to_lowercase())),
        ("waits for business hours", from(&policy.delay_outside_hours, yes)),
        ("company lead after", from(&policy.company_lead_after, wait)),
        ("ccoe after", from(&policy.ccoe_after, wait) + &by),
        ("exceptions allowed", from(&policy.exception_allowed, yes)),
        ("exception days", from(&policy.exception_max_days, u16::to_string)),
        (
            "exception approvers",
            from(&policy.exception_approvers, |all| {
                list(all.iter().map(|one: &Approver| one.as_str()).collect())
            }),
        ),
        (
            "remediation modes",
            from(&policy.modes, |all| list(all.iter().map(|one: &Mode| one.as_str()).collect())),
        ),
        ("remediation", from(&policy.mode, |one| one.as_str().to_owned())),
        ("runbooks", from(&policy.runbooks, |all| list(all.iter().copied().collect()))),
    ]
}

fn from<T>(decided: &Decided<'_, T>, say: impl Fn(&T) -> String) -> String {
    format!("{}  from {}", say(&decided.value), rule(decided))
}

/// The floor and the rule that decided.
pub(in crate::cli) fn rule<T>(decided: &Decided<'_, T>) -> String {
    match decided.rule {
        Some(name) => format!("{} rule {name}", decided.floor.short()),
        None => "what is built in".to_owned(),
    }
}
