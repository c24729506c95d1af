//! Every sentence is reached, and what others wrote stays on its line.

use serde_json::{Value, json};

use super::{Explained, Outlook, event, finding, unknown, unreadable};
use crate::domain::{
    AccountEvent, AccountId, Compliance, Depth, Facts, Finding, Happened, Identity, Lane, Lang,
    OwnerMap, RecordState, Region, Resource, Severity, Source, Unknown, Workflow,
};
use crate::render::{
    Places, Reader, Standing, explain_alert, samples,
    words::{
        Words,
        tests::{keys, marked},
    },
};

struct Nowhere;

impl Places for Nowhere {
    fn name(&self, lane: &Lane) -> String {
        lane.to_string()
    }

    fn standing(&self, _: &Lane) -> Standing {
        Standing::Queued
    }
}

fn map() -> OwnerMap {
    let channel = |id: &str| json!({ "team": "T1", "id": id, "name": "aws" });
    let route = |name: &str, on: bool, matchers: Value| {
        json!({ "name": name, "match": matchers, "channel": channel("CR"), "continue": on,
                "depth": "plain" })
    };
    let person = |name: &str, roles: Value| json!({ "name": name, "team": "T1", "user": "U1", "roles": roles });
    serde_json::from_value(json!({
        "version": 1,
        "ccoe": {
            "name": "CCoE", "channel": channel("C0"), "language": "ja", "depth": "detailed",
            "time_zone": "Asia/Tokyo", "business_hours": {
                "days": ["mon", "fri"], "from": "09:00", "to": "18:00", "holidays": "jp"
            },
            "routes": [route("copy", false, json!(["tag:team = pay"]))],
            "policy": [{
                "name": "pay", "match": ["tag:team = pay"], "delay_outside_hours": true,
                "escalate": { "company_lead_after": "30m", "ccoe_after": "4h" },
            }],
        },
        "companies": [{
            "id": "one", "name": "One", "language": "en",
            "contacts": [person("A", json!([])), person("B", json!(["approver", "operator"]))],
            "ous": { "core": { "time_zone": "UTC" } },
            "environments": { "prod": { "depth": "plain" } },
            "routes": [route("first", true, json!([])), route("never", true, json!(["ou = x"]))],
            "policy": [{
                "name": "own", "match": ["tag:team = pay"],
                "escalate": { "company_lead_after": "10m" },
            }],
            "accounts": [
                { "id": "000000000001", "name": "a", "environment": "prod", "ou": "core",
                  "stage": "baseline", "stage_reason": "new", "channel": channel("C1"),
                  "tags": [{ "key": "team", "value": "pay", "channel": channel("CT") }] },
            ],
        }],
    }))
    .unwrap()
}

fn said() -> Finding {
    Finding {
        source: Source::SecurityHub,
        product: "Security Hub".into(),
        identity: Identity::new("id-1"),
        native_id: "native-1".into(),
        account: AccountId::new("000000000001"),
        region: Region::new("ap-northeast-1"),
        severity: Severity::High,
        control: "S3.2".into(),
        resource: Resource { kind: "AwsS3Bucket".into(), id: "bucket".into() },
        more_resources: vec![],
        tags: [("team".to_owned(), "pay".to_owned())].into(),
        compliance: Some(Compliance::Failed),
        compliance_reasons: vec![],
        record_state: RecordState::Active,
        workflow: Some(Workflow::New),
        title: "title".into(),
        description: String::new(),
        fix_url: None,
        provider_time: None,
        envelope_time: None,
        count: 1,
        sample: false,
    }
}

fn explained(words: &Words, map: &OwnerMap, of: &Finding, outlook: Outlook<'_>) -> String {
    let (routed, policy) = (map.route(&Facts::of(of)), map.policy(&Facts::of(of)));
    let all = Explained { finding: of, routed: &routed, policy: &policy, outlook, waits: &[] };
    finding(words, Lang::Ja, 1, &all)
}

