//! What the policy says of a problem, and which floor and rule says it.

use serde_json::json;

use super::{Page, TEXT};
use crate::domain::{Decided, Effective, Floor, Wait};
use crate::render::pen::text;

impl Page<'_> {
    pub fn policy(&mut self, policy: &Effective<'_>) {
        self.section("explain.section.policy");
        let value = self.pen.severity(policy.notify.value);
        let rule = self.rule(&policy.notify);
        self.line("explain.policy.notify", &json!({"value": value, "rule": rule}));
        let delay = &policy.delay_outside_hours;
        let key = if delay.value { "explain.policy.delay" } else { "explain.policy.no_delay" };
        let rule = self.rule(delay);
        self.line(key, &json!({"rule": rule}));
        let lead = ("explain.policy.lead", "explain.policy.no_lead");
        self.after(&policy.company_lead_after, lead);
        self.after(&policy.ccoe_after, ("explain.policy.ccoe", "explain.policy.no_ccoe"));
    }

    fn after(&mut self, after: &Decided<'_, Option<Wait>>, (some, none): (&str, &str)) {
        let rule = self.rule(after);
        match after.value {
            Some(wait) => {
                let value = self.pen.length(wait);
                self.line(some, &json!({"value": value, "rule": rule}));
            }
            None => self.line(none, &json!({"rule": rule})),
        }
    }

    /// The floor and the rule that decided.
    pub(super) fn rule<T>(&self, decided: &Decided<'_, T>) -> String {
        let key = match (decided.floor, decided.rule) {
            (_, None) => "explain.rule.built_in",
            (Floor::Group, Some(_)) => "explain.rule.group",
            (Floor::Company, Some(_)) => "explain.rule.company",
        };
        let name = decided.rule.map(|name| text(name, TEXT));
        self.pen.literal(key, &json!({"name": name}))
    }
}
