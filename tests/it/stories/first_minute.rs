//! What a newcomer sees in the first minute.

use crate::support::sandbox::{Sandbox, Shown};

fn texts(messages: Option<&Vec<Shown>>) -> Vec<&str> {
    messages.into_iter().flatten().map(|one| one.text.as_str()).collect()
}

/// The channel's first lines hold these words, in this order, and there is nothing else.
fn stand(messages: Option<&Vec<Shown>>, expected: &[&[&str]]) {
    let texts = texts(messages);
    assert_eq!(texts.len(), expected.len(), "{texts:#?}");
    for (text, words) in texts.iter().zip(expected) {
        for word in *words {
            assert!(text.contains(word), "{word}: {texts:#?}");
        }
    }
}

#[test]
fn every_kind_of_card_stands_in_the_right_channel() {
    let sandbox = Sandbox::start(&[]);
    sandbox.advance(70.0);
    sandbox.settle();
    let channels = sandbox.channels();
    assert_eq!(channels.len(), 4, "{:?}", channels.keys());
    stand(
        channels.get("T0AKEBONO/C0AKEBONO"),
        &[
            &["この問題は再発しました", "akebono-core-prod（本番）"],
            &["[サンプル]", "【高】", "akebono-core-dev（開発）"],
            &["【重大】", "再発しました（2回目）", "akebono-core-prod（本番）"],
            // One of the samples is of an account in baseline.
            &["【受け入れ準備中】", "akebono-claims-dev", "1件"],
        ],
    );
    stand(
        channels.get("T0SHINONOME/C0HIDAMARI"),
        &[
            &[":stop_button:", "【終了】", "hidamari-prod"],
            &[":white_check_mark:", "【解決済み】", "「中」", "hidamari-prod"],
        ],
    );
    stand(
        channels.get("T0SHINONOME/C0NAGISA"),
        &[&["[High] Problem found", "nagisa-prod"], &["[High] Severity has gone up"]],
    );
    let ccoe = channels.get("T0SHINONOME/C0CCOE");
    stand(ccoe, &[&["【重大】", "アカウント 444455556666"], &["【要確認】", "1件"]]);
    assert!(ccoe.unwrap()[0].says("担当の会社が登録されていません"));
    let held = |one: &&Shown| one.says("akebono-claims-dev");
    assert_eq!(sandbox.messages().iter().filter(held).count(), 1, "no card of its own");
    let reply = &channels["T0SHINONOME/C0NAGISA"][1];
    assert_eq!(reply.whole["thread_ts"], channels["T0SHINONOME/C0NAGISA"][0].ts.as_str());
    assert_eq!(reply.whole["broadcast"], true);

    let state = sandbox.state();
    assert_eq!((&state["open_alerts"], &state["alerts"]), (&5.into(), &7.into()));
    assert_eq!((&state["held"], &state["quarantined"]), (&0.into(), &1.into()));
    assert_eq!((&state["deliveries"], &state["counters"]["dead"]), (&9.into(), &0.into()));

    // The minute is over: nothing more comes by itself.
    let before = (sandbox.messages(), sandbox.counts());
    sandbox.advance(3600.0);
    assert_eq!((sandbox.messages(), sandbox.counts()), before);
}

#[test]
fn the_button_feeds_more() {
    let sandbox = Sandbox::start(&[]);
    sandbox.advance(70.0);
    sandbox.settle();
    let before = sandbox.messages().len();
    let mut cards = Vec::new();
    for _ in 0..4 {
        let fed = sandbox.request("POST", "/_sandbox/feed-more", &[], b"");
        assert_eq!(fed.status, 200, "{:?}", fed.json());
        sandbox.settle();
        cards.push(sandbox.messages().len());
    }
    assert!(cards[0] > before && cards[2] > cards[0], "{before} {cards:?}");
    assert_eq!(sandbox.state()["counters"]["unreadable"], 0);
}
