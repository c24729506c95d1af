//! Rules of GuardDuty findings.

use serde_json::{Value, json};

use super::{CAMEL, PASCAL, SAMPLE, SNS, asff_with, guardduty_with, one, reason};
use crate::domain::{RecordState, Severity, Source, Verdict};

#[test]
fn every_field() {
    let finding = one(CAMEL);
    assert_eq!(finding.source, Source::GuardDuty);
    assert_eq!(finding.product, "GuardDuty");
    assert!(finding.identity.as_str().starts_with("guardduty:"));
    assert_eq!(finding.native_id, "c0ffee00c0ffee00c0ffee00c0ffee01");
    assert_eq!(finding.account.as_str(), "111122223333");
    assert_eq!(finding.region.as_str(), "ap-northeast-1");
    assert_eq!(finding.severity, Severity::Medium);
    assert_eq!(finding.control, "UnauthorizedAccess:EC2/SSHBruteForce");
    assert_eq!(finding.resource.kind, "Instance");
    let arn = "arn:aws:ec2:ap-northeast-1:111122223333:instance/i-0123456789abcdef0";
    assert_eq!(finding.resource.id, arn);
    assert_eq!((finding.compliance, finding.workflow), (None, None));
    assert_eq!(finding.verdict(), Verdict::Problem);
    assert_eq!((finding.count, finding.sample), (14, false));
    assert_eq!(finding.fix_url, None);
    assert_eq!(finding.provider_time.unwrap().to_string(), "2026-10-05T03:18:40.5Z");
    assert_eq!(finding.envelope_time.unwrap().to_string(), "2026-10-05T03:20:00Z");
    assert!(finding.title.starts_with("203.0.113.9 is performing"));
}

#[test]
fn both_cases_and_sns_say_the_same() {
    assert_eq!(one(CAMEL), one(PASCAL));
    assert_eq!(one(CAMEL), one(SNS));
}

#[test]
fn a_sample_archived() {
    let finding = one(SAMPLE);
    assert!(finding.sample);
    assert_eq!(finding.record_state, RecordState::Archived);
    assert_eq!(finding.severity, Severity::High);
    assert_eq!(finding.resource.id, "arn:aws:s3:::kaikei-report");
    assert_eq!(finding.more_resources, ["arn:aws:s3:::kaikei-archive"]);
}

#[test]
fn samples() {
    for (fields, sample) in [
        (json!({"service": {"additionalInfo": {"sample": true}}}), true),
        (json!({"service": {"additionalInfo": {"sample": "true"}}}), true),
        (json!({"service": {"additionalInfo": {"value": "{\"sample\":false}"}}}), false),
        (json!({"service": {"additionalInfo": {"value": "no JSON \"sample\":true"}}}), false),
        (json!({"service": {"additionalInfo": "sample"}}), false),
        (json!({"service": null, "title": "[SAMPLE] A title"}), true),
    ] {
        assert_eq!(one(&guardduty_with(&fields)).sample, sample, "{fields}");
    }
}

#[test]
fn severity() {
    use Severity::{Critical, High, Informational, Low, Medium};
    for (score, level) in [
        (json!(0), Informational),
        (json!(0.9), Informational),
        (json!(1), Low),
        (json!(3.9), Low),
        (json!(4.0), Medium),
        (json!(6.9), Medium),
        (json!(7), High),
        (json!(8.9), High),
        (json!(9.0), Critical),
        (json!(99), Critical),
        (json!(-3), Informational),
        (json!("8"), High),
        (json!("High"), High),
        (Value::Null, Informational),
    ] {
        assert_eq!(one(&guardduty_with(&json!({"severity": score}))).severity, level, "{score}");
    }
}

#[test]
fn what_is_vital() {
    for (fields, word) in [
        (json!({"accountId": null}), "accountId is missing"),
        (json!({"accountId": "123"}), "accountId is not 12 digits: \"123\""),
        (json!({"accountId": 123}), "accountId is not a text"),
        (json!({"id": null}), "id is missing"),
        (json!({"type": ""}), "type is missing"),
        (json!({"severity": {}}), "severity is neither"),
        (json!({"service": "guardduty"}), "service is not an object"),
        (json!({"resource": []}), "resource is not an object"),
    ] {
        let got = reason(guardduty_with(&fields).as_bytes());
        assert!(got.contains(word), "{fields}: {got}");
    }
    let mut event: Value = serde_json::from_str(CAMEL).unwrap();
    event["detail"] = json!([]);
    assert_eq!(reason(event.to_string().as_bytes()), "detail is not an object");
    event["detail"] = Value::Null;
    assert_eq!(reason(event.to_string().as_bytes()), "detail is missing");
}

