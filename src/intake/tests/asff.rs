//! Rules of the ASFF object.

use serde_json::{Value, json};

use super::{ASFF_LINES, CONSOLIDATED, asff_with, one, reason};
use crate::domain::{Compliance, RecordState, Severity, Source, Verdict, Workflow};
use crate::intake::{Parsed, parse};

#[test]
fn every_field_of_an_enveloped_finding() {
    let finding = one(CONSOLIDATED);
    assert_eq!(finding.source, Source::SecurityHub);
    assert_eq!(finding.product, "Security Hub");
    assert_eq!(finding.account.as_str(), "111122223333", "never the envelope's");
    assert_eq!(finding.region.as_str(), "ap-northeast-1", "never the envelope's");
    assert_eq!(finding.severity, Severity::High);
    assert_eq!(finding.control, "EC2.19");
    assert_eq!(finding.resource.kind, "AwsEc2SecurityGroup");
    assert!(finding.resource.id.ends_with("security-group/sg-0aaa1111bbb22222c"));
    assert_eq!(finding.more_resources.len(), 1);
    assert!(finding.more_resources[0].ends_with("vpc/vpc-0aaa1111bbb22222c"));
    assert_eq!(finding.compliance, Some(Compliance::Failed));
    assert_eq!(finding.record_state, RecordState::Active);
    assert_eq!(finding.workflow, Some(Workflow::New));
    let url = "https://docs.aws.amazon.com/console/securityhub/EC2.19/remediation";
    assert_eq!(finding.fix_url.as_deref(), Some(url));
    assert_eq!(finding.provider_time.unwrap().to_string(), "2026-10-05T01:15:28.3Z");
    assert_eq!(finding.envelope_time.unwrap().to_string(), "2026-10-05T01:15:31Z");
    assert_eq!((finding.count, finding.sample), (1, false));
    assert!(finding.native_id.ends_with("000000000001"));
    assert!(finding.title.starts_with("Security groups should not"));
    assert!(finding.description.starts_with("A security group lets anyone"));
}

#[test]
fn bare_and_enveloped_are_one_identity() {
    let event: Value = serde_json::from_str(CONSOLIDATED).unwrap();
    let bare = one(&event["detail"]["findings"][0].to_string());
    let enveloped = one(CONSOLIDATED);
    assert_eq!(bare.source, Source::Asff);
    assert_eq!(bare.envelope_time, None);
    assert_eq!(bare.identity, enveloped.identity);
    assert_eq!(bare.fingerprint(), enveloped.fingerprint());
    assert_eq!(bare.alert_key(), enveloped.alert_key());
    assert!(bare.identity.as_str().starts_with("asff:"));
}

#[test]
fn lines_are_read_one_by_one() {
    let parsed = parse(ASFF_LINES.as_bytes());
    let findings: Vec<_> = parsed
        .iter()
        .map(|one| match one {
            Parsed::Finding(finding) => finding,
            other => panic!("{other:?}"),
        })
        .collect();
    let controls: Vec<&str> = findings.iter().map(|one| one.control.as_str()).collect();
    assert_eq!(controls, ["CIS.4.1", "scan-root-mfa", "scan-key", "scan-key"]);
    let regions: Vec<&str> = findings.iter().map(|one| one.region.as_str()).collect();
    assert_eq!(regions, ["us-west-2", "ap-northeast-1", "ap-northeast-1", "ap-northeast-1"]);
    assert_eq!(findings[0].severity, Severity::High);
    assert_eq!(findings[1].severity, Severity::Critical, "a PASSED one keeps its level");
    assert_eq!(findings[1].verdict(), Verdict::Passed);
    assert_eq!(findings[1].product, "scanner");
    assert_eq!(findings[2].identity, findings[3].identity);
}

