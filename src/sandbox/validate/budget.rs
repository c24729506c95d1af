//! How Slack counts the characters of a whole message: after `& < >` became entities, so that
//! one raw `&` costs five.

/// Slack's own limit, which it does not publish: a message above it answers `msg_blocks_too_long`.
pub(super) const MESSAGE_CHARS: usize = 13_200;

/// Text that Slack shows as it is: every control character is escaped when stored.
pub(super) fn literal(text: &str) -> usize {
    text.chars().map(cost).sum()
}

/// mrkdwn text: entities already written count as they stand, and `<...>` is markup, not text to
/// escape; only a bare `&` grows.
pub(super) fn mrkdwn(text: &str) -> usize {
    text.char_indices()
        .map(|(at, c)| match c {
            '&' if ["&amp;", "&lt;", "&gt;"].iter().any(|e| text[at..].starts_with(e)) => 1,
            '<' | '>' => 1,
            c => cost(c),
        })
        .sum()
}

fn cost(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        c => c.len_utf16(),
    }
}
