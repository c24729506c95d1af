//! Slack's bad days: nothing is lost, nothing is doubled, and a pause asked for is kept.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    events::{Control, FAILED},
    sandbox::{Sandbox, Shown},
};

fn quiet() -> Sandbox {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let passed = folder.join("passed.json");
    let owners = crate::support::owners::told_in_full();
    Sandbox::start(&["--events", passed.to_str().unwrap(), "--owners", owners])
}

const RESOURCES: [&str; 5] = ["one", "two", "three", "four", "five"];

/// Five problems of one company, in one event.
fn five() -> String {
    let controls = RESOURCES.map(|resource| Control { resource, ..FAILED });
    crate::support::events::event(&controls).to_string()
}

/// Each of the five has exactly one card, and there is nothing else.
fn each_once(sandbox: &Sandbox) -> Vec<Shown> {
    let messages = sandbox.messages();
    let keys: BTreeSet<&str> = messages.iter().map(Shown::key).collect();
    assert_eq!((messages.len(), keys.len()), (5, 5), "{messages:#?}");
    for resource in RESOURCES {
        let about = |one: &&Shown| one.text.ends_with(&format!("S3.8 about {resource}"));
        assert_eq!(messages.iter().filter(about).count(), 1, "{resource}");
    }
    let state = sandbox.state();
    assert_eq!((&state["held"], &state["counters"]["dead"]), (&0.into(), &0.into()));
    messages
}

/// Slack is in this trouble while the five come in and for ten minutes more.
fn through(rule: Value) -> Sandbox {
    let sandbox = quiet();
    let mut rule = rule;
    rule["times"] = 1_000_000.into();
    sandbox.faults(&json!([rule]));
    sandbox.feed_only(five());
    sandbox.advance(600.0);
    assert_eq!(sandbox.state()["held"], 5, "nothing is given up");
    assert_eq!(sandbox.state()["inbox"], 0, "the queue does not wait for Slack");
    sandbox.mend();
    sandbox.settle();
    each_once(&sandbox);
    sandbox
}

#[test]
fn a_revoked_token_loses_nothing() {
    let sandbox = through(json!({"method": "*", "kind": "error", "error": "token_revoked"}));
    assert!(sandbox.count("chat.postMessage", "token_revoked") < 60, "and it does not storm");
    assert!(sandbox.stop().contains("refuses the bot's token"), "a person must look");
}

#[test]
fn an_outage_loses_nothing() {
    through(json!({"method": "*", "kind": "http_error", "status": 503}));
    through(json!({"method": "*", "kind": "drop_request"}));
}

#[test]
fn a_lost_answer_is_adopted() {
    let sandbox = quiet();
    let lost = json!({"method": "chat.postMessage", "kind": "drop_answer", "times": 3});
    sandbox.faults(&json!([lost]));
    sandbox.feed(five());
    each_once(&sandbox);
    let counters = &sandbox.state()["counters"];
    assert_eq!((&counters["adopted"], &counters["posted"]), (&3.into(), &2.into()), "{counters}");
    // An adopted card follows its alert like any other.
    let passed = Control { status: "PASSED", resource: RESOURCES[0], ..FAILED };
    sandbox.feed(passed.at(900).event());
    let solved = each_once(&sandbox);
    assert_eq!(solved.iter().filter(|one| one.text.contains("【解決済み】")).count(), 1);
}