#[test]
fn what_is_vital() {
    for (fields, word) in [
        (json!({"AwsAccountId": null}), "AwsAccountId is missing"),
        (json!({"AwsAccountId": "12345678901"}), "AwsAccountId is not 12 digits: \"12345678901\""),
        (json!({"AwsAccountId": "4444-5555-6666"}), "AwsAccountId is not 12 digits"),
        (json!({"AwsAccountId": "１２３４５６７８９０１２"}), "AwsAccountId is not 12 digits"),
        (json!({"AwsAccountId": 111_122_223_333_u64}), "AwsAccountId is not a text"),
        (json!({"Id": " "}), "Id is missing"),
        (json!({"Id": ["a"]}), "Id is not a text"),
        (json!({"ProductArn": null}), "ProductArn is missing"),
        (json!({"Severity": "HIGH"}), "Severity is not an object"),
        (json!({"Compliance": "FAILED"}), "Compliance is not an object"),
        (json!({"Compliance": {"Status": 1}}), "Compliance.Status is not a text"),
        (json!({"Workflow": []}), "Workflow is not an object"),
        (json!({"Workflow": {"Status": false}}), "Workflow.Status is not a text"),
        (json!({"RecordState": 7}), "RecordState is not a text"),
        (json!({"Resources": {"Id": "x"}}), "Resources is not an array"),
        (json!({"Resources": ["x"]}), "Resources[0] is not an object"),
        (json!({"Resources": [{"Type": "Other"}]}), "Resources[0].Id is missing"),
    ] {
        let got = reason(asff_with(&fields).as_bytes());
        assert!(got.contains(word), "{fields}: {got}");
    }
}

#[test]
fn what_only_decorates_may_be_of_any_type() {
    let odd = json!([1, {"a": null}]);
    let names = [
        "Title",
        "Description",
        "Remediation",
        "ProductFields",
        "Types",
        "UpdatedAt",
        "Sample",
        "GeneratorId",
        "Region",
        "ProductName",
        "FindingProviderFields",
        "New2027Field",
    ];
    for name in names {
        let finding = one(&asff_with(&json!({name: odd})));
        assert_eq!(finding.severity, Severity::High, "{name}");
    }
}

#[test]
fn severity() {
    use Severity::{Critical, High, Informational, Low, Medium};
    for (own, provider, level) in [
        (json!({"Label": "LOW", "Normalized": 90}), json!({}), Low),
        (json!({"Label": "critical"}), json!({}), Critical),
        (json!({"Label": "UNTRIAGED", "Normalized": 40}), json!({}), Medium),
        (json!({"Normalized": 0}), json!({"Label": "HIGH"}), Informational),
        (json!({"Normalized": 39}), json!({}), Low),
        (json!({"Normalized": 39.5}), json!({}), Medium),
        (json!({"Normalized": "70"}), json!({}), High),
        (json!({"Normalized": 1000}), json!({}), Critical),
        (json!({"Normalized": -5}), json!({}), Informational),
        (json!({}), json!({"Label": "HIGH"}), High),
        (json!({"Product": 8}), json!({}), High),
        (json!({"Product": 40}), json!({}), Medium),
        (json!({"Original": "MEDIUM"}), json!({}), Medium),
        (json!({"Original": "9.8"}), json!({}), Critical),
        (json!({"Original": "whatever"}), json!({}), Informational),
        (json!({}), json!({}), Informational),
    ] {
        let fields = json!({"Severity": own, "FindingProviderFields": {"Severity": provider}});
        assert_eq!(one(&asff_with(&fields)).severity, level, "{fields}");
    }
    assert_eq!(one(&asff_with(&json!({"Severity": null}))).severity, Informational);
}

