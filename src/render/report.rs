//! The day's intake report for the CCoE: what could not be read, understood or delivered.

use super::calendar::Calendar;
use super::pen::{Pen, bold, code, markup, rich, said, text};
use super::view;
use super::words::Words;
use crate::domain::{Block, Card, Color, Example, IntakeReport, Message, RichElement, Trouble};

/// UTF-16 units of a kind of event (`source / detail-type`).
const KIND: usize = 120;
/// Of a parser's reason.
const REASON: usize = 300;
/// Of the id of raw bytes, an outbox entry, a day or an account.
const ID: usize = 120;

/// The report as it is now, for the card's receiver.
pub fn report_card(words: &Words, report: &IntakeReport, card: &Card) -> Message {
    let receiver = &card.receiver;
    let pen = Pen { words, lang: receiver.lang };
    let mut times = vec![report.first, report.last];
    times.extend(report.examples.iter().map(|example| example.at));
    let calendar = Calendar::new(words, receiver.lang, &receiver.time_zone, &times);
    let not_understood =
        report.not_understood.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let quiet = report.unreadable == 0 && report.undelivered == 0 && not_understood == 0;
    let mut blocks = Vec::new();
    if !quiet {
        blocks.push(pen.paragraph("report.intro", &()));
    }
    let mut counted = |key: &str, count: u64| {
        if count > 0 {
            blocks.push(pen.paragraph(key, &view::Count { count }));
        }
    };
    counted("report.unreadable", report.unreadable);
    counted("report.undelivered", report.undelivered);
    counted("report.not_understood", not_understood);
    blocks.extend(kinds(pen, report));
    blocks.extend(examples(pen, &calendar, report));
    let period = view::Period {
        first: calendar.stamp(report.first),
        last: calendar.stamp(report.last),
        zone: calendar.zone(),
    };
    blocks.push(pen.small("report.times", &period));
    Message {
        text: first_line(pen, &calendar, report, not_understood),
        color: Color("#ef6c00"),
        blocks,
    }
}

fn first_line(
    pen: Pen<'_>,
    calendar: &Calendar<'_>,
    report: &IntakeReport,
    not_understood: u64,
) -> String {
    let events = report.unreadable.saturating_add(not_understood);
    let id = report.id.as_str();
    let day = id.strip_prefix("report-").unwrap_or(id);
    let head = view::ReportHead {
        events,
        undelivered: report.undelivered,
        total: events.saturating_add(report.undelivered),
        day: day.parse().map_or_else(|_| markup(day, ID), |date| calendar.day(date)),
    };
    format!(":warning: {}", pen.mrkdwn("report.head", &head))
}

/// The kinds that could not be understood, each with its count.
fn kinds(pen: Pen<'_>, report: &IntakeReport) -> Option<Block> {
    let named = || report.not_understood.iter().filter(|(kind, _)| !kind.is_empty());
    let mut elements: Vec<RichElement> = Vec::new();
    for (kind, count) in named().take(IntakeReport::KINDS) {
        if !elements.is_empty() {
            elements.push(said("\n"));
        }
        elements.push(kind_name(pen, kind));
        let count = pen.literal("report.kind", &view::Count { count: *count });
        elements.push(said(format!(" {count}")));
    }
    let tail = report.not_understood.get("").into_iter();
    let count = tail.chain(named().skip(IntakeReport::KINDS).map(|(_, count)| count));
    let count = count.fold(0_u64, |sum, count| sum.saturating_add(*count));
    if count > 0 {
        if !elements.is_empty() {
            elements.push(said("\n"));
        }
        elements.push(said(pen.literal("report.kind_other", &view::Count { count })));
    }
    if elements.is_empty() { None } else { Some(rich(elements)) }
}

/// A kind as it is counted, or words for an event that named none.
fn kind_name(pen: Pen<'_>, kind: &str) -> RichElement {
    if kind == "? / ?" { said(pen.word("report.kind_unnamed")) } else { code(kind, KIND) }
}

/// The latest examples, newest first, so that a person can find the raw bytes.
fn examples(pen: Pen<'_>, calendar: &Calendar<'_>, report: &IntakeReport) -> Vec<Block> {
    if report.examples.is_empty() {
        return Vec::new();
    }
    let latest = report.examples.iter().rev().take(IntakeReport::EXAMPLES);
    std::iter::once(rich(vec![bold(pen.word("report.examples"))]))
        .chain(latest.map(|one| rich(example(pen, calendar, one))))
        .collect()
}

fn example(pen: Pen<'_>, calendar: &Calendar<'_>, example: &Example) -> Vec<RichElement> {
    let mut view = view::Example { at: calendar.stamp(example.at), account: None };
    let mut elements = match &example.trouble {
        Trouble::Unreadable { reason } => {
            vec![said(pen.literal("report.example.unreadable", &view)), code(reason, REASON)]
        }
        Trouble::NotUnderstood(unknown) => {
            view.account = unknown.account.as_deref().map(|account| text(account, ID));
            let of = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
            let kind = format!("{} / {}", of(&unknown.source), of(&unknown.detail_type));
            vec![said(pen.literal("report.example.not_understood", &view)), kind_name(pen, &kind)]
        }
        Trouble::Undelivered { entry, reason } => vec![
            said(pen.literal("report.example.undelivered", &view)),
            code(reason, REASON),
            said(pen.word("report.example.entry")),
            code(entry.as_str(), ID),
        ],
    };
    if let Some(id) = &example.quarantine {
        elements.push(said(pen.word("report.example.quarantine")));
        elements.push(code(id, ID));
    }
    elements
}
