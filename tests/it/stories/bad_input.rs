//! Input that is broken, doubled, late or nobody's.

use serde_json::json;

use crate::support::{
    events::{Control, FAILED, event},
    sandbox::{Sandbox, Shown},
};

/// A sandbox after its first minute would only be in the way: this one has an empty beginning.
fn quiet() -> Sandbox {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let passed = folder.join("passed.json");
    let owners = crate::support::owners::told_in_full();
    Sandbox::start(&["--events", passed.to_str().unwrap(), "--owners", owners])
}

fn in_channel(sandbox: &Sandbox, place: &str) -> Vec<Shown> {
    sandbox.messages().into_iter().filter(|one| one.place == place).collect()
}

const HIDAMARI: &str = "T0SHINONOME/C0HIDAMARI";
const CCOE: &str = "T0SHINONOME/C0CCOE";

#[test]
fn broken_input_is_kept_told_once_a_day_and_stops_nothing() {
    let sandbox = quiet();
    let mut seed = 7_u32;
    let noise = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    });
    let half = FAILED.event();
    let bodies: Vec<Vec<u8>> = vec![
        half.as_bytes()[..half.len() / 2].to_vec(),
        noise.take(1024 * 1024).collect(),
        br#"{"source": "aws.securityhub", "detail-type": 7, "detail": {"findings": "many"}}"#
            .to_vec(),
        br#"{"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
            "detail": {"findings": [{"Id": 1, "AwsAccountId": ["x"]}]}}"#
            .to_vec(),
        format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes(),
    ];
    for body in &bodies {
        sandbox.feed(body);
    }
    let state = sandbox.state();
    // Noise is read as lines, each bad by itself; nobody needs all of them.
    let counted = |key: &str| state["counters"][key].as_u64().unwrap();
    let count = counted("unreadable") + counted("not_understood");
    assert!((5..100).contains(&count), "{state}");
    // Every body is kept; of one with many bad lines only the first apart.
    let kept = state["quarantined"].as_u64().unwrap();
    assert!((5..=count).contains(&kept), "{state}");
    assert_eq!((&state["inbox"], &state["alerts"]), (&0.into(), &0.into()), "nothing comes again");
    let reports = in_channel(&sandbox, CCOE);
    assert_eq!(reports.len(), 1, "one card a day: {reports:#?}");
    assert!(reports[0].text.contains(&format!("{count}件")), "{}", reports[0].text);
    // The same bytes again are counted again, and kept once.
    let kept = state["quarantined"].clone();
    sandbox.feed(&bodies[0]);
    assert_eq!(sandbox.state()["quarantined"], kept);
    assert!(in_channel(&sandbox, CCOE)[0].text.contains(&format!("{}件", count + 1)));

    sandbox.feed(FAILED.event());
    assert_eq!(in_channel(&sandbox, HIDAMARI).len(), 1, "a good one goes its way");
}

#[test]
fn thousands_of_unknown_kinds_are_one_message_kept_once() {
    let sandbox = quiet();
    let lines: Vec<String> = (0..14_000).map(|n| format!("{{\"source\":\"{n}\"}}\n")).collect();
    sandbox.feed(lines.concat());
    let state = sandbox.state();
    assert_eq!((&state["inbox"], &state["quarantined"]), (&0.into(), &1.into()), "{state}");
    // With the one of the quiet beginning, which may still be under way when this one comes.
    assert_eq!(state["counters"]["acked"], 2, "{state}");
    assert_eq!(state["counters"]["refused"], 0, "{state}");
    let reports = in_channel(&sandbox, CCOE);
    assert_eq!(reports.len(), 1, "{reports:#?}");
    assert!(reports[0].text.contains("14000件"), "{}", reports[0].text);
}

#[test]
fn a_clean_scan_tells_nobody() {
    let sandbox = quiet();
    for body in ["[]", "{\"Findings\":[]}"] {
        sandbox.feed(body);
    }
    let state = sandbox.state();
    assert_eq!((&state["inbox"], &state["quarantined"]), (&0.into(), &0.into()), "{state}");
    assert_eq!(sandbox.messages(), []);
}

