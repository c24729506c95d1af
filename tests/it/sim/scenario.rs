//! What happens in a world: findings made by the seed, and what must be true of them at the end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use monban::domain::{AlertKey, Finding};
use monban::intake::{Parsed, parse};
use monban::owners;
use serde_json::json;

use super::executor::Rng;

/// The moment every world begins.
pub fn start() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

/// Messages for the inbox, in the order of their sending (not of their times).
pub struct Scenario {
    pub bodies: Vec<Vec<u8>>,
    pub findings: Vec<Finding>,
    /// Bodies that can't be read or understood.
    pub bad: u64,
    /// The owner map as a file.
    pub owners: String,
}

const ACCOUNTS: [&str; 4] = ["111122223333", "222233334444", "333344445555", "999988887777"];
const LEVELS: [&str; 4] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

impl Scenario {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0x5CE7_A210);
        let problems = 2 + rng.below(5);
        let mut bodies = Vec::new();
        for problem in 0..problems {
            let account = *rng.pick(&ACCOUNTS);
            // Some problems are told by two identities: two standards, one control.
            let copies = 1 + rng.below(2);
            for copy in 0..copies {
                let mut time = i64::try_from(rng.below(60)).unwrap();
                let mut level = *rng.pick(&LEVELS);
                for _ in 0..=rng.below(6) {
                    time += 1 + i64::try_from(rng.below(90)).unwrap();
                    if rng.chance(15) {
                        level = *rng.pick(&LEVELS);
                    }
                    let failed = rng.chance(60);
                    let body = body(account, problem, copy, time, level, failed);
                    // At least once means: sometimes twice.
                    if rng.chance(20) {
                        bodies.push(body.clone());
                    }
                    bodies.push(body);
                }
            }
        }
        // Neighbours change places: what is emitted in order does not arrive in order.
        for at in 1..bodies.len() {
            if rng.chance(30) {
                bodies.swap(at - 1, at);
            }
        }
        let mut bad = 0;
        if rng.chance(30) {
            bodies.push(b"{\"truncated\": ".to_vec());
            bad += 1;
        }
        if rng.chance(30) {
            bodies.push(json!({"source": "aws.health", "detail-type": "x"}).to_string().into());
            bad += 1;
        }
        let findings =
            bodies.iter().flat_map(|body| parse(body)).filter_map(|parsed| match parsed {
                Parsed::Finding(finding) => Some(*finding),
                Parsed::Event(_) | Parsed::Unknown(_) | Parsed::Unreadable(_) => None,
            });
        Self { findings: findings.collect(), bad, bodies, owners: owners(seed) }
    }

    /// Which problems must be open at the end: any identity's latest statement is a problem.
    pub fn open_at_the_end(&self) -> BTreeMap<AlertKey, bool> {
        let mut latest: BTreeMap<_, &Finding> = BTreeMap::new();
        for finding in &self.findings {
            let known = latest.entry(finding.identity.clone()).or_insert(finding);
            if finding.order() >= known.order() {
                *known = finding;
            }
        }
        let mut open = BTreeMap::new();
        for finding in latest.values() {
            let problem = finding.verdict() == monban::domain::Verdict::Problem;
            *open.entry(finding.alert_key()).or_insert(false) |= problem;
        }
        open
    }
}

/// The sample map, its policy aside; with two seeds of three, alerts that nobody answers are passed on within
/// minutes, and with one of them some wait for business hours (from 15:10 in Tokyo, ten minutes
/// after the world begins) and some are not told.
fn owners(seed: u64) -> String {
    let text = include_str!("../../../deploy/sample/owners.yaml");
    let mut map = owners::parse(text).unwrap();
    map.change(|companies| companies.iter_mut().for_each(|one| one.policy.clear()));
    let escalate = json!({ "company_lead_after": "2m", "ccoe_after": "3m" });
    let quick = json!({ "name": "quick", "match": [], "escalate": escalate });
    let mut patient = quick.clone();
    patient["notify"] = "medium".into();
    patient["delay_outside_hours"] = true.into();
    match seed % 3 {
        // What is passed on after hours would never come to rest.
        0 => map.ccoe.policy.clear(),
        1 => map.ccoe.policy = serde_json::from_value(json!([quick])).unwrap(),
        _ => {
            map.ccoe.policy = serde_json::from_value(json!([patient])).unwrap();
            let hours = json!({
                "days": ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
                "from": "15:10", "to": "24:00",
            });
            map.ccoe.settings.business_hours = Some(serde_json::from_value(hours).unwrap());
        }
    }
    owners::written(&map).unwrap()
}

fn body(account: &str, problem: u64, copy: u64, time: i64, level: &str, failed: bool) -> Vec<u8> {
    // All of it was said before the world begins: nobody speaks from the future.
    let said = jiff::SignedDuration::from_secs(time - 3600);
    let at = start().checked_add(said).unwrap().to_string();
    let id =
        format!("arn:aws:securityhub:ap-northeast-1:{account}:s/{copy}/S3.2/finding/{problem}");
    json!({
        "version": "0", "id": format!("{problem}-{copy}-{time}"), "account": "999900001111",
        "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
        "time": at, "region": "ap-northeast-1", "resources": [],
        "detail": { "findings": [{
            "SchemaVersion": "2018-10-08", "Id": id, "Region": "ap-northeast-1",
            "ProductArn": "arn:aws:securityhub:ap-northeast-1::product/aws/securityhub",
            "GeneratorId": "security-control/S3.2", "AwsAccountId": account,
            "CreatedAt": at, "UpdatedAt": at, "Title": "Buckets should not be public",
            "Severity": { "Label": level },
            "Resources": [{ "Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::bucket-{problem}") }],
            "Compliance": {
                "Status": if failed { "FAILED" } else { "PASSED" }, "SecurityControlId": "S3.2"
            },
            "Workflow": { "Status": "NEW" }, "RecordState": "ACTIVE"
        }] }
    })
    .to_string()
    .into_bytes()
}
