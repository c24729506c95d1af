//! Security Hub through EventBridge: an envelope whose `detail.findings` holds ASFF.
//!
//! - Identity, severity and state are those of the ASFF object, see [`super::asff`]: a finding has
//!   one identity whether it comes bare or in an envelope.
//! - AWS sends one finding an event, but the field is an array and others fill it with several;
//!   each is read by itself.
//! - Account and Region are the finding's own: in the administrator's bus the envelope names the
//!   administrator, and in the home Region it names that.
//! - Only "Imported" is a statement of Security Hub. "Custom Action" is a person's wish about a
//!   finding that came as "Imported" before; read as a statement, the wish would be lost without
//!   a word, so it stays unknown. "Findings Imported V2" holds OCSF.

use serde_json::Value;

use super::Reason;
use super::fields::Object;

/// The envelope's `source`.
pub(super) const SOURCE: &str = "aws.securityhub";
/// The envelope's `detail-type`.
pub(super) const IMPORTED: &str = "Security Hub Findings - Imported";

/// The ASFF objects of the event.
pub(super) fn findings(detail: Object<'_>) -> Result<&[Value], Reason> {
    match detail.list("findings")? {
        [] => Err("detail.findings is missing or empty".to_owned()),
        list => Ok(list),
    }
}
