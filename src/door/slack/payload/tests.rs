//! Payloads of our own making, shaped as Slack documents them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Heard, Way, body, payload};
use crate::domain::{Act, Ask, Surface, ViewId};

/// A click on a card in a shared channel: the clicker is of another workspace.
pub(in crate::door) fn click() -> Value {
    json!({
        "type": "block_actions",
        "user": {"id": "U0MIO", "username": "mio", "name": "mio", "team_id": "T0NAGISA"},
        "api_app_id": "A1", "token": "legacy-4711",
        "container": {"type": "message", "message_ts": "1795539122.000100",
                      "channel_id": "C0NAGISA", "is_ephemeral": false},
        "trigger_id": "13345224609.738474920.trig-4711",
        "team": {"id": "T0AKEBONO", "domain": "akebono"},
        "enterprise": null, "is_enterprise_install": false,
        "channel": {"id": "C0NAGISA", "name": "alerts"},
        "message": {"type": "message", "ts": "1795539122.000100", "text": "..."},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T0AKEBONO/1/resp-4711",
        "actions": [{"type": "button", "action_id": "ack", "block_id": "b1",
                     "value": "a-003e", "action_ts": "1795539200.123456",
                     "text": {"type": "plain_text", "text": "Ack"}}],
    })
}

fn command() -> Vec<(&'static str, &'static str)> {
    vec![
        ("token", "legacy-4711"),
        ("team_id", "T0AKEBONO"),
        ("team_domain", "akebono"),
        ("channel_id", "C0NAGISA"),
        ("channel_name", "alerts"),
        ("user_id", "U0MIO"),
        ("user_name", "mio"),
        ("command", "/guardrail"),
        ("text", "  why a-003e  "),
        ("api_app_id", "A1"),
        ("is_enterprise_install", "false"),
        ("response_url", "https://hooks.slack.com/commands/T0AKEBONO/1/resp-4711"),
        ("trigger_id", "13345224609.738474920.trig-4711"),
    ]
}

fn encoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields).finish().into_bytes()
}

fn submission() -> Value {
    let values = json!({
        "reason": {"r": {"type": "plain_text_input", "value": "planned work"}},
        "note": {"n": {"type": "plain_text_input", "value": null}},
        "days": {"d": {"type": "static_select",
                       "selected_option": {"text": {"type": "plain_text", "text": "7"}, "value": "7"}}},
        "none": {"s": {"type": "static_select", "selected_option": null}},
        "until": {"u": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "who": {"w": {"type": "users_select", "selected_user": "U0SORA"}},
        "what": {"c": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}},
        "nothing": {"c": {"type": "checkboxes", "selected_options": []}},
        "bare": {},
    });
    json!({
        "type": "view_submission",
        "team": {"id": "T0AKEBONO", "domain": "akebono"},
        "user": {"id": "U0SORA", "name": "sora", "team_id": "T0AKEBONO"},
        "trigger_id": "13345224609.738474920.trig-4711",
        "view": {"id": "V0FORM", "team_id": "T0AKEBONO", "type": "modal", "hash": "1795.abc",
                 "callback_id": "except", "private_metadata": "a-003e",
                 "state": {"values": values}},
        "response_urls": [],
    })
}

fn home() -> Value {
    json!({
        "type": "event_callback", "team_id": "T0AKEBONO", "api_app_id": "A1",
        "event_id": "Ev0HOME", "event_time": 1_795_539_122,
        "event": {"type": "app_home_opened", "user": "U0SORA", "channel": "D0SORA", "tab": "home"},
    })
}

fn ask(heard: Heard) -> Ask {
    let Heard::Ask(ask) = heard else { panic!("{heard:?}") };
    *ask
}

fn read(way: Way, value: &Value) -> Ask {
    ask(payload(way, value).unwrap())
}

/// It is refused, and the refusal says why and nothing else.
fn strange(way: Way, value: &Value, why: &str) {
    assert_eq!(payload(way, value).unwrap_err().to_string(), why, "{value}");
}

fn with(mut value: Value, place: &str, to: Value) -> Value {
    *value.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = to;
    value
}

