//! A problem as it is, why it is told where it is, and why something is not.

use serde_json::json;

use super::{Page, Reader, lines, pen};
use crate::{
    domain::{
        AccountId, Alert, Block, Card, Effective, Lane, OwnerMap, Placement, Receiver, Resolved,
        Routed, Severity, Stage, Subject, Told,
    },
    render::{
        Links, Words, alert_card,
        explain::{self, alert::Places},
        pen::{Pen, markup, text},
    },
};

/// UTF-16 units of a name.
const NAME: usize = 80;
/// Of a reason that the map gives.
const REASON: usize = 200;

/// The problem as its card would show it to this reader.
pub fn show(words: &Words, reader: &Reader, alert: &Alert) -> Page {
    let lane = alert.receivers.first().map(|one| one.lane.clone());
    let lane = lane.unwrap_or_else(|| Lane {
        team: crate::domain::TeamId::new(""),
        channel: crate::domain::ChannelId::new(""),
    });
    let card = Card {
        subject: Subject::Alert(alert.id.clone()),
        episode: alert.episode,
        receiver: Receiver {
            lane,
            lang: reader.lang,
            depth: reader.depth,
            time_zone: reader.time_zone.clone(),
            stands_in_for: None,
        },
    };
    let links = Links { asks: true, ..Links::default() };
    let message = alert_card(words, alert, &card, &links);
    Page { line: message.text, blocks: message.blocks }
}

/// What counts by the map as it is now: where it would be told, and the policy.
pub type Counts<'a> = (&'a Routed<'a>, &'a Effective<'a>);

/// Why the problem is told where it is, and what the map says now.
pub fn why(
    words: &Words,
    reader: &Reader,
    alert: &Alert,
    counts: Counts<'_>,
    places: &dyn Places,
) -> Page {
    let pen = pen(words, reader);
    let mut blocks = vec![title(pen, alert)];
    blocks.extend(record(words, reader, alert, places));
    blocks.extend(now(words, reader, alert.severity, counts, alert.told == Told::Yes));
    let line = format!(":mag: {}", pen.mrkdwn("desk.why.head", &()));
    Page { line, blocks }
}

/// Why nothing is told.
#[derive(Debug, Clone, Copy)]
pub enum WhyNot<'a> {
    /// Of this problem.
    Alert(&'a Alert),
    /// Of this account, with its open problems and how many of them are only recorded.
    Account(&'a AccountId, usize, usize),
}

/// Why nothing is told of something.
pub fn why_not(
    words: &Words,
    reader: &Reader,
    about: WhyNot<'_>,
    map: &OwnerMap,
    counts: Counts<'_>,
) -> Page {
    let pen = pen(words, reader);
    let mut blocks = Vec::new();
    let (severity, told) = match about {
        WhyNot::Alert(alert) => {
            blocks.push(title(pen, alert));
            let key = match (alert.is_open(), alert.told) {
                (false, _) => "desk.why_not.resolved",
                (true, Told::Yes) => "desk.why_not.told",
                (true, Told::HeldBaseline) => "desk.why_not.baseline",
                (true, Told::BelowNotify) => "desk.why_not.below",
            };
            blocks.push(pen.paragraph(key, &()));
            (alert.severity, alert.told == Told::Yes)
        }
        WhyNot::Account(account, open, held) => {
            blocks.push(place(pen, map, account));
            let counts = json!({ "count": open, "held": held });
            blocks.push(pen.paragraph("desk.why_not.account_open", &counts));
            (Severity::High, true)
        }
    };
    blocks.extend(now(words, reader, severity, counts, told));
    Page { line: format!(":mag: {}", pen.mrkdwn("desk.why_not.head", &())), blocks }
}

/// Who answers for an account, and what counts for it.
pub fn owner(words: &Words, reader: &Reader, account: &AccountId, resolved: &Resolved<'_>) -> Page {
    let pen = pen(words, reader);
    let head = json!({ "account": markup(account.as_str(), NAME) });
    let mut page = explain::Page::plain(words, reader.lang);
    page.owner(resolved, Severity::High);
    let line = format!(":office: {}", pen.mrkdwn("desk.owner.head", &head));
    Page { line, blocks: lines(&page.text) }
}

fn title(pen: Pen<'_>, alert: &Alert) -> Block {
    let owner = alert.ownership.account_name.as_deref();
    let about = json!({
        "severity": pen.severity(alert.severity),
        "account": text(owner.unwrap_or(alert.key.account.as_str()), NAME),
        "title": text(if alert.title.is_empty() { &alert.key.control } else { &alert.title }, 160),
    });
    pen.paragraph("form.assign.about", &about)
}

/// What is on record of the alert.
fn record(words: &Words, reader: &Reader, alert: &Alert, places: &dyn Places) -> Vec<Block> {
    let mut page = explain::Page::plain(words, reader.lang);
    page.recorded(&reader.time_zone, alert, places);
    page.heard(alert);
    lines(&page.text)
}

/// A recorded problem, whole, as text for a terminal.
pub fn explain_alert(
    words: &Words,
    reader: &Reader,
    alert: &Alert,
    (routed, policy): Counts<'_>,
    places: &dyn Places,
) -> String {
    let mut page = explain::Page::plain(words, reader.lang);
    page.recorded(&reader.time_zone, alert, places);
    page.heard(alert);
    let now = pen(words, reader).word("desk.why.now");
    page.text.extend([now.as_str(), "\n"]);
    page.owner(&routed.resolved, alert.severity);
    page.routes(&routed.tried);
    page.told(routed, alert.severity, alert.told == Told::Yes, &[]);
    page.policy(policy, routed.resolved.placement == Placement::Unowned);
    page.text
}

/// What the map says now.
fn now(
    words: &Words,
    reader: &Reader,
    severity: Severity,
    (routed, policy): Counts<'_>,
    told: bool,
) -> Vec<Block> {
    let mut page = explain::Page::plain(words, reader.lang);
    page.owner(&routed.resolved, severity);
    page.routes(&routed.tried);
    page.told(routed, severity, told, &[]);
    page.policy(policy, routed.resolved.placement == Placement::Unowned);
    let mut blocks = vec![pen(words, reader).paragraph("desk.why.now", &())];
    blocks.extend(lines(&page.text));
    blocks
}

/// How the map stands to an account.
fn place(pen: Pen<'_>, map: &OwnerMap, account: &AccountId) -> Block {
    let id = text(account.as_str(), NAME);
    match map.place(account) {
        Placement::Unowned => {
            pen.paragraph("desk.why_not.account_unowned", &json!({ "account": id }))
        }
        Placement::Owned(_, one) => match one.stage {
            Stage::Live => pen.paragraph("desk.why_not.account_live", &json!({ "account": id })),
            Stage::Baseline => {
                let reason = one.stage_reason.as_deref().map(|reason| text(reason, REASON));
                let view = json!({ "account": id, "reason": reason });
                pen.paragraph("desk.why_not.account_baseline", &view)
            }
        },
    }
}
