//! A "yes" or a "no" in one sentence.

use serde_json::{Value, json};

use super::{Page, Reader, pen};
use crate::{
    domain::{AccountId, COMMAND, Depth, Lang, Refusal, Role},
    render::{
        Words,
        pen::{markup, text},
    },
};

/// UTF-16 units of a name.
const NAME: usize = 80;
/// Of a word that somebody wrote.
const WORD: usize = 60;

/// Something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The asker takes care of a problem.
    Acknowledged,
    /// Somebody works on it.
    Assigned(String),
    /// Nobody in particular does.
    Unassigned,
    /// A company answers for an account.
    Owner {
        /// The account.
        account: AccountId,
        /// The company's name.
        company: String,
    },
    /// The asker is answered so.
    Lang(Option<Lang>),
    /// The asker is told so much.
    Depth(Option<Depth>),
    /// The App Home is new.
    Home,
}

/// Says that it was done.
pub fn done(words: &Words, reader: &Reader, done: &Done) -> Page {
    let pen = pen(words, reader);
    let (key, view) = match done {
        Done::Acknowledged => ("desk.done.ack", json!({})),
        Done::Assigned(name) => ("desk.done.assign", json!({ "name": markup(name, NAME) })),
        Done::Unassigned => ("desk.done.unassign", json!({})),
        Done::Owner { account, company } => (
            "desk.done.owner",
            json!({ "account": markup(account.as_str(), NAME), "company": markup(company, NAME) }),
        ),
        Done::Lang(Some(_)) => ("desk.done.lang", json!({})),
        Done::Lang(None) => ("desk.done.lang_auto", json!({})),
        Done::Depth(Some(Depth::Plain)) => ("desk.done.depth.plain", json!({})),
        Done::Depth(Some(Depth::Detailed)) => ("desk.done.depth.detailed", json!({})),
        Done::Depth(None) => ("desk.done.depth_auto", json!({})),
        Done::Home => ("desk.done.home", json!({})),
    };
    Page { line: format!(":white_check_mark: {}", pen.mrkdwn(key, &view)), blocks: vec![] }
}

/// Says why not.
pub fn refusal(words: &Words, reader: &Reader, refusal: &Refusal) -> Page {
    let (key, view) = sentence(words, reader, refusal, markup);
    let line = pen(words, reader).mrkdwn(&key, &view);
    Page { line: format!(":no_entry_sign: {line}"), blocks: vec![] }
}

/// Says why not, beside a field of a form.
pub fn refusal_text(words: &Words, reader: &Reader, refusal: &Refusal) -> String {
    let (key, view) = sentence(words, reader, refusal, text);
    pen(words, reader).literal(&key, &view)
}

/// The sentence's key and what it asks for; `cut` is the context's way to cut a text of others.
fn sentence(
    words: &Words,
    reader: &Reader,
    refusal: &Refusal,
    cut: fn(&str, usize) -> String,
) -> (String, Value) {
    let view = match refusal {
        Refusal::Lacks(roles) => json!({ "roles": self::roles(words, reader, roles.iter()) }),
        Refusal::Taken { by } => json!({ "by": cut(by, NAME) }),
        Refusal::CantCare { name } => json!({ "name": cut(name, NAME) }),
        Refusal::NoAccount(account) => json!({ "account": cut(account.as_str(), WORD) }),
        Refusal::NoCompany(company) => json!({ "company": cut(company.as_str(), WORD) }),
        Refusal::Owned { company } => json!({ "company": cut(company, NAME) }),
        Refusal::Unclear(word) => json!({ "word": cut(word, WORD), "command": COMMAND }),
        Refusal::Incomplete(verb) => json!({ "example": example(verb) }),
        Refusal::Stranger
        | Refusal::NotYours
        | Refusal::Over
        | Refusal::NoAlert
        | Refusal::Resolved
        | Refusal::NotThere
        | Refusal::Earlier
        | Refusal::Unavailable
        | Refusal::Busy => json!({}),
    };
    (format!("refusal.{}", refusal.as_str()), view)
}

/// What a command looks like when it is whole.
fn example(verb: &str) -> String {
    let rest = match verb {
        "lang" => "en",
        "depth" => "plain",
        "owner" => "show 111122223333",
        _ => "a-0123456789abcdef0123456789abcdef",
    };
    format!("{COMMAND} {verb} {rest}")
}

/// Roles by their names, for a sentence.
pub(super) fn roles<'a>(
    words: &Words,
    reader: &Reader,
    roles: impl Iterator<Item = &'a Role>,
) -> String {
    let pen = pen(words, reader);
    let names: Vec<String> =
        roles.map(|role| pen.word(&format!("role.{}", role.as_str()))).collect();
    text(&names.join(&pen.word("words.list.separator")), 400)
}
