//! Severity and state of an ASFF object.
//!
//! - **Severity**: `Severity.Label`; else `Normalized` (0 to 100, clamped, a fraction rounded up);
//!   else the provider's label (`FindingProviderFields`); else the provider's own score, `Product`
//!   then `Original`: up to 10 read on a scale of 10 (as GuardDuty and CVSS count), above that on
//!   the scale of 100. A finding that states nothing is INFORMATIONAL: anything more would be
//!   invented. What the source says of a PASSED finding stays: sources keep CRITICAL there.
//! - **Record**: ACTIVE unless the word is ARCHIVED.
//! - **Compliance**: a word that is none of AWS's four becomes WARNING, which counts as a problem:
//!   better told than passed over.
//! - **Workflow**: `Workflow.Status`, else the deprecated `WorkflowState` where that maps clearly.

use crate::domain::{Compliance, RecordState, Severity, Workflow};

use super::super::Reason;
use super::super::fields::Object;
use super::super::guardduty;

pub(super) fn severity(object: Object<'_>) -> Result<Severity, Reason> {
    let own = object.object("Severity")?;
    let provider = object.child("FindingProviderFields").and_then(|own| own.child("Severity"));
    let label = |from: Option<Object<'_>>| Severity::from_label(from?.text("Label")?);
    let level = label(own)
        .or_else(|| own?.number("Normalized").map(normalized))
        .or_else(|| label(provider))
        .or_else(|| score(own?, "Product"))
        .or_else(|| score(own?, "Original"))
        .or_else(|| score(provider?, "Original"));
    Ok(level.unwrap_or(Severity::Informational))
}

fn score(from: Object<'_>, name: &str) -> Option<Severity> {
    if let Some(level) = from.text(name).and_then(Severity::from_label) {
        return Some(level);
    }
    let number = from.number(name)?;
    Some(if number <= 10.0 { guardduty::band(number) } else { normalized(number) })
}

/// The band of a score from 0 to 100.
fn normalized(score: f64) -> Severity {
    let whole = (0..100_u32).find(|step| f64::from(*step) >= score);
    Severity::from_normalized(whole.unwrap_or(100))
}

pub(super) fn record_state(object: Object<'_>) -> Result<RecordState, Reason> {
    let word = object.word("RecordState")?.unwrap_or_default();
    let archived = word.eq_ignore_ascii_case(RecordState::Archived.as_str());
    Ok(if archived { RecordState::Archived } else { RecordState::Active })
}

pub(super) fn compliance(object: Object<'_>) -> Result<(Option<Compliance>, Vec<String>), Reason> {
    let Some(own) = object.object("Compliance")? else {
        return Ok((None, Vec::new()));
    };
    let all =
        [Compliance::Passed, Compliance::Warning, Compliance::Failed, Compliance::NotAvailable];
    let status = own.word("Status")?.map(|word| {
        let known = all.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(word));
        known.unwrap_or(Compliance::Warning)
    });
    let codes = own.children("StatusReasons").filter_map(|reason| reason.text("ReasonCode"));
    let mut reasons: Vec<String> = codes.map(super::text::title).collect();
    reasons.sort();
    reasons.dedup();
    Ok((status, reasons))
}

pub(super) fn workflow(object: Object<'_>) -> Result<Option<Workflow>, Reason> {
    if let Some(status) = object.object("Workflow")?.map(|own| own.word("Status")).transpose()?
        && let Some(word) = status
    {
        let all = [Workflow::New, Workflow::Notified, Workflow::Suppressed, Workflow::Resolved];
        return Ok(all.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(word)));
    }
    // ASSIGNED and IN_PROGRESS say who works on it, DEFERRED could mean two things.
    Ok(match object.text("WorkflowState") {
        Some("NEW") => Some(Workflow::New),
        Some("RESOLVED") => Some(Workflow::Resolved),
        _ => None,
    })
}
