//! Which resource a GuardDuty finding is about, by `resource.resourceType`.
//!
//! The id is the ARN where GuardDuty gives one or where it can be built (EC2 instance, S3
//! bucket), since Security Hub's copy of the finding names the resource by ARN and both should
//! meet in one alert. An access key is named by its user: the key changes with every session,
//! the user is who must be spoken to. A kind not listed here, or one whose details are missing,
//! falls back to the word of `resourceType` itself; without even that to the finding's id.

use std::collections::BTreeMap;

use super::super::fields::Object;
use super::super::{Reason, tags, text};
use crate::domain::{AccountId, Region, Resource};

/// resourceType, the object that describes it, and its fields in order of preference.
const KINDS: [(&str, &str, &[&str]); 9] = [
    ("AccessKey", "accessKeyDetails", &["userName", "principalId", "accessKeyId"]),
    ("EKSCluster", "eksClusterDetails", &["arn", "name"]),
    ("KubernetesCluster", "eksClusterDetails", &["arn", "name"]),
    ("ECSCluster", "ecsClusterDetails", &["arn", "name"]),
    ("Container", "containerDetails", &["id", "name"]),
    ("RDSDBInstance", "rdsDbInstanceDetails", &["dbInstanceArn", "dbInstanceIdentifier"]),
    ("RDSLimitlessDB", "rdsLimitlessDbDetails", &["dbShardGroupArn", "dbShardGroupIdentifier"]),
    ("Lambda", "lambdaDetails", &["functionArn", "functionName"]),
    ("EBSSnapshot", "ebsSnapshotDetails", &["snapshotArn"]),
];

/// The resource, and the ids of further ones.
pub(super) fn of(
    detail: Object<'_>,
    account: &AccountId,
    region: &Region,
) -> Result<(Resource, Vec<String>), Reason> {
    let own = detail.object("resource")?;
    let kind = own.and_then(|own| own.text("resourceType"));
    let partition = detail.text("partition").unwrap_or("aws");
    let mut ids = match (own, kind) {
        (Some(own), Some("Instance")) => instance(own, partition, account, region),
        (Some(own), Some("S3Bucket" | "S3Object")) => buckets(own, partition),
        (_, Some("AttackSequence")) => sequence(detail),
        (Some(own), Some(kind)) => described(own, kind).into_iter().collect(),
        _ => Vec::new(),
    };
    if ids.is_empty() {
        ids.push(kind.or_else(|| detail.text("id")).unwrap_or("unknown").to_owned());
    }
    let first = text::id(&ids.remove(0));
    let kind = text::title(kind.unwrap_or("Other"));
    let more = ids.iter().map(|id| text::id(id)).collect();
    Ok((Resource { kind, id: first }, more))
}

/// The first resource's tags, where GuardDuty tells them.
pub(super) fn tags(detail: Object<'_>) -> BTreeMap<String, String> {
    let Ok(Some(own)) = detail.object("resource") else { return BTreeMap::new() };
    let described = ["instanceDetails", "eksClusterDetails", "ecsClusterDetails", "lambdaDetails"]
        .iter()
        .find_map(|name| own.child(name))
        .or_else(|| own.children("s3BucketDetails").next());
    described.map(tags::list).unwrap_or_default()
}

fn instance(own: Object<'_>, partition: &str, account: &AccountId, region: &Region) -> Vec<String> {
    let id = own.child("instanceDetails").and_then(|details| details.text("instanceId"));
    id.map(|id| format!("arn:{partition}:ec2:{region}:{account}:instance/{id}"))
        .into_iter()
        .collect()
}

fn buckets(own: Object<'_>, partition: &str) -> Vec<String> {
    let id = |bucket: Object<'_>| {
        let by_name = || bucket.text("name").map(|name| format!("arn:{partition}:s3:::{name}"));
        bucket.text("arn").map(str::to_owned).or_else(by_name)
    };
    own.children("s3BucketDetails").filter_map(id).collect()
}

fn sequence(detail: Object<'_>) -> Vec<String> {
    let sequence = detail
        .child("service")
        .and_then(|service| service.child("detection"))
        .and_then(|detection| detection.child("sequence"));
    let Some(sequence) = sequence else {
        return Vec::new();
    };
    let touched = sequence.children("resources").filter_map(|one| one.text("uid"));
    let mut ids: Vec<String> = touched.map(str::to_owned).collect();
    if ids.is_empty() {
        ids.extend(sequence.text("uid").map(str::to_owned));
    }
    ids
}

fn described(own: Object<'_>, kind: &str) -> Option<String> {
    let (_, details, fields) = KINDS.iter().find(|(word, _, _)| *word == kind)?;
    let details = own.child(details)?;
    fields.iter().find_map(|field| details.text(field)).map(str::to_owned)
}