#[test]
fn region() {
    let arn = "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f";
    for (fields, region) in [
        (json!({"region": "us-west-2"}), "us-west-2"),
        (json!({"region": null, "arn": arn}), "eu-west-1"),
        (json!({"region": null, "arn": null}), "us-east-1"),
    ] {
        assert_eq!(one(&guardduty_with(&fields)).region.as_str(), region, "{fields}");
    }
}

#[test]
fn resources() {
    let key = |details: Value| json!({"resourceType": "AccessKey", "accessKeyDetails": details});
    for (resource, id) in [
        (key(json!({"userName": "suzuki", "principalId": "AIDA1"})), "suzuki"),
        (key(json!({"userName": "", "principalId": "AROA1:session"})), "AROA1:session"),
        (key(json!({"accessKeyId": "AKIAEXAMPLE"})), "AKIAEXAMPLE"),
        (key(json!({})), "AccessKey"),
        (
            json!({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "kaikei"}]}),
            "arn:aws:s3:::kaikei",
        ),
        (
            json!({"resourceType": "EKSCluster", "eksClusterDetails": {"arn": "arn:e", "name": "n"}}),
            "arn:e",
        ),
        (
            json!({"resourceType": "RDSDBInstance",
                   "rdsDbInstanceDetails": {"dbInstanceIdentifier": "db"}}),
            "db",
        ),
        (json!({"resourceType": "Lambda", "lambdaDetails": {"functionName": "f"}}), "f"),
        (json!({"resourceType": "ECSCluster", "ecsClusterDetails": {"name": "c"}}), "c"),
        (json!({"resourceType": "Container", "containerDetails": {"id": "c1"}}), "c1"),
        (json!({"resourceType": "Instance", "instanceDetails": {}}), "Instance"),
        (json!({"resourceType": "SomethingNew"}), "SomethingNew"),
        (json!({}), "c0ffee00c0ffee00c0ffee00c0ffee01"),
    ] {
        assert_eq!(one(&guardduty_with(&json!({"resource": resource}))).resource.id, id);
    }
}

#[test]
fn an_attack_sequence_names_what_it_touched() {
    let resource = json!({"resourceType": "AttackSequence"});
    let touched = json!([{"uid": "arn:a"}, {"uid": "arn:b"}]);
    let sequence = json!({"uid": "seq-1", "resources": touched});
    let service = json!({"detection": {"sequence": sequence}});
    let finding = one(&guardduty_with(&json!({"resource": resource, "service": service})));
    assert_eq!(finding.resource.id, "arn:a");
    assert_eq!(finding.more_resources, ["arn:b"]);
    let bare = json!({"detection": {"sequence": {"uid": "seq-1"}}});
    let finding = one(&guardduty_with(&json!({"resource": resource, "service": bare})));
    assert_eq!(finding.resource.id, "seq-1");
}

#[test]
fn security_hubs_copy_is_the_same_alert() {
    let native = one(CAMEL);
    let copy = one(&asff_with(&json!({
        "ProductArn": "arn:aws:securityhub:ap-northeast-1::product/aws/guardduty",
        "Types": ["TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce"],
        "Compliance": null,
        "Resources": [{
            "Type": "AwsEc2Instance",
            "Id": "arn:aws:ec2:ap-northeast-1:111122223333:instance/i-0123456789abcdef0",
        }],
    })));
    assert_eq!(native.alert_key(), copy.alert_key());
    assert_ne!(native.identity, copy.identity);
}

#[test]
fn an_account_with_too_many_digits_is_told_as_nobodys() {
    let finding = one(&guardduty_with(&json!({"accountId": "1234567890123"})));
    assert_eq!(finding.account.as_str(), "1234567890123");
}
