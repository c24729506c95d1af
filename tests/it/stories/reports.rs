//! A scanner's report, and the next one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::sandbox::{Sandbox, Shown};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn owners() -> String {
    fixture("owners-scan.yaml").to_str().unwrap().to_owned()
}

/// Ids of the findings with this status.
fn ids(report: &Path, status: &str) -> BTreeSet<String> {
    let findings: Vec<Value> = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    let wanted = findings.iter().filter(|one| one["Compliance"]["Status"] == status);
    wanted.map(|one| one["Id"].as_str().unwrap().to_owned()).collect()
}

fn by_ts(messages: Vec<Shown>) -> BTreeMap<String, Shown> {
    messages.into_iter().map(|one| (one.ts.clone(), one)).collect()
}

/// Feeds both reports: after the second only the cards that flipped have changed, and Slack got
/// no other call.
fn rescan(first: &Path, second: &Path, flips: usize) {
    let sandbox = Sandbox::start(&["--owners", &owners(), "--events", first.to_str().unwrap()]);
    sandbox.settle();
    let failed = ids(first, "FAILED");
    let before = by_ts(sandbox.messages());
    assert_eq!(before.len(), failed.len(), "a card for each problem");
    assert!(before.values().all(|one| one.place == "T0TEST/C0SCANNED"));
    let keys: BTreeSet<&str> = before.values().map(Shown::key).collect();
    assert_eq!(keys.len(), before.len(), "each its own");
    let open = sandbox.state()["open_alerts"].as_u64().unwrap();
    assert_eq!(open, failed.len() as u64);

    // Past a card's pause, so that a needless update would show at once.
    sandbox.advance(120.0);
    let counts = sandbox.counts();
    sandbox.feed(fs::read(second).unwrap());
    sandbox.advance(120.0);
    let mut expected = counts;
    *expected.entry("chat.update".into()).or_default().entry("ok".into()).or_default() +=
        flips as u64;
    assert_eq!(sandbox.counts(), expected);
    let after = by_ts(sandbox.messages());
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    let changed: Vec<&Shown> =
        after.values().filter(|one| before[&one.ts].whole != one.whole).collect();
    assert_eq!(changed.len(), flips);
    assert!(changed.iter().all(|one| one.text.contains("【解決済み】")), "{changed:#?}");
    let flipped = ids(second, "PASSED").intersection(&failed).count();
    assert_eq!(flipped, flips, "what the reports themselves say");
    assert_eq!(sandbox.state()["open_alerts"], open - flips as u64);

    // The same report once more is no news at all.
    sandbox.feed(fs::read(second).unwrap());
    sandbox.advance(120.0);
    assert_eq!((by_ts(sandbox.messages()), sandbox.counts()), (after, expected));
}

#[test]
fn a_second_scan_updates_what_it_changed_and_nothing_else() {
    rescan(&fixture("scan-1.asff.json"), &fixture("scan-2.asff.json"), 2);
}

#[test]
fn a_second_scan_of_a_real_scanner() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/prowler");
    let (first, second) = (folder.join("r1.asff.json"), folder.join("r2.asff.json"));
    if !first.is_file() || !second.is_file() {
        println!("skipped: no reports at {}", folder.display());
        return;
    }
    rescan(&first, &second, 3);
}

#[test]
fn with_events_of_ones_own_no_samples_flow() {
    let report = fixture("scan-1.asff.json");
    let owners = crate::support::owners::told_in_full();
    let args = ["--events", report.to_str().unwrap(), "--owners", owners];
    let sandbox = Sandbox::start(&args);
    sandbox.settle();
    sandbox.advance(600.0);
    let messages = sandbox.messages();
    assert_eq!(messages.len(), ids(&report, "FAILED").len());
    // The sample's map knows no such account: the CCoE is told.
    assert!(messages.iter().all(|one| one.place == "T0SHINONOME/C0CCOE"), "{messages:#?}");
    assert!(messages.iter().all(|one| one.says("333333333333")));
}

#[test]
fn critical_goes_first() {
    let report = fixture("scan-1.asff.json");
    let args = ["--owners", &owners(), "--events", report.to_str().unwrap()];
    let sandbox = Sandbox::start(&args);
    sandbox.settle();
    let messages = sandbox.messages();
    let rank = |one: &Shown| {
        ["【重大】", "【高】", "【中】", "【低】"].iter().position(|word| one.text.contains(word))
    };
    let ranks: Vec<usize> = messages.iter().map(|one| rank(one).unwrap()).collect();
    // The first to come may have gone out before the rest was read.
    assert!(ranks[1..].is_sorted(), "{ranks:?}");
    assert!(ranks[..2].contains(&0), "{ranks:?}");
}
