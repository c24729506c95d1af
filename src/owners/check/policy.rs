//! What a rule of the policy may say, and that a company's weakens nothing.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{Found, route::Own};
use crate::domain::{Approver, Mode, Rule, Severity, Wait, Weakening, weakenings};

const KEYS: [&str; 7] =
    ["name", "match", "notify", "exception", "remediation", "escalate", "delay_outside_hours"];
/// The longest an exception may last.
const MOST_DAYS: u64 = 365;

impl Found {
    /// The policy under `at`: its rules, if there is nothing wrong with any of them.
    pub fn policy(&mut self, object: &Map<String, Value>, at: &str) -> Option<Vec<Rule>> {
        let given = object.get("policy").filter(|value| !value.is_null());
        let Some(value) = given else { return Some(vec![]) };
        let before = self.problems.len();
        let mut names = HashMap::new();
        let own = Own::of(object);
        for (at, rule) in self.list(object, at, "policy").into_iter().flatten() {
            let Some(rule) = self.object(rule, &at, &KEYS) else { continue };
            self.route_name(rule, &at, &mut names);
            for (at, matcher) in self.list(rule, &at, "match").into_iter().flatten() {
                self.matcher(matcher, &at, own.as_ref());
            }
            let says = KEYS[2..].iter().any(|key| rule.get(*key).is_some_and(|v| !v.is_null()));
            if !says {
                let mend = format!("Write one of {}", KEYS[2..].join(", "));
                self.add(&at, "says nothing", mend);
            }
            self.values(rule, &at);
        }
        if self.problems.len() > before {
            return None;
        }
        serde_json::from_value(value.clone()).ok()
    }

    /// Names what a company's policy would weaken.
    pub fn weakened(&mut self, first: &[Rule], second: &[Rule], at: &str) {
        for one in weakenings(first, second) {
            let Weakening { rule, key, says, floor_says, against } = one;
            let whose = against.map_or_else(
                || "what counts where 1F says nothing".to_owned(),
                |name| format!("rule `{name}` of the group (1F)"),
            );
            let what = format!("weakens {whose}: it says {says}, the group {floor_says}");
            let mend = "A company may only tighten: write what is at least as strict, or a \
                        condition that leaves those problems out";
            self.add(format!("{at}.policy[{rule}].{key}"), what, mend);
        }
    }

    fn values(&mut self, rule: &Map<String, Value>, at: &str) {
        let given = |key| rule.get(key).filter(|value: &&Value| !value.is_null());
        if given("notify").is_some() {
            let words = Severity::ALL.map(|one| one.as_str().to_lowercase());
            self.one_of(rule, at, "notify", &words.each_ref().map(String::as_str));
        }
        if let Some(value) = given("exception") {
            self.exception(value, &format!("{at}.exception"));
        }
        if let Some(value) = given("remediation") {
            self.remediation(value, &format!("{at}.remediation"));
        }
        if let Some(value) = given("escalate") {
            let at = format!("{at}.escalate");
            let keys = ["company_lead_after", "ccoe_after"];
            if let Some(escalate) = self.object(value, &at, &keys) {
                for key in keys {
                    self.wait(escalate, &at, key);
                }
            }
        }
        self.yes_or_no(rule, at, "delay_outside_hours");
    }

    fn exception(&mut self, value: &Value, at: &str) {
        let keys = ["allowed", "max_days", "approvers"];
        let Some(exception) = self.object(value, at, &keys) else { return };
        self.yes_or_no(exception, at, "allowed");
        let days = exception.get("max_days").filter(|value| !value.is_null());
        if days.is_some_and(|days| !days.as_u64().is_some_and(|n| (1..=MOST_DAYS).contains(&n))) {
            let mend = format!("Write a number from 1 to {MOST_DAYS}");
            self.add(format!("{at}.max_days"), "is no number of days", mend);
        }
        self.words(exception, at, "approvers", &Approver::ALL.map(Approver::as_str));
    }

    fn remediation(&mut self, value: &Value, at: &str) {
        let keys = ["modes", "default", "runbooks"];
        let Some(remediation) = self.object(value, at, &keys) else { return };
        let words = Mode::ALL.map(Mode::as_str);
        self.words(remediation, at, "modes", &words);
        let given = |key| remediation.get(key).filter(|value: &&Value| !value.is_null());
        if given("default").is_some() {
            self.one_of(remediation, at, "default", &words);
        }
        if let (Some(Value::Array(modes)), Some(default)) = (given("modes"), given("default"))
            && !modes.contains(default)
            && default.as_str() != Some(Mode::Notify.as_str())
        {
            let mend = "Choose one of `modes`, or add it there";
            self.add(format!("{at}.default"), "is none of its `modes`", mend);
        }
        if given("runbooks").is_some() {
            for (at, runbook) in self.list(remediation, at, "runbooks").into_iter().flatten() {
                if runbook.as_str().is_none_or(|name| name.trim().is_empty()) {
                    self.add(at, "is no name of a runbook", "Write its name as a text");
                }
            }
        }
    }

    /// A list of known words, if it is there.
    pub fn words(&mut self, object: &Map<String, Value>, at: &str, key: &str, known: &[&str]) {
        if object.get(key).is_none_or(Value::is_null) {
            return;
        }
        for (at, value) in self.list(object, at, key).into_iter().flatten() {
            if !value.as_str().is_some_and(|word| known.contains(&word)) {
                self.add(at, "is unknown", format!("Use {}", known.join(", ")));
            }
        }
    }

    fn wait(&mut self, object: &Map<String, Value>, at: &str, key: &str) {
        let Some(value) = object.get(key).filter(|value| !value.is_null()) else { return };
        if value.as_str().and_then(Wait::parse).is_none() {
            let mend = "Write minutes, hours or days in quotes: \"30m\", \"4h\", \"2d\"";
            self.add(format!("{at}.{key}"), "is no length of time", mend);
        }
    }

    fn yes_or_no(&mut self, object: &Map<String, Value>, at: &str, key: &str) {
        let value = object.get(key).filter(|value| !value.is_null());
        if value.is_some_and(|value| !value.is_boolean()) {
            self.add(format!("{at}.{key}"), "is no yes or no", "Write `true` or `false`");
        }
    }
}
