//! The AWS Security Finding Format, bare or out of an envelope.
//!
//! - **Identity**: `ProductArn` and `Id`, the pair Security Hub's own API uses. Both, and
//!   `AwsAccountId`, must be there.
//! - **Severity**, **state**: see [`state`]. **Control**: see [`control`].
//! - **Region**: the finding's, its first resource's, the one in `Id`, the one in `ProductArn`,
//!   the envelope's; else `global`.
//! - **Resource**: the first of `Resources`; a finding without any is about its account, and is
//!   named as Security Hub names accounts.
//! - **Sample**: `Sample`, or what GuardDuty's copies carry: the title's prefix or a product field.
//! - **Count**: GuardDuty's own count on its copies, else 1.

mod control;
mod state;

use crate::domain::{AccountId, Finding, Identity, Resource, digest};

use super::envelope::Envelope;
use super::fields::Object;
use super::{Reason, guardduty, moment, region, tags, text};

/// Two of these make an object a finding, so that one which lacks another gets its reason.
const MARKS: [&str; 4] = ["SchemaVersion", "ProductArn", "AwsAccountId", "GeneratorId"];

/// True for an object that means to be ASFF.
pub(super) fn looks_like(object: Object<'_>) -> bool {
    MARKS.iter().filter(|mark| object.has(mark)).count() >= 2
}

/// Reads one ASFF object.
pub(super) fn finding(object: Object<'_>, envelope: Envelope<'_>) -> Result<Finding, Reason> {
    let account = object.account("AwsAccountId")?;
    let native_id = object.need("Id")?;
    let product_arn = object.need("ProductArn")?;
    let (resource, more_resources) = resources(object, &account)?;
    let first_resource = object.children("Resources").next();
    let region = region::first([
        object.text("Region"),
        first_resource.and_then(|resource| resource.text("Region")),
        region::of_arn(native_id),
        region::of_arn(product_arn),
        envelope.region,
    ]);
    let control = text::id(&control::of(object, product_arn));
    let (compliance, compliance_reasons) = state::compliance(object)?;
    let fields = object.child("ProductFields");
    let title = object.text("Title");
    Ok(Finding {
        source: envelope.source,
        product: product(object, product_arn),
        identity: Identity::new(format!("asff:{}", digest(&["asff", product_arn, native_id]))),
        native_id: text::id(native_id),
        region,
        severity: state::severity(object)?,
        resource,
        more_resources,
        tags: first_resource.map(tags::mapping).unwrap_or_default(),
        compliance,
        compliance_reasons,
        record_state: state::record_state(object)?,
        workflow: state::workflow(object)?,
        title: text::title(title.unwrap_or(&control)),
        description: text::description(object.text("Description").unwrap_or_default()),
        fix_url: fix_url(object),
        provider_time: ["UpdatedAt", "LastObservedAt", "CreatedAt"]
            .into_iter()
            .find_map(|name| moment::read(object.get(name)?)),
        envelope_time: envelope.time,
        count: fields.map_or(1, |fields| guardduty::count(fields, "aws/guardduty/service/count")),
        sample: object.truth("Sample")
            || title.is_some_and(guardduty::is_sample_title)
            || fields
                .is_some_and(|fields| fields.truth("aws/guardduty/service/additionalInfo/sample")),
        account,
        control,
    })
}

fn resources(object: Object<'_>, account: &AccountId) -> Result<(Resource, Vec<String>), Reason> {
    let list = object.list("Resources")?;
    let Some(first) = list.first() else {
        let id = format!("AWS::::Account:{account}");
        return Ok((Resource { kind: "AwsAccount".to_owned(), id }, Vec::new()));
    };
    let Some(first) = first.as_object().map(|map| Object::named(map, "Resources[0]")) else {
        return Err("Resources[0] is not an object".to_owned());
    };
    let resource = Resource {
        kind: text::title(first.text("Type").unwrap_or("Other")),
        id: text::id(first.need("Id")?),
    };
    let further = object.children("Resources").filter_map(|next| next.text("Id"));
    Ok((resource, further.skip(1).map(text::id).collect()))
}

fn product(object: Object<'_>, product_arn: &str) -> String {
    let field = || object.child("ProductFields")?.text("aws/securityhub/ProductName");
    let name = object.text("ProductName").or_else(field).unwrap_or_else(|| {
        if is_product(product_arn, "securityhub") {
            "Security Hub"
        } else if is_product(product_arn, "guardduty") {
            "GuardDuty"
        } else {
            product_arn.rsplit('/').next().unwrap_or(product_arn)
        }
    });
    text::title(name)
}

fn is_product(product_arn: &str, name: &str) -> bool {
    product_arn.strip_suffix(name).is_some_and(|head| head.ends_with("product/aws/"))
}

fn fix_url(object: Object<'_>) -> Option<String> {
    text::url(object.child("Remediation")?.child("Recommendation")?.text("Url")?)
}
