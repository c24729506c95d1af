//! Tables of what Slack takes and what it refuses, and where it points.

use serde_json::{Value, json};

use super::{content, metadata, text};

fn first_error(blocks: &Value) -> String {
    match content(Some(blocks), None) {
        Ok(()) => "ok".into(),
        Err(refusal) => refusal.messages.first().cloned().unwrap_or(refusal.code),
    }
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text})
}

fn section(text: &Value) -> Value {
    json!({"type": "section", "text": text})
}

fn many(count: usize, item: &Value) -> Value {
    Value::Array(vec![item.clone(); count])
}

/// A block with a hole for a text, how many UTF-16 units fit in, and where Slack points.
const LENGTHS: &[(&str, usize, &str)] = &[
    (r#"{"type":"header","text":{"type":"plain_text","text":"@"}}"#, 150, "text/text"),
    (r#"{"type":"section","text":{"type":"mrkdwn","text":"@"}}"#, 3000, "text/text"),
    (r#"{"type":"section","fields":[{"type":"mrkdwn","text":"@"}]}"#, 2000, "fields/0/text"),
    (r#"{"type":"context","elements":[{"type":"mrkdwn","text":"@"}]}"#, 3000, "elements/0/text"),
    (r#"{"type":"divider","block_id":"@"}"#, 255, "block_id"),
    (r#"{"type":"image","image_url":"http://e.x/","alt_text":"@"}"#, 2000, "alt_text"),
    (BUTTON_TEXT, 75, "elements/0/text/text"),
    (BUTTON_VALUE, 2000, "elements/0/value"),
    (BUTTON_ACTION, 255, "elements/0/action_id"),
    (BUTTON_LABEL, 75, "elements/0/accessibility_label"),
    (CONFIRM_TITLE, 100, "elements/0/confirm/title/text"),
    (CONFIRM_TEXT, 300, "elements/0/confirm/text/text"),
    (CONFIRM_DENY, 30, "elements/0/confirm/deny/text"),
    (OPTION_TEXT, 75, "elements/0/options/0/text/text"),
    (OPTION_VALUE, 75, "elements/0/options/0/value"),
    (MENU_PLACEHOLDER, 150, "elements/0/placeholder/text"),
    (INPUT_LABEL, 2000, "label/text"),
];
const BUTTON_TEXT: &str = r#"{"type":"actions","elements":[{"type":"button",
    "text":{"type":"plain_text","text":"@"}}]}"#;
const BUTTON_VALUE: &str = r#"{"type":"actions","elements":[{"type":"button",
    "text":{"type":"plain_text","text":"x"},"value":"@"}]}"#;
const BUTTON_ACTION: &str = r#"{"type":"actions","elements":[{"type":"button",
    "text":{"type":"plain_text","text":"x"},"action_id":"@"}]}"#;
const BUTTON_LABEL: &str = r#"{"type":"actions","elements":[{"type":"button",
    "text":{"type":"plain_text","text":"x"},"accessibility_label":"@"}]}"#;
const CONFIRM_TITLE: &str = r#"{"type":"actions","elements":[{"type":"overflow",
    "options":[{"text":{"type":"plain_text","text":"x"},"value":"x"}],"confirm":{
    "title":{"type":"plain_text","text":"@"},"text":{"type":"mrkdwn","text":"x"},
    "confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}}]}"#;
const CONFIRM_TEXT: &str = r#"{"type":"actions","elements":[{"type":"overflow",
    "options":[{"text":{"type":"plain_text","text":"x"},"value":"x"}],"confirm":{
    "title":{"type":"plain_text","text":"x"},"text":{"type":"mrkdwn","text":"@"},
    "confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}}]}"#;
const CONFIRM_DENY: &str = r#"{"type":"actions","elements":[{"type":"overflow",
    "options":[{"text":{"type":"plain_text","text":"x"},"value":"x"}],"confirm":{
    "title":{"type":"plain_text","text":"x"},"text":{"type":"mrkdwn","text":"x"},
    "confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"@"}}}]}"#;
const OPTION_TEXT: &str = r#"{"type":"actions","elements":[{"type":"static_select",
    "options":[{"text":{"type":"plain_text","text":"@"},"value":"x"}]}]}"#;
const OPTION_VALUE: &str = r#"{"type":"actions","elements":[{"type":"static_select",
    "options":[{"text":{"type":"plain_text","text":"x"},"value":"@"}]}]}"#;
