//! What the policy says of a problem, and which floor and rule says it.

use jiff::Timestamp;
use serde_json::json;

use super::{Explained, Page, TEXT};
use crate::domain::{BusinessHours, Day, Decided, Effective, Floor, Holidays, Routed, Wait};
use crate::render::{calendar::Calendar, pen::text};

impl Page<'_> {
    /// What counts; `unowned`: nobody answers for the account, so there is nobody to call.
    pub fn policy(&mut self, policy: &Effective<'_>, unowned: bool) {
        self.section("explain.section.policy");
        let value = self.pen.severity(policy.notify.value);
        let rule = self.rule(&policy.notify);
        self.line("explain.policy.notify", &json!({"value": value, "rule": rule}));
        let delay = &policy.delay_outside_hours;
        let key = if delay.value { "explain.policy.delay" } else { "explain.policy.no_delay" };
        let rule = self.rule(delay);
        self.line(key, &json!({"rule": rule}));
        if unowned {
            self.line("explain.policy.unowned", &());
            return;
        }
        let lead = ("explain.policy.lead", "explain.policy.no_lead");
        self.after(&policy.company_lead_after, lead);
        match (policy.ccoe_after.value, policy.ccoe_by) {
            (Some(after), Some(by)) => {
                let (value, by) = (self.pen.length(after), self.pen.length(by));
                let rule = self.rule(&policy.ccoe_after);
                self.line(
                    "explain.policy.ccoe_by",
                    &json!({"value": value, "by": by, "rule": rule}),
                );
            }
            _ => self.after(&policy.ccoe_after, ("explain.policy.ccoe", "explain.policy.no_ccoe")),
        }
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

    /// When people are there next, in the time zone that counts.
    pub(super) fn waits(&mut self, explained: &Explained<'_>, until: Timestamp) {
        let zone = explained.routed.resolved.receiver(None).time_zone;
        let calendar = Calendar::new(self.pen.words, self.pen.lang, &zone, &[until]);
        let view = json!({
            "at": calendar.stamp(until), "zone": calendar.zone(),
            "rule": self.rule(&explained.policy.delay_outside_hours),
        });
        self.line("explain.when.until", &view);
    }

    /// That moment, in the time zone that counts.
    pub(super) fn opening(&self, routed: &Routed<'_>, until: Timestamp) -> String {
        let zone = routed.resolved.receiver(None).time_zone;
        Calendar::new(self.pen.words, self.pen.lang, &zone, &[until]).stamp(until)
    }

    /// The hours in which people are there.
    pub(super) fn hours(&self, hours: &BusinessHours) -> String {
        let day = |day: &Day| {
            let number = Day::ALL.iter().position(|one| one == day).map_or(1, |at| at + 1);
            self.pen.word(&format!("words.weekday.{number}"))
        };
        let days: Vec<String> = hours.days.iter().map(day).collect();
        let holidays = match hours.holidays {
            Holidays::Jp => Some(()),
            Holidays::None => None,
        };
        let view = json!({
            "days": days.join(&self.pen.word("words.list.separator")),
            "from": hours.from.to_string(), "to": hours.to.to_string(),
            "holidays": holidays.is_some(),
        });
        self.pen.literal("explain.hours", &view)
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
