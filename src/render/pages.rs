//! What is shown to one person alone: answers, forms, the App Home. In the reader's language.

mod forms;
mod help;
mod home;
mod list;
mod notes;
#[cfg(test)]
mod tests;
mod why;

use super::{
    calendar::Calendar,
    pen::{Pen, rich, said, text},
    words::Words,
};
use crate::domain::{Block, Color, Depth, Form, FormKind, Lang, Message, Text};

pub use forms::{Picks, assign_form, loading, owner_form};
pub use help::{Status, help, status};
pub use home::{CompanyCount, HomeFacts, home};
pub use list::{Listed, PAGE as LIST_PAGE, Slice, list};
pub use notes::{Done, done, refusal, refusal_text};
pub use why::{WhyNot, explain_alert, owner, show, why, why_not};

/// Who reads, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// How much.
    pub depth: Depth,
    /// IANA time zone.
    pub time_zone: String,
}

/// An answer for one person: a message, or a form that only shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// First line, in Slack's markup.
    pub line: String,
    /// What follows.
    pub blocks: Vec<Block>,
}

/// Bar of answers.
const QUIET: Color = Color("#546e7a");
/// UTF-16 units that one block of text takes, entities included.
const BLOCK: usize = 2_800;
/// Of all text of an answer: Slack refuses a message of about 13,200.
const WHOLE: usize = 10_000;

impl Page {
    /// As a private message.
    pub fn message(self) -> Message {
        Message { text: self.line, color: QUIET, blocks: self.blocks }
    }

    /// As a form with nothing to send.
    pub fn form(self, words: &Words, lang: Lang) -> Form {
        let pen = Pen { words, lang };
        let first = Block::Section {
            text: Some(Text::Mrkdwn(self.line)),
            fields: Vec::new(),
            accessory: None,
        };
        Form {
            callback: FormKind::PAGE.to_owned(),
            about: String::new(),
            title: pen.plain("desk.page.title", &()),
            submit: None,
            close: pen.plain("desk.page.close", &()),
            blocks: std::iter::once(first).chain(self.blocks).collect(),
        }
    }
}

/// Lines as literal text: nothing in them is ever parsed. What is too long for an answer is cut
/// at a line, and the cut is seen.
pub(super) fn lines(all: &str) -> Vec<Block> {
    let units = |text: &str| text.chars().map(cost).sum::<usize>();
    let (mut blocks, mut whole, mut here) = (Vec::new(), 0, 0);
    let mut elements = Vec::new();
    for line in all.lines().map(text_line).filter(|line| !line.is_empty()) {
        let cost = units(&line) + 1;
        if whole + cost > WHOLE {
            elements.push(said("…"));
            break;
        }
        if here + cost > BLOCK {
            blocks.push(rich(std::mem::take(&mut elements)));
            here = 0;
        }
        whole += cost;
        here += cost;
        if !elements.is_empty() {
            elements.push(said("\n"));
        }
        elements.push(said(line));
    }
    if !elements.is_empty() {
        blocks.push(rich(elements));
    }
    blocks
}

/// What Slack counts for a character, entities included.
const fn cost(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        _ => c.len_utf16(),
    }
}

/// A line keeps what it is indented by.
fn text_line(line: &str) -> String {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let rest = line.trim_start();
    if rest.is_empty() { String::new() } else { format!("{indent}{}", text(rest, 1_500)) }
}

/// A calendar for the reader.
fn calendar<'a>(words: &'a Words, reader: &Reader, times: &[jiff::Timestamp]) -> Calendar<'a> {
    Calendar::new(words, reader.lang, &reader.time_zone, times)
}

fn pen<'a>(words: &'a Words, reader: &Reader) -> Pen<'a> {
    Pen { words, lang: reader.lang }
}

/// A paragraph with something to press beside it.
fn beside(paragraph: Text, element: crate::domain::Element) -> Block {
    Block::Section { text: Some(paragraph), fields: Vec::new(), accessory: Some(element) }
}