#[test]
fn a_click_is_read() {
    let ask = read(Way::Interaction, &click());
    assert_eq!((ask.who.team.as_str(), ask.who.user.as_str()), ("T0NAGISA", "U0MIO"));
    assert_eq!((ask.team.as_str(), ask.name.as_str()), ("T0AKEBONO", "mio"));
    assert_eq!(ask.lane.as_ref().unwrap().to_string(), "T0AKEBONO/C0NAGISA");
    let Act::Press { action, value, on: Surface::Message(ts) } = &ask.act else {
        panic!("{:?}", ask.act)
    };
    assert_eq!(
        (action.as_str(), value.as_str(), ts.as_str()),
        ("ack", "a-003e", "1795539122.000100")
    );
    assert_eq!(
        ask.id.as_str(),
        "click/T0AKEBONO/T0NAGISA.U0MIO/C0NAGISA.1795539122.000100/1795539200.123456/ack"
    );
    assert_eq!(ask.trigger.as_ref().unwrap().expose(), "13345224609.738474920.trig-4711");
    assert!(ask.reply.as_ref().unwrap().expose().ends_with("/resp-4711"));
    let shown = format!("{ask:?} {}", ask.id);
    assert!(!shown.contains("4711"), "{shown}");
    // Over HTTP it is a field of a form.
    let form = encoded(&[("payload", &click().to_string())]);
    assert_eq!(self::ask(body(Way::Interaction, &form).unwrap()).id, ask.id);
}

#[test]
fn what_was_chosen_is_the_value() {
    let option = |value: &str| json!({"text": {"type": "plain_text", "text": "x"}, "value": value});
    for (element, wanted) in [
        (json!({"type": "button"}), ""),
        (json!({"type": "overflow", "selected_option": option("why:a-1")}), "why:a-1"),
        (json!({"type": "static_select", "selected_option": option("ja")}), "ja"),
        (json!({"type": "static_select", "selected_option": null}), ""),
        (json!({"type": "radio_buttons", "selected_option": option("7")}), "7"),
        (
            json!({"type": "multi_static_select", "selected_options": [option("a"), option("b")]}),
            "a,b",
        ),
        (json!({"type": "datepicker", "selected_date": "2026-12-01"}), "2026-12-01"),
        (json!({"type": "datetimepicker", "selected_date_time": 1_795_539_122}), "1795539122"),
        (json!({"type": "users_select", "selected_user": "U1"}), "U1"),
    ] {
        let mut element = element;
        element["action_id"] = json!("choose");
        element["action_ts"] = json!("1.2");
        let ask = read(Way::Interaction, &with(click(), "/actions/0", element.clone()));
        let Act::Press { value, .. } = ask.act else { panic!("{element}") };
        assert_eq!(value, wanted, "{element}");
    }
}

#[test]
fn forms_and_the_home_have_no_channel() {
    let view = |kind: &str| {
        let mut value = click();
        value["container"] = json!({"type": "view", "view_id": "V0FORM"});
        value["view"] = json!({"id": "V0FORM", "type": kind, "app_installed_team_id": "T0INST"});
        value["channel"] = Value::Null;
        value
    };
    let ask = read(Way::Interaction, &view("modal"));
    let Act::Press { on, .. } = &ask.act else { panic!() };
    assert_eq!((on, &ask.lane), (&Surface::Form(ViewId::new("V0FORM")), &None));
    // Where a whole organisation has the app, there may be no team.
    let ask = read(Way::Interaction, &with(view("home"), "/team", Value::Null));
    let Act::Press { on, .. } = &ask.act else { panic!() };
    assert_eq!(
        (on, ask.team.as_str(), ask.who.team.as_str()),
        (&Surface::Home, "T0INST", "T0NAGISA")
    );
    strange(Way::Interaction, &view("window"), "`view.type` is window");
}

#[test]
fn each_click_has_a_name_of_its_own_and_keeps_it() {
    let id = |value: &Value| read(Way::Interaction, value).id;
    let first = id(&click());
    assert_eq!(first, id(&click()));
    // Redelivered, the rights may be new ones.
    assert_eq!(first, id(&with(click(), "/trigger_id", json!("other"))));
    for (place, other) in [
        ("/user/id", json!("U0SORA")),
        ("/user/team_id", json!("T0AKEBONO")),
        ("/team/id", json!("T0OTHER")),
        ("/channel/id", json!("C0OTHER")),
        ("/container/message_ts", json!("1795539122.000200")),
        ("/actions/0/action_ts", json!("1795539200.123457")),
        ("/actions/0/action_id", json!("assign")),
        ("/actions/0/action_id", json!("ack/x")),
    ] {
        let other = id(&with(click(), place, other));
        assert_ne!(first, other, "{place}");
        assert_eq!(other.as_str().matches('/').count(), 5, "{other}");
    }
}

