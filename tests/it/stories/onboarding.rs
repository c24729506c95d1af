//! Accounts that are new: summed up, given to a company, told of one by one.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{
    events::{Control, FAILED, event},
    owners::SAMPLE,
    sandbox::{Sandbox, Shown},
};

const AKEBONO: &str = "T0AKEBONO/C0AKEBONO";
const CCOE: &str = "T0SHINONOME/C0CCOE";
/// In baseline in the sample.
const CLAIMS: &str = "111122225555";

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn happened(name: &str) -> String {
    fs::read_to_string(fixture(&format!("accounts/{name}.json"))).unwrap()
}

fn started(folder: &Path, map: &str) -> Sandbox {
    let owners = folder.join("owners.yaml");
    fs::write(&owners, map).unwrap();
    let data = folder.join("data");
    Sandbox::start(&[
        "--data",
        data.to_str().unwrap(),
        "--owners",
        owners.to_str().unwrap(),
        "--events",
        &fixture("passed.json"),
    ])
}

fn in_channel(sandbox: &Sandbox, place: &str) -> Vec<Shown> {
    sandbox.messages().into_iter().filter(|one| one.place == place).collect()
}

/// The same without replies: what nobody answers for days is passed on in one.
fn cards_in(sandbox: &Sandbox, place: &str) -> Vec<Shown> {
    let mut all = in_channel(sandbox, place);
    all.retain(|one| one.whole["thread_ts"].is_null());
    all
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// 500 problems: 5 high, 195 medium, 300 low.
fn stock() -> Vec<Control> {
    let level = |n| match n {
        0..5 => "HIGH",
        5..200 => "MEDIUM",
        _ => "LOW",
    };
    let control = |n: u32| Control {
        account: CLAIMS,
        resource: leak(format!("arn:aws:s3:::claims-{n:03}")),
        severity: level(n),
        ..FAILED
    };
    (0..500).map(control).collect()
}

#[test]
fn an_account_with_500_problems_is_summed_up_once_and_going_live_posts_nothing_old() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = started(folder.path(), SAMPLE);
    for part in stock().chunks(50) {
        sandbox.feed_only(event(part).to_string());
    }
    sandbox.advance(60.0);
    assert!(cards_in(&sandbox, AKEBONO).is_empty(), "not before its numbers make sense");
    sandbox.settle();
    let told = cards_in(&sandbox, AKEBONO);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].text.contains("akebono-claims-dev") && told[0].text.contains("500件"));
    for words in ["高：5件", "中：195件", "低：300件", "上位5件", "合流したばかり"]
    {
        assert!(told[0].says(words), "{words}: {}", told[0].whole);
    }
    for n in 0..5 {
        assert!(told[0].says(&format!("claims-00{n}")), "the five that are high");
    }
    assert!(!told[0].says("claims-005"));

    // It is kept up to date in place, and what can't wait gets its own card at once.
    sandbox.feed(Control { status: "PASSED", ..stock()[0].at(200) }.event());
    let critical =
        Control { severity: "CRITICAL", resource: "arn:aws:s3:::open", ..stock()[0].clone() };
    sandbox.feed(critical.event());
    sandbox.advance(120.0);
    let told = cards_in(&sandbox, AKEBONO);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].text.contains("500件") && told[0].says("高：4件") && told[0].says("重大：1件"));
    assert!(told[1].text.contains("【重大】"));

    // Somebody mends it, or the line would be called one after another.
    sandbox.feed(Control { status: "PASSED", ..critical.at(250) }.event());
    // A day past the time that entries are kept for: still one summary.
    sandbox.advance(16.0 * 86400.0);
    sandbox.feed(Control { status: "PASSED", ..stock()[1].at(300) }.event());
    sandbox.advance(120.0);
    let told = cards_in(&sandbox, AKEBONO);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].text.contains("498件"), "{}", told[0].text);
    sandbox.stop();

    let live = SAMPLE.replace("        stage: baseline\n", "        stage: live\n");
    assert_ne!(live, SAMPLE);
    let sandbox = started(folder.path(), &live);
    sandbox.settle();
    let told = cards_in(&sandbox, AKEBONO);
    assert_eq!(told.len(), 2, "nothing old is told: {told:#?}");
    assert!(told[0].text.contains("【受け入れ完了】"), "{}", told[0].text);
    let next = Control { resource: "arn:aws:s3:::brand-new", ..stock()[9].at(400) };
    sandbox.feed(next.event());
    sandbox.advance(120.0);
    let told = cards_in(&sandbox, AKEBONO);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[2].says("brand-new"));
    sandbox.feed(Control { status: "PASSED", ..stock()[2].at(500) }.event());
    sandbox.advance(120.0);
    assert_eq!(cards_in(&sandbox, AKEBONO), told, "the summary has stopped");
}

