//! Every answer, form and home in both languages: within Slack's limits, each sentence reached.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::{
    domain::{
        AccountId, Alert, Assignee, CompanyId, Environment, Facts, Gap, Given, Home, Lane,
        OwnerMap, Person, Refusal, Role, Severity, Source, TeamId, Told, UserId, Viewer,
    },
    render::{
        Places, Standing, Words, samples,
        tests::limits,
        words::tests::{keys, marked},
    },
};

fn reader(lang: Lang) -> Reader {
    Reader { lang, depth: Depth::Detailed, time_zone: "Asia/Tokyo".to_owned() }
}

fn now() -> Timestamp {
    samples::at("2026-11-24T00:10:00Z")
}

fn person() -> Person {
    Person { team: TeamId::new("T1"), user: UserId::new("U1") }
}

fn given() -> Given {
    Given {
        by: person(), name: "佐藤 健一".to_owned(), at: samples::at("2026-11-23T23:00:00Z")
    }
}

fn map() -> OwnerMap {
    let channel = |id: &str| json!({ "team": "T1", "id": id, "name": "aws" });
    serde_json::from_value(json!({
        "version": 1,
        "ccoe": { "name": "CCoE", "channel": channel("C0"), "language": "ja",
                  "depth": "detailed", "time_zone": "Asia/Tokyo" },
        "companies": [{
            "id": "one", "name": "One",
            "accounts": [
                { "id": "111122223333", "name": "core", "environment": "prod", "stage": "live" },
                { "id": "222222222222", "name": "new", "environment": "dev",
                  "stage": "baseline", "stage_reason": "taking stock" },
            ],
        }],
    }))
    .unwrap()
}

fn listed() -> Vec<Listed> {
    let base = Listed { brief: samples::alert().brief(), account: "決済基盤".to_owned() };
    let with = |change: fn(&mut crate::domain::Brief)| {
        let mut one = base.clone();
        change(&mut one.brief);
        one
    };
    vec![
        base.clone(),
        with(|one| one.acknowledged = Some("佐藤 健一".into())),
        with(|one| one.assignee = Some("鈴木 美咲".into())),
        with(|one| one.told = Told::HeldBaseline),
    ]
}

fn cared() -> Alert {
    let mut alert = samples::alert();
    alert.acknowledged = Some(given());
    alert.assignee = Some(Assignee { who: person(), name: "鈴木 美咲".into(), given: given() });
    alert.episode = 2;
    let mut second = samples::member();
    second.product = "GuardDuty".to_owned();
    alert.members.insert(crate::domain::Identity::new("i2"), second);
    let mut receiver = samples::receiver(Lang::Ja, Depth::Plain, false);
    alert.receivers = vec![receiver.clone()];
    for channel in ["C0LATER", "C0QUEUED"] {
        let mut other = receiver.clone();
        other.lane.channel = crate::domain::ChannelId::new(channel);
        alert.receivers.push(other);
    }
    receiver.stands_in_for = Some(receiver.lane.clone());
    alert.receivers.push(receiver);
    alert
}

/// A channel where the card stands, and others where it waits.
struct Somewhere;

impl Places for Somewhere {
    fn name(&self, lane: &Lane) -> String {
        format!("#{}", lane.channel)
    }

    fn standing(&self, lane: &Lane) -> Standing {
        match lane.channel.as_str() {
            "C0CCOE" => Standing::Posted,
            "C0LATER" => Standing::Until(now()),
            _ => Standing::Queued,
        }
    }
}

fn facts<'a>(account: &'a AccountId, tags: &'a BTreeMap<String, String>) -> Facts<'a> {
    Facts {
        severity: Severity::High,
        account,
        region: "ap-northeast-1",
        control: "EC2.19",
        resource: "r",
        resource_kind: "AwsEc2SecurityGroup",
        source: Source::SecurityHub,
        product: "Security Hub",
        title: "t",
        sample: false,
        tags,
    }
}