#[test]
fn a_command_is_read_from_a_form_and_from_an_object() {
    let ask = ask(body(Way::Command, &encoded(&command())).unwrap());
    assert_eq!(ask.act, Act::Command("why a-003e".to_owned()));
    assert_eq!((ask.who.team.as_str(), ask.who.user.as_str()), ("T0AKEBONO", "U0MIO"));
    assert_eq!(ask.lane.as_ref().unwrap().to_string(), "T0AKEBONO/C0NAGISA");
    assert!(ask.id.as_str().starts_with("command/T0AKEBONO/T0AKEBONO.U0MIO/"), "{}", ask.id);
    assert!(!format!("{ask:?}").contains("4711"), "{ask:?}");
    let object = Value::Object(
        command().into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect(),
    );
    assert_eq!(read(Way::Command, &object).id, ask.id);
    let other = with(object.clone(), "/trigger_id", json!("other"));
    assert_ne!(read(Way::Command, &other).id, ask.id);
    let bare = read(Way::Command, &with(object.clone(), "/text", json!("")));
    assert_eq!(bare.act, Act::Command(String::new()));
    let long = with(object, "/text", json!("x".repeat(12_001)));
    strange(Way::Command, &long, "`text` is too long");
    let mut twice = command();
    twice.push(("user_id", "U0SORA"));
    let refused = body(Way::Command, &encoded(&twice)).unwrap_err();
    assert_eq!(refused.to_string(), "a field stands twice");
}

#[test]
fn a_form_is_read() {
    let ask = read(Way::Interaction, &submission());
    let Act::Submit { form, about, view, fields } = &ask.act else { panic!("{:?}", ask.act) };
    assert_eq!((form.as_str(), about.as_str(), view.as_str()), ("except", "a-003e", "V0FORM"));
    let wanted = [
        ("days", "7"),
        ("reason", "planned work"),
        ("until", "2026-12-01"),
        ("what", "a,b"),
        ("who", "U0SORA"),
    ];
    let wanted: BTreeMap<_, _> =
        wanted.into_iter().map(|(block, value)| (block.to_owned(), value.to_owned())).collect();
    assert_eq!(fields, &wanted);
    // Mended and sent again, it is another act; redelivered, it is the same.
    let place = "/view/state/values/reason/r/value";
    let mended = read(Way::Interaction, &with(submission(), place, json!("better")));
    assert_ne!(mended.id, ask.id);
    let again = read(Way::Interaction, &with(submission(), "/trigger_id", json!("other")));
    assert_eq!(again.id, ask.id);
    assert!(ask.id.as_str().starts_with("form/T0AKEBONO/T0AKEBONO.U0SORA/V0FORM/"), "{}", ask.id);

    let empty = with(submission(), "/view/state", Value::Null);
    let Act::Submit { fields, .. } = read(Way::Interaction, &empty).act else { panic!() };
    assert!(fields.is_empty());
    let text = |value: &str| json!({"type": "plain_text_input", "value": value});
    let values = "/view/state/values";
    let two = json!({"b": {"x": text("1"), "y": text("2")}});
    let many: serde_json::Map<_, _> =
        (0..101).map(|n| (n.to_string(), json!({"x": text("1")}))).collect();
    for (to, why) in [
        (two, "a block of a form holds more than one element"),
        (json!(many), "`view.state.values` holds no fields of a form"),
        (json!([1]), "`view.state.values` holds no fields of a form"),
        (json!({"b": {"x": text(&"x".repeat(12_001))}}), "`an element's value` is too long"),
        (json!({"b": {"x": {"type": "file_input"}}}), "`an element's type` is file_input"),
    ] {
        strange(Way::Interaction, &with(submission(), values, to), why);
    }
}

