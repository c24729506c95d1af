//! The methods, one table or story each.

use serde_json::{Value, json};

use crate::sandbox::tests::{Bench, OTHER, TOKEN};

fn texts(body: &Value) -> Vec<&str> {
    body["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect()
}

#[test]
fn who_calls_is_checked_first() {
    let mut bench = Bench::new();
    for (token, method, wanted) in [
        (None, "auth.test", "not_authed"),
        (Some(""), "auth.test", "invalid_auth"),
        (Some("xoxb-stranger"), "auth.test", "invalid_auth"),
        (TOKEN, "chat.postmessage", "unknown_method"),
    ] {
        assert_eq!(bench.call_as(token, method, json!({}))["error"], wanted, "{token:?} {method}");
    }
    let body = bench.call_as(None, "auth.test", json!({"token": "xoxb-kita"}));
    assert_eq!(body["url"], "https://kita.slack.com/");
    let wanted = json!({
        "ok": true, "url": "https://aoba.slack.com/", "team": "青葉", "user": "門番",
        "team_id": "T1", "user_id": "UB1", "bot_id": "B1", "is_enterprise_install": false,
    });
    assert_eq!(bench.call("auth.test", json!({})), wanted);
}

#[test]
fn posts_that_slack_refuses() {
    let mut bench = Bench::new();
    let parent = bench.post(json!({"channel": "C1", "text": "parent"}));
    let reply = bench.post(json!({"channel": "C1", "text": "reply", "thread_ts": parent}));
    let big = "x".repeat(9000);
    for (args, wanted) in [
        (json!({"text": "x"}), "invalid_arguments"),
        (json!({"channel": "C404", "text": "x"}), "channel_not_found"),
        (json!({"channel": "C9", "text": "x"}), "channel_not_found"),
        (json!({"channel": "alerts", "text": "x"}), "channel_not_found"),
        (json!({"channel": "C2", "text": "x"}), "not_in_channel"),
        (json!({"channel": "C3", "text": "x"}), "is_archived"),
        (json!({"channel": "C1"}), "no_text"),
        (json!({"channel": "C1", "text": "", "blocks": []}), "no_text"),
        (json!({"channel": "C1", "text": 5}), "invalid_arguments"),
        (json!({"channel": "C1", "text": "𠮷".repeat(20_001)}), "msg_too_long"),
        (json!({"channel": "C1", "text": "x", "blocks": "[{"}), "invalid_blocks_format"),
        (json!({"channel": "C1", "text": "x", "attachments": {}}), "invalid_attachments"),
        (json!({"channel": "C1", "text": "x", "thread_ts": "1.0"}), "thread_not_found"),
        (json!({"channel": "C1", "text": "x", "thread_ts": reply}), "thread_not_found"),
        (json!({"channel": "C1", "text": "x", "thread_ts": 1.5}), "invalid_arguments"),
        (json!({"channel": "C1", "text": "x", "unfurl_links": "maybe"}), "invalid_arguments"),
        (json!({"channel": "C1", "text": "x", "metadata": "{"}), "invalid_metadata_format"),
        (
            json!({"channel": "C1", "text": "x", "metadata":
                {"event_type": "e", "event_payload": {"k": big}}}),
            "metadata_too_large",
        ),
    ] {
        assert_eq!(bench.error("chat.postMessage", args.clone()), wanted, "{args}");
    }
    assert_eq!(bench.ops.len(), 2, "a refused post leaves nothing behind");
}

#[test]
fn a_post_comes_back_as_slack_keeps_it() {
    let mut bench = Bench::new();
    let block = json!({"type": "section", "text": {"type": "mrkdwn", "text": "*太字*"}});
    let body = bench.call(
        "chat.postMessage",
        json!({
            "channel": "#alerts", "text": "要約", "blocks": json!([block]).to_string(),
            "attachments": [{"color": "#a30200", "blocks": [
                {"type": "actions", "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "押す"}},
                    {"type": "button", "action_id": "mine",
                     "text": {"type": "plain_text", "text": "押す"}},
                ]},
            ]}],
            "metadata": {"event_type": "e", "event_payload": {"post_key": "k"}},
            "unfurl_links": false, "client_msg_id": "id-1",
        }),
    );
    assert_eq!(body["channel"], "C1");
    let message = &body["message"];
    let own = json!([message["user"], message["bot_id"], message["app_id"], message["team"]]);
    assert_eq!(own, json!(["UB1", "B1", "A1", "T1"]));
    assert_eq!((&message["ts"], &message["type"]), (&body["ts"], &json!("message")));
    let bar = &message["attachments"][0];
    assert_eq!((&bar["color"], &bar["id"]), (&json!("a30200"), &json!(1)));
    let ids = [
        &message["blocks"][0]["block_id"],
        &bar["blocks"][0]["block_id"],
        &bar["blocks"][0]["elements"][0]["action_id"],
    ];
    assert!(ids.iter().all(|id| id.as_str().is_some_and(|id| !id.is_empty())), "{message}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    assert_eq!(bar["blocks"][0]["elements"][1]["action_id"], "mine");

    let history = bench.call("conversations.history", json!({"channel": "C1"}));
    assert_eq!(history["messages"][0].get("metadata"), None);
    let args = json!({"channel": "C1", "include_all_metadata": "true"});
    let history = bench.call("conversations.history", args);
    assert_eq!(history["messages"][0], *message);
    assert_eq!(message["metadata"]["event_payload"]["post_key"], "k");
}

#[test]
fn an_update_replaces_text_and_blocks_together() {
    let mut bench = Bench::new();
    let divider = json!([{"type": "divider", "block_id": "d"}]);
    let bar = json!([{"color": "good", "text": "bar"}]);
    let meta = json!({"event_type": "e", "event_payload": {}});
    let ts = bench.post(json!({
        "channel": "C1", "text": "old", "blocks": divider, "attachments": bar, "metadata": meta,
    }));
    let mut update = |mut args: Value| {
        args["channel"] = "C1".into();
        args["ts"] = ts.as_str().into();
        let body = bench.call("chat.update", args);
        assert_eq!(body["ok"], true, "{body}");
        body["message"].clone()
    };
    let blocks_only = update(json!({"blocks": divider}));
    assert_eq!((&blocks_only["text"], &blocks_only["blocks"]), (&json!(""), &divider));
    let both = update(json!({"text": "new", "blocks": divider}));
    assert_eq!((&both["text"], &both["blocks"]), (&json!("new"), &divider));
    let text_only = update(json!({"text": "newer"}));
    assert_eq!(text_only.get("blocks"), None);
    assert_eq!(text_only["attachments"][0]["text"], "bar");
    assert_eq!(text_only["metadata"], meta);
    assert_eq!(text_only["edited"]["user"], "UB1");
    let bare = update(json!({"text": "newest", "attachments": [], "metadata": {}}));
    assert_eq!((bare.get("attachments"), bare.get("metadata")), (None, None));
    assert_eq!(bare["ts"], ts.as_str());
}

#[test]
fn edits_that_slack_refuses() {
    let mut bench = Bench::new();
    let ts = bench.post(json!({"channel": "C1", "text": "mine"}));
    // Another bot of the same team wrote this one, in an earlier run.
    let mut foreign = bench.ops[0].clone();
    if let crate::sandbox::MessageOp::Put { message } = &mut foreign {
        message.bot_id = "B-other".into();
        message.ts = crate::sandbox::Ts::parse("1700000000.000001").unwrap();
    }
    bench.space.replay(&foreign);
    let foreign = "1700000000.000001";
    for (method, args, wanted) in [
        ("chat.update", json!({"channel": "C1", "ts": "1.0", "text": "x"}), "message_not_found"),
        ("chat.update", json!({"channel": "C1", "ts": "x", "text": "x"}), "message_not_found"),
        ("chat.update", json!({"channel": "C4", "ts": ts, "text": "x"}), "message_not_found"),
        ("chat.update", json!({"channel": "C1", "ts": ts}), "no_text"),
        ("chat.update", json!({"channel": "C1", "text": "x"}), "invalid_arguments"),
        (
            "chat.update",
            json!({"channel": "C1", "ts": foreign, "text": "x"}),
            "cant_update_message",
        ),
        ("chat.delete", json!({"channel": "C1", "ts": foreign}), "cant_delete_message"),
        ("chat.delete", json!({"channel": "C1", "ts": "1.0"}), "message_not_found"),
        ("chat.getPermalink", json!({"channel": "C1", "message_ts": "1"}), "message_not_found"),
    ] {
        assert_eq!(bench.error(method, args.clone()), wanted, "{method} {args}");
    }
}

#[test]
fn threads_count_broadcast_and_outlive_their_parent() {
    let mut bench = Bench::new();
    let parent = bench.post(json!({"channel": "C1", "text": "parent"}));
    let thread = |text: &str, loud: bool| json!({"channel": "C1", "text": text, "thread_ts": parent, "reply_broadcast": loud});
    let quiet = bench.post(thread("quiet", false));
    let loud = bench.post(thread("loud", true));
    let history = bench.call("conversations.history", json!({"channel": "C1"}));
    assert_eq!(texts(&history), ["loud", "parent"]);
    assert_eq!(history["messages"][0]["subtype"], "thread_broadcast");
    assert_eq!(history["messages"][1]["reply_count"], 2);
    assert_eq!(history["messages"][1]["latest_reply"], loud.as_str());
    let args = json!({"channel": "C1", "ts": parent, "limit": 1});
    let page = bench.call("conversations.replies", args);
    assert_eq!(texts(&page), ["parent", "quiet"]);
    let cursor = &page["response_metadata"]["next_cursor"];
    let args = json!({"channel": "C1", "ts": parent, "limit": 1, "cursor": cursor});
    assert_eq!(texts(&bench.call("conversations.replies", args)), ["parent", "loud"]);
    let link = bench.call("chat.getPermalink", json!({"channel": "C1", "message_ts": quiet}));
    let digits = quiet.replace('.', "");
    let wanted = format!("https://aoba.slack.com/archives/C1/p{digits}?thread_ts={parent}&cid=C1");
    assert_eq!(link["permalink"], wanted);

    bench.call("chat.delete", json!({"channel": "C1", "ts": quiet}));
    let deleted = bench.call("chat.delete", json!({"channel": "C1", "ts": parent}));
    assert_eq!(deleted["ok"], true);
    let args = json!({"channel": "C1", "ts": parent});
    let replies = bench.call("conversations.replies", args);
    assert_eq!(replies["messages"][0]["subtype"], "tombstone");
    assert_eq!(replies["messages"][0]["reply_count"], 1);
    let again = json!({"channel": "C1", "ts": parent});
    assert_eq!(bench.error("chat.delete", again), "message_not_found");
    let args = json!({"channel": "C1", "ts": "5.0"});
    assert_eq!(bench.error("conversations.replies", args), "thread_not_found");
}

#[test]
fn history_pages_back_in_time_within_its_span() {
    let mut bench = Bench::new();
    let ts: Vec<_> =
        (0..5).map(|n| bench.post(json!({"channel": "C1", "text": n.to_string()}))).collect();
    let mut seen = Vec::new();
    let mut args = json!({"channel": "C1", "limit": "2"});
    for round in 0..4 {
        let page = bench.call("conversations.history", args.clone());
        seen.extend(texts(&page).into_iter().map(str::to_owned));
        assert_eq!(page["has_more"], round < 2);
        let Some(next) = page["response_metadata"]["next_cursor"].as_str() else { break };
        // What arrives meanwhile moves no page.
        bench.post(json!({"channel": "C1", "text": "later"}));
        args["cursor"] = next.into();
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    let mut span = |oldest: &str, latest: &str, inclusive: bool| {
        let args = json!({"channel": "C1", "oldest": oldest, "latest": latest,
            "inclusive": inclusive});
        texts(&bench.call("conversations.history", args)).join(",")
    };
    assert_eq!(span(&ts[1], &ts[3], false), "2");
    assert_eq!(span(&ts[1], &ts[3], true), "3,2,1");
    assert_eq!(span("0", &ts[1], false), "0");
    for (more, wanted) in [
        (json!({"cursor": "zzz"}), "invalid_cursor"),
        (json!({"limit": 1000}), "invalid_limit"),
        (json!({"limit": "ten"}), "invalid_arguments"),
        (json!({"oldest": "yesterday"}), "invalid_arguments"),
        (json!({"channel": "C2"}), "not_in_channel"),
    ] {
        let mut args = json!({"channel": "C1"});
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(bench.error("conversations.history", args), wanted, "{more}");
    }
}

#[test]
fn a_team_sees_nothing_of_another() {
    let mut bench = Bench::new();
    let ts = bench.post(json!({"channel": "C1", "text": "ours"}));
    for (method, args, wanted) in [
        ("chat.postMessage", json!({"channel": "C1", "text": "x"}), "channel_not_found"),
        ("chat.update", json!({"channel": "C1", "ts": ts, "text": "x"}), "channel_not_found"),
        ("chat.delete", json!({"channel": "C1", "ts": ts}), "channel_not_found"),
        ("conversations.history", json!({"channel": "C1"}), "channel_not_found"),
        ("conversations.info", json!({"channel": "C1"}), "channel_not_found"),
        ("users.info", json!({"user": "U1"}), "user_not_found"),
        ("users.info", json!({"user": "UB1"}), "user_not_found"),
    ] {
        let body = bench.call_as(OTHER, method, args);
        assert_eq!(body["error"], wanted, "{method}");
    }
    // The same channel name in another team is another channel.
    let body = bench.call_as(OTHER, "chat.postMessage", json!({"channel": "#alerts", "text": "x"}));
    assert_eq!(body["channel"], "C9");
    let list = bench.call_as(OTHER, "conversations.list", json!({}));
    assert_eq!(list["channels"].as_array().unwrap().len(), 1);
}

#[test]
fn people_and_channels_are_listed_in_pages() {
    let mut bench = Bench::new();
    let user = bench.call("users.info", json!({"user": "U1"}));
    assert_eq!(user["user"].get("locale"), None);
    let user = bench.call("users.info", json!({"user": "U1", "include_locale": true}));
    assert_eq!(user["user"]["locale"], "ja-JP");
    assert_eq!(user["user"].get("persona"), None);
    let first = bench.call("users.list", json!({"limit": 1}));
    assert_eq!(first["members"][0]["is_bot"], true);
    let next = &first["response_metadata"]["next_cursor"];
    let second = bench.call("users.list", json!({"limit": 1, "cursor": next}));
    assert_eq!(second["members"][0]["id"], "U1");
    assert_eq!(second["response_metadata"]["next_cursor"], "");
    assert_eq!(bench.error("users.list", json!({"cursor": "5"})), "invalid_cursor");
    let open = bench.call("conversations.list", json!({"exclude_archived": true}));
    assert_eq!(open["channels"].as_array().unwrap().len(), 3);
    let info = bench.call("conversations.info", json!({"channel": "C2"}));
    assert_eq!(info["channel"]["is_member"], false);
}
