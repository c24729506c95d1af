//! Stories on AWS.

use std::path::Path;

use serde_json::json;

use super::{
    emulator::unique,
    world::{Setup, World},
};
use crate::support::events::FAILED;

/// A rule and a target bring a finding from a bus to the fast queue. AWS's own source can't be
/// put on a bus by anybody else, so the target writes it into the envelope.
#[test]
fn a_finding_goes_from_eventbridge_to_slack() {
    let Some(world) = World::new(&Setup::default()) else { return };
    let (rule, name) = (unique("rule"), world.fast_queue.rsplit('/').next().unwrap().to_owned());
    let pattern = json!({ "source": [rule], "detail-type": ["Security Hub Findings - Imported"] });
    let body = json!({ "Name": rule, "EventPattern": pattern.to_string() });
    world.emulator.call("AWSEvents.PutRule", &body);
    let template = concat!(
        r#"{"version":"0","id":"<id>","source":"aws.securityhub","detail-type":"<type>","#,
        r#""account":"<account>","time":"<time>","region":"<region>","resources":[],"detail":<detail>}"#
    );
    let paths = json!({
        "id": "$.id", "time": "$.time", "account": "$.account", "region": "$.region",
        "type": "$.detail-type", "detail": "$.detail",
    });
    let target = json!({
        "Id": "fast",
        "Arn": format!("arn:aws:sqs:ap-northeast-1:123456789012:{name}"),
        "InputTransformer": { "InputPathsMap": paths, "InputTemplate": template },
    });
    world.emulator.call("AWSEvents.PutTargets", &json!({ "Rule": rule, "Targets": [target] }));
    let replica = world.replica();
    let event: serde_json::Value = serde_json::from_str(&FAILED.event()).unwrap();
    let entry = json!({
        "Source": rule,
        "DetailType": event["detail-type"],
        "Detail": event["detail"].to_string(),
    });
    let put = world.emulator.call("AWSEvents.PutEvents", &json!({ "Entries": [entry] }));
    assert_eq!(put["FailedEntryCount"], 0, "{put}");
    world.settle_after(|world| world.sandbox.messages().len() == 1);
    let messages = world.sandbox.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].says("hidamari-reports"), "{:?}", messages[0]);
    let summary = world.summary();
    assert_eq!((summary.open_alerts, summary.deliveries, summary.held), (1, 1, 0), "{summary:?}");
    let (status, ready) = replica.ready();
    assert_eq!(status, 200, "{ready}");
    let (_, metrics) = replica.get("/metrics");
    assert!(metrics.lines().any(|line| line == "monban_posted_total 1"), "{metrics}");
    assert!(replica.leave(), "it ends in good order");
}

/// Every problem is told once; a rescan that changed three of them costs three updates. The same
/// story as on the embedded engines, with the same numbers.
#[test]
fn a_rescan_updates_what_changed_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/prowler");
    let (first, second) = (folder.join("r1.asff.json"), folder.join("r2.asff.json"));
    if !first.exists() {
        println!("skipped: no corpus at {}", folder.display());
        return;
    }
    let owners = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/owners-scan.yaml");
    let Some(world) = World::new(&Setup { owners, fast: true }) else { return };
    let _replicas = [world.replica(), world.replica()];
    world.emulator.send(&world.slow_queue, &std::fs::read_to_string(first).unwrap());
    world.settle_after(|world| world.sandbox.messages().len() >= 134);
    let posted = |world: &World| world.sandbox.count("chat.postMessage", "ok");
    let updated = |world: &World| world.sandbox.count("chat.update", "ok");
    assert_eq!((posted(&world), updated(&world)), (134, 0), "one card a problem");
    world.emulator.send(&world.slow_queue, &std::fs::read_to_string(second).unwrap());
    world.settle_after(|world| updated(world) >= 3);
    assert_eq!((posted(&world), updated(&world)), (134, 3), "three changed, nothing else");
}

/// Two replicas, one of them killed: whoever held the lease, the other goes on, and nothing is
/// told twice.
#[test]
fn another_replica_goes_on() {
    let Some(world) = World::new(&Setup::default()) else { return };
    let (one, two) = (world.replica(), world.replica());
    world.emulator.send(&world.fast_queue, &FAILED.event());
    world.settle_after(|world| world.sandbox.messages().len() == 1);
    one.kill();
    let other = crate::support::events::Control { check: "S3.2", ..FAILED.at(200) };
    world.emulator.send(&world.fast_queue, &other.event());
    world.settle_after(|world| world.sandbox.messages().len() == 2);
    let three = world.replica();
    two.kill();
    let third = crate::support::events::Control { check: "S3.3", ..FAILED.at(300) };
    world.emulator.send(&world.slow_queue, &third.event());
    world.settle_after(|world| world.sandbox.messages().len() == 3);
    assert_eq!(world.sandbox.messages().len(), 3, "{:?}", world.sandbox.messages());
    assert!(three.leave());
}
