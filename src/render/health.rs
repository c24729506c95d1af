//! What a morning's look at the owner map found, for the CCoE.

use super::calendar::Calendar;
use super::pages::{Page, Reader, lines};
use super::pen::{Pen, rich, said, text};
use super::view;
use super::words::Words;
use crate::domain::{Card, ChannelTrouble, Color, Gap, MapHealth, Message};

/// Gaps that are shown; the rest is counted.
const SHOWN: usize = 25;
/// UTF-16 units of a name and of a reason.
const NAME: usize = 100;
const REASON: usize = 200;

/// The card of the morning.
pub fn health_card(words: &Words, health: &MapHealth, card: &Card) -> Message {
    let receiver = &card.receiver;
    let pen = Pen { words, lang: receiver.lang };
    let calendar = Calendar::new(words, receiver.lang, &receiver.time_zone, &[health.at]);
    let mut blocks = vec![pen.paragraph("health.intro", &())];
    for gap in health.gaps.iter().take(SHOWN) {
        blocks.push(rich(vec![said(format!("• {}", sentence(pen, &calendar, gap)))]));
    }
    let counted = |count: usize| view::Count { count: u64::try_from(count).unwrap_or(u64::MAX) };
    let more = health.total().saturating_sub(health.gaps.len().min(SHOWN));
    if more > 0 {
        blocks.push(pen.paragraph("health.more", &counted(more)));
    }
    if health.unasked > 0 {
        blocks.push(pen.paragraph("health.unasked", &counted(health.unasked)));
    }
    let times = view::Looked {
        at: calendar.stamp(health.at),
        zone: calendar.zone(),
        revision: health.map_revision,
    };
    blocks.push(pen.small("health.times", &times));
    let head = view::HealthHead { count: health.total(), day: calendar.day(health.day) };
    let color = if health.gaps.is_empty() { Color("#2e7d32") } else { Color("#ef6c00") };
    Message { text: pen.mrkdwn("health.head", &head), color, blocks }
}

/// What is wrong with the map, for one person.
pub fn gaps(words: &Words, reader: &Reader, gaps: &[Gap]) -> Page {
    let pen = Pen { words, lang: reader.lang };
    let calendar = Calendar::new(words, reader.lang, &reader.time_zone, &[]);
    let line = |gap: &Gap| format!("• {}\n", sentence(pen, &calendar, gap));
    let head = view::Count { count: u64::try_from(gaps.len()).unwrap_or(u64::MAX) };
    let blocks = if gaps.is_empty() {
        vec![pen.paragraph("desk.gaps.none", &())]
    } else {
        lines(&gaps.iter().map(line).collect::<String>())
    };
    Page { line: format!(":world_map: {}", pen.mrkdwn("desk.gaps.head", &head)), blocks }
}

fn sentence(pen: Pen<'_>, calendar: &Calendar<'_>, gap: &Gap) -> String {
    let mut view = view::Gap::default();
    let short = |of: &str| Some(text(of, NAME));
    let key = match gap {
        Gap::Unmapped { account, name, open } => {
            view.account = short(account.as_str());
            view.name = name.as_deref().and_then(short);
            view.count = Some(*open);
            "health.gap.unmapped"
        }
        Gap::Channel { lane, name, trouble } => {
            let named = name.as_ref().map(|name| format!("#{name} ({lane})"));
            view.channel = short(&named.unwrap_or_else(|| lane.to_string()));
            match trouble {
                ChannelTrouble::Missing => "health.gap.channel_missing",
                ChannelTrouble::NotIn => "health.gap.channel_not_in",
                ChannelTrouble::Archived => "health.gap.channel_archived",
            }
        }
        Gap::PersonGone { name, company, who: _ } => {
            view.name = short(name);
            view.company = company.as_deref().and_then(short);
            "health.gap.person_gone"
        }
        Gap::SharedChannel { channel, companies } => {
            view.channel = short(channel);
            let names: Vec<&str> = companies.iter().map(String::as_str).collect();
            view.company = Some(pen.list(&names, 5, NAME));
            "health.gap.shared_channel"
        }
        Gap::TooFewApprovers { company, live } => {
            (view.company, view.count) = (short(company), Some(*live));
            "health.gap.too_few_approvers"
        }
        Gap::NoSecurityLead { company } => {
            view.company = short(company);
            "health.gap.no_security_lead"
        }
        Gap::PartnerOver { company, name, until } => {
            (view.company, view.name) = (short(company), short(name));
            view.until = Some(calendar.day(*until));
            "health.gap.partner_over"
        }
        Gap::PartnerEndsSoon { company, name, until } => {
            (view.company, view.name) = (short(company), short(name));
            view.until = Some(calendar.day(*until));
            "health.gap.partner_ends_soon"
        }
        Gap::SponsorDecidesNothing { company, name } => {
            (view.company, view.name) = (short(company), short(name));
            "health.gap.sponsor"
        }
        Gap::HolidaysEnd { until } => {
            view.until = Some(calendar.day(*until));
            "health.gap.holidays_end"
        }
        Gap::InBaseline { account, reason, until } => {
            view.account = short(account.as_str());
            view.reason = Some(text(reason, REASON));
            view.until = until.map(|day| calendar.day(day));
            if until.is_some() { "health.gap.in_baseline_until" } else { "health.gap.in_baseline" }
        }
        Gap::UnusedOu { company, ou } => {
            (view.company, view.name) = (short(company), short(ou));
            "health.gap.unused_ou"
        }
        Gap::RouteWithoutAccount { company, route, account } => {
            (view.company, view.name) = (short(company), short(route));
            view.account = short(account);
            "health.gap.route"
        }
    };
    pen.literal(key, &view)
}