const MENU_PLACEHOLDER: &str = r#"{"type":"actions","elements":[{"type":"users_select",
    "placeholder":{"type":"plain_text","text":"@"}}]}"#;
const INPUT_LABEL: &str = r#"{"type":"input","element":{"type":"plain_text_input"},
    "label":{"type":"plain_text","text":"@"}}"#;

#[test]
fn texts_fit_to_the_utf16_unit() {
    for (hole, most, pointer) in LENGTHS {
        let filled = |text: String| -> Value {
            let block: Value = serde_json::from_str(&hole.replace('@', &text)).unwrap();
            json!([block])
        };
        assert_eq!(first_error(&filled("x".repeat(*most))), "ok", "{hole}");
        let over = most + 1;
        let wanted = format!(
            "[ERROR] must be less than {over} characters [json-pointer:/blocks/0/{pointer}]"
        );
        assert_eq!(first_error(&filled("x".repeat(over))), wanted, "{hole}");
        // An emoji outside the basic plane is two units.
        let emoji = "🔴".repeat(most / 2);
        assert_eq!(first_error(&filled(emoji.clone())), "ok", "{hole}");
        assert_eq!(first_error(&filled(emoji + "🔴")), wanted, "{hole}");
        let empty =
            format!("[ERROR] must be more than 0 characters [json-pointer:/blocks/0/{pointer}]");
        assert_eq!(first_error(&filled(String::new())), empty, "{hole}");
    }
}

