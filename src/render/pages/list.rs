//! Open problems in a list.

use serde_json::json;

use super::{Page, Reader, beside, calendar, pen};
use crate::{
    domain::{Block, Brief, Button, Element, Text, Told},
    render::{
        Words,
        calendar::Calendar,
        pen::{Pen, text},
    },
};

/// UTF-16 units of a name or a title in a list.
const NAME: usize = 60;
const TITLE: usize = 110;

/// What a list says of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The problem.
    pub brief: Brief,
    /// What the account is called.
    pub account: String,
}

/// A page of the list: these, of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// How many come before.
    pub skip: usize,
    /// How many there are in all.
    pub total: usize,
    /// There are more than were counted.
    pub more: bool,
}

/// Problems to a page.
pub const PAGE: usize = 10;

/// The open problems of the reader's accounts.
pub fn list(words: &Words, reader: &Reader, shown: &[Listed], slice: Slice) -> Page {
    let pen = pen(words, reader);
    let head = json!({ "count": slice.total, "more": slice.more });
    let line = format!(":clipboard: {}", pen.mrkdwn("desk.list.head", &head));
    if shown.is_empty() {
        return Page { line, blocks: vec![pen.paragraph("desk.list.none", &())] };
    }
    let times: Vec<_> = shown.iter().map(|one| one.brief.first_seen).collect();
    let calendar = calendar(words, reader, &times);
    let mut blocks: Vec<Block> = shown.iter().map(|one| row(pen, &calendar, one)).collect();
    let last = slice.skip + shown.len();
    blocks.push(pen.small("desk.list.page", &json!({ "first": slice.skip + 1, "last": last })));
    let step = |key: &str, at: usize| {
        let text = pen.plain(key, &());
        Element::Button(Button::ask(format!("list_{at}"), text, at.to_string()))
    };
    let mut steps = Vec::new();
    if slice.skip > 0 {
        steps.push(step("desk.list.previous", slice.skip.saturating_sub(PAGE)));
    }
    if last < slice.total {
        steps.push(step("desk.list.next", last));
    }
    if !steps.is_empty() {
        blocks.push(Block::Actions { elements: steps });
    }
    Page { line, blocks }
}

/// A problem with a button that shows it.
pub(super) fn row(pen: Pen<'_>, calendar: &Calendar<'_>, one: &Listed) -> Block {
    let brief = &one.brief;
    let state = match (&brief.assignee, &brief.acknowledged, brief.told) {
        (Some(name), _, _) => {
            pen.literal("desk.list.state.assigned", &json!({ "name": text(name, NAME) }))
        }
        (None, Some(name), _) => {
            pen.literal("desk.list.state.ack", &json!({ "name": text(name, NAME) }))
        }
        (None, None, Told::Yes) => pen.word("desk.list.state.open"),
        (None, None, Told::HeldBaseline | Told::BelowNotify) => pen.word("desk.list.state.untold"),
    };
    let title = if brief.title.trim().is_empty() { &brief.control } else { &brief.title };
    let line = json!({
        "severity": pen.severity(brief.severity),
        "account": text(&one.account, NAME),
        "title": text(title, TITLE),
        "control": text(&brief.control, NAME),
        "resource": text(&brief.resource, TITLE),
        "since": calendar.stamp(brief.first_seen),
        "state": state,
    });
    // Our own line break between texts that were cut to one line each.
    let words = Text::Plain(pen.literal("desk.list.line", &line));
    let open = pen.plain("desk.list.open", &());
    // Unique on the page, whatever the chat service makes of ids that are not.
    let action = format!("show_{}", brief.alert);
    beside(words, Element::Button(Button::ask(action, open, brief.alert.to_string())))
}
