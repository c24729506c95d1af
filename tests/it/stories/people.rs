//! What people do in Slack: acknowledge, ask why, assign, read their home.

use serde_json::{Value, json};

use crate::support::{
    events::{Control, FAILED},
    persons::{Who, alert_of, nothing_more},
    sandbox::{Sandbox, Shown},
};

const TANAKA: Who = Who::of("T0SHINONOME", "U0TANAKA");
const PARTNER: Who = Who::of("T0SHINONOME", "U0KOBAYASHI");
const CCOE: Who = Who::of("T0SHINONOME", "U0KADOTA");
const ENGLISH: Who = Who::of("T0SHINONOME", "U0CHEN");
const OUTSIDER: Who = Who::of("T0SHINONOME", "U0SHINONOMEOUT");
const SATO: Who = Who::of("T0AKEBONO", "U0SATO");
const HIDAMARI: &str = "C0HIDAMARI";
const CCOE_CHANNEL: &str = "C0CCOE";

/// A sandbox with one card in a company's channel.
fn told(args: &[&str]) -> (Sandbox, Shown) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("first.json");
    std::fs::write(&file, FAILED.event()).unwrap();
    let sandbox = Sandbox::start(&[&["--events", file.to_str().unwrap()], args].concat());
    sandbox.settle();
    let card = card_of(&sandbox, HIDAMARI);
    (sandbox, card)
}

fn card_of(sandbox: &Sandbox, channel: &str) -> Shown {
    let found = sandbox.messages().into_iter().rfind(|one| one.place.ends_with(channel));
    found.expect("a card")
}

