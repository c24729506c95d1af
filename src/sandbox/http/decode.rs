//! Arguments out of a request: a JSON body, a form body or the query, as Slack's clients send them.

use axum::http::{HeaderMap, Method, header};
use serde_json::{Map, Value};

/// The bearer token, if the request names one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Arguments of a call, or Slack's error code. What stands in the body wins over the query.
pub(super) fn arguments(
    method: &Method,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &[u8],
) -> Result<Value, &'static str> {
    let mut map = form(query.unwrap_or_default());
    if *method == Method::POST && !body.is_empty() {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        match kind {
            "application/json" => match serde_json::from_slice(body) {
                Ok(Value::Object(given)) => map.extend(given),
                Ok(_) => return Err("json_not_object"),
                Err(_) => return Err("invalid_json"),
            },
            "application/x-www-form-urlencoded" => {
                let text = std::str::from_utf8(body).map_err(|_| "invalid_form_data")?;
                map.extend(form(text));
            }
            _ => return Err("invalid_post_type"),
        }
    }
    Ok(Value::Object(map))
}

/// `name=value` pairs; a name given twice keeps its last value.
pub(super) fn form(text: &str) -> Map<String, Value> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescape(name), Value::String(unescape(value)))
        })
        .collect()
}

/// Form encoding of a name or value.
pub(super) fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
        out
    })
}

/// Undoes form encoding; a `%` that starts no byte stays as it is.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_decode_as_browsers_encode() {
        let table = [
            ("a+b", "a b"),
            ("%E6%97%A5%E6%9C%AC", "日本"),
            ("100%", "100%"),
            ("%zz", "%zz"),
            ("%2B%25", "+%"),
            ("%F", "%F"),
            ("日%E6", "日\u{fffd}"),
            ("next_ts%3A1%3D", "next_ts:1="),
        ];
        for (given, wanted) in table {
            assert_eq!(unescape(given), wanted, "{given}");
        }
        for text in ["日本 & x=1+2", "a\r\nb%", "~*-._"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        let map = form("a=1&&b&a=2=3");
        assert_eq!(Value::Object(map), serde_json::json!({"a": "2=3", "b": ""}));
    }
}
