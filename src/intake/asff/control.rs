//! Which control a finding is about: what copies from several standards have in common.
//!
//! In order: `Compliance.SecurityControlId`; for CIS `CIS.<rule>`; `ProductFields.ControlId`;
//! what `security-control/` or a standard's path in `GeneratorId` ends in; for GuardDuty's copies
//! the native type out of `Types`; else `GeneratorId` as it is, the first of `Types`, or
//! `unknown`. CIS 1.2.0 rules are called `CIS.4.1`; later versions number other rules alike, so
//! they carry their version (`CIS.1.4.0/3.7`). Rule numbers and paths of other products are
//! theirs alone and stay as they are.

use serde_json::Value;

use super::super::fields::Object;
use super::is_product;

const UNKNOWN: &str = "unknown";
const CIS: &str = "cis-aws-foundations-benchmark";

pub(super) fn of(object: Object<'_>, product_arn: &str) -> String {
    let generator = object.text("GeneratorId");
    let types = object.list("Types").unwrap_or_default();
    let first_type = types.first().and_then(Value::as_str).map(str::trim);
    let first_type = first_type.filter(|text| !text.is_empty());

    if let Some(id) = object.child("Compliance").and_then(|own| own.text("SecurityControlId")) {
        return id.to_owned();
    }
    let native = is_product(product_arn, "securityhub");
    if let Some(control) = of_standard(object, generator, native) {
        return control;
    }
    if is_product(product_arn, "guardduty")
        && let Some(native) = first_type.and_then(guardduty_type)
    {
        return native;
    }
    generator.or(first_type).unwrap_or(UNKNOWN).to_owned()
}

fn of_standard(object: Object<'_>, generator: Option<&str>, native: bool) -> Option<String> {
    if let Some(cis) = generator.and_then(cis) {
        return Some(cis);
    }
    let fields = object.child("ProductFields");
    let field = |name| fields.and_then(|fields| fields.text(name));
    if let Some(id) = field("ControlId") {
        return Some(id.to_owned());
    }
    if native && let Some(rule) = field("RuleId") {
        return Some(format!("CIS.{rule}"));
    }
    generator.and_then(|generator| tail(generator, native)).map(str::to_owned)
}

/// `arn:aws:securityhub:::ruleset/cis-.../v/1.2.0/rule/4.1`, `cis-.../v/1.4.0/3.7`.
fn cis(generator: &str) -> Option<String> {
    let (_, rest) = generator.split_once(CIS)?;
    let (version, rule) = rest.strip_prefix("/v/")?.split_once('/')?;
    let rule = rule.strip_prefix("rule/").unwrap_or(rule);
    if rule.is_empty() {
        return None;
    }
    Some(if version == "1.2.0" { format!("CIS.{rule}") } else { format!("CIS.{version}/{rule}") })
}

/// `security-control/EC2.19`, `<standard>/v/<version>/EC2.19`.
fn tail(generator: &str, native: bool) -> Option<&str> {
    let id = match generator.strip_prefix("security-control/") {
        Some(id) => id,
        None if native => generator.split_once("/v/")?.1.split_once('/')?.1,
        None => return None,
    };
    (!id.is_empty()).then_some(id)
}

/// `TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce` was
/// `UnauthorizedAccess:EC2/SSHBruteForce` before ASFF needed the slash for itself.
fn guardduty_type(word: &str) -> Option<String> {
    let last = word.rsplit('/').next()?;
    let (purpose, rest) = last.split_once(':')?;
    let (resource, threat) = rest.split_once('-')?;
    Some(format!("{purpose}:{resource}/{threat}"))
}