#[test]
fn what_happens_to_accounts_is_told_the_ccoe_and_the_map_follows_where_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let units = "    name: ひだまりケアサービス\n    organizational_units: [ou-ab12-hidaprod]\n";
    let map = SAMPLE.replace("    name: ひだまりケアサービス\n", units);
    let sandbox = started(folder.path(), &map);

    // Control Tower says the unit: the account is added in baseline, and its findings are summed up.
    sandbox.feed(happened("ct-created"));
    sandbox.feed(happened("ct-created"));
    let told = in_channel(&sandbox, CCOE);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].text.contains("担当の会社はひだまりケアサービスです"), "{}", told[0].text);
    assert!(told[0].says("Control Tower") && told[0].says("OUから"), "{}", told[0].whole);
    sandbox.feed(Control { account: "222233336666", ..FAILED }.event());
    sandbox.advance(180.0);
    let hidamari = in_channel(&sandbox, "T0SHINONOME/C0HIDAMARI");
    assert_eq!(hidamari.len(), 1, "{hidamari:#?}");
    assert!(hidamari[0].text.contains("【受け入れ準備中】hidamari-new"), "{}", hidamari[0].text);

    // Nobody knows whose this one is; then it is in use.
    sandbox.feed(happened("org-created"));
    let told = in_channel(&sandbox, CCOE);
    assert_eq!(told.len(), 2);
    assert!(told[1].text.contains("222233337777") && told[1].text.contains("担当未定"));
    sandbox.feed(Control { account: "222233337777", ..FAILED }.event());
    sandbox.advance(180.0);
    let told = in_channel(&sandbox, CCOE);
    assert_eq!(told.len(), 2, "the same card sums up: {told:#?}");
    assert!(told[1].text.contains("1件") && told[1].says("高：1件"), "{}", told[1].whole);

    // What a person must act on.
    for (name, words) in [
        ("org-moved", "OUが変わりました"),
        ("org-closed", "閉鎖されました"),
        ("ct-failed", "作れませんでした"),
        ("org-joined", "担当未定"),
    ] {
        let before = in_channel(&sandbox, CCOE).len();
        sandbox.feed(happened(name));
        let told = in_channel(&sandbox, CCOE);
        assert_eq!(told.len(), before + 1, "{name}: {told:#?}");
        assert!(told.last().unwrap().says(words), "{name}: {:#?}", told.last());
    }
    // It was moved before: a reply under its card says that it has left.
    let mut departed: Value = serde_json::from_str(&happened("org-departed")).unwrap();
    departed["detail"]["eventTime"] = json!("2026-11-20T05:00:00Z");
    sandbox.feed(departed.to_string());
    let told = in_channel(&sandbox, CCOE);
    let all = sandbox.messages();
    let reply = all.iter().rfind(|one| one.place == CCOE && !one.whole["thread_ts"].is_null());
    let reply = reply.unwrap();
    assert!(reply.says("222233334444") && reply.whole["thread_ts"].is_string(), "{reply:#?}");
    let moved = told.iter().find(|one| one.text.contains("【離脱】")).unwrap();
    assert_eq!(reply.whole["thread_ts"], moved.ts.as_str());
    assert!(reply.says("オーナーマップには"), "it is in the map still: {reply:#?}");
    assert_eq!(sandbox.state()["counters"]["unreadable"], 0);
}

#[test]
fn accounts_without_owner_are_summed_up_in_the_ccoes_channel() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = started(folder.path(), SAMPLE);
    let of = |resource| Control { account: "999988887777", resource, ..FAILED };
    sandbox.feed_only(event(&[of("arn:aws:s3:::one"), of("arn:aws:s3:::two")]).to_string());
    sandbox.settle();
    let told = in_channel(&sandbox, CCOE);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].text.contains("999988887777") && told[0].text.contains("2件"));
    sandbox.feed(
        event(&["one", "two"].map(|name| Control {
            status: "PASSED",
            ..of(leak(format!("arn:aws:s3:::{name}"))).at(200)
        }))
        .to_string(),
    );
    sandbox.advance(120.0);
    let told = in_channel(&sandbox, CCOE);
    assert_eq!(told.len(), 1);
    assert!(!told[0].text.contains("2件"), "{}", told[0].text);
}

/// The sample's people and channels all stand in the pretend Slack: what is told is the map's own,
/// and the account that nobody answers for.
#[test]
fn every_morning_the_map_is_looked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let owners = folder.path().join("owners.yaml");
    fs::write(&owners, SAMPLE).unwrap();
    let args = [
        "--morning",
        "09:00",
        "--owners",
        owners.to_str().unwrap(),
        "--events",
        &fixture("passed.json"),
    ];
    let sandbox = Sandbox::start(&args);
    sandbox.feed(Control { account: "999988887777", ..FAILED }.event());
    sandbox.advance(24.0 * 3600.0);
    let health = |sandbox: &Sandbox| -> Vec<Shown> {
        let all = in_channel(sandbox, CCOE);
        all.into_iter().filter(|one| one.text.contains("オーナーマップ")).collect()
    };
    let told = health(&sandbox);
    assert_eq!(told.len(), 1, "{told:#?}");
    for words in ["999988887777", "hidamari-care", "111122225555"] {
        assert!(told[0].says(words), "{words}: {}", told[0].whole);
    }
    assert!(sandbox.count("users.info", "ok") >= 7, "{:?}", sandbox.counts());
    assert!(sandbox.count("conversations.info", "ok") >= 4, "{:?}", sandbox.counts());
    sandbox.advance(24.0 * 3600.0);
    assert_eq!(health(&sandbox).len(), 2, "one a day");
}
