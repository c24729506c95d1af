//! Which control an ASFF object is about.

use serde_json::{Value, json};

use super::{asff_with, one};

fn control(product: &str, fields: &Value) -> String {
    let mut fields = fields.clone();
    fields["ProductArn"] = json!(format!("arn:aws:securityhub:us-east-1::product/{product}"));
    one(&asff_with(&fields)).control
}

fn generator(product: &str, id: &str) -> String {
    control(product, &json!({"GeneratorId": id}))
}

#[test]
fn of_security_hub() {
    let cis = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/4.1";
    for (id, control) in [
        ("security-control/EC2.19", "EC2.19"),
        ("aws-foundational-security-best-practices/v/1.0.0/EC2.19", "EC2.19"),
        ("pci-dss/v/3.2.1/PCI.S3.1", "PCI.S3.1"),
        ("service-managed-aws-control-tower/v/1.0.0/CloudTrail.2", "CloudTrail.2"),
        (cis, "CIS.4.1"),
        ("cis-aws-foundations-benchmark/v/1.4.0/3.7", "CIS.1.4.0/3.7"),
        ("security-control/", "security-control/"),
        ("something/else", "something/else"),
    ] {
        assert_eq!(generator("aws/securityhub", id), control);
    }
}

#[test]
fn what_goes_first() {
    let hub = "aws/securityhub";
    let all = json!({
        "Compliance": {"Status": "FAILED", "SecurityControlId": "CloudTrail.2"},
        "ProductFields": {"ControlId": "3.7", "RuleId": "9.9"},
        "GeneratorId": "cis-aws-foundations-benchmark/v/1.4.0/3.7",
    });
    assert_eq!(control(hub, &all), "CloudTrail.2");
    let field = json!({"ProductFields": {"ControlId": "IAM.3", "RuleId": "9.9"}});
    assert_eq!(control(hub, &field), "IAM.3");
    assert_eq!(control(hub, &json!({"ProductFields": {"RuleId": "1.10"}})), "CIS.1.10");
    assert_eq!(control(hub, &json!({"GeneratorId": null, "Types": ["a/b"]})), "a/b");
    assert_eq!(control(hub, &json!({"GeneratorId": null})), "unknown");
}

#[test]
fn of_others_stays_as_it_is() {
    for id in ["prowler-s3_bucket_public", "acme/v/2/rule-7", "aws/access-analyzer"] {
        assert_eq!(generator("example/scanner", id), id);
    }
    let rule = json!({"ProductFields": {"RuleId": "7"}, "GeneratorId": "acme"});
    assert_eq!(control("example/scanner", &rule), "acme");
}

#[test]
fn of_guardduty_reads_like_the_native_type() {
    let word = "TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce";
    for (types, control_id) in [
        (json!([word]), "UnauthorizedAccess:EC2/SSHBruteForce"),
        (json!(["Effects/Trojan:EC2-DGADomainRequest.B"]), "Trojan:EC2/DGADomainRequest.B"),
        (json!(["Unusual"]), "arn:aws:guardduty:detector"),
        (json!([]), "arn:aws:guardduty:detector"),
    ] {
        let fields = json!({"Types": types, "GeneratorId": "arn:aws:guardduty:detector"});
        assert_eq!(control("aws/guardduty", &fields), control_id);
    }
}
