//! What is on record of a problem: what was read, and why it is told where it is.

use serde_json::json;

use super::{ID, Page, TEXT};
use jiff::Timestamp;

use crate::domain::{Alert, Lane, MemberState, Told};
use crate::render::{calendar::Calendar, escape::visible, pen::text};

/// Whether a problem's card stands in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Posted,
    /// It is to be posted then: people are there again.
    Until(Timestamp),
    /// It waits to be posted.
    Queued,
}

/// What the map and the store say of channels.
pub trait Places {
    /// What people call it.
    fn name(&self, lane: &Lane) -> String;
    /// Whether the problem's card stands there.
    fn standing(&self, lane: &Lane) -> Standing;
}

/// Identities of a problem that are listed.
const IDENTITIES: usize = 5;

impl Page<'_> {
    /// What its sources said.
    pub fn heard(&mut self, alert: &Alert) {
        self.section("explain.section.read");
        let id = |id: &str| json!({"value": visible(id, ID)});
        let mut members: Vec<_> = alert.members.iter().collect();
        members.sort_by_key(|(_, member)| member.state != MemberState::Open);
        if let Some((_, member)) = members.first() {
            let source = json!({
                "source": member.source.as_str(),
                "product": text(&member.product, TEXT),
                "sample": alert.is_sample(),
            });
            self.line("explain.read.source", &source);
        }
        self.line("explain.read.title", &json!({"value": text(&alert.title, TEXT)}));
        self.line("explain.read.account", &id(alert.key.account.as_str()));
        self.line("explain.read.region", &id(alert.key.region.as_str()));
        self.line("explain.read.control", &id(&alert.key.control));
        let resource = &alert.resource;
        let (kind, resource) = (text(&resource.kind, TEXT), visible(&resource.id, ID));
        self.line("explain.read.resource", &json!({"kind": kind, "id": resource}));
        for (key, value) in &alert.tags {
            let tag = json!({"key": text(key, TEXT), "value": text(value, TEXT)});
            self.line("explain.read.tag", &tag);
        }
        let severity = self.pen.severity(alert.severity);
        self.line("explain.read.severity", &json!({"value": severity}));
        for (identity, _) in members.iter().take(IDENTITIES) {
            self.line("explain.read.identity", &id(identity.as_str()));
        }
        self.line("explain.read.alert", &id(alert.id.as_str()));
    }

    /// What became of it.
    pub fn recorded(&mut self, zone: &str, alert: &Alert, places: &dyn Places) {
        self.section("explain.section.recorded");
        let calendar = Calendar::new(self.pen.words, self.pen.lang, zone, &[]);
        if !alert.is_open() {
            self.line("desk.why_not.resolved", &());
        }
        match alert.told {
            Told::Yes => self.line("desk.why.told", &()),
            Told::HeldBaseline => self.line("desk.why_not.baseline", &()),
            Told::BelowNotify => self.line("desk.why_not.below", &()),
        }
        for receiver in alert.receivers.iter().filter(|_| alert.told == Told::Yes) {
            let channel = text(&places.name(&receiver.lane), TEXT);
            let channel = match &receiver.stands_in_for {
                None => channel,
                Some(other) => {
                    let other = text(&places.name(other), TEXT);
                    let view = json!({ "channel": channel, "other": other });
                    self.pen.literal("desk.why.stands_in", &view)
                }
            };
            match places.standing(&receiver.lane) {
                Standing::Posted => self.line("desk.why.told_line", &json!({ "channel": channel })),
                Standing::Queued => self.line("desk.why.queued", &json!({ "channel": channel })),
                Standing::Until(at) => {
                    let view = json!({ "channel": channel, "at": calendar.stamp(at) });
                    self.line("desk.why.until", &view);
                }
            }
        }
        if alert.members.len() > 1 {
            self.line("desk.why.merged", &json!({ "count": alert.members.len() }));
        }
        if alert.episode > 1 {
            self.line("desk.why.episode", &json!({ "nth": alert.episode }));
        }
        if let Some(given) = &alert.acknowledged {
            let view = json!({ "at": calendar.stamp(given.at), "name": text(&given.name, TEXT) });
            self.line("desk.why.acknowledged", &view);
        }
        if let Some(assignee) = &alert.assignee {
            self.line("desk.why.assigned", &json!({ "name": text(&assignee.name, TEXT) }));
        }
    }
}