/// Every answer, by name.
fn pages(words: &Words, lang: Lang) -> Vec<(String, Page)> {
    let reader = reader(lang);
    let mut all: Vec<(String, Page)> = Vec::new();
    let verbs: &[(&str, &[&str])] = &[
        ("help", &["使い方"]),
        ("status", &[]),
        ("list", &[]),
        ("show", &[]),
        ("why", &[]),
        ("why-not", &[]),
        ("owner", &[]),
        ("ack", &[]),
        ("assign", &[]),
        ("lang", &[]),
        ("depth", &[]),
        ("home", &[]),
    ];
    let page = help(words, &reader, "/guardrail", verbs.iter().copied());
    all.push(("help".into(), page));
    for (name, held) in [("quiet", 0), ("held", 3)] {
        let held_since = Some(samples::at("2026-11-23T23:58:00Z"));
        let facts = Status { held, held_since, open: 7, revision: 4, companies: 2, accounts: 9 };
        all.push((format!("status_{name}"), status(words, &reader, &facts, now())));
    }
    let slice = |skip, total| Slice { skip, total, more: false };
    all.push(("list_empty".into(), list(words, &reader, &[], slice(0, 0))));
    all.push(("list_middle".into(), list(words, &reader, &listed(), slice(10, 30))));
    let (alert, tags) = (cared(), BTreeMap::new());
    let map = map();
    let (live, held) = (AccountId::new("111122223333"), AccountId::new("222222222222"));
    let unowned = AccountId::new("999999999999");
    let routed = map.route(&facts(&live, &tags));
    let policy = map.policy(&facts(&live, &tags));
    let places = Somewhere;
    all.push(("show".into(), show(words, &reader, &alert)));
    all.push(("why".into(), why(words, &reader, &alert, (&routed, &policy), &places)));
    for (told, word) in
        [(Told::HeldBaseline, "held"), (Told::BelowNotify, "below"), (Told::Yes, "told")]
    {
        let alert = Alert { told, ..samples::alert() };
        let about = WhyNot::Alert(&alert);
        let page = why_not(words, &reader, about, &map, (&routed, &policy));
        all.push((format!("why_not_{word}"), page));
    }
    let over = samples::alerts().into_iter().find(|one| one.name == "resolved").unwrap().alert;
    let page = why_not(words, &reader, WhyNot::Alert(&over), &map, (&routed, &policy));
    all.push(("why_not_resolved".into(), page));
    for (word, account) in [("live", &live), ("baseline", &held), ("unowned", &unowned)] {
        let about = WhyNot::Account(account, 12, 3);
        let page = why_not(words, &reader, about, &map, (&routed, &policy));
        all.push((format!("why_not_account_{word}"), page));
    }
    let resolved = map.resolve(&live, &tags);
    all.push(("owner".into(), owner(words, &reader, &live, &resolved)));
    all.push(("gaps_none".into(), crate::render::gaps(words, &reader, &[])));
    let gap = Gap::NoSecurityLead { company: "one".into() };
    all.push(("gaps".into(), crate::render::gaps(words, &reader, &[gap])));
    all.extend(dones(words, &reader));
    all.extend(refusals(words, &reader));
    all
}

fn dones(words: &Words, reader: &Reader) -> Vec<(String, Page)> {
    let all = [
        ("ack", Done::Acknowledged),
        ("assign", Done::Assigned("鈴木 美咲".into())),
        ("unassign", Done::Unassigned),
        ("owner", Done::Owner { account: AccountId::new("999999999999"), company: "One".into() }),
        ("lang", Done::Lang(Some(reader.lang))),
        ("lang_auto", Done::Lang(None)),
        ("plain", Done::Depth(Some(Depth::Plain))),
        ("detailed", Done::Depth(Some(Depth::Detailed))),
        ("depth_auto", Done::Depth(None)),
        ("home", Done::Home),
    ];
    let page = |(name, one): (&str, Done)| (format!("done_{name}"), done(words, reader, &one));
    all.into_iter().map(page).collect()
}

