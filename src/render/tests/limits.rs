//! Slack's limits, checked on the serialised message: knows nothing of how it was built.

use serde_json::Value;

/// Panics with the reason if Slack would refuse the message or if a text got out of hand.
pub(super) fn check(message: &Value) {
    let text = string(message, "text");
    range("text", text, 1, 3_000);
    markup(text);
    let mut counted = units(text);
    for card in message["attachments"].as_array().unwrap() {
        counted += units(string(card, "fallback"));
        let blocks = card["blocks"].as_array().unwrap();
        assert!(!blocks.is_empty() && blocks.len() <= 50, "{} blocks", blocks.len());
        counted += blocks.iter().map(block).sum::<usize>();
    }
    assert!(counted <= 12_000, "{counted} units in all");
}

fn block(block: &Value) -> usize {
    let of = |name: &str| block[name].as_array().cloned().unwrap_or_default();
    match string(block, "type") {
        "section" => {
            let fields = of("fields");
            assert!(fields.len() <= 10, "fields");
            assert!(!fields.is_empty() || block.get("text").is_some(), "empty section");
            let paragraph = block.get("text").map_or(0, |text| text_object(text, 3_000));
            paragraph + fields.iter().map(|field| text_object(field, 2_000)).sum::<usize>()
        }
        "context" => {
            let elements = of("elements");
            assert!((1..=10).contains(&elements.len()), "context");
            elements.iter().map(|element| text_object(element, 3_000)).sum()
        }
        "rich_text" => of("elements").iter().map(rich_section).sum(),
        "actions" => {
            let buttons = of("elements");
            assert!((1..=25).contains(&buttons.len()), "actions");
            let mut ids: Vec<&str> = buttons.iter().map(|one| string(one, "action_id")).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), buttons.len(), "action ids");
            buttons.iter().map(button).sum()
        }
        other => panic!("block {other}"),
    }
}

fn rich_section(section: &Value) -> usize {
    assert_eq!(section["type"], "rich_text_section");
    let elements = section["elements"].as_array().unwrap();
    assert!(!elements.is_empty(), "empty rich text");
    let mut counted = 0;
    for element in elements {
        if element["type"] == "user" {
            range("user", string(element, "user_id"), 2, 255);
            continue;
        }
        assert_eq!(element["type"], "text");
        let text = string(element, "text");
        range("rich text", text, 1, 3_000);
        // A line break is ours alone and never stands within a text of others.
        if text != "\n" {
            visible(text);
            assert!(!text.contains('\u{2060}'), "joiner in a literal {text:?}");
        }
        counted += entities(text);
    }
    counted
}

fn button(button: &Value) -> usize {
    assert_eq!(button["type"], "button");
    range("action_id", string(button, "action_id"), 1, 255);
    let url = string(button, "url");
    range("url", url, 1, 3_000);
    assert!(url.starts_with("https://"), "{url}");
    assert!(url.bytes().all(|b| b.is_ascii_graphic() && !b"<>|\"\\`".contains(&b)), "{url}");
    assert!(!url.split('/').nth(2).unwrap().contains('@'), "{url}");
    text_object(&button["text"], 75) + entities(url)
}

fn text_object(text: &Value, most: usize) -> usize {
    let content = string(text, "text");
    range("text object", content, 1, most);
    if text["type"] == "mrkdwn" {
        assert_eq!(text["verbatim"], true);
        for line in content.split('\n') {
            markup(line);
        }
        units(content)
    } else {
        assert_eq!(text["type"], "plain_text");
        assert_eq!(text["emoji"], false);
        content.split('\n').for_each(visible);
        entities(content)
    }
}

/// Our templates write no `<`, so neither may a text of others; every `&` starts an entity.
fn markup(text: &str) {
    visible(text);
    assert!(!text.contains(['<', '>', '`', '~', '_'].as_slice()) || emoji_only(text), "{text:?}");
    for (at, _) in text.match_indices('&') {
        let rest = &text[at..];
        let entity = ["&amp;", "&lt;", "&gt;"].iter().any(|entity| rest.starts_with(entity));
        assert!(entity, "{rest:?}");
    }
    assert!(!text.contains("@h") && !text.contains("@c") && !text.contains("@e"), "{text:?}");
}

/// The one place where we write an underscore: the emoji code a first line starts with.
fn emoji_only(text: &str) -> bool {
    let Some((emoji, rest)) = text.strip_prefix(':').and_then(|rest| rest.split_once(": ")) else {
        return false;
    };
    emoji.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        && !rest.contains(['<', '>', '`', '~', '_'].as_slice())
}

/// Nothing that changes what is read without being seen. The joiner is our own; where it may
/// stand is up to the caller.
fn visible(text: &str) {
    for c in text.chars() {
        let code = u32::from(c);
        let bad = c.is_control()
            || matches!(code, 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2061..=0x206f)
            || matches!(code, 0xfeff | 0xe0000..=0xe007f);
        assert!(!bad, "{c:?} in {text:?}");
    }
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn range(what: &str, text: &str, least: usize, most: usize) {
    let units = units(text);
    assert!((least..=most).contains(&units), "{what}: {units} units");
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Counted as Slack counts: with entities.
fn entities(text: &str) -> usize {
    units(text) + 4 * text.matches('&').count() + 3 * text.matches(['<', '>'].as_slice()).count()
}