/// When the calls of a method were made.
fn times(sandbox: &Sandbox, method: &str) -> Vec<jiff::Timestamp> {
    let calls = sandbox.get("/_sandbox/calls");
    let calls = calls["calls"].as_array().unwrap().iter();
    calls
        .filter(|call| call["method"] == method)
        .map(|call| call["at"].as_str().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_post_in_doubt_is_looked_for_twice_before_it_is_sent_again() {
    let sandbox = quiet();
    let lost = json!({"method": "chat.postMessage", "kind": "http_error", "status": 503});
    sandbox.faults(&json!([lost]));
    sandbox.feed(FAILED.event());
    assert_eq!(sandbox.messages().len(), 1);
    let (posts, looks) =
        (times(&sandbox, "chat.postMessage"), times(&sandbox, "conversations.history"));
    assert_eq!((posts.len(), looks.len()), (2, 2), "{posts:?} {looks:?}");
    let seconds = |from: jiff::Timestamp, to: jiff::Timestamp| to.duration_since(from).as_secs();
    assert!(seconds(posts[0], looks[0]) >= 9, "not before the call's deadline");
    assert!(seconds(looks[0], looks[1]) >= 5);
    assert!(posts[1] >= looks[1]);
}

#[test]
fn a_pause_asked_for_is_kept() {
    let sandbox = quiet();
    let storm = json!({
        "method": "chat.postMessage", "kind": "ratelimited", "retry_after": 45, "times": 3,
    });
    sandbox.faults(&json!([storm]));
    sandbox.feed_only(five());
    sandbox.advance(300.0);
    each_once(&sandbox);
    assert_eq!(sandbox.count("chat.postMessage", "ratelimited"), 3);
    let calls = sandbox.get("/_sandbox/calls");
    let posts: Vec<(jiff::Timestamp, bool)> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["method"] == "chat.postMessage")
        .map(|call| (call["at"].as_str().unwrap().parse().unwrap(), call["ok"] == true))
        .collect();
    for (n, (at, _)) in posts.iter().enumerate().filter(|(_, (_, ok))| !ok) {
        let next = posts[n + 1].0;
        assert!(next.duration_since(*at).as_secs() >= 45, "{n}: {posts:?}");
    }
}

#[test]
fn slack_itself_never_refuses_our_pace() {
    let sandbox = quiet();
    let many: Vec<String> = (0..120).map(|n| format!("arn:aws:s3:::bucket-{n}")).collect();
    for batch in many.chunks(20) {
        let lines: Vec<String> = batch
            .iter()
            .map(|name| {
                FAILED.event().replace(FAILED.resource, name).replace("hidamari-reports", name)
            })
            .collect();
        sandbox.feed_only(lines.join("\n"));
    }
    sandbox.settle();
    assert_eq!(sandbox.messages().len(), 120);
    assert_eq!(sandbox.count("chat.postMessage", "ratelimited"), 0);
    assert_eq!(sandbox.count("chat.postMessage", "ok"), 120);
}

#[test]
fn a_deleted_card_comes_back_at_the_next_change() {
    let sandbox = quiet();
    sandbox.feed(FAILED.event());
    let card = sandbox.messages().remove(0);
    let gone = json!({"channel": "C0HIDAMARI", "ts": card.ts});
    assert_eq!(sandbox.slack("T0SHINONOME", "chat.delete", &gone)["ok"], true);
    sandbox.advance(300.0);
    assert_eq!(sandbox.messages(), [], "nobody posts over a person's head");
    sandbox.feed(Control { status: "PASSED", ..FAILED }.at(900).event());
    let messages = sandbox.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].text.contains("【解決済み】"), "{}", messages[0].text);
    assert_ne!(messages[0].ts, card.ts);
    // The new card is the one that is kept up from now on.
    sandbox.feed(FAILED.at(1200).event());
    let messages = sandbox.messages();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].text.contains("続きは新しいカード"), "{}", messages[0].text);
    assert!(messages[1].text.contains("再発しました（2回目）"), "{}", messages[1].text);
}

#[test]
fn a_channel_that_is_gone_is_stood_in_for() {
    let sandbox = quiet();
    let gone = |method| {
        json!({"method": method, "channel": "C0HIDAMARI", "kind": "error",
            "error": "channel_not_found", "times": 1_000_000})
    };
    sandbox.faults(&json!([gone("chat.postMessage"), gone("chat.update")]));
    sandbox.feed(FAILED.event());
    let messages = sandbox.messages();
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert_eq!(messages[0].place, "T0SHINONOME/C0CCOE");
    assert!(messages[0].says("C0HIDAMARI") && messages[0].says("ひだまりケアサービス"));
    sandbox.feed(Control { status: "PASSED", ..FAILED }.at(900).event());
    let messages = sandbox.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].text.contains("【解決済み】"), "{}", messages[0].text);
}

#[test]
fn an_unpostable_ccoe_waits_and_says_so() {
    let sandbox = quiet();
    let gone = json!({"method": "chat.postMessage", "channel": "C0CCOE", "kind": "error",
        "error": "channel_not_found", "times": 1_000_000});
    sandbox.faults(&json!([gone]));
    sandbox.feed_only(Control { account: "999988887777", ..FAILED }.event());
    sandbox.advance(60.0);
    sandbox.mend();
    sandbox.settle();
    let messages = sandbox.messages();
    assert!(messages.iter().any(|one| one.text.contains("送れなかった通知が1件")), "{messages:#?}");
    assert!(messages.iter().all(|one| one.place == "T0SHINONOME/C0CCOE"));
}

#[test]
fn a_busy_channel_does_not_hold_up_its_neighbours() {
    let sandbox = quiet();
    let accounts = ["222233334444", "333344445555", "999988887777"];
    let event = |account: &str, n: usize| {
        let resource = format!("arn:aws:s3:::{account}-{n}");
        let event = FAILED.event().replace(FAILED.account, account);
        event.replace(FAILED.resource, &resource).replace("hidamari-reports", &resource)
    };
    let all: Vec<String> =
        (0..20).flat_map(|n| accounts.map(|account| event(account, n))).collect();
    sandbox.feed_only(all.join("\n"));
    sandbox.settle();
    let channels = sandbox.channels();
    assert_eq!(channels.len(), 3);
    let mut took = Vec::new();
    for (place, messages) in channels {
        assert_eq!(messages.len(), 20, "{place}");
        let at = |one: &Shown| one.ts.parse::<f64>().unwrap();
        took.push(at(&messages[19]) - at(&messages[0]));
    }
    took.sort_by(f64::total_cmp);
    // Side by side: on a slow machine all of them take longer. One that another held up took a
    // sixth more than the quickest.
    assert!(took[2] / took[0] < 1.1, "{took:?}");
    // 19 pauses of 1.1 s; a message's own time is taken a moment after its turn.
    assert!(took[0] > 20.0, "{took:?}");
}
