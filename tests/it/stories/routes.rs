//! Who gets what, and why: routes drawn and tried, and events explained.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::support::sandbox::{Sandbox, monban};

const OWNERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/routes/owners.yaml");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/routes/cases.yaml");

fn run(args: &[&str]) -> Output {
    monban().args(args).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn complained(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_case_of_the_table_comes_out() {
    let output = run(&["routes", "test", CASES, "--owners", OWNERS]);
    assert!(output.status.success(), "{}\n{}", said(&output), complained(&output));
    let count: usize = said(&output).split(' ').next().unwrap().parse().unwrap();
    assert!(count >= 90, "{count}");
}

#[test]
fn a_case_that_fails_says_what_was_expected_and_what_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases.yaml");
    let text = "- name: storage\n  finding: {account: '111111111111', severity: high, \
                control: S3.2, environment: dev}\n  told: [T0WAVE/C0WAVE]\n  because: [company]\n\
                - name: right\n  finding: {account: '111111111111', severity: high}\n  told: \
                [T0WAVE/C0WAVE]\n\
                - name: word\n  finding: {account: '1', severity: severe}\n  told: []\n";
    fs::write(&cases, text).unwrap();
    let output = run(&["routes", "test", cases.to_str().unwrap(), "--owners", OWNERS]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("2 of 3 case(s) failed"), "{}", complained(&output));
    let expected = "FAILED storage\n  environment: the case says `dev`, the map `prod`\n  told: \
                    expected T0WAVE/C0WAVE; found T0WAVE/C0S3\n  because: expected company; found \
                    storage\n  tried company route samples: `sample = true` does not hold\n";
    assert!(said(&output).starts_with(expected), "{}", said(&output));
    assert!(said(&output).contains("  tried company route storage: matched\n"));
    assert!(said(&output).contains("  told T0WAVE/C0S3: company route storage\n"));
    assert!(said(&output).contains("FAILED word\n  `severe` is no severity\n"));
    fs::write(&cases, "- name: x\n  finding: {acount: '1'}\n").unwrap();
    let output = run(&["routes", "test", cases.to_str().unwrap(), "--owners", OWNERS]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("acount"), "{}", complained(&output));
}

#[test]
fn the_tree_shows_routes_in_order_and_the_catch_all() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert!(run(&["owners", "import", OWNERS, "--data", data]).status.success());
    let tree = run(&["routes", "show", "--data", data]);
    let from_file = run(&["routes", "show", "--owners", OWNERS]);
    assert_eq!(said(&tree), said(&from_file), "the store keeps the routes");
    let lines: Vec<&str> = said(&tree).lines().collect();
    let place = |line: &str| {
        lines.iter().position(|one| *one == line).unwrap_or_else(|| panic!("{line}\n{lines:#?}"))
    };
    let order = [
        "group (1F) テストグループ CCoE",
        "│  ├─ group-critical: severity = critical, sample = false -> T0GROUP/C0CRITICAL \
         #group-critical, goes on",
        r"│  ├─ quiet-dev: environment = dev, control =~ ^(EC2|Lambda)\. -> notify high",
        "   └─ the group (ccoe) -> T0GROUP/C0CCOE #ccoe",
        "company (2F) wave ウェーブ決済",
        "│  ├─ payments: tag:team = payments, environment = prod -> T0WAVE/C0PAY #wave-payments, \
         language en, depth detailed",
        r"│  ├─ storage: control =~ ^S3\., severity <= high, resource !~ -public$ -> T0WAVE/C0S3 #wave-storage",
        "├─ policy: tightens the group's",
        "│  └─ payments-now: tag:team = payments -> escalate.company_lead_after 10m, \
         delay_outside_hours false",
        "   ├─ company wave, low, informational -> T0WAVE/C0QUIET #wave-quiet",
        "company (2F) pine Pine Logistics",
    ];
    let places: Vec<usize> = order.iter().map(|line| place(line)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_case_says_when_and_whether_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases.yaml");
    let case = |name: &str, severity: &str, rest: &str| {
        format!(
            "- name: {name}\n  finding: {{account: '222222222222', severity: {severity}, control: \
             EC2.1}}\n  {rest}\n"
        )
    };
    let text = [
        case("quiet", "low", "told: true"),
        case("loud", "high", "told: false"),
        case("rule", "high", "told: true\n  by: 1F rule base"),
        case("late", "high", "told: true\n  at: '2026-11-23T10:00:00+09:00'\n  when: at once"),
        case("no-time", "high", "told: true\n  when: at once"),
        case("ready", "high", "told: held"),
        case("waiting", "high", "told: true").replace("222222222222", "111122223333"),
    ];
    fs::write(&cases, text.concat()).unwrap();
    let output = run(&["routes", "test", cases.to_str().unwrap(), "--owners", OWNERS]);
    let said = said(&output);
    for line in [
        "FAILED quiet\n  told: expected true; found false\n",
        "FAILED loud\n  told: expected false; found true\n",
        "FAILED rule\n  by: expected 1F rule base; found 1F rule quiet-dev\n",
        "  when: expected at once; found next business hour, 2026-11-24T00:00:00Z\n",
        "  when: give the case a time, `at`\n",
        "FAILED ready\n  told: expected held; found true\n",
        "FAILED waiting\n  told: expected true; found held\n",
        "  held: the account is in baseline\n",
        "  told from high: 1F rule quiet-dev\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
}

#[test]
fn a_finding_of_the_night_is_explained_as_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("event.json");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/sample/events/securityhub.json");
    let event = fs::read_to_string(sample).unwrap().replace("222233334444", "111111111111");
    fs::write(&file, event).unwrap();
    let file = file.to_str().unwrap();
    for (lang, waits) in [
        ("en", "Not at once: it is outside business hours."),
        ("ja", "いまは営業時間外なので、すぐには知らせません。"),
    ] {
        let at = "2026-11-23T10:00:00+09:00";
        let output = run(&["explain", file, "--owners", OWNERS, "--lang", lang, "--at", at]);
        insta::assert_snapshot!(format!("explain_night.{lang}"), said(&output));
        assert!(said(&output).contains(waits), "{}", said(&output));
    }
}

#[test]
fn a_bad_route_is_named_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("owners.yaml");
    let map = fs::read_to_string(OWNERS).unwrap();
    fs::write(&file, map.replace("title =~ (?i)root user", "title =~ (?i)(root user")).unwrap();
    let output = run(&["check", "--owners", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let problem = "companies[0].routes[7].match[0]: has a pattern that can't be used: unclosed";
    assert!(said(&output).contains(problem), "{}", said(&output));
}

fn explain(file: &str, lang: &str) -> Output {
    let at = ["--at", "2026-11-24T10:00:00+09:00"];
    run(&[&["explain", file, "--owners", OWNERS, "--lang", lang][..], &at].concat())
}

#[test]
fn a_threat_and_a_half_bad_list_are_explained() {
    let threat = explain(&fixture("guardduty-camel.json"), "ja");
    assert_eq!((threat.status.code(), complained(&threat)), (Some(0), ""));
    insta::assert_snapshot!("explain_threat.ja", said(&threat));
    let half = explain(&fixture("securityhub-two-one-bad.json"), "en");
    assert_eq!((half.status.code(), complained(&half)), (Some(2), ""));
    insta::assert_snapshot!("explain_half_bad.en", said(&half));
    let unknown = explain(&fixture("unknown-health.json"), "ja");
    assert_eq!(unknown.status.code(), Some(0));
    assert!(said(&unknown).contains("まだ対応していない種類です"), "{}", said(&unknown));
    assert_eq!(
        said(&run(&["explain", &fixture("guardduty-camel.json"), "--owners", OWNERS])),
        said(&threat),
        "Japanese first"
    );
}

#[test]
fn what_is_held_in_baseline_says_so() {
    let file = explain(&fixture("securityhub-consolidated.json"), "en");
    let text = said(&file);
    let held = "it is only recorded, since the account is still in baseline (reason: 合流した";
    assert!(text.contains("Severity: High") && text.contains(held), "{text}");
    assert!(text.contains("Where it would be told\n"), "{text}");
    assert!(text.contains("\"wave-joined\" of ウェーブ決済 (production)"), "{text}");
    for wrong in
        [["explain", "/nowhere", "--owners", OWNERS], ["explain", OWNERS, "--owners", "/nowhere"]]
    {
        let output = run(&wrong);
        assert_eq!(output.status.code(), Some(1));
        assert!(complained(&output).contains("/nowhere: "), "{}", complained(&output));
    }
}

/// The whole bot: what the routes say is what stands in the channels.
#[test]
fn a_threat_stands_in_both_channels_and_a_worse_one_in_a_third() {
    let sandbox = Sandbox::start(&["--owners", OWNERS, "--events", &fixture("passed.json")]);
    let text = fs::read_to_string(fixture("guardduty-camel.json")).unwrap();
    sandbox.feed(&text);
    sandbox.settle();
    let count = |place: &str| sandbox.channels().get(place).map_or(0, Vec::len);
    let all = || ["T0WAVE/C0WAVE", "T0GROUP/C0THREATS", "T0GROUP/C0CRITICAL"].map(count);
    assert_eq!(all(), [1, 1, 0], "{:?}", sandbox.channels().keys());
    let mut worse: Value = serde_json::from_str(&text).unwrap();
    worse["detail"]["severity"] = json!(9.5);
    worse["detail"]["updatedAt"] = json!("2026-10-05T04:18:40.500Z");
    sandbox.feed(worse.to_string());
    sandbox.advance(70.0);
    sandbox.settle();
    assert_eq!(all(), [2, 2, 1], "a reply where it was known, a card where it is new");
    let card = &sandbox.channels()["T0GROUP/C0CRITICAL"][0];
    assert!(card.text.contains("【重大】") && card.says("wave-joined"), "{}", card.whole);
}

/// Ten events that others wrote, where a checkout has them beside it, or the project's own.
fn events() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("../shared/corpus");
    let folders: Vec<(PathBuf, usize)> = if corpus.is_dir() {
        [("asr", 4), ("guardduty-soar", 3), ("awsdocs", 3)]
            .map(|(folder, count)| (corpus.join(folder), count))
            .to_vec()
    } else {
        vec![(root.join("tests/fixtures"), 10)]
    };
    let first = |(folder, count): &(PathBuf, usize)| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let event = |path: &PathBuf| {
            path.extension().is_some_and(|kind| kind == "json") && !path.ends_with("INDEX.json")
        };
        let mut files: Vec<PathBuf> = entries.filter(event).collect();
        files.sort();
        files.truncate(*count);
        files
    };
    folders.iter().flat_map(first).collect()
}

#[test]
fn ten_events_are_explained_in_both_languages() {
    let events = events();
    assert!(events.len() >= 9, "{events:?}");
    for file in events {
        let file = file.to_str().unwrap();
        let parsed = run(&["parse", file]);
        let items = said(&parsed).lines().count();
        for (lang, head) in [("ja", "件目: "), ("en", "■ Item ")] {
            let output = explain(file, lang);
            assert_eq!(output.status.code(), parsed.status.code(), "{file}");
            let text = said(&output);
            let heads = text.lines().filter(|line| line.starts_with('■')).count();
            assert_eq!(heads, items, "{file}: {text}");
            assert!(items == 0 || text.contains(head), "{file}: {text}");
            assert!(!text.contains("explain.") && !text.contains('\u{1b}'), "{file}: {text}");
            for line in said(&parsed).lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                if let Some(alert) = line["alert"].as_str() {
                    assert!(text.contains(alert), "{file}: {alert}\n{text}");
                }
            }
        }
    }
}