fn elements(card: &Shown) -> Vec<String> {
    let blocks = card.whole["attachments"][0]["blocks"].as_array().unwrap();
    let actions = blocks.iter().filter(|one| one["type"] == "actions");
    let all = actions.flat_map(|one| one["elements"].as_array().unwrap());
    all.map(|one| one["action_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_right_person_acknowledges_with_one_click() {
    for door in ["http", "socket"] {
        let (sandbox, card) = told(&["--door", door]);
        assert_eq!(elements(&card)[0], "ack");
        // Whoever may not learns so alone, and the card stays as it was.
        for (who, why) in
            [(OUTSIDER, "オーナーマップに登録されていない"), (ENGLISH, "that you don't answer for")]
        {
            sandbox.press(who, &card, "ack", None);
            let told = sandbox.whispered(who, HIDAMARI, why);
            assert_eq!(told["ephemeral_to"], who.user);
        }
        let elsewhere = sandbox.command(SATO, "C0AKEBONO", &format!("ack {}", alert_of(&card)));
        assert!(elsewhere.contains("あなたの担当ではない"), "{elsewhere}");
        assert_eq!(sandbox.messages().len(), 1);
        assert_eq!(card_of(&sandbox, HIDAMARI), card, "nobody else sees anything");

        // A partner may take care of it; pressed twice at once it happens once.
        sandbox.press(PARTNER, &card, "ack", None);
        sandbox.whispered(PARTNER, HIDAMARI, "確認しました");
        let shown = sandbox.says_in_time(&card, "小林 亮（パートナー）さんが確認しました");
        assert!(!elements(&shown).contains(&"ack".to_owned()), "there is nothing left to press");
        let by_id = sandbox.command(TANAKA, HIDAMARI, &format!("ack {}", alert_of(&card)));
        assert!(by_id.contains("小林 亮（パートナー）さんが確認し、対応しています"), "{by_id}");
        assert_eq!(sandbox.messages().len(), 1);
        assert_eq!(sandbox.count("chat.update", "ok"), 1);
        let log = sandbox.stop();
        assert!(!log.contains("ERROR"), "{log}");
    }
}

#[test]
fn two_clicks_at_once_are_one_decision() {
    let (sandbox, card) = told(&[]);
    let body = json!({
        "team": TANAKA.team, "user": TANAKA.user, "channel": HIDAMARI, "ts": card.ts,
        "action_id": "ack", "twice": true,
    });
    let answer = sandbox.request("POST", "/_sandbox/click", &[], body.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.json());
    sandbox.says_in_time(&card, "田中 由美さんが確認しました");
    nothing_more();
    sandbox.settle();
    assert_eq!(sandbox.count("chat.update", "ok"), 1);
    for told in sandbox.whispers(TANAKA, HIDAMARI) {
        assert!(told["text"].as_str().unwrap().contains("確認しました"), "{told}");
    }
}

#[test]
fn a_new_episode_asks_anew_and_what_is_answered_is_not_passed_on() {
    let (sandbox, card) = told(&[]);
    sandbox.press(TANAKA, &card, "ack", None);
    sandbox.says_in_time(&card, "確認しました");
    // The map passes it on after a day and after three: nobody is called.
    sandbox.advance(5.0 * 86_400.0);
    assert_eq!(sandbox.messages().len(), 1, "{:#?}", sandbox.messages());
    sandbox.feed(Control { status: "PASSED", ..FAILED.at(200) }.event());
    let over = sandbox.says_in_time(&card, "解決しました");
    assert_eq!(elements(&over).last().unwrap(), "more");
    sandbox.feed(FAILED.at(300).event());
    let again = card_of(&sandbox, HIDAMARI);
    assert_ne!(again.ts, card.ts);
    assert_eq!(elements(&again)[0], "ack", "the new episode was seen by nobody yet");
    assert!(!again.says("田中 由美さんが確認"));
    sandbox.advance(5.0 * 86_400.0);
    assert!(sandbox.messages().len() > 2, "now it is passed on");
}

#[test]
fn why_did_i_get_this() {
    let (sandbox, card) = told(&[]);
    let id = alert_of(&card);
    sandbox.press(PARTNER, &card, "more", Some(&format!("why:{id}")));
    let why = sandbox.whispered(PARTNER, HIDAMARI, "届いた理由").to_string();
    for words in ["#hidamari-aws", "hidamari-prod", "会社「ひだまりケアサービス」", "ポリシー", &id]
    {
        assert!(why.contains(words), "{words}: {why}");
    }
    // In the asker's language, and by the company's own people alone.
    let english = sandbox.command(CCOE, HIDAMARI, "lang en");
    assert!(english.contains("answered in English"), "{english}");
    let why = sandbox.command(CCOE, HIDAMARI, &format!("why {id}"));
    assert!(why.contains("Why this was told") && why.contains("company \\\"ひだまり"), "{why}");
    let refused = sandbox.command(ENGLISH, "C0NAGISA", &format!("why {id}"));
    assert!(refused.contains("an account that you don't answer for"), "{refused}");
    let outsider = sandbox.command(OUTSIDER, HIDAMARI, &format!("理由 {id}"));
    assert!(outsider.contains("オーナーマップに登録されていない"), "{outsider}");
    assert!(!outsider.contains("hidamari"), "nothing is said of it: {outsider}");

    let not = sandbox.command(SATO, "C0AKEBONO", "why-not 111122225555");
    for words in ["受け入れ準備中", "2026年11月に合流した", "記録だけ"] {
        assert!(not.contains(words), "{words}: {not}");
    }
    let not = sandbox.command(TANAKA, HIDAMARI, &format!("届かない理由 {id}"));
    assert!(not.contains("届いた理由") || not.contains("知らせています"), "{not}");
}

#[test]
fn commands_answer_their_author_alone() {
    let (sandbox, card) = told(&[]);
    let ask = |who: Who, words: &str| sandbox.command(who, HIDAMARI, words);
    let help = ask(TANAKA, "");
    for words in ["/guardrail list", "/guardrail why-not", "/guardrail owner gaps", "使い方"] {
        assert!(help.contains(words), "{words}: {help}");
    }
    let list = ask(TANAKA, "一覧");
    assert!(list.contains("未解決の問題: 1件") && list.contains("hidamari-prod"), "{list}");
    let none = sandbox.command(SATO, "C0AKEBONO", "list");
    assert!(none.contains("未解決の問題: 0件"), "{none}");
    assert!(ask(TANAKA, "status").contains("送信待ちの通知はありません"));
    let shown = ask(TANAKA, &format!("show {}", alert_of(&card)));
    assert!(shown.contains("hidamari-reports") && shown.contains("\"ack\""), "{shown}");
    let owner = ask(TANAKA, "担当 2222-3333-4444");
    assert!(owner.contains("田中 由美") && owner.contains("承認者"), "{owner}");
    assert!(ask(TANAKA, "owner show 111122223333").contains("あなたの担当ではない"));
    assert!(ask(TANAKA, "owner gaps").contains("CCoE"), "only the CCoE sees the map's gaps");
    let gaps = ask(CCOE, "owner gaps");
    assert!(gaps.contains("オーナーマップの不備"), "{gaps}");
    for (words, why) in [
        ("boom <!channel>", "認識できませんでした"),
        ("why", "必要な指定が足りません"),
        ("why a-1", "見つかりません"),
        ("show a-ffffffffffffffffffffffffffffffff", "指定されたものが見つからない"),
    ] {
        let said = ask(TANAKA, words);
        assert!(said.contains(why) && !said.contains("<!"), "{words}: {said}");
    }
    assert!(ask(OUTSIDER, "status").contains("登録されていない"));
    assert_eq!(sandbox.messages().len(), 1, "the channel saw nothing of it");
}

#[test]
fn work_is_given_in_a_form() {
    let (sandbox, card) = told(&[]);
    let option = format!("assign:{}", alert_of(&card));
    sandbox.press(OUTSIDER, &card, "more", Some(&option));
    sandbox.form_saying(OUTSIDER, "登録されていない");
    sandbox.press(TANAKA, &card, "more", Some(&option));
    let form = sandbox.form_saying(TANAKA, "対応する人");
    let offered = form.to_string();
    assert!(offered.contains("小林 亮") && offered.contains("門田 守"), "{offered}");
    assert!(!offered.contains("佐藤 健一"), "nobody of another company: {offered}");
    let chosen = json!({ "assignee": { "assignee": "T0SHINONOME/U0KOBAYASHI" } });
    sandbox.submit(TANAKA, &form, &chosen);
    sandbox.form_saying(TANAKA, "小林 亮（パートナー）さんを、対応する人に設定しました");
    sandbox.says_in_time(&card, "対応している人: 小林 亮（パートナー）さん");
    let nobody = sandbox.command(TANAKA, HIDAMARI, &format!("assign {} nobody", alert_of(&card)));
    assert!(nobody.contains("指定を外しました"), "{nobody}");
    let me = sandbox.command(PARTNER, HIDAMARI, &format!("assign {} me", alert_of(&card)));
    assert!(me.contains("小林 亮（パートナー）さんを、対応する人に設定しました"), "{me}");
    let other = format!("assign {} <@U0CHEN>", alert_of(&card));
    assert!(sandbox.command(TANAKA, HIDAMARI, &other).contains("担当として登録されていません"));
}

#[test]
fn an_account_without_owner_is_given_one_and_its_next_problem_goes_there() {
    let sandbox = Sandbox::start(&["--events", "/dev/null"]);
    let found = Control { account: "777788889999", ..FAILED };
    sandbox.feed(found.event());
    sandbox.advance(180.0);
    let card = card_of(&sandbox, CCOE_CHANNEL);
    assert!(card.text.contains("777788889999"), "{}", card.text);
    assert_eq!(elements(&card), ["assign_owner"]);
    sandbox.press(TANAKA, &card, "assign_owner", None);
    sandbox.form_saying(TANAKA, "次の役割の人だけです: CCoE");

    sandbox.press(CCOE, &card, "assign_owner", None);
    let form = sandbox.form_saying(CCOE, "担当の会社を決める");
    let values = |company: &str| {
        json!({
            "company": { "company": company }, "environment": { "environment": "prod" },
            "name": { "name": "hidamari-new" },
        })
    };
    sandbox.submit(CCOE, &form, &values("hidamari-care"));
    sandbox.form_saying(CCOE, "ひだまりケアサービスにしました");
    sandbox.says_in_time(&card, "ひだまりケアサービス");
    // In baseline at first: what can't wait is told at once, in the new channel.
    let next = Control { resource: "arn:aws:s3:::next", severity: "CRITICAL", ..found };
    sandbox.feed(next.event());
    let told = card_of(&sandbox, HIDAMARI);
    assert!(told.says("arn:aws:s3:::next") && told.says("hidamari-new"), "{:#}", told.whole);
    let to_ccoe = sandbox.messages().into_iter().filter(|one| one.place.ends_with(CCOE_CHANNEL));
    assert_eq!(to_ccoe.filter(|one| one.says("arn:aws:s3:::next")).count(), 0);
    // Once more, from a form that still stands: it is said that it is done.
    let owner = sandbox.command(CCOE, CCOE_CHANNEL, "owner show 777788889999");
    assert!(owner.contains("hidamari-new") && owner.contains("田中 由美"), "{owner}");
}

#[test]
fn the_home_says_what_there_is_to_do() {
    let (sandbox, card) = told(&[]);
    let home = sandbox.home(TANAKA);
    let said = home.to_string();
    for words in
        ["田中 由美さん、こんにちは", "承認者", "未確認の問題が1件", "hidamari-prod", "内容を見る"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    // A row opens the problem in a form, where it can be acknowledged.
    sandbox.press_in(TANAKA, &home, &format!("show_{}", alert_of(&card)));
    let form = sandbox.form_saying(TANAKA, "hidamari-reports");
    sandbox.press_in(TANAKA, &form, "ack");
    sandbox.form_saying(TANAKA, "確認しました。カードに");
    sandbox.says_in_time(&card, "田中 由美さんが確認しました");
    let home = sandbox.home(TANAKA);
    assert!(home.to_string().contains("いま、あなたの対応を待っているものはありません"), "{home}");

    // In the reader's own language, whatever the channels speak.
    sandbox.press_in(TANAKA, &home, "lang_en");
    let before = home["hash"].clone();
    let english = crate::support::serve::until("the home is in English", || {
        let home = sandbox.views(TANAKA)["home"].clone();
        (home["hash"] != before).then_some(home)
    });
    assert!(english.to_string().contains("Hello, 田中 由美"), "{english}");
    assert!(sandbox.home(OUTSIDER).to_string().contains("登録されていないため"));
    let ccoe = sandbox.home(CCOE).to_string();
    for words in
        ["会社ごとの未解決の問題", "ひだまりケアサービス ｜ 高 1件", "Nagisa Digital ｜ なし"]
    {
        assert!(ccoe.contains(words), "{words}: {ccoe}");
    }
    let english = sandbox.home(ENGLISH).to_string();
    assert!(english.contains("Hello, Maya Chen") && english.contains("no open problems"));
}

#[test]
fn a_slow_slack_loses_no_decision() {
    let (sandbox, card) = told(&[]);
    // The form can't be filled in time, and the answer to the click is lost.
    let rules = json!([{ "method": "views.update", "kind": "drop_request", "times": 1 }]);
    sandbox.faults(&rules);
    let option = format!("assign:{}", alert_of(&card));
    sandbox.press(TANAKA, &card, "more", Some(&option));
    sandbox.form_saying(TANAKA, "いまは処理を完了できませんでした");
    sandbox.press(TANAKA, &card, "ack", None);
    sandbox.says_in_time(&card, "田中 由美さんが確認しました");
    let _: Value = sandbox.state();
}

#[test]
fn an_alert_on_record_is_explained_in_both_languages() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("first.json");
    std::fs::write(&file, FAILED.event()).unwrap();
    let folder = data.path().join("data");
    let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
    let sandbox = Sandbox::start(&["--data", folder, "--events", file]);
    sandbox.settle();
    let card = card_of(&sandbox, HIDAMARI);
    sandbox.press(TANAKA, &card, "ack", None);
    sandbox.says_in_time(&card, "確認しました");
    let id = alert_of(&card);
    sandbox.stop();
    let explain = |id: &str, lang: &str| {
        let args = ["explain", id, "--data", folder, "--lang", lang];
        crate::support::sandbox::monban().args(args).output().unwrap()
    };
    for (lang, words) in [
        (
            "ja",
            [
                "記録",
                "#hidamari-aws",
                "田中 由美さんが確認しました",
                "会社「ひだまりケアサービス」",
                "ポリシー",
            ],
        ),
        (
            "en",
            [
                "On record",
                "#hidamari-aws",
                "田中 由美 acknowledged it",
                "company \"ひだまりケア",
                "Policy",
            ],
        ),
    ] {
        let output = explain(&id, lang);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
    let nobody = explain("a-ffffffffffffffffffffffffffffffff", "ja");
    assert_eq!(nobody.status.code(), Some(1));
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(said.contains("no alert of this id is on record"), "{said}");
}