#[test]
fn one_bad_finding_does_not_hold_its_neighbours() {
    let sandbox = quiet();
    let mut mixed = event(&[FAILED, Control { resource: "arn:aws:s3:::second", ..FAILED }]);
    mixed["detail"]["findings"].as_array_mut().unwrap().insert(1, json!({"Id": 7}));
    sandbox.feed(mixed.to_string());
    assert_eq!(in_channel(&sandbox, HIDAMARI).len(), 2);
    assert_eq!(in_channel(&sandbox, CCOE).len(), 1);
    assert_eq!(sandbox.state()["quarantined"], 1);
}

#[test]
fn a_doubled_event_is_one() {
    let sandbox = quiet();
    let body = FAILED.event();
    sandbox.feed(&body);
    sandbox.feed(&body);
    sandbox.feed(format!("{body}\n{body}\n"));
    sandbox.feed(format!("[{body},{body}]"));
    // The scanner says the same later: still nothing to tell.
    sandbox.feed(FAILED.at(500).event());
    sandbox.advance(120.0);
    assert_eq!(in_channel(&sandbox, HIDAMARI).len(), 1);
    assert_eq!(sandbox.count("chat.postMessage", "ok"), 1);
    assert_eq!(sandbox.count("chat.update", "ok"), 0);
}

#[test]
fn late_news_changes_nothing() {
    let sandbox = quiet();
    let passed = Control { status: "PASSED", workflow: "RESOLVED", ..FAILED };
    sandbox.feed(passed.at(300).event());
    sandbox.feed(FAILED.at(200).event());
    assert_eq!(in_channel(&sandbox, HIDAMARI), [], "it was over before we heard of it");

    let other = Control { resource: "arn:aws:s3:::other", ..FAILED };
    let over = Control { status: "PASSED", workflow: "RESOLVED", ..other.clone() };
    sandbox.feed(other.at(100).event());
    sandbox.feed(over.at(400).event());
    sandbox.feed(other.at(250).event());
    let cards = in_channel(&sandbox, HIDAMARI);
    assert_eq!(cards.len(), 1);
    assert!(cards[0].text.contains("【解決済み】"), "{}", cards[0].text);

    // A repetition moves what is known on: a PASSED from before it is late.
    let third = Control { resource: "arn:aws:s3:::third", ..FAILED };
    sandbox.feed(third.at(100).event());
    sandbox.feed(third.at(900).event());
    sandbox.feed(Control { status: "PASSED", ..third }.at(500).event());
    let card = in_channel(&sandbox, HIDAMARI).pop().unwrap();
    assert!(card.says("third") && card.text.contains("【高】"), "{}", card.text);
}

#[test]
fn workflow_changes_are_ordered_by_their_envelopes() {
    // Suppressed and taken back in the console: the finding's own time stays as it is.
    let sandbox = quiet();
    let at = |workflow, emitted| Control { workflow, emitted, ..FAILED };
    sandbox.feed(at("NEW", 101).event());
    sandbox.feed(at("NEW", 130).event());
    sandbox.feed(at("SUPPRESSED", 120).event());
    let cards = in_channel(&sandbox, HIDAMARI);
    assert_eq!(cards.len(), 1);
    assert!(cards[0].text.contains("【高】"), "the suppression was taken back: {}", cards[0].text);
    sandbox.feed(at("SUPPRESSED", 140).event());
    assert!(in_channel(&sandbox, HIDAMARI)[0].text.contains("【終了】"));
}

#[test]
fn an_account_nobody_owns_is_told_to_the_ccoe() {
    let sandbox = quiet();
    sandbox.feed(Control { account: "999988887777", severity: "LOW", ..FAILED }.event());
    let cards = in_channel(&sandbox, CCOE);
    assert_eq!(cards.len(), 1);
    assert!(cards[0].text.contains("アカウント 999988887777"), "{}", cards[0].text);
    assert!(cards[0].says("担当の会社が登録されていません"));
}
