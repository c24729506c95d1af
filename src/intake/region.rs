//! Which Region a finding is in: the first candidate that looks like one.

use crate::domain::Region;

/// The first of the candidates that looks like a Region, else `global`. `global` itself and its
/// kin are passed over: sources write them beside a better answer.
pub(super) fn first<'a>(candidates: impl IntoIterator<Item = Option<&'a str>>) -> Region {
    let found = candidates.into_iter().flatten().find(|text| looks_like(text));
    Region::new(found.unwrap_or("global"))
}

/// The Region field of an ARN, if it is one and has one.
pub(super) fn of_arn(text: &str) -> Option<&str> {
    let mut parts = text.split(':');
    (parts.next() == Some("arn")).then_some(())?;
    parts.nth(2).filter(|region| looks_like(region))
}

/// `ap-northeast-1`, `us-gov-west-1`, `eusc-de-east-1`: words of lower case letters, then a digit.
fn looks_like(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let mut words = parts.peekable();
    let lower = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    text.len() <= 32
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && words.peek().is_some()
        && words.all(lower)
}
