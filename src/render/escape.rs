//! Makes the text of others harmless: one set of rules for each of Slack's contexts.
//!
//! Finding titles, resource ids, tags and account names can be chosen by anybody who may create
//! a resource. None of them may mention people, fake a link, a second line or a tick.

use unicode_segmentation::UnicodeSegmentation;

/// Where a text will stand; decides how it is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Context {
    /// Slack's markup: the first line of a message, fields with a bold label.
    Mrkdwn,
    /// `plain_text` objects: nothing is parsed but emoji codes, which `emoji: false` turns off.
    Plain,
    /// `rich_text` elements: nothing is parsed at all.
    Literal,
}

impl Context {
    /// Every context; a template can be rendered into each of them.
    pub(super) const ALL: [Self; 3] = [Self::Mrkdwn, Self::Plain, Self::Literal];
}

/// Stands between two characters without width and keeps Slack from reading them as one sign.
const WORD_JOINER: char = '\u{2060}';

/// Stands for text that was cut away.
const ELLIPSIS: char = '…';

/// Stands where a source wrote nothing: Slack refuses empty texts.
const NOTHING: &str = "—";

/// A grapheme of more characters than this is no letter but an attack on the lines around it.
const CHARS_PER_GRAPHEME: usize = 8;

/// Escapes for the context. Works on any text; a text cut by [`cut`] keeps its measured size.
pub(super) fn escape(context: Context, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter_map(shown) {
        push(context, c, &mut out);
    }
    out
}

/// Cleans the text and cuts it on a grapheme border so that Slack counts at most `units` UTF-16
/// units for its escaped form. The answer is not escaped yet: an entity is never cut in two.
pub(super) fn cut(context: Context, text: &str, units: usize) -> String {
    let clean: String = text.chars().filter_map(shown).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return NOTHING.to_owned();
    }
    let (mut out, mut used, mut spare) = (String::new(), 0, 0);
    for grapheme in clean.graphemes(true) {
        for c in grapheme.chars().take(CHARS_PER_GRAPHEME) {
            out.push(c);
            used += cost(context, c);
        }
        if used > units {
            out.truncate(spare);
            out.push(ELLIPSIS);
            return out;
        }
        // The last place after which an ellipsis still fits.
        if used < units {
            spare = out.len();
        }
    }
    out
}

/// An id as literal text that copies exactly. What can't be seen is written out, since it is
/// part of the id and a person must notice it.
pub(super) fn visible(id: &str, units: usize) -> String {
    let mut out = String::new();
    for c in id.chars() {
        if hidden(c) || c.is_control() || line_break(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        // A unit is at most a byte: enough for the cut to see that there is more.
        if out.len() > units.saturating_mul(4) {
            break;
        }
    }
    cut(Context::Literal, &out, units)
}

/// What Slack counts for a character: it measures a message with `&`, `<` and `>` as entities,
/// wherever they stand.
fn cost(context: Context, c: char) -> usize {
    let mut one = String::new();
    match (context, c) {
        (Context::Plain | Context::Literal, '&' | '<' | '>') => {
            push_mrkdwn(c, &mut one);
        }
        (Context::Mrkdwn | Context::Plain | Context::Literal, _) => push(context, c, &mut one),
    }
    one.encode_utf16().count()
}

/// The character as it may be shown; `None` for one that nobody can see.
fn shown(c: char) -> Option<char> {
    if line_break(c) {
        // A second line could pass for a sentence of ours.
        Some(' ')
    } else if c.is_control() || hidden(c) {
        None
    } else {
        Some(c)
    }
}

const fn line_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that change what is read without being seen: direction overrides, zero width,
/// fillers, invisible operators and tags. (Variation selectors stay: Japanese names use them.)
const fn hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

fn push(context: Context, c: char, out: &mut String) {
    match context {
        Context::Mrkdwn => push_mrkdwn(c, out),
        Context::Plain | Context::Literal => out.push(c),
    }
}

/// Slack has no escape for its own emphasis: look-alikes stand in.
fn push_mrkdwn(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => {
            // At the start of a line it would open a quotation, entity or not.
            out.push(WORD_JOINER);
            out.push_str("&gt;");
        }
        '＞' => {
            out.push(WORD_JOINER);
            out.push(c);
        }
        '*' | '＊' => out.push('∗'),
        '_' | '＿' => out.push('ˍ'),
        '~' => out.push('∼'),
        '`' | '｀' => out.push('ˋ'),
        '@' | ':' => {
            out.push(c);
            out.push(WORD_JOINER);
        }
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests;