#[test]
fn region() {
    for (fields, region) in [
        (json!({"Region": "us-west-2"}), "us-west-2"),
        (json!({"Resources": [{"Id": "x", "Region": "eu-west-1"}]}), "eu-west-1"),
        (
            json!({"Resources": [{"Id": "x", "Region": "global"}],
                   "Id": "arn:aws:guardduty:eu-west-2:1:d/f"}),
            "eu-west-2",
        ),
        (json!({"Region": "global"}), "ap-northeast-1"),
        (json!({"ProductArn": "free text"}), "global"),
        (json!({"ProductArn": "arn:aws::securityhub:us-east-1::product/x/y"}), "global"),
        (json!({"Region": "us-gov-west-1"}), "us-gov-west-1"),
    ] {
        assert_eq!(one(&asff_with(&fields)).region.as_str(), region, "{fields}");
    }
}

#[test]
fn the_envelopes_region_is_the_last_resort() {
    let mut event: Value = serde_json::from_str(CONSOLIDATED).unwrap();
    let bare = asff_with(&json!({"ProductArn": "free text"}));
    event["detail"]["findings"][0] = serde_json::from_str(&bare).unwrap();
    assert_eq!(one(&event.to_string()).region.as_str(), "us-east-1");
}

#[test]
fn state() {
    for (fields, compliance, record, workflow) in [
        (json!({}), Some(Compliance::Failed), RecordState::Active, None),
        (
            json!({"Compliance": {"Status": "NOT_AVAILABLE"}, "RecordState": "ARCHIVED",
                   "Workflow": {"Status": "SUPPRESSED"}}),
            Some(Compliance::NotAvailable),
            RecordState::Archived,
            Some(Workflow::Suppressed),
        ),
        (
            json!({"Compliance": {"Status": "MANUAL"}, "Workflow": {"Status": "LATER"}}),
            Some(Compliance::Warning),
            RecordState::Active,
            None,
        ),
        (
            json!({"Compliance": null, "WorkflowState": "RESOLVED", "RecordState": "SOMETHING"}),
            None,
            RecordState::Active,
            Some(Workflow::Resolved),
        ),
        (
            json!({"Compliance": {"Status": "PASSED"}, "WorkflowState": "DEFERRED"}),
            Some(Compliance::Passed),
            RecordState::Active,
            None,
        ),
        (
            json!({"WorkflowState": "NEW", "Workflow": {"Status": "NOTIFIED"}}),
            Some(Compliance::Failed),
            RecordState::Active,
            Some(Workflow::Notified),
        ),
    ] {
        let finding = one(&asff_with(&fields));
        assert_eq!(finding.compliance, compliance, "{fields}");
        assert_eq!(finding.record_state, record, "{fields}");
        assert_eq!(finding.workflow, workflow, "{fields}");
    }
}

#[test]
fn reasons_are_sorted() {
    let reasons = json!([{"ReasonCode": "B"}, {"ReasonCode": "A"}, 3, {"ReasonCode": "B"}]);
    let status = json!({"Compliance": {"Status": "NOT_AVAILABLE", "StatusReasons": reasons}});
    assert_eq!(one(&asff_with(&status)).compliance_reasons, ["A", "B"]);
}

#[test]
fn times() {
    for (fields, time) in [
        (json!({"UpdatedAt": "2019-11-15T11:45:18+0000"}), Some("2019-11-15T11:45:18Z")),
        (json!({"UpdatedAt": "2026-10-04T17:00:00+09:00"}), Some("2026-10-04T08:00:00Z")),
        (json!({"UpdatedAt": 1_790_000_000}), Some("2026-09-21T14:13:20Z")),
        (json!({"UpdatedAt": 1_790_000_000_123_u64}), Some("2026-09-21T14:13:20.123Z")),
        (json!({"UpdatedAt": 1_790_000_000.5}), Some("2026-09-21T14:13:20.5Z")),
        (json!({"UpdatedAt": "1790000000"}), Some("2026-09-21T14:13:20Z")),
        (
            json!({"UpdatedAt": "yesterday", "LastObservedAt": "2026-10-01T00:00:00Z"}),
            Some("2026-10-01T00:00:00Z"),
        ),
        (
            json!({"UpdatedAt": null, "CreatedAt": "2026-10-02T00:00:00Z"}),
            Some("2026-10-02T00:00:00Z"),
        ),
        (json!({"UpdatedAt": "yesterday"}), None),
        (json!({"UpdatedAt": 1e300}), None),
        (json!({"UpdatedAt": -1}), None),
    ] {
        let got = one(&asff_with(&fields)).provider_time.map(|time| time.to_string());
        assert_eq!(got.as_deref(), time, "{fields}");
    }
}