#[test]
fn events_are_few() {
    let ask = read(Way::Event, &home());
    assert_eq!(
        (&ask.act, ask.id.as_str()),
        (&Act::Home, "home/T0AKEBONO/T0AKEBONO.U0SORA/Ev0HOME")
    );
    let nothing = |value: Value| matches!(payload(Way::Event, &value), Ok(Heard::Nothing));
    assert!(nothing(with(home(), "/event/tab", json!("messages"))));
    assert!(nothing(with(home(), "/event/type", json!("member_joined_channel"))));
    assert!(nothing(json!({"type": "app_rate_limited", "minute_rate_limited": 1})));
    let asked = json!({"type": "url_verification", "challenge": "c-1"}).to_string();
    let heard = body(Way::Event, asked.as_bytes()).unwrap();
    assert!(matches!(heard, Heard::Challenge(text) if text == "c-1"));
}

#[test]
fn what_asks_nothing_is_no_error() {
    let nothing = |value: Value| matches!(payload(Way::Interaction, &value), Ok(Heard::Nothing));
    assert!(nothing(with(click(), "/actions/0/action_id", json!("link_console"))));
    for kind in ["view_closed", "shortcut", "message_action", "block_suggestion"] {
        assert!(nothing(json!({"type": kind})), "{kind}");
    }
    for way in [Way::Interaction, Way::Command] {
        let heard = body(way, b"ssl_check=1&token=legacy");
        assert!(matches!(heard, Ok(Heard::Nothing)), "{way:?}");
    }
}

#[test]
fn what_is_not_known_is_refused_by_its_place() {
    for (place, to, why) in [
        ("/type", json!("dialog_submission"), "`type` is dialog_submission"),
        ("/type", json!("Let me in: xoxb-4711"), "`type` is of no kind that is known"),
        ("/type", json!(7), "`type` is missing"),
        ("/user/id", json!("U0/x"), "`user.id` is no id"),
        ("/user/id", json!(""), "`user.id` is missing"),
        ("/user/id", json!("U".repeat(65)), "`user.id` is no id"),
        ("/user/team_id", json!("T0 NAGISA"), "`user.team_id` is no id"),
        ("/channel/id", json!("../x"), "`channel.id` is no id"),
        ("/container/message_ts", json!("1/2"), "`container.message_ts` is no time"),
        ("/actions", json!([]), "`actions` holds not exactly one"),
        ("/actions", json!([1, 2]), "`actions` holds not exactly one"),
        ("/actions", json!({}), "`actions` is no list"),
        ("/actions/0/action_ts", json!(null), "`action_ts` is missing"),
        ("/actions/0/action_id", json!("x".repeat(1025)), "`action_id` is too long"),
        ("/actions/0/type", json!("workflow_button"), "`an element's type` is workflow_button"),
    ] {
        strange(Way::Interaction, &with(click(), place, to), why);
    }
    for (way, bytes, why) in [
        (Way::Interaction, &b"payload={"[..], "is no JSON"),
        (Way::Interaction, b"", "`payload` is missing"),
        (Way::Command, b"", "`command` is missing"),
        (Way::Event, b"", "is no JSON"),
        (Way::Event, b"[]", "`type` is missing"),
    ] {
        assert_eq!(body(way, bytes).unwrap_err().to_string(), why, "{way:?}");
    }
}

fn shapes() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place of a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found));
        }
        Value::Array(list) => {
            let numbered = list.iter().enumerate();
            numbered.for_each(|(n, value)| places(value, &format!("{at}/{n}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        for way in [Way::Interaction, Way::Command, Way::Event] {
            let _ = body(way, &bytes);
        }
        let form = [&b"payload="[..], &bytes].concat();
        let _ = body(Way::Interaction, &form);
    }

    /// Anything may stand anywhere: it is read or refused, and no id is made of what is no id.
    #[test]
    fn no_shape_makes_it_panic(which in 0..3_usize, at: prop::sample::Index, to in shapes()) {
        let (way, value) = [
            (Way::Interaction, click()),
            (Way::Interaction, submission()),
            (Way::Event, home()),
        ][which].clone();
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let place: &String = at.get(&all);
        if let Ok(Heard::Ask(ask)) = payload(way, &with(value, place, to)) {
            let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
            prop_assert!(plain(ask.who.user.as_str()) && plain(ask.who.team.as_str()));
            prop_assert!(plain(ask.team.as_str()) && ask.id.as_str().matches('/').count() <= 5);
        }
    }
}
