//! What a restart keeps.

use std::{fs, path::Path};

use crate::support::{
    events::FAILED,
    sandbox::{Sandbox, Shown},
};

fn data(folder: &tempfile::TempDir) -> String {
    folder.path().join("data").to_str().unwrap().to_owned()
}

/// The time of the sandbox, in seconds.
fn now(sandbox: &Sandbox) -> i64 {
    let now: jiff::Timestamp = sandbox.state()["now"].as_str().unwrap().parse().unwrap();
    now.as_second()
}

#[test]
fn a_restart_keeps_messages_clock_and_memory() {
    let folder = tempfile::tempdir().unwrap();
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scan-1.asff.json");
    let owners = report.with_file_name("owners-scan.yaml");
    let data = data(&folder);
    let args = [
        "--data",
        &data,
        "--owners",
        owners.to_str().unwrap(),
        "--events",
        report.to_str().unwrap(),
    ];
    let first = Sandbox::start(&args);
    first.settle();
    first.advance(7200.0);
    let (messages, time) = (first.messages(), now(&first));
    let kept = |sandbox: &Sandbox| {
        let state = sandbox.state();
        ["open_alerts", "alerts", "deliveries", "identities", "entries", "held"]
            .map(|key| state[key].clone())
    };
    let before = kept(&first);
    assert_eq!(messages.len(), 5);
    let log = first.stop();
    assert_eq!(log, "", "a quiet end");

    // The same command again: the same events come in, and say nothing new.
    let second = Sandbox::start(&args);
    second.settle();
    assert_eq!(second.messages(), messages);
    assert_eq!(kept(&second), before);
    assert!(now(&second) >= time, "time does not go back");
    assert_eq!(second.counts(), std::collections::BTreeMap::new(), "not one call");
    second.kill();

    // Without a map given, the one that was stored holds; killed or not, nothing is lost.
    let third = Sandbox::start(&["--data", &data]);
    third.advance(120.0);
    assert_eq!(third.messages(), messages, "no samples flow into a used directory");
    third.feed(fs::read(report.with_file_name("scan-2.asff.json")).unwrap());
    let after = third.messages();
    assert_eq!(after.len(), messages.len());
    let solved =
        |list: &[Shown]| list.iter().filter(|one| one.text.contains("【解決済み】")).count();
    assert_eq!((solved(&messages), solved(&after)), (0, 2));
}

#[test]
fn what_waits_is_sent_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = data(&folder);
    let first = Sandbox::start(&["--data", &data]);
    first.advance(70.0);
    first.settle();
    let before = first.messages();
    let down =
        serde_json::json!([{"method": "*", "kind": "http_error", "status": 503, "times": 99}]);
    first.faults(&down);
    first.feed_only(FAILED.event());
    assert_eq!(first.messages(), before);
    assert_eq!(first.state()["held"], 1);
    first.kill();

    let second = Sandbox::start(&["--data", &data]);
    second.settle();
    let after = second.messages();
    assert_eq!(after.len(), before.len() + 1, "once, and the rest not again");
    assert!(after.last().unwrap().says("hidamari-reports"));
}

#[test]
fn one_data_directory_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let data = data(&folder);
    let first = Sandbox::start(&["--data", &data]);
    let second = crate::support::sandbox::monban()
        .args(["sandbox", "--port", "0", "--data", &data])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let error = String::from_utf8(second.stderr).unwrap();
    assert!(error.contains("is in use by another Monban process"), "{error}");
    assert!(error.contains(&data) && error.lines().count() == 1, "{error}");
    first.settle();
    first.stop();
    Sandbox::start(&["--data", &data]).stop();
}
