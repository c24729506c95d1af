//! Addresses of link buttons. Built or checked here, so that no source can send a reader to a
//! page that looks like AWS's and is not.

use std::fmt::Write as _;

use crate::domain::{Member, Region, Source};

/// Longer addresses get no button: Slack takes 3000, the message as a whole is what binds.
const URL_UNITS: usize = 1_200;

/// Host of the AWS console.
const CONSOLE: &str = "https://console.aws.amazon.com";

/// Hosts whose pages need no further word.
const KNOWN: [&str; 2] = ["docs.aws.amazon.com", "hub.prowler.com"];

/// A remediation page that a source names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FixPage {
    /// Where it is.
    pub url: String,
    /// Its host, if a reader should be told before following it.
    pub strange_host: Option<String>,
}

/// The finding in the AWS console of its Region. `None` where the console can't show it: a
/// scanner's report that never went to Security Hub, or a Region that is none.
pub(super) fn console(member: &Member, region: &Region) -> Option<String> {
    let region = Some(region.as_str()).filter(|region| is_region(region))?;
    let id = &member.native_id;
    let url = match member.source {
        // The console decodes the search twice.
        Source::SecurityHub => format!(
            "{CONSOLE}/securityhub/home?region={region}#/findings?search=Id%3D%255Coperator\
             %255C%253AEQUALS%255C%253A{}",
            encode(&encode(id))
        ),
        Source::GuardDuty => format!(
            "{CONSOLE}/guardduty/home?region={region}#/findings?macros=current&fId={}",
            encode(id.rsplit('/').next().unwrap_or(id))
        ),
        Source::Asff => return None,
    };
    fits(url)
}

/// Takes a source's remediation page if it is plain https with a host and nothing before it.
pub(super) fn fix_page(url: &str) -> Option<FixPage> {
    let rest = url.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let rest = rest.and_then(|scheme| url.get(scheme.len()..))?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.to_ascii_lowercase();
    if !is_host(&host) || path.starts_with('\\') {
        return None;
    }
    let url = fits(format!("https://{host}{}", encode_rest(path)))?;
    let strange_host = (!KNOWN.contains(&host.as_str())).then_some(host);
    Some(FixPage { url, strange_host })
}

/// Takes a link to another card: it comes from Slack itself, so only its form is checked.
pub(super) fn card(url: &str) -> Option<String> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    if web { fits(encode_rest(url)) } else { None }
}

fn fits(url: String) -> Option<String> {
    let counted = url.len() + url.matches('&').count() * "amp;".len();
    Some(url).filter(|_| counted <= URL_UNITS)
}

/// `ap-northeast-1` and the like in AWS's ordinary partition, the one this console serves.
fn is_region(text: &str) -> bool {
    let letters = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let other = ["cn-", "us-gov-", "us-iso", "eu-isoe-"].iter().any(|p| text.starts_with(p));
    let parts = text.split('-').count() >= 3;
    letters && parts && !other && text.ends_with(|c: char| c.is_ascii_digit()) && text.len() <= 30
}

/// A dotted name; no port, no user, no address in brackets.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    percent(text, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Percent-encodes what has no place in an address; what is encoded already stays as it is.
fn encode_rest(text: &str) -> String {
    percent(text, |byte| byte.is_ascii_graphic() && !b"<>\"|\\^`{}".contains(&byte))
}

fn percent(text: &str, keeps: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keeps(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests;
