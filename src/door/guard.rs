//! Who may send events.

use axum::http::{HeaderMap, StatusCode, header};

use crate::domain::Secret;

/// Refuses who may not.
///
/// With a token its bearer may send. Without one the listener is on this machine alone, and what
/// must be kept out is a web page open here: it shows an Origin, or a Host that resolves here.
pub(super) fn check(
    headers: &HeaderMap,
    token: Option<&Secret>,
) -> Result<(), (StatusCode, &'static str)> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(token) = token {
        let bearer = text(header::AUTHORIZATION).and_then(|text| {
            let (scheme, rest) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
        });
        return match bearer {
            Some(bearer) if token.matches(bearer.as_bytes()) => Ok(()),
            Some(_) | None => {
                Err((StatusCode::UNAUTHORIZED, "send `Authorization: Bearer <token>`"))
            }
        };
    }
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err((StatusCode::FORBIDDEN, "a web page may not send events"));
    }
    if headers.get_all(header::HOST).iter().count() != 1
        || !text(header::HOST).is_some_and(is_own_host)
    {
        return Err((StatusCode::FORBIDDEN, "use 127.0.0.1 or localhost"));
    }
    Ok(())
}

fn is_own_host(host: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
        })
    })
}
