//! Slack's limits, checked on the serialised message: knows nothing of how it was built.

use serde_json::Value;

/// Panics with the reason if Slack would refuse the form or home.
pub(in crate::render) fn check_view(view: &Value) {
    let blocks = view["blocks"].as_array().unwrap();
    assert!(!blocks.is_empty() && blocks.len() <= 100, "{} blocks", blocks.len());
    for one in blocks {
        block(one);
    }
    let inputs = blocks.iter().any(|one| one["type"] == "input");
    match string(view, "type") {
        "modal" => {
            for name in ["title", "submit", "close"] {
                if let Some(text) = view.get(name) {
                    text_object(text, 24);
                }
            }
            assert!(!inputs || view.get("submit").is_some(), "inputs and nothing to send them");
            assert!(units(string(view, "private_metadata")) <= 3_000);
            range("callback_id", string(view, "callback_id"), 1, 255);
        }
        "home" => assert!(!inputs, "a home takes no inputs here"),
        other => panic!("view {other}"),
    }
}

/// Panics with the reason if Slack would refuse the message or if a text got out of hand.
pub(in crate::render) fn check(message: &Value) {
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
            let beside = block.get("accessory").map_or(0, element);
            beside + paragraph + fields.iter().map(|field| text_object(field, 2_000)).sum::<usize>()
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
            buttons.iter().map(element).sum()
        }
        "header" => {
            assert_eq!(block["text"]["type"], "plain_text");
            text_object(&block["text"], 150)
        }
        "divider" => 0,
        "input" => {
            range("block_id", string(block, "block_id"), 1, 255);
            let hint = block.get("hint").map_or(0, |hint| text_object(hint, 2_000));
            hint + text_object(&block["label"], 2_000) + element(&block["element"])
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

/// What can be pressed, chosen or filled in.
fn element(element: &Value) -> usize {
    range("action_id", string(element, "action_id"), 1, 255);
    match string(element, "type") {
        "button" => button(element),
        "overflow" => options(element, 5),
        "static_select" => options(element, 100),
        "radio_buttons" => options(element, 10),
        "plain_text_input" => {
            assert!((1..=3_000).contains(&element["max_length"].as_u64().unwrap()));
            element.get("initial_value").map_or(0, |text| entities(text.as_str().unwrap()))
        }
        other => panic!("element {other}"),
    }
}

fn options(menu: &Value, most: usize) -> usize {
    let options = menu["options"].as_array().unwrap();
    assert!((1..=most).contains(&options.len()), "{} options", options.len());
    if let Some(first) = menu.get("initial_option") {
        assert!(options.contains(first), "what is chosen at first is one of them");
    }
    let mut values: Vec<&str> = options.iter().map(|one| string(one, "value")).collect();
    for value in &values {
        range("value", value, 1, 75);
    }
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), options.len(), "values");
    options.iter().map(|one| text_object(&one["text"], 75)).sum()
}

/// It opens a page, or asks something: one of both.
fn button(button: &Value) -> usize {
    let text = text_object(&button["text"], 75);
    match (button.get("url"), button.get("value")) {
        (None, Some(value)) => {
            range("value", value.as_str().unwrap(), 1, 2_000);
            text
        }
        (Some(_), None) => text + link(string(button, "url")),
        other => panic!("{other:?}"),
    }
}

fn link(url: &str) -> usize {
    range("url", url, 1, 3_000);
    assert!(url.starts_with("https://"), "{url}");
    assert!(url.bytes().all(|b| b.is_ascii_graphic() && !b"<>|\"\\`".contains(&b)), "{url}");
    assert!(!url.split('/').nth(2).unwrap().contains('@'), "{url}");
    entities(url)
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