fn refusals(words: &Words, reader: &Reader) -> Vec<(String, Page)> {
    let all = [
        Refusal::Stranger,
        Refusal::NotYours,
        Refusal::Over,
        Refusal::Lacks(&Role::ALL),
        Refusal::NoAlert,
        Refusal::Resolved,
        Refusal::Taken { by: "*佐藤* <@U1>".into() },
        Refusal::NotThere,
        Refusal::CantCare { name: "*x*".into() },
        Refusal::Earlier,
        Refusal::NoAccount(AccountId::new("<!channel>")),
        Refusal::NoCompany(CompanyId::new("x")),
        Refusal::Owned { company: "One".into() },
        Refusal::Unclear("<!everyone> `x`".into()),
        Refusal::Incomplete("owner"),
        Refusal::Unavailable,
        Refusal::Busy,
    ];
    let page = |one: Refusal| (format!("refusal_{}", one.as_str()), refusal(words, reader, &one));
    all.into_iter().map(page).collect()
}

/// Every form, by name.
fn forms(words: &Words, lang: Lang) -> Vec<(String, Form)> {
    let reader = reader(lang);
    let people = vec![(person(), "佐藤 健一".to_owned())];
    let few = Picks {
        all: vec![("one".into(), "あけぼの損害保険".into()), ("two".into(), "Two".into())],
        first: Some("two".into()),
    };
    let many = Picks {
        all: (0..150).map(|n| (format!("c{n}"), format!("Company {n}"))).collect(),
        first: None,
    };
    let account = AccountId::new("999999999999");
    let prod = Some(Environment::Prod);
    vec![
        ("loading".into(), loading(words, &reader)),
        ("assign".into(), assign_form(words, &reader, &cared(), "決済基盤", &people)),
        ("owner".into(), owner_form(words, &reader, &account, &few, prod, "new account")),
        ("owner_of_many".into(), owner_form(words, &reader, &account, &many, None, "")),
    ]
}

fn homes(words: &Words, lang: Lang) -> Vec<(String, Home)> {
    let nobody = HomeFacts {
        name: None,
        roles: vec![],
        open: vec![],
        total: 0,
        more: false,
        unacknowledged: 0,
        unowned: vec![],
        companies: vec![],
        ccoe: false,
        viewer: Viewer::new(person()),
    };
    let idle = HomeFacts { name: Some("佐藤 健一".into()), ..nobody.clone() };
    let count = |name: &str, counts| CompanyCount { name: name.into(), counts };
    let busy = HomeFacts {
        roles: Role::ALL.to_vec(),
        open: listed(),
        total: 40,
        more: true,
        unacknowledged: 3,
        unowned: vec![(AccountId::new("999999999999"), 12)],
        companies: vec![
            count("あけぼの損害保険", vec![(Severity::Critical, 1), (Severity::High, 20)]),
            count("ひだまりケアサービス", vec![]),
        ],
        ccoe: true,
        viewer: Viewer { lang: Some(lang), depth: Some(Depth::Plain), ..nobody.viewer.clone() },
        ..idle.clone()
    };
    [("stranger", nobody), ("idle", idle), ("busy", busy)]
        .into_iter()
        .map(|(name, facts)| (name.to_owned(), home(words, &reader(lang), &facts, now())))
        .collect()
}

