//! Writes in one language. Fragments that go into another sentence are written literally and
//! escaped once, by the sentence that takes them in.

use serde::Serialize;

use super::escape::{Context, cut, visible};
use super::words::Words;
use crate::domain::{
    Block, Card, Contact, Environment, Lang, RichElement, RichLine, RichStyle, Severity, Text, Wait,
};

/// A language and its sentences.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    /// The sentences.
    pub words: &'a Words,
    /// The language.
    pub lang: Lang,
}

impl Pen<'_> {
    /// A fragment to be taken in by another sentence, or a literal text.
    pub fn literal<V: Serialize>(&self, key: &str, view: &V) -> String {
        self.words.render(self.lang, Context::Literal, key, view)
    }

    /// A word without placeholders.
    pub fn word(&self, key: &str) -> String {
        self.literal(key, &())
    }

    /// A sentence as plain text.
    pub fn plain<V: Serialize>(&self, key: &str, view: &V) -> Text {
        Text::Plain(self.words.render(self.lang, Context::Plain, key, view))
    }

    /// A sentence in Slack's markup.
    pub fn mrkdwn<V: Serialize>(&self, key: &str, view: &V) -> String {
        self.words.render(self.lang, Context::Mrkdwn, key, view)
    }

    /// A paragraph.
    pub fn paragraph<V: Serialize>(&self, key: &str, view: &V) -> Block {
        Block::Section { text: Some(self.plain(key, view)), fields: Vec::new(), accessory: None }
    }

    /// Small print.
    pub fn small<V: Serialize>(&self, key: &str, view: &V) -> Block {
        Block::Context { elements: vec![self.plain(key, view)] }
    }

    /// The level's word.
    pub fn severity(&self, severity: Severity) -> String {
        self.word(match severity {
            Severity::Critical => "words.severity.critical",
            Severity::High => "words.severity.high",
            Severity::Medium => "words.severity.medium",
            Severity::Low => "words.severity.low",
            Severity::Informational => "words.severity.informational",
        })
    }

    /// How long something is waited for.
    pub fn length(&self, wait: Wait) -> String {
        let minutes = wait.minutes();
        let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let key = match (days, hours) {
            (0, 0) => "words.span.minutes",
            (0, _) => "words.span.hours",
            (_, _) => "words.span.days",
        };
        self.literal(key, &super::view::Length { days, hours, minutes })
    }

    /// Production or development.
    pub fn environment(&self, environment: Environment) -> String {
        self.word(match environment {
            Environment::Prod => "words.environment.prod",
            Environment::Dev => "words.environment.dev",
        })
    }

    /// Names in a row, at most `shown` of them, each cut; the rest is counted.
    pub fn list(&self, names: &[&str], shown: usize, units: usize) -> String {
        let first: Vec<String> = names.iter().take(shown).map(|n| text(n, units)).collect();
        let names_shown = first.join(&self.word("words.list.separator"));
        match names.len().saturating_sub(shown) {
            0 => names_shown,
            count => {
                let view = super::view::More { names: names_shown, count };
                self.literal("words.list.more", &view)
            }
        }
    }
}

/// A text of others for a plain or literal place.
pub(super) fn text(text: &str, units: usize) -> String {
    cut(Context::Plain, text, units)
}

/// A text of others for a place in Slack's markup.
pub(super) fn markup(text: &str, units: usize) -> String {
    cut(Context::Mrkdwn, text, units)
}

/// Literal text; the caller has cut it.
pub(super) fn said(text: impl Into<String>) -> RichElement {
    RichElement::Text { text: text.into(), style: RichStyle::default() }
}

/// Literal bold text; the caller has cut it.
pub(super) fn bold(text: impl Into<String>) -> RichElement {
    RichElement::Text { text: text.into(), style: RichStyle { bold: true, code: false } }
}

/// An id that copies exactly.
pub(super) fn code(id: &str, units: usize) -> RichElement {
    let style = RichStyle { bold: false, code: true };
    RichElement::Text { text: visible(id, units), style }
}

/// A person who is called; one of another workspace can only be named.
pub(super) fn called(contact: &Contact, card: &Card, units: usize) -> RichElement {
    if contact.team == card.receiver.lane.team {
        RichElement::User { user_id: contact.user.clone() }
    } else {
        bold(text(&contact.name, units))
    }
}

/// Literal text as one block.
pub(super) fn rich(elements: Vec<RichElement>) -> Block {
    Block::RichText { elements: vec![RichLine { elements }] }
}
