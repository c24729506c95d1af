//! Bounds for the texts of others, so that stored items stay small.

use crate::domain::digest;

/// Longest title kept, in characters.
const TITLE: usize = 256;
/// Longest description kept, in characters.
const DESCRIPTION: usize = 1024;
/// Longest id kept as it is, in bytes; AWS allows 512 characters.
const ID: usize = 1024;
/// Longest address of a page kept, in bytes.
const URL: usize = 2000;

/// At most `limit` characters, the last an ellipsis where something was cut.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A title: one line.
pub(super) fn title(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(line.trim(), TITLE)
}

/// A description: may have several lines.
pub(super) fn description(text: &str) -> String {
    let keep = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let clean: String = text.chars().map(keep).collect();
    cut(clean.trim(), DESCRIPTION)
}

/// An id. One too long to store keeps its head and gets a hash, so that two never become one.
pub(super) fn id(text: &str) -> String {
    if text.len() <= ID {
        return text.to_owned();
    }
    let head: String = text.chars().take(200).collect();
    format!("{head}…{}", digest(&[text]))
}

/// An address people may follow: http or https, with a host, nothing that breaks out of a link.
pub(super) fn url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>|\"`\\".contains(c);
    (web && !host.is_empty() && text.len() <= URL && text.chars().all(clean))
        .then(|| text.to_owned())
}
