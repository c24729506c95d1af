//! Events as AWS and scanners write them, with what a test wants to say about them.

use serde_json::{Value, json};

/// A Security Hub control finding. The times are seconds within one day.
#[derive(Debug, Clone)]
pub struct Control {
    pub account: &'static str,
    pub check: &'static str,
    pub resource: &'static str,
    pub status: &'static str,
    pub severity: &'static str,
    pub workflow: &'static str,
    pub record_state: &'static str,
    /// When the source last changed it.
    pub updated: u32,
    /// When the envelope was emitted.
    pub emitted: u32,
}

/// A failing check of a bucket in a company's live account.
pub const FAILED: Control = Control {
    account: "222233334444",
    check: "S3.8",
    resource: "arn:aws:s3:::hidamari-reports",
    status: "FAILED",
    severity: "HIGH",
    workflow: "NEW",
    record_state: "ACTIVE",
    updated: 100,
    emitted: 101,
};

impl Control {
    /// The same at a later time.
    pub fn at(&self, updated: u32) -> Self {
        Self { updated, emitted: updated + 1, ..self.clone() }
    }

    /// The event that brings it.
    pub fn event(&self) -> String {
        event(std::slice::from_ref(self)).to_string()
    }

    fn finding(&self) -> Value {
        let Self { account, check, resource, .. } = self;
        let name = resource.rsplit([':', '/']).next().unwrap_or(resource);
        let region = "ap-northeast-1";
        json!({
            "SchemaVersion": "2018-10-08",
            "Id": format!(
                "arn:aws:securityhub:{region}:{account}:security-control/{check}/finding/{name}"
            ),
            "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/securityhub"),
            "ProductName": "Security Hub",
            "Region": region,
            "GeneratorId": format!("security-control/{check}"),
            "AwsAccountId": account,
            "CreatedAt": time(0),
            "UpdatedAt": time(self.updated),
            "Severity": { "Label": self.severity },
            "Title": format!("{check} about {name}"),
            "Description": "What the control checks.",
            "Resources": [{ "Type": "AwsS3Bucket", "Id": resource, "Region": region }],
            "Compliance": { "Status": self.status, "SecurityControlId": check },
            "Workflow": { "Status": self.workflow },
            "RecordState": self.record_state,
        })
    }
}

/// One event with several findings, at the first one's time.
pub fn event(controls: &[Control]) -> Value {
    json!({
        "version": "0",
        "id": format!("5a4d0000-0000-4000-8000-{:012}", controls[0].emitted),
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "account": "999900001111",
        "time": time(controls[0].emitted),
        "region": "us-east-1",
        "resources": [],
        "detail": { "findings": controls.iter().map(Control::finding).collect::<Vec<_>>() },
    })
}

fn time(seconds: u32) -> String {
    format!("2026-10-05T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
