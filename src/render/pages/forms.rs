//! Forms to fill in, and the one that stands while an answer is made.

use serde_json::json;

use super::{Page, Reader, pen};
use crate::{
    domain::{AccountId, Alert, Block, Choice, Element, Environment, Form, FormKind, Person, Text},
    render::{
        Words,
        pen::{Pen, text},
    },
};

/// UTF-16 units of a choice.
const CHOICE: usize = 75;
/// Choices that a menu takes.
const CHOICES: usize = 100;
/// UTF-16 units of a name or title.
const NAME: usize = 80;
const TITLE: usize = 160;

/// What a form offers to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picks {
    /// Values with what they are called.
    pub all: Vec<(String, String)>,
    /// The value chosen at first.
    pub first: Option<String>,
}

/// Stands until the answer is there: the right to open a form is gone after 3 s.
pub fn loading(words: &Words, reader: &Reader) -> Form {
    let line = pen(words, reader).mrkdwn("desk.page.loading", &());
    Page { line: format!(":hourglass_flowing_sand: {line}"), blocks: vec![] }
        .form(words, reader.lang)
}

/// Who works on a problem. `people`: those who may, by name.
pub fn assign_form(
    words: &Words,
    reader: &Reader,
    alert: &Alert,
    account: &str,
    people: &[(Person, String)],
) -> Form {
    let pen = pen(words, reader);
    let about = json!({
        "severity": pen.severity(alert.severity),
        "account": text(account, NAME),
        "title": text(if alert.title.is_empty() { &alert.key.control } else { &alert.title }, TITLE),
    });
    let named =
        people.iter().map(|(who, name)| (format!("{}/{}", who.team, who.user), name.clone()));
    let nobody = ("nobody".to_owned(), pen.word("form.assign.nobody"));
    let all = named.take(CHOICES - 1).chain([nobody]).collect();
    let first = alert.assignee.as_ref().map(|one| format!("{}/{}", one.who.team, one.who.user));
    let who = menu("assignee", &Picks { all, first });
    Form {
        callback: FormKind::ASSIGN.to_owned(),
        about: alert.id.to_string(),
        title: pen.plain("form.assign.title", &()),
        submit: Some(pen.plain("form.send", &())),
        close: pen.plain("form.cancel", &()),
        blocks: vec![
            pen.paragraph("form.assign.about", &about),
            input(pen, "assignee", "form.assign.who", who, None),
        ],
    }
}

/// Who answers for an account. `companies`: every company by name, and the one to suggest.
pub fn owner_form(
    words: &Words,
    reader: &Reader,
    account: &AccountId,
    companies: &Picks,
    environment: Option<Environment>,
    name: &str,
) -> Form {
    let pen = pen(words, reader);
    // A menu takes a hundred; a larger group writes the company's id.
    let (label, company) = if companies.all.len() > CHOICES {
        ("form.owner.company_id", written("company", companies.first.as_deref()))
    } else {
        ("form.owner.company", menu("company", companies))
    };
    let each = [Environment::Prod, Environment::Dev];
    let choice = |one: &Environment| choice(one.as_str(), &pen.environment(*one));
    let environments = Element::RadioButtons {
        action_id: "environment".to_owned(),
        options: each.iter().map(choice).collect(),
        initial_option: environment.as_ref().map(choice),
    };
    let hint = Some(pen.plain("form.owner.name_hint", &()));
    Form {
        callback: FormKind::OWNER.to_owned(),
        about: account.to_string(),
        title: pen.plain("form.owner.title", &()),
        submit: Some(pen.plain("form.send", &())),
        close: pen.plain("form.cancel", &()),
        blocks: vec![
            pen.paragraph("form.owner.about", &json!({ "account": text(account.as_str(), NAME) })),
            input(pen, "company", label, company, None),
            input(pen, "environment", "form.owner.environment", environments, None),
            optional(input(pen, "name", "form.owner.name", written("name", Some(name)), hint)),
        ],
    }
}

fn input(pen: Pen<'_>, id: &str, label: &str, element: Element, hint: Option<Text>) -> Block {
    let label = pen.plain(label, &());
    Block::Input { block_id: id.to_owned(), label, element, hint, optional: false }
}

fn optional(block: Block) -> Block {
    match block {
        Block::Input { block_id, label, element, hint, .. } => {
            Block::Input { block_id, label, element, hint, optional: true }
        }
        other => other,
    }
}

fn written(id: &str, initial: Option<&str>) -> Element {
    Element::PlainTextInput {
        action_id: id.to_owned(),
        initial_value: initial.filter(|text| !text.is_empty()).map(|one| text(one, NAME)),
        multiline: false,
        max_length: 80,
    }
}

fn menu(id: &str, picks: &Picks) -> Element {
    let options: Vec<Choice> = picks.all.iter().map(|(value, name)| choice(value, name)).collect();
    let first = picks.first.as_ref();
    let initial_option = options.iter().find(|one| Some(&one.value) == first).cloned();
    Element::StaticSelect { action_id: id.to_owned(), options, initial_option }
}

fn choice(value: &str, name: &str) -> Choice {
    Choice { text: Text::Plain(text(name, CHOICE)), value: value.to_owned() }
}
