//! Tags of resources.

use serde_json::{Value, json};

use super::{asff_with, guardduty_with, one};
use crate::domain::Finding;

fn tags(finding: &Finding) -> Vec<(&str, &str)> {
    finding.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn tagged(tags: &Value) -> Finding {
    let resource = json!([{ "Type": "AwsS3Bucket", "Id": "arn:aws:s3:::kaikei", "Tags": tags }]);
    one(&asff_with(&json!({ "Resources": resource })))
}

#[test]
fn asff_tells_the_first_resources_tags() {
    let finding = tagged(&json!({ "team": "pay", "空": "", "number": 7 }));
    assert_eq!(tags(&finding), [("team", "pay"), ("空", "")]);
    assert!(tagged(&json!(["team"])).tags.is_empty(), "no mapping is no tag");
    assert!(one(&asff_with(&json!({}))).tags.is_empty());
    let plain = tagged(&json!({}));
    assert_eq!(finding.fingerprint(), plain.fingerprint(), "a tag is no state of the problem");
    assert_eq!(finding.alert_key(), plain.alert_key());
}

#[test]
fn guardduty_tells_them_in_a_list() {
    let list =
        json!([{ "key": "team", "value": "pay" }, { "key": "bare" }, { "value": "lost" }, 7]);
    for resource in [
        json!({ "resourceType": "Instance", "instanceDetails": { "instanceId": "i-1", "tags": list } }),
        json!({ "resourceType": "S3Bucket", "s3BucketDetails": [{ "name": "b", "tags": list }] }),
        json!({ "resourceType": "Lambda", "lambdaDetails": { "functionName": "f", "tags": list } }),
    ] {
        let finding = one(&guardduty_with(&json!({ "resource": resource })));
        assert_eq!(tags(&finding), [("bare", ""), ("team", "pay")], "{resource}");
    }
}

#[test]
fn hostile_tags_are_cut_and_few() {
    let many: serde_json::Map<String, Value> =
        (0..200).map(|n| (format!("k{n}"), json!("v"))).collect();
    assert_eq!(tagged(&many.into()).tags.len(), 50);
    let long = tagged(&json!({ "team": "x".repeat(100_000) }));
    assert!(long.tags["team"].len() < 5_000, "{}", long.tags["team"].len());
}