/// A block with a hole for a list, one item of it, how many fit in, and where Slack points.
const COUNTS: &[(&str, &str, usize, &str)] = &[
    (r#"{"type":"section","fields":@}"#, r#"{"type":"mrkdwn","text":"x"}"#, 10, "fields"),
    (r#"{"type":"context","elements":@}"#, r#"{"type":"mrkdwn","text":"x"}"#, 10, "elements"),
    (r#"{"type":"actions","elements":@}"#, r#"{"type":"datepicker"}"#, 25, "elements"),
    (MENU, OPTION, 100, "elements/0/options"),
    (OVERFLOW, OPTION, 5, "accessory/options"),
    (CHECKBOXES, OPTION, 10, "elements/0/options"),
    (r#"{"type":"table","rows":@}"#, r#"[{"type":"raw_text","text":"x"}]"#, 100, "rows"),
    (r#"{"type":"table","rows":[@]}"#, r#"{"type":"raw_text","text":"x"}"#, 20, "rows/0"),
];
const OPTION: &str = r#"{"text":{"type":"plain_text","text":"x"},"value":"x"}"#;
const MENU: &str = r#"{"type":"actions","elements":[{"type":"static_select","options":@}]}"#;
const OVERFLOW: &str = r#"{"type":"section","text":{"type":"mrkdwn","text":"x"},
    "accessory":{"type":"overflow","options":@}}"#;
const CHECKBOXES: &str = r#"{"type":"actions","elements":[{"type":"checkboxes","options":@}]}"#;

#[test]
fn lists_hold_so_many_and_not_none() {
    for (hole, item, most, pointer) in COUNTS {
        let filled = |count: usize| -> Value {
            let list = format!("[{}]", vec![*item; count].join(","));
            let block: Value = serde_json::from_str(&hole.replace('@', &list)).unwrap();
            json!([block])
        };
        assert_eq!(first_error(&filled(*most)), "ok", "{hole}");
        let wanted =
            format!("[ERROR] no more than {most} items allowed [json-pointer:/blocks/0/{pointer}]");
        assert_eq!(first_error(&filled(most + 1)), wanted, "{hole}");
        let wanted =
            format!("[ERROR] no fewer than 1 items allowed [json-pointer:/blocks/0/{pointer}]");
        assert_eq!(first_error(&filled(0)), wanted, "{hole}");
    }
}

/// A block Slack refuses, what it says, and where under the block it points.
const SHAPES: &[(&str, &str, &str)] = &[
    (
        r#"{"type":"alert","text":{"type":"plain_text","text":"x"}}"#,
        "unsupported type: alert",
        "/type",
    ),
    (r#"{"text":"x"}"#, "missing required field: type", ""),
    (r#""divider""#, "must provide an object", ""),
    (r#"{"type":3}"#, "must be a string", "/type"),
    (
        r#"{"type":"header","text":{"type":"mrkdwn","text":"x"}}"#,
        "must be a valid enum value",
        "/text/type",
    ),
    (r#"{"type":"header"}"#, "missing required field: text", ""),
    (r#"{"type":"header","text":"x"}"#, "must provide an object", "/text"),
    (r#"{"type":"section"}"#, "must provide text or fields", ""),
    (r#"{"type":"divider","colour":"red"}"#, "invalid additional property: colour", ""),
    (
        r#"{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}"#,
        "invalid additional property: emoji",
        "/text",
    ),
    (
        r#"{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":"yes"}}"#,
        "must be a boolean",
        "/text/verbatim",
    ),
    (r#"{"type":"section","text":{"type":"mrkdwn","text":5}}"#, "must be a string", "/text/text"),
    (
        r#"{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"plain_text_input"}}"#,
        "unsupported type: plain_text_input",
        "/accessory/type",
    ),
    (r#"{"type":"actions","elements":{}}"#, "must be an array", "/elements"),
    (
        r#"{"type":"actions","elements":[{"type":"static_select"}]}"#,
        "must provide exactly one of options and option_groups",
        "/elements/0",
    ),
    (
        r#"{"type":"actions","elements":[{"type":"button","text":{"type":"mrkdwn","text":"x"}}]}"#,
        "must be a valid enum value",
        "/elements/0/text/type",
    ),
    (
        r#"{"type":"image","alt_text":"x"}"#,
        "must provide exactly one of image_url and slack_file",
        "",
    ),
    (
        r#"{"type":"image","alt_text":"x","image_url":"data:image/png;base64,"}"#,
        "must be a valid URL",
        "/image_url",
    ),
    (
        r#"{"type":"rich_text","elements":[{"type":"text","text":"x"}]}"#,
        "unsupported type: text",
        "/elements/0/type",
    ),
];

/// The same for what stands in a line of rich text, and for a button's own fields.
const IN_A_LINE: &[(&str, &str, &str)] = &[
    (r#"{"type":"text","text":""}"#, "must be more than 0 characters", "/text"),
    (
        r#"{"type":"text","text":"x","style":{"blink":true}}"#,
        "invalid additional property: blink",
        "/style",
    ),
    (r#"{"type":"link","url":"file:///etc/passwd"}"#, "must be a valid URL", "/url"),
    (r#"{"type":"broadcast","range":"world"}"#, "must be a valid enum value", "/range"),
    (r#"{"type":"mrkdwn","text":"x"}"#, "unsupported type: mrkdwn", "/type"),
];
const ON_A_BUTTON: &[(&str, &str, &str)] = &[
    (r#""disabled":true"#, "invalid additional property: disabled", ""),
    (r#""style":"success""#, "must be a valid enum value", "/style"),
    (r#""url":"javascript:alert(1)""#, "must be a valid URL", "/url"),
    (r#""url":"https://""#, "must be a valid URL", "/url"),
    (r#""confirm":{}"#, "missing required field: title", "/confirm"),
];

#[test]
fn shapes_slack_does_not_know_are_refused_where_they_stand() {
    let refused = |block: &str, what: &str, pointer: &str| {
        let parsed: Value = serde_json::from_str(block).unwrap();
        let wanted = format!("[ERROR] {what} [json-pointer:/blocks/0{pointer}]");
        assert_eq!(first_error(&json!([parsed])), wanted, "{block}");
    };
    for (block, what, pointer) in SHAPES {
        refused(block, what, pointer);
    }
    for (element, what, pointer) in IN_A_LINE {
        let section = format!(r#"{{"type":"rich_text_section","elements":[{element}]}}"#);
        let block = format!(r#"{{"type":"rich_text","elements":[{section}]}}"#);
        refused(&block, what, &format!("/elements/0/elements/0{pointer}"));
    }
    for (field, what, pointer) in ON_A_BUTTON {
        let text = r#""text":{"type":"plain_text","text":"x"}"#;
        let button = format!(r#"{{"type":"button",{text},{field}}}"#);
        let block = format!(r#"{{"type":"actions","elements":[{button}]}}"#);
        refused(&block, what, &format!("/elements/0{pointer}"));
    }
}

#[test]
fn ids_tables_and_counts_span_the_whole_message() {
    let divider = json!({"type": "divider"});
    assert_eq!(first_error(&many(50, &divider)), "ok");
    assert!(first_error(&many(51, &divider)).contains("no more than 50 items"));
    assert_eq!(
        first_error(&json!({"type": "divider"})),
        "[ERROR] must be an array [json-pointer:/blocks]"
    );

    let one = json!([{"type": "actions", "elements": [{"type": "datepicker", "action_id": "a"}]}]);
    let bar = json!([{"color": "#A30200", "blocks": one}]);
    assert!(content(None, Some(&bar)).is_ok());
    let refusal = content(Some(&one), Some(&bar)).unwrap_err();
    assert!(refusal.messages[0].contains("/attachments/0/blocks/0/elements/0/action_id"));

    let named = json!({"type": "divider", "block_id": "same"});
    assert!(first_error(&many(2, &named)).contains("`block_id` already exists"));
    let cell = json!({"type": "raw_text", "text": "x"});
    let table = json!({"type": "table", "rows": [[cell]]});
    assert!(first_error(&many(2, &table)).contains("only one table"));
    let words = json!({"type": "markdown", "text": "x".repeat(6001)});
    assert!(first_error(&many(2, &words)).contains("less than 12001"));
}

#[test]
fn the_budget_counts_after_escaping() {
    let full = |text: &str, count: usize| many(count, &section(&plain(text)));
    // 13,200 = 11 x 1200; one `&` counts five.
    let exact = "x".repeat(1200);
    assert_eq!(first_error(&full(&exact, 11)), "ok");
    let grown = format!("&{}", "x".repeat(1196));
    assert_eq!(first_error(&full(&grown, 11)), "msg_blocks_too_long");
    let mut entity = full(&exact, 10);
    let last = format!("&amp;<{}>", "x".repeat(1193));
    entity.as_array_mut().unwrap().push(section(&mrkdwn(&last)));
    assert_eq!(first_error(&entity), "ok");
    let line = json!({"type": "rich_text_section", "elements":
        [{"type": "text", "text": "<".repeat(301)}]});
    let literal = json!({"type": "rich_text", "elements": [line]});
    let mut rich = full(&exact, 10);
    rich.as_array_mut().unwrap().push(literal);
    assert_eq!(first_error(&rich), "msg_blocks_too_long");
}

#[test]
fn attachments_are_checked_too() {
    let code = |attachments: Value| content(None, Some(&attachments)).unwrap_err().code;
    assert_eq!(code(many(101, &json!({"text": "x"}))), "too_many_attachments");
    for bad in [
        json!({"color": "reddish"}),
        json!({"color": "#12345"}),
        json!({"text": 5}),
        json!({"title_link": "javascript:x"}),
        json!({"onclick": "x"}),
        json!({"blocks": [{"type": "alert"}]}),
        json!("x"),
    ] {
        assert_eq!(code(json!([bad])), "invalid_blocks", "{bad}");
    }
    for good in [
        json!({"color": "danger", "text": "x"}),
        json!({"color": "2EB886", "fallback": "x", "blocks": []}),
    ] {
        assert_eq!(content(None, Some(&json!([good]))), Ok(()), "{good}");
    }
}

#[test]
fn text_and_metadata_have_their_bounds() {
    assert_eq!(text(&"x".repeat(40_000)), Ok(()));
    assert_eq!(text(&"x".repeat(40_001)).unwrap_err().code, "msg_too_long");
    let code = |value: Value| metadata(&value).err().map(|refusal| refusal.code);
    let payload = |payload: Value| json!({"event_type": "e", "event_payload": payload});
    for good in [json!({}), json!({"a": 1, "b": [1, {"c": true}], "d": {"e": "f"}})] {
        assert_eq!(code(payload(good.clone())), None, "{good}");
    }
    for bad in [
        json!([]),
        json!({"event_type": "e"}),
        json!({"event_type": "", "event_payload": {}}),
        json!({"event_type": "e", "event_payload": {}, "more": 1}),
        payload(json!({"a": {"b": {"c": 1}}})),
        payload(json!({"a": [[1]]})),
        payload(json!({"a": null})),
    ] {
        assert_eq!(code(bad.clone()).as_deref(), Some("invalid_metadata_format"), "{bad}");
    }
    let size = payload(json!({"k": ""})).to_string().len();
    assert_eq!(code(payload(json!({"k": "x".repeat(8192 - size)}))), None);
    let over = payload(json!({"k": "x".repeat(8193 - size)}));
    assert_eq!(code(over).as_deref(), Some("metadata_too_large"));
}
