//! What can be asked, and how the bot is.

use jiff::Timestamp;
use serde_json::json;

use super::{Page, Reader, calendar, lines, pen};
use crate::{domain::Block, render::Words};

/// What `help` says of a verb beside its words: the kind of argument.
fn argument(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "show" | "why" | "ack" => "desk.help.argument.alert",
        "why-not" => "desk.help.argument.subject",
        "owner" => "desk.help.argument.account",
        "assign" => "desk.help.argument.assign",
        "lang" => "desk.help.argument.lang",
        "depth" => "desk.help.argument.depth",
        _ => return None,
    })
}

/// What can be asked. `verbs`: the words of commands with their other names.
pub fn help(
    words: &Words,
    reader: &Reader,
    command: &str,
    verbs: impl Iterator<Item = (&'static str, &'static [&'static str])>,
) -> Page {
    let pen = pen(words, reader);
    let mut all = String::new();
    let mut line = |verb: &str, argument: Option<String>, what: &str, alias: Option<&str>| {
        let view = json!({
            "command": command, "verb": verb, "argument": argument,
            "what": pen.word(&format!("desk.help.what.{what}")), "alias": alias,
        });
        all.push_str(&pen.literal("desk.help.line", &view));
        all.push('\n');
    };
    for (verb, aliases) in verbs {
        line(verb, argument(verb).map(|key| pen.word(key)), verb, aliases.first().copied());
        if verb == "owner" {
            line("owner", Some("gaps".to_owned()), "gaps", None);
        }
    }
    let mut blocks = vec![pen.paragraph("desk.help.intro", &())];
    blocks.extend(lines(&all));
    Page { line: format!(":book: {}", pen.mrkdwn("desk.help.head", &())), blocks }
}

/// How the bot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Entries that wait.
    pub held: u64,
    /// Since when the oldest of them waits.
    pub held_since: Option<Timestamp>,
    /// Alerts that are open.
    pub open: u64,
    /// The owner map's revision.
    pub revision: u64,
    /// Its companies.
    pub companies: usize,
    /// Its accounts.
    pub accounts: usize,
}

/// How the bot is, now.
pub fn status(words: &Words, reader: &Reader, status: &Status, now: Timestamp) -> Page {
    let pen = pen(words, reader);
    let calendar = calendar(words, reader, &[]);
    let held = match status.held_since.filter(|_| status.held > 0) {
        Some(since) => pen.paragraph(
            "desk.status.held",
            &json!({ "count": status.held, "age": calendar.span(since, now) }),
        ),
        None => pen.paragraph("desk.status.quiet", &()),
    };
    let map = json!({
        "revision": status.revision, "companies": status.companies, "accounts": status.accounts,
    });
    let blocks: Vec<Block> = vec![
        held,
        pen.paragraph("desk.status.open", &json!({ "count": status.open })),
        pen.small("desk.status.map", &map),
    ];
    Page {
        line: format!(":vertical_traffic_light: {}", pen.mrkdwn("desk.status.head", &())),
        blocks,
    }
}
