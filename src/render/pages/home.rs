//! A person's App Home: what there is to decide, what is open, how to be spoken to.

use jiff::Timestamp;
use serde_json::json;

use super::{
    Reader, beside, calendar,
    list::{Listed, row},
    notes, pen,
};
use crate::{
    domain::{AccountId, Block, Button, Depth, Element, Home, Lang, Role, Severity, Text, Viewer},
    render::{
        Words,
        pen::{Pen, text},
    },
};

/// UTF-16 units of a name.
const NAME: usize = 80;
/// Accounts without owner that are shown.
const UNOWNED: usize = 5;
/// Companies that are shown: a home has 100 blocks.
const COMPANIES: usize = 40;

/// What the home shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeFacts {
    /// The person's name; `None`: it stands in no owner map.
    pub name: Option<String>,
    /// What the person is, anywhere.
    pub roles: Vec<Role>,
    /// The worst open problems of the person's accounts.
    pub open: Vec<Listed>,
    /// How many are open in all.
    pub total: usize,
    /// There are more than were counted.
    pub more: bool,
    /// How many of those are told and not acknowledged.
    pub unacknowledged: usize,
    /// For the CCoE: accounts without owner, with their open problems.
    pub unowned: Vec<(AccountId, usize)>,
    /// For the CCoE: each company's open problems.
    pub companies: Vec<CompanyCount>,
    /// The CCoE sees what is wrong with the map.
    pub ccoe: bool,
    /// The person's own wishes.
    pub viewer: Viewer,
}

/// A company's open problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyCount {
    /// Its name.
    pub name: String,
    /// How many of each severity, the worst first; none of zero.
    pub counts: Vec<(Severity, usize)>,
}

/// The home, now.
pub fn home(words: &Words, reader: &Reader, facts: &HomeFacts, now: Timestamp) -> Home {
    let pen = pen(words, reader);
    let mut blocks = Vec::new();
    match &facts.name {
        Some(name) => {
            let hello = pen.plain("form.home.hello", &json!({ "name": text(name, NAME) }));
            blocks.push(Block::Header { text: hello });
            let roles = notes::roles(words, reader, facts.roles.iter());
            if !facts.roles.is_empty() {
                blocks.push(pen.small("form.home.roles", &json!({ "roles": roles })));
            }
            blocks.extend(decide(pen, facts));
            blocks.extend(open(words, reader, facts));
            blocks.extend(companies(pen, facts));
        }
        None => blocks.push(pen.paragraph("form.home.hello_stranger", &())),
    }
    blocks.push(Block::Divider);
    blocks.extend(settings(pen, facts));
    let calendar = calendar(words, reader, &[now]);
    blocks.push(pen.small("form.home.as_of", &json!({ "at": calendar.stamp(now) })));
    Home { blocks }
}

fn title(pen: Pen<'_>, key: &str, view: &serde_json::Value) -> Block {
    Block::Header { text: pen.plain(key, view) }
}

fn decide(pen: Pen<'_>, facts: &HomeFacts) -> Vec<Block> {
    let mut blocks = vec![title(pen, "form.home.decide", &json!({}))];
    for (account, count) in facts.unowned.iter().take(UNOWNED) {
        let view = json!({ "account": text(account.as_str(), NAME), "count": count });
        let button = Button::ask(
            format!("assign_owner.{account}"),
            pen.plain("form.owner.title", &()),
            account.to_string(),
        );
        blocks.push(beside(pen.plain("form.home.unowned", &view), Element::Button(button)));
    }
    if facts.unacknowledged > 0 {
        let view = json!({ "count": facts.unacknowledged });
        blocks.push(pen.paragraph("form.home.unacknowledged", &view));
    }
    if blocks.len() == 1 {
        blocks.push(pen.paragraph("form.home.decide_none", &()));
    }
    blocks
}

fn open(words: &Words, reader: &Reader, facts: &HomeFacts) -> Vec<Block> {
    let pen = pen(words, reader);
    let head = json!({ "count": facts.total, "more": facts.more });
    let mut blocks = vec![title(pen, "form.home.open", &head)];
    if facts.open.is_empty() {
        blocks.push(pen.paragraph("form.home.open_none", &()));
        return blocks;
    }
    let times: Vec<Timestamp> = facts.open.iter().map(|one| one.brief.first_seen).collect();
    let calendar = calendar(words, reader, &times);
    blocks.extend(facts.open.iter().map(|one| row(pen, &calendar, one)));
    let rest = facts.total.saturating_sub(facts.open.len());
    if rest > 0 {
        let words = pen.plain("form.home.open_rest", &json!({ "count": rest }));
        let all = Button::ask("list".to_owned(), pen.plain("form.home.all", &()), "0".to_owned());
        blocks.push(beside(words, Element::Button(all)));
    }
    blocks
}

fn companies(pen: Pen<'_>, facts: &HomeFacts) -> Vec<Block> {
    if facts.companies.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![title(pen, "form.home.companies", &json!({}))];
    let lines: Vec<String> = facts.companies.iter().map(|one| company(pen, one)).collect();
    // A few companies to a block: a home has few blocks and a block much room.
    for chunk in lines.chunks(5).take(COMPANIES) {
        let paragraph = Text::Plain(chunk.join("\n"));
        blocks.push(Block::Section { text: Some(paragraph), fields: Vec::new(), accessory: None });
    }
    blocks
}

fn company(pen: Pen<'_>, one: &CompanyCount) -> String {
    let counts: Vec<String> = one
        .counts
        .iter()
        .map(|(severity, count)| {
            let view = json!({ "severity": pen.severity(*severity), "count": count });
            pen.literal("form.home.company_count", &view)
        })
        .collect();
    let counts = if counts.is_empty() {
        pen.word("form.home.company_none")
    } else {
        counts.join(&pen.word("words.list.separator"))
    };
    let view = json!({ "company": text(&one.name, NAME), "counts": counts });
    pen.literal("form.home.company_line", &view)
}

fn settings(pen: Pen<'_>, facts: &HomeFacts) -> Vec<Block> {
    let pressed = |chosen: bool, button: Button| {
        let style = chosen.then_some(crate::domain::ButtonStyle::Primary);
        Element::Button(Button { style, ..button })
    };
    let button = |action: &str, value: &str| {
        let text = pen.plain(&format!("form.home.{action}.{value}"), &());
        Button::ask(format!("{action}_{value}"), text, value.to_owned())
    };
    let lang = facts.viewer.lang;
    let mut wishes: Vec<Element> = [Some(Lang::Ja), Some(Lang::En), None]
        .into_iter()
        .map(|one| pressed(lang == one, button("lang", one.map_or("auto", Lang::as_str))))
        .collect();
    let depth = facts.viewer.depth;
    wishes.extend(
        [Depth::Plain, Depth::Detailed]
            .into_iter()
            .map(|one| pressed(depth == Some(one), button("depth", one.as_str()))),
    );
    let ask = |action: &str| {
        let text = pen.plain(&format!("form.home.{action}"), &());
        Element::Button(Button::ask(action.to_owned(), text, String::from("-")))
    };
    let mut further = vec![ask("refresh"), ask("help")];
    if facts.ccoe {
        further.push(ask("gaps"));
    }
    vec![
        title(pen, "form.home.settings", &json!({})),
        Block::Actions { elements: wishes },
        Block::Actions { elements: further },
    ]
}