#[test]
fn every_sentence_is_reached() {
    let (words, map) = (marked(), map());
    let mut text = String::new();
    let outlooks = [
        Outlook::Live,
        Outlook::Unowned,
        Outlook::Critical,
        Outlook::Threat,
        Outlook::Held(Some("new")),
        Outlook::BelowNotify,
        Outlook::HeldUnowned,
        Outlook::Nothing,
        Outlook::Undetermined,
    ];
    for outlook in outlooks {
        text += &explained(&words, &map, &said(), outlook);
    }
    let (of, facts) = (said(), said());
    let (routed, policy) = (map.route(&Facts::of(&facts)), map.policy(&Facts::of(&facts)));
    let waits = &[Some(jiff::Timestamp::UNIX_EPOCH)];
    let outlook = Outlook::Live;
    let view = Explained { finding: &of, routed: &routed, policy: &policy, outlook, waits };
    text += &finding(&words, Lang::Ja, 1, &view);
    let changes: [fn(&mut Finding); 9] = [
        |one| one.account = AccountId::new("000000000009"),
        |one| one.tags.clear(),
        |one| one.compliance = Some(Compliance::Passed),
        |one| one.record_state = RecordState::Archived,
        |one| one.workflow = Some(Workflow::Suppressed),
        |one| (one.compliance, one.workflow) = (None, Some(Workflow::Resolved)),
        |one| one.compliance = Some(Compliance::NotAvailable),
        |one| {
            one.compliance = Some(Compliance::NotAvailable);
            one.compliance_reasons = vec!["CONFIG_RETURNS_NOT_APPLICABLE".into()];
        },
        |one| one.sample = true,
    ];
    for change in changes {
        let mut of = said();
        change(&mut of);
        text += &explained(&words, &map, &of, Outlook::Live);
    }
    let mut bare = serde_json::to_value(&map).unwrap();
    bare["ccoe"]["channel"] = Value::Null;
    bare["ccoe"]["routes"] = json!([]);
    bare["companies"] = json!([]);
    let bare: OwnerMap = serde_json::from_value(bare).unwrap();
    text += &explained(&words, &bare, &said(), Outlook::Unowned);
    bare_company(&words, &map, &mut text);
    let mut own_step = serde_json::to_value(&map).unwrap();
    own_step["ccoe"]["policy"][0]["escalate"] = json!({ "ccoe_after": "4h" });
    let step = json!({ "company_lead_after": "30m" });
    own_step["companies"][0]["policy"] = json!([{ "name": "own", "match": [], "escalate": step }]);
    let own_step: OwnerMap = serde_json::from_value(own_step).unwrap();
    text += &explained(&words, &own_step, &said(), Outlook::Live);
    let kind = Unknown { source: None, detail_type: None, account: Some("1".into()) };
    text += &unknown(&words, Lang::Ja, 2, &kind);
    for account in ["000000000009", "000000000001"] {
        let happened = AccountEvent {
            id: "e".into(),
            source: "aws.organizations".into(),
            account: AccountId::new(account),
            name: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            happened: Happened::Closed,
        };
        text += &event(&words, Lang::Ja, 2, &happened, &map);
    }
    text += &unreadable(&words, Lang::Ja, 3, "no id");
    let reader = Reader { lang: Lang::Ja, depth: Depth::Plain, time_zone: "UTC".into() };
    let counts = (&routed, &policy);
    text += &explain_alert(&words, &reader, &samples::alert(), counts, &Nowhere);
    let mine = keys().into_iter().filter(|key| key.starts_with("explain."));
    let unreached: Vec<String> = mine.filter(|key| !text.contains(&format!("⟦{key}⟧"))).collect();
    assert_eq!(unreached, Vec::<String>::new());
}

/// A channel that the company itself names.
fn bare_company(words: &Words, map: &OwnerMap, text: &mut String) {
    let mut map = map.clone();
    map.change(|companies| {
        companies[0].settings.channel = companies[0].accounts[0].settings.channel.take();
    });
    let mut of = said();
    of.tags.clear();
    *text += &explained(words, &map, &of, Outlook::Held(None));
}

#[test]
fn no_key_is_shown_in_either_language() {
    let (words, map) = (Words::embedded().unwrap(), map());
    let routed_of = said();
    let facts = Facts::of(&routed_of);
    let (routed, policy) = (map.route(&facts), map.policy(&facts));
    for lang in Lang::ALL {
        let outlook = Outlook::Held(None);
        let view = Explained {
            finding: &routed_of,
            routed: &routed,
            policy: &policy,
            outlook,
            waits: &[],
        };
        let text = finding(&words, lang, 1, &view);
        assert!(!text.contains("explain.") && !text.contains("words."), "{text}");
    }
}

#[test]
fn what_others_wrote_breaks_no_line_and_moves_no_cursor() {
    let (words, map) = (Words::embedded().unwrap(), map());
    let mut of = said();
    let plain = explained(&words, &map, &of, Outlook::Live).lines().count();
    let nasty = "a\n■ b\r\u{1b}[2J\u{202e}{{c}}";
    of.title = nasty.into();
    of.product = nasty.into();
    of.control = nasty.into();
    of.resource = Resource { kind: nasty.into(), id: nasty.into() };
    of.tags.insert("team".into(), nasty.into());
    let text = explained(&words, &map, &of, Outlook::Live);
    assert_eq!(text.lines().count(), plain, "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text:?}");
}