#[test]
fn answers_keep_slacks_limits_and_show_no_key() {
    let (words, keys) = (Words::embedded().unwrap(), keys());
    for lang in Lang::ALL {
        for (name, page) in pages(&words, lang) {
            let message = serde_json::to_value(page.clone().message()).unwrap();
            limits::check(&message);
            let form = serde_json::to_value(page.form(&words, lang)).unwrap();
            limits::check_view(&form);
            for shown in [message.to_string(), form.to_string()] {
                let key = keys.iter().find(|key| shown.contains(key.as_str()));
                assert_eq!(key, None, "{name}");
                assert!(!shown.contains("<!"), "{name}: nobody is called by a text of others");
            }
        }
        for (name, form) in forms(&words, lang) {
            let form = serde_json::to_value(form).unwrap();
            limits::check_view(&form);
            let shown = form.to_string();
            assert!(!keys.iter().any(|key| shown.contains(key.as_str())), "{name}: {shown}");
        }
        for (name, home) in homes(&words, lang) {
            let home = serde_json::to_value(home).unwrap();
            limits::check_view(&home);
            let shown = home.to_string();
            assert!(!keys.iter().any(|key| shown.contains(key.as_str())), "{name}: {shown}");
        }
    }
}

#[test]
fn the_samples_reach_every_sentence() {
    let words = marked();
    let mut shown = String::new();
    for (_, page) in pages(&words, Lang::Ja) {
        shown.push_str(&serde_json::to_string(&page.clone().message()).unwrap());
        shown.push_str(&serde_json::to_string(&page.form(&words, Lang::Ja)).unwrap());
    }
    for (_, form) in forms(&words, Lang::Ja) {
        shown.push_str(&serde_json::to_string(&form).unwrap());
    }
    for (_, home) in homes(&words, Lang::Ja) {
        shown.push_str(&serde_json::to_string(&home).unwrap());
    }
    let shown = shown.replace('\u{2060}', "").replace('ˍ', "_");
    let ours = |key: &&String| {
        ["desk.", "form.", "refusal.", "role."].iter().any(|of| key.starts_with(of))
    };
    let unreached: Vec<String> = keys()
        .iter()
        .filter(ours)
        .filter(|key| !shown.contains(&format!("⟦{key}⟧")))
        .cloned()
        .collect();
    assert_eq!(unreached, Vec::<String>::new());
}

/// The texts of a block tree, one to a line, as they would be read.
fn read(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let is_text = matches!(
                map.get("type").and_then(Value::as_str),
                Some("plain_text" | "mrkdwn" | "text")
            );
            if let (true, Some(Value::String(text))) = (is_text, map.get("text")) {
                if text != "\n" {
                    let _ = writeln!(out, "{text}");
                }
                return;
            }
            map.values().for_each(|one| read(one, out));
        }
        Value::Array(all) => all.iter().for_each(|one| read(one, out)),
        _ => {}
    }
}

#[test]
fn they_read_as_they_should() {
    let words = Words::embedded().unwrap();
    for lang in Lang::ALL {
        let mut all = String::new();
        for (name, page) in pages(&words, lang) {
            let _ = writeln!(all, "── {name}\n{}", page.line);
            read(&serde_json::to_value(&page.blocks).unwrap(), &mut all);
        }
        for (name, form) in
            forms(&words, lang).into_iter().filter(|(name, _)| name != "owner_of_many")
        {
            let _ = writeln!(all, "── form {name}");
            read(&serde_json::to_value(&form).unwrap(), &mut all);
        }
        for (name, home) in homes(&words, lang) {
            let _ = writeln!(all, "── home {name}");
            read(&serde_json::to_value(&home).unwrap(), &mut all);
        }
        insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(format!("private.{}", lang.as_str()), all);
        });
    }
}

#[test]
fn a_long_answer_is_cut_where_it_is_seen() {
    let all: Vec<String> = (0..2_000).map(|n| format!("  line {n} <&>")).collect();
    let all = all.join("\n");
    let page = Page { line: "x".to_owned(), blocks: lines(&all) };
    limits::check(&serde_json::to_value(page.clone().message()).unwrap());
    let shown = serde_json::to_string(&page.blocks).unwrap();
    assert!(shown.contains("line 0 ") && shown.contains('…') && !shown.contains("line 1999"));
}
