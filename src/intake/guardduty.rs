//! GuardDuty through EventBridge: an envelope whose `detail` is one finding.
//!
//! - **Identity**: account, Region and `id`; GuardDuty folds repeats into one id. These and
//!   `type` must be there. Field names are read in camel case (events) and Pascal case (API).
//! - **Severity**: a score; below 1.0 INFORMATIONAL, below 4.0 LOW, below 7.0 MEDIUM, below 9.0
//!   HIGH, else CRITICAL (attack sequences). Without a score INFORMATIONAL.
//! - **State**: ARCHIVED where `service.archived`, else ACTIVE. No compliance and no workflow:
//!   GuardDuty checks no rule and keeps no workflow.
//! - **Account**, **Region**: the finding's own, then its ARN's Region, then the envelope's.
//! - **Resource**: see [`resource`].
//! - **Sample**: `service.additionalInfo.sample`, the same inside `additionalInfo.value` (JSON in
//!   a text), or the title's prefix.

mod resource;

use serde_json::Value;

use crate::domain::{Finding, Identity, RecordState, Severity, digest};

use super::envelope::Envelope;
use super::fields::Object;
use super::{Reason, moment, region, text};

/// The envelope's `source`.
pub(super) const SOURCE: &str = "aws.guardduty";
/// The envelope's `detail-type`.
pub(super) const FINDING: &str = "GuardDuty Finding";

/// Reads the detail of one event.
pub(super) fn finding(detail: Object<'_>, envelope: Envelope<'_>) -> Result<Finding, Reason> {
    let account = detail.account("accountId")?;
    let native_id = detail.need("id")?;
    let control = text::id(detail.need("type")?);
    let arn = detail.text("arn").unwrap_or_default();
    let region = region::first([detail.text("region"), region::of_arn(arn), envelope.region]);
    let service = detail.object("service")?;
    let (resource, more_resources) = resource::of(detail, &account, &region)?;
    let title = detail.text("title").unwrap_or(&control);
    let parts = [account.as_str(), region.as_str(), native_id];
    Ok(Finding {
        source: envelope.source,
        product: "GuardDuty".to_owned(),
        identity: Identity::new(format!("guardduty:{}", digest(&parts))),
        native_id: text::id(native_id),
        region,
        severity: severity(detail)?,
        resource,
        more_resources,
        tags: resource::tags(detail),
        compliance: None,
        compliance_reasons: Vec::new(),
        record_state: if service.is_some_and(|service| service.truth("archived")) {
            RecordState::Archived
        } else {
            RecordState::Active
        },
        workflow: None,
        title: text::title(title),
        description: text::description(detail.text("description").unwrap_or_default()),
        fix_url: None,
        provider_time: ["updatedAt", "createdAt"]
            .into_iter()
            .find_map(|name| moment::read(detail.get(name)?)),
        envelope_time: envelope.time,
        count: service.map_or(1, |service| count(service, "count")),
        sample: is_sample_title(title) || service.is_some_and(is_sample),
        account,
        control,
    })
}

/// The band of a score from 0 to 10.
pub(super) fn band(score: f64) -> Severity {
    match score {
        ..1.0 => Severity::Informational,
        1.0..4.0 => Severity::Low,
        4.0..7.0 => Severity::Medium,
        7.0..9.0 => Severity::High,
        _ => Severity::Critical,
    }
}

/// How often, at least once; AWS writes the number as a text in ASFF.
pub(super) fn count(from: Object<'_>, name: &str) -> u64 {
    let value = from.get(name);
    let number = value.and_then(Value::as_u64).or_else(|| value?.as_str()?.trim().parse().ok());
    number.unwrap_or(1).max(1)
}

/// True for the title GuardDuty gives to the samples it generates.
pub(super) fn is_sample_title(title: &str) -> bool {
    title.trim_start().starts_with("[SAMPLE]")
}

fn severity(detail: Object<'_>) -> Result<Severity, Reason> {
    if let Some(score) = detail.number("severity") {
        return Ok(band(score));
    }
    match detail.get("severity") {
        None => Ok(Severity::Informational),
        Some(value) => value
            .as_str()
            .and_then(|word| Severity::from_label(word.trim()))
            .ok_or_else(|| "severity is neither a number nor a level".to_owned()),
    }
}

fn is_sample(service: Object<'_>) -> bool {
    let Some(info) = service.child("additionalInfo") else {
        return false;
    };
    let inner = info.text("value").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let inside = inner.as_ref().and_then(Value::as_object).map(Object::root);
    info.truth("sample") || inside.is_some_and(|inside| inside.truth("sample"))
}
