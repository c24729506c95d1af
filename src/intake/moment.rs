//! Times as sources write them. One that can't be read is no reason to lose a finding.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Epoch numbers below this are seconds, above it milliseconds (as seconds: the year 5138).
const MILLISECONDS_FROM: f64 = 1e11;

/// RFC 3339 (also with the offset `+0000`), or an epoch in seconds or milliseconds.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    let Some(text) = value.as_str() else {
        return epoch(value.as_f64()?);
    };
    let text = text.trim();
    text.parse().ok().or_else(|| epoch(text.parse().ok()?))
}

fn epoch(number: f64) -> Option<Timestamp> {
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let seconds = if number < MILLISECONDS_FROM { number } else { number / 1000.0 };
    let whole = SignedDuration::try_from_secs_f64(seconds).ok()?;
    // Rounded to what was written: a float of seconds carries stray nanoseconds.
    let millis = i64::try_from((whole.as_micros() + 500) / 1000).ok()?;
    Timestamp::from_millisecond(millis).ok()
}
