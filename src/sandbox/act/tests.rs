//! Stories of what people do, without HTTP.

use serde_json::{Value, json};

use super::*;
use crate::sandbox::Whispers;
use crate::sandbox::tests::{Bench, at};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn option(value: &str) -> Value {
    json!({"text": plain(value), "value": value})
}

fn button(id: &str) -> Value {
    json!({"type": "button", "action_id": id, "text": plain("押す"), "value": format!("value-{id}")})
}

fn modal() -> Value {
    json!({
        "type": "modal", "title": plain("例外の申請"), "submit": plain("送信"),
        "callback_id": "except", "private_metadata": "id-1", "notify_on_close": true,
        "blocks": [
            {"type": "input", "block_id": "why", "label": plain("理由"), "element":
                {"type": "plain_text_input", "action_id": "text", "min_length": 3}},
            {"type": "input", "block_id": "until", "label": plain("期限"), "optional": true,
             "element": {"type": "datepicker", "action_id": "date"}},
            {"type": "input", "block_id": "scope", "label": plain("範囲"), "element":
                {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")],
                 "initial_option": option("a")}},
            {"type": "actions", "block_id": "more", "elements": [button("push")]},
        ],
    })
}

impl Bench {
    fn click(&mut self, order: Value) -> Result<Outgoing, Cannot> {
        self.seconds += 1;
        self.space.click(at(self.seconds), &serde_json::from_value(order).unwrap())
    }

    fn submit(&mut self, order: Value) -> Result<Outgoing, Cannot> {
        self.space.submit(at(self.seconds), &serde_json::from_value(order).unwrap())
    }

    fn command(&mut self, user: &str, text: &str) -> Result<Outgoing, Cannot> {
        let order = json!({"team": "T1", "user": user, "channel": "C1",
            "command": "/guardrail", "text": text});
        self.space.command(at(self.seconds), &serde_json::from_value(order).unwrap())
    }

    /// A call at once, while a trigger lives.
    fn now(&mut self, method: &str, args: Value) -> Value {
        self.space.call(at(self.seconds), crate::sandbox::tests::TOKEN, method, args).body
    }

    /// A person with a modal before them; its id.
    fn opened(&mut self) -> String {
        let sent = self.command("U1", "except").unwrap();
        let args = json!({"trigger_id": sent.payload["trigger_id"], "view": modal()});
        let body = self.now("views.open", args);
        assert_eq!(body["ok"], true, "{body}");
        body["view"]["id"].as_str().unwrap().to_owned()
    }