#[test]
fn links_are_followed_only_to_the_web() {
    let long = format!("https://example.com/{}", "a".repeat(2000));
    for (url, kept) in [
        ("https://example.com/fix?a=1#b", true),
        ("HTTP://example.com", true),
        ("javascript:alert(1)", false),
        ("https://", false),
        ("https:///path", false),
        ("ftp://example.com", false),
        ("https://example.com/a b", false),
        ("https://example.com/|<evil>", false),
        ("https://example.com/\u{7}", false),
        (long.as_str(), false),
    ] {
        let fields = json!({"Remediation": {"Recommendation": {"Url": url}}});
        assert_eq!(one(&asff_with(&fields)).fix_url.is_some(), kept, "{url:?}");
    }
}

#[test]
fn texts_are_bounded() {
    let long = "門".repeat(5000);
    let finding = one(&asff_with(&json!({
        "Title": format!("a\nb{long}"),
        "Description": format!("a\nb\u{0}{long}"),
        "Id": &long,
        "Resources": [{"Id": &long}],
        "GeneratorId": &long,
    })));
    assert_eq!(finding.title.chars().count(), 256);
    assert!(finding.title.starts_with("a b") && finding.title.ends_with('…'));
    assert_eq!(finding.description.chars().count(), 1024);
    assert!(finding.description.starts_with("a\nb "));
    assert!(finding.resource.id.len() < 1024 && finding.control.len() < 1024);
    let other = one(&asff_with(&json!({"Resources": [{"Id": format!("{long}!")}]})));
    assert_ne!(finding.resource.id, other.resource.id, "cut ids stay apart");
}

#[test]
fn a_finding_without_title_or_resource_still_says_what_it_is() {
    let finding = one(&asff_with(&json!({"Title": null, "Resources": []})));
    assert_eq!(finding.title, "check");
    assert_eq!(finding.resource.kind, "AwsAccount");
    assert_eq!(finding.resource.id, "AWS::::Account:111122223333");
}

#[test]
fn products() {
    let arn = |tail: &str| format!("arn:aws:securityhub:us-east-1::product/{tail}");
    for (fields, name) in [
        (json!({"ProductName": "Scanner X"}), "Scanner X"),
        (json!({"ProductFields": {"aws/securityhub/ProductName": "Config"}}), "Config"),
        (json!({"ProductArn": arn("aws/securityhub")}), "Security Hub"),
        (json!({"ProductArn": arn("aws/guardduty")}), "GuardDuty"),
        (json!({"ProductArn": arn("prowler/prowler")}), "prowler"),
    ] {
        assert_eq!(one(&asff_with(&fields)).product, name, "{fields}");
    }
}

#[test]
fn samples_and_counts_of_copies() {
    let field = |name: &str, value: &str| json!({"ProductFields": {name: value}});
    for (fields, sample, count) in [
        (json!({}), false, 1),
        (json!({"Sample": true}), true, 1),
        (json!({"Sample": false}), false, 1),
        (json!({"Title": "[SAMPLE] A check"}), true, 1),
        (field("aws/guardduty/service/additionalInfo/sample", "true"), true, 1),
        (field("aws/guardduty/service/additionalInfo/sample", "false"), false, 1),
        (field("aws/guardduty/service/count", "74"), false, 74),
    ] {
        let finding = one(&asff_with(&fields));
        assert_eq!((finding.sample, finding.count), (sample, count), "{fields}");
    }
}
