//! Policy at work in the whole bot: what nobody answers is passed on, and what may wait waits.

use std::path::PathBuf;

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
use tempfile::TempDir;

use crate::support::{
    events::{Control, FAILED},
    sandbox::{Sandbox, Shown},
};

const SAMPLE: &str = include_str!("../../../deploy/sample/owners.yaml");
const COMPANY: &str = "T0SHINONOME/C0HIDAMARI";
const CCOE: &str = "T0SHINONOME/C0CCOE";

/// The sample map with this 1F, and these keys beside it.
fn owners(folder: &TempDir, rule: &str, beside: &str) -> PathBuf {
    let lines = SAMPLE.split_inclusive('\n');
    let sample: String = lines.filter(|line| !line.starts_with("  business_hours")).collect();
    let (before, after) = sample.split_once("  policy:\n    - name: threats").unwrap();
    let (_, companies) = after.split_once("\ncompanies:\n").unwrap();
    let mut text = format!("{before}{beside}  policy:\n    - {rule}\ncompanies:\n");
    // The company's own floor would weaken none of it, but is none of this story.
    let (before, rest) = companies.split_once("    # 2F:").unwrap();
    text.push_str(before);
    text.push_str(&rest[rest.find("    accounts:\n").unwrap()..]);
    let file = folder.path().join("owners.yaml");
    std::fs::write(&file, text).unwrap();
    file
}

fn passed() -> String {
    Control { status: "PASSED", ..FAILED.at(200) }.event()
}

fn start(file: &std::path::Path) -> Sandbox {
    let events = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/passed.json");
    Sandbox::start(&["--owners", file.to_str().unwrap(), "--events", events])
}

fn count(sandbox: &Sandbox, place: &str) -> usize {
    sandbox.channels().get(place).map_or(0, Vec::len)
}

fn last(sandbox: &Sandbox, place: &str) -> Shown {
    sandbox.channels().remove(place).unwrap().pop().unwrap()
}

#[test]
fn what_nobody_answers_reaches_the_lead_and_then_the_ccoe() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "{name: base, match: [], escalate: {company_lead_after: 30m, ccoe_after: 2h}}";
    let sandbox = start(&owners(&folder, rule, ""));
    sandbox.feed(FAILED.event());
    assert_eq!((count(&sandbox, COMPANY), count(&sandbox, CCOE)), (1, 0));
    assert_eq!(sandbox.state()["dates"], 1);
    sandbox.advance(1_700.0);
    assert_eq!(count(&sandbox, COMPANY), 1, "not yet");
    sandbox.advance(200.0);
    let reply = last(&sandbox, COMPANY);
    assert!(reply.text.contains("まだ反応がありません"), "{}", reply.text);
    let called = serde_json::json!({ "type": "user", "user_id": "U0TANAKA" });
    assert!(reply.whole.to_string().contains(&called.to_string()), "{}", reply.whole);
    assert_eq!(reply.whole["broadcast"], true);
    sandbox.advance(7_300.0);
    assert_eq!((count(&sandbox, COMPANY), count(&sandbox, CCOE)), (3, 1));
    let card = last(&sandbox, CCOE);
    assert!(card.says("時間内に反応がなかったため"), "{}", card.whole);
    assert!(!last(&sandbox, COMPANY).whole.to_string().contains("user_id"), "nobody is called");
    sandbox.advance(90_000.0);
    sandbox.feed(passed());
    assert_eq!((count(&sandbox, COMPANY), count(&sandbox, CCOE)), (3, 1), "each step once");
    let text = last(&sandbox, CCOE).text;
    assert!(text.contains("解決済み"), "it is kept up to date: {text}");
}

#[test]
fn what_is_resolved_in_time_calls_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "{name: base, match: [], escalate: {company_lead_after: 30m, ccoe_after: 2h}}";
    let sandbox = start(&owners(&folder, rule, ""));
    sandbox.feed(FAILED.event());
    sandbox.feed(passed());
    sandbox.advance(20_000.0);
    assert_eq!((count(&sandbox, COMPANY), count(&sandbox, CCOE)), (1, 0));
    assert_eq!(sandbox.state()["dates"], 0);
}

#[test]
fn what_may_wait_is_told_when_people_come() {
    let folder = tempfile::tempdir().unwrap();
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    // People come tomorrow at nine, whenever this runs.
    let probe = start(&owners(&folder, "{name: base, match: [], notify: low}", ""));
    let now: Timestamp = probe.state()["now"].as_str().unwrap().parse().unwrap();
    drop(probe);
    let day = match zone.to_datetime(now).date().tomorrow().unwrap().weekday() {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    };
    let hours = format!(
        "  business_hours: {{days: [{day}], from: \"09:00\", to: \"18:00\", holidays: none}}\n"
    );
    let rule = "{name: base, match: [], delay_outside_hours: true}";
    let sandbox = start(&owners(&folder, rule, &hours));
    sandbox.feed_only(FAILED.event());
    sandbox.advance(600.0);
    assert_eq!((count(&sandbox, COMPANY), &sandbox.state()["held"]), (0, &1.into()));
    // It has until 09:00 tomorrow; what it is by then is what is told.
    let due = zone.to_datetime(now).date().tomorrow().unwrap().at(9, 0, 0, 0);
    let due = zone.to_ambiguous_timestamp(due).compatible().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "seconds of two days")]
    let wait = due.duration_since(now).as_secs() as f64;
    sandbox.advance(wait - 900.0);
    assert_eq!(count(&sandbox, COMPANY), 0, "a moment before");
    sandbox.advance(1_200.0);
    assert_eq!((count(&sandbox, COMPANY), &sandbox.state()["held"]), (1, &0.into()));
}