    fn stack(&self) -> Vec<String> {
        let views = self.space.views("T1", "U1");
        let modals = views["modals"].as_array().unwrap();
        modals.iter().map(|view| view["title"]["text"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_click_brings_the_bot_all_that_slack_sends() {
    let mut bench = Bench::new();
    let menu = json!({"type": "static_select", "action_id": "days",
        "options": [option("7"), option("30")]});
    let blocks = json!([{"type": "actions", "block_id": "b", "elements": [button("go"), menu]}]);
    let bar = json!([{"blocks": [{"type": "section", "block_id": "s", "text": plain("x"),
        "accessory": button("side")}]}]);
    let ts =
        bench.post(json!({"channel": "C1", "text": "t", "blocks": blocks, "attachments": bar}));
    let here = |user: &str, more: Value| {
        let mut order = json!({"team": "T1", "user": user, "channel": "C1", "ts": ts});
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        order
    };
    let picked = json!({"action_id": "days", "selected_option": "30"});
    let sent = bench.click(here("U1", picked)).unwrap().payload;
    assert_eq!(sent["actions"][0]["selected_option"], option("30"));
    let sent = bench.click(here("U2", json!({"action_id": "go"}))).unwrap();
    assert_eq!((sent.kind, sent.team.as_str()), (Kind::Interactions, "T1"));
    let payload = sent.payload;
    assert_eq!(
        payload["user"],
        json!({"id": "U2", "username": "kim", "name": "kim",
        "team_id": "T2"})
    );
    assert_eq!(payload["team"], json!({"id": "T1", "domain": "aoba"}));
    assert_eq!(payload["channel"], json!({"id": "C1", "name": "alerts"}));
    assert_eq!(payload["container"]["message_ts"], ts.as_str());
    assert_eq!(payload["message"]["ts"], ts.as_str());
    assert_eq!(payload["actions"][0]["value"], "value-go");
    // What another person picked in the menu is not this person's.
    let state = &payload["state"]["values"]["b"]["days"];
    assert_eq!(*state, json!({"type": "static_select", "selected_option": null}));
    let sent = bench.click(here("U1", json!({"action_id": "side"}))).unwrap().payload;
    assert_eq!(sent["container"]["type"], "message_attachment");
    assert_eq!(sent["container"]["attachment_id"], 1);
    assert_eq!(sent["state"]["values"]["b"]["days"]["selected_option"]["value"], "30");
    for (order, why) in [
        (here("U1", json!({"action_id": "none"})), "no element"),
        (here("U1", json!({"action_id": "go", "value": "other"})), "own value"),
        (here("U1", json!({"action_id": "days", "selected_option": "8"})), "no option 8"),
        (here("U1", json!({"action_id": "days", "selected_date": "x"})), "selected_option"),
        (here("U404", json!({"action_id": "go"})), "no user"),
        (json!({"team": "T1", "user": "U1", "action_id": "go"}), "view_id"),
    ] {
        let refused = bench.click(order.clone()).unwrap_err();
        assert!(refused.error.contains(why), "{order}: {refused:?}");
    }
}

#[test]
fn a_trigger_opens_one_modal_within_three_seconds() {
    let mut bench = Bench::new();
    let trigger = bench.command("U1", "x").unwrap().payload["trigger_id"].clone();
    let args = json!({"trigger_id": trigger, "view": modal()});
    let mut broken = args.clone();
    broken["view"]["title"] = plain(&"長".repeat(25));
    assert_eq!(bench.now("views.open", broken)["error"], "invalid_arguments");
    assert_eq!(bench.now("views.push", args.clone())["error"], "invalid_trigger_id");
    assert_eq!(bench.now("views.open", args.clone())["ok"], true);
    assert_eq!(bench.now("views.open", args)["error"], "exchanged_trigger_id");
    let stranger = json!({"trigger_id": "1.2.3", "view": modal()});
    assert_eq!(bench.now("views.open", stranger)["error"], "invalid_trigger_id");
    let trigger = bench.command("U1", "x").unwrap().payload["trigger_id"].clone();
    bench.seconds += 4;
    let late = json!({"trigger_id": trigger, "view": modal()});
    assert_eq!(bench.now("views.open", late)["error"], "expired_trigger_id");
}

#[test]
fn modals_lie_over_each_other_up_to_three() {
    let mut bench = Bench::new();
    let mut id = bench.opened();
    let push = |id: &str| json!({"team": "T1", "user": "U1", "view_id": id, "action_id": "push"});
    for n in 2..=4 {
        let sent = bench.click(push(&id)).unwrap().payload;
        assert_eq!(sent["container"], json!({"type": "view", "view_id": id}));
        let mut view = modal();
        view["title"] = plain(&format!("{n}枚目"));
        let args = json!({"trigger_id": sent["trigger_id"], "view": view});
        let body = bench.now("views.push", args);
        if n == 4 {
            assert_eq!(body["error"], "push_limit_reached");
        } else {
            assert_eq!(body["view"]["previous_view_id"], id.as_str());
            let below = bench.click(push(&id)).unwrap_err();
            assert!(below.error.contains("lies over"), "{below:?}");
            id = body["view"]["id"].as_str().unwrap().to_owned();
        }
    }
    assert_eq!(bench.stack(), ["例外の申請", "2枚目", "3枚目"]);
    let order = |all: bool| json!({"team": "T1", "user": "U1", "view_id": id, "all": all});
    let closed = bench.space.close(&serde_json::from_value(order(true)).unwrap()).unwrap();
    let payload = closed.unwrap().payload;
    assert_eq!((&payload["type"], &payload["is_cleared"]), (&json!("view_closed"), &json!(true)));
    assert_eq!(bench.stack(), Vec::<String>::new());
}

#[test]
fn a_form_is_sent_when_it_is_complete() {
    let mut bench = Bench::new();
    let id = bench.opened();
    let order =
        |values: Value| json!({"team": "T1", "user": "U1", "view_id": id, "values": values});
    let refused = bench.submit(order(json!({}))).unwrap_err();
    assert_eq!(Value::from(refused.errors), json!({"why": "required"}));
    let refused = bench.submit(order(json!({"why": {"text": "短"}}))).unwrap_err();
    assert_eq!(Value::from(refused.errors), json!({"why": "too_short"}));
    for (values, why) in [
        (json!({"none": {"text": "x"}}), "no none/text"),
        (json!({"until": {"date": "2027-02-30"}}), "no date"),
        (json!({"scope": {"pick": "z"}}), "no option z"),
    ] {
        let refused = bench.submit(order(values)).unwrap_err();
        assert!(refused.error.contains(why), "{refused:?}");
    }
    let values = json!({"why": {"text": "移行が来月のため"}, "until": {"date": "2027-02-28"},
        "scope": {"pick": {"type": "static_select", "selected_option": option("b")}}});
    let sent = bench.submit(order(values)).unwrap();
    let view = &sent.payload["view"];
    assert_eq!(sent.payload["type"], "view_submission");
    assert_eq!(view["private_metadata"], "id-1");
    let values = &view["state"]["values"];
    assert_eq!(
        values["why"]["text"],
        json!({"type": "plain_text_input",
        "value": "移行が来月のため"})
    );
    assert_eq!(values["until"]["date"]["selected_date"], "2027-02-28");
    assert_eq!(values["scope"]["pick"]["selected_option"]["value"], "b");

    // The bot refuses one field, then shows another content, and at last it takes the form.
    let now = at(bench.seconds);
    let mut answer = |body: Value| bench.space.acknowledged(now, &sent, &body);
    let wrong = json!({"response_action": "errors", "errors": {"more": "x"}});
    assert_eq!(answer(wrong).unwrap_err().code, "invalid_arguments");
    let errors = json!({"response_action": "errors", "errors": {"until": "過去の日付です"}});
    answer(errors).unwrap();
    let mut second = modal();
    second["title"] = plain("確認");
    let mut long = second.clone();
    long["title"] = plain(&"長".repeat(25));
    assert!(answer(json!({"response_action": "update", "view": long})).is_err());
    answer(json!({"response_action": "push", "view": second})).unwrap();
    assert_eq!(bench.stack(), ["例外の申請", "確認"]);
    bench.space.acknowledged(now, &sent, &json!({"response_action": "clear"})).unwrap();
    assert_eq!(bench.stack(), Vec::<String>::new());
}

#[test]
fn an_update_keeps_what_was_typed_and_minds_the_hash() {
    let mut bench = Bench::new();
    let id = bench.opened();
    let typed = json!({"team": "T1", "user": "U1", "view_id": id,
        "values": {"why": {"text": "急ぎのため"}}});
    bench.submit(typed).unwrap();
    let hash = bench.space.views("T1", "U1")["modals"][0]["hash"].clone();
    let args = |hash: &Value| json!({"view_id": id, "hash": hash, "view": modal()});
    let first = bench.now("views.update", args(&hash));
    assert_eq!(first["view"]["state"]["values"]["why"]["text"]["value"], "急ぎのため");
    assert_eq!(bench.now("views.update", args(&hash))["error"], "hash_conflict");
    assert_eq!(bench.now("views.update", args(&first["view"]["hash"]))["ok"], true);
    let gone = json!({"view_id": "V404", "view": modal()});
    assert_eq!(bench.now("views.update", gone)["error"], "not_found");
}

#[test]
fn ephemerals_are_seen_by_one_person_and_answered_through_their_url() {
    let mut bench = Bench::new();
    let whisper = |user: &str| {
        json!({"channel": "C1", "user": user, "text": "秘密", "blocks":
        [{"type": "actions", "elements": [button("ok")]}]})
    };
    assert_eq!(bench.error("chat.postEphemeral", whisper("U2")), "user_not_in_channel");
    let ts = bench.call("chat.postEphemeral", whisper("U1"))["message_ts"].clone();
    let shown = |bench: &Bench, who: Whispers<'_>| {
        bench.space.messages(Some("T1"), Some("C1"), who)["messages"].as_array().unwrap().clone()
    };
    assert_eq!(shown(&bench, Whispers::None).len(), 0);
    assert_eq!(shown(&bench, Whispers::Of("U2")).len(), 0);
    assert_eq!(shown(&bench, Whispers::All)[0]["ephemeral_to"], "U1");
    assert_eq!(bench.ops, [], "nothing of it is kept");
    let order = |user: &str| {
        json!({"team": "T1", "user": user, "channel": "C1", "ts": ts,
        "action_id": "ok"})
    };
    assert!(bench.click(order("U2")).unwrap_err().error.contains("sees no message"));
    let sent = bench.click(order("U1")).unwrap().payload;
    assert_eq!(sent["container"]["is_ephemeral"], true);
    assert_eq!(sent.get("message"), None);

    let url = sent["response_url"].as_str().unwrap();
    let id = url.rsplit('/').next().unwrap().to_owned();
    let mut respond = |seconds: u64, body: Value| {
        bench.space.respond(at(bench.seconds + seconds), "T1", &id, body)
    };
    respond(0, json!({"replace_original": true, "text": "済み"})).unwrap();
    let ops = respond(1, json!({"response_type": "in_channel", "text": "皆さんへ"})).unwrap();
    assert_eq!(ops.len(), 1);
    respond(2, json!({"text": "あなたへ"})).unwrap();
    respond(3, json!({"delete_original": true})).unwrap();
    assert_eq!(respond(4, json!({"text": ""})).unwrap_err().code, "no_text");
    assert_eq!(respond(5, json!({"text": "六"})).unwrap_err().code, "expired_url");
    let texts: Vec<_> =
        shown(&bench, Whispers::Of("U1")).iter().map(|one| one["text"].clone()).collect();
    assert_eq!(texts, ["皆さんへ", "あなたへ"]);

    let sent = bench.command("U1", "x").unwrap().payload;
    let id = sent["response_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let late = at(bench.seconds + 30 * 60 + 1);
    let refused = bench.space.respond(late, "T1", &id, json!({"text": "遅い"}));
    assert_eq!(refused.unwrap_err().code, "expired_url");
}

#[test]
fn commands_are_for_full_members_of_the_workspace() {
    let mut bench = Bench::new();
    let sent = bench.command("U1", " list  ").unwrap();
    let fields = ["command", "text", "team_id", "channel_name", "user_name"];
    let said = fields.map(|name| sent.payload[name].as_str().unwrap().to_owned());
    assert_eq!(said, ["/guardrail", "list", "T1", "alerts", "sato"]);
    assert_eq!(bench.command("U2", "x").unwrap_err().error, "restricted_action");
    bench.space.spec.users[0].is_restricted = true;
    assert_eq!(bench.command("U1", "x").unwrap_err().error, "restricted_action");
    bench.space.spec.users[0].deleted = true;
    assert_eq!(bench.command("U1", "x").unwrap_err().error, "account_inactive");

    let now = at(bench.seconds);
    for (body, texts) in [
        (json!(null), 0),
        (json!("了解"), 1),
        (json!({"text": "皆へ", "response_type": "in_channel"}), 2),
    ] {
        bench.space.acknowledged(now, &sent, &body).unwrap();
        let all = bench.space.messages(None, None, Whispers::All);
        assert_eq!(all["messages"].as_array().unwrap().len(), texts, "{body}");
    }
}

#[test]
fn a_home_is_published_and_clicked() {
    let mut bench = Bench::new();
    let home = json!({"type": "home", "blocks": [{"type": "actions", "elements": [button("h")]}]});
    let open: HomeOrder = serde_json::from_value(json!({"team": "T1", "user": "U1"})).unwrap();
    let event = bench.space.open_home(at(0), &open).unwrap();
    assert_eq!(event.kind, Kind::Events);
    assert_eq!(event.payload["event"]["type"], "app_home_opened");
    assert_eq!(event.payload["event"].get("view"), None);
    let args = |user: &str| json!({"user_id": user, "view": home});
    assert_eq!(bench.error("views.publish", args("U2")), "user_not_found");
    let view = bench.call("views.publish", args("U1"))["view"].clone();
    let event = bench.space.open_home(at(1), &open).unwrap().payload;
    assert_eq!(event["event"]["view"]["id"], view["id"]);
    assert_eq!(bench.space.views("T1", "U1")["home"]["hash"], view["hash"]);
    let click = json!({"team": "T1", "user": "U1", "view_id": view["id"], "action_id": "h"});
    let sent = bench.click(click.clone()).unwrap().payload;
    assert_eq!(sent["view"]["type"], "home");
    assert_eq!(sent.get("response_url"), None);
    let mut foreign = click;
    foreign["user"] = "U2".into();
    assert!(bench.click(foreign).unwrap_err().error.contains("sees no view"));
}
