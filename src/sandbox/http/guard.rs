//! Keeps other web pages out. The sandbox has no login, so a page open in the same browser must
//! not reach it: neither by a name that resolves here (Host), nor across origins.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::refuse;

pub(super) async fn own_origin_only(request: Request, next: Next) -> Response {
    match check(request.method(), request.uri().path(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(why) => refuse(StatusCode::FORBIDDEN, why),
    }
}

fn check(method: &Method, path: &str, headers: &HeaderMap) -> Result<(), &'static str> {
    let host = text(headers, header::HOST.as_str()).ok_or("a Host header is needed")?;
    if headers.get_all(header::HOST).iter().count() > 1 || !is_own_host(host) {
        return Err("this Host is not the sandbox: use 127.0.0.1 or localhost");
    }
    // Reading the page itself from a link elsewhere is harmless; calling its API is not.
    let rooms = ["/api/", "/_sandbox/", "/response/", "/link/"];
    let api = rooms.iter().any(|room| path.starts_with(room));
    if api && matches!(text(headers, "sec-fetch-site"), Some("cross-site" | "same-site")) {
        return Err("another web page may not call the sandbox");
    }
    // A page may open a WebSocket anywhere, with a GET that names its origin.
    let socket = path.starts_with("/link/");
    if (*method != Method::GET || socket) && headers.contains_key(header::ORIGIN) {
        let own = format!("http://{host}");
        if text(headers, header::ORIGIN.as_str()) != Some(own.as_str()) {
            return Err("another origin may not call the sandbox");
        }
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

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn only_loopback_names_pass() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:65535", "[::1]"] {
            assert!(is_own_host(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "127.0.0.1:",
            "127.0.0.1:99999",
            "localhost:80@evil.example",
            "",
        ] {
            assert!(!is_own_host(host), "{host}");
        }
    }

    #[test]
    fn other_origins_cannot_post_and_other_sites_cannot_read() {
        let own = [("host", "127.0.0.1:9"), ("origin", "http://127.0.0.1:9")];
        let foreign = [("host", "127.0.0.1:9"), ("origin", "http://127.0.0.1:10")];
        let opaque = [("host", "127.0.0.1:9"), ("origin", "null")];
        let cross = [("host", "127.0.0.1:9"), ("sec-fetch-site", "cross-site")];
        let none = [("host", "127.0.0.1:9")];
        let twice = [("host", "127.0.0.1:9"), ("host", "127.0.0.1:9")];
        let verdict = |method: &Method, path: &str, pairs: &[(&'static str, &str)]| {
            check(method, path, &headers(pairs)).is_ok()
        };
        assert!(verdict(&Method::POST, "/_sandbox/advance", &own));
        assert!(verdict(&Method::POST, "/_sandbox/advance", &none));
        assert!(!verdict(&Method::POST, "/_sandbox/advance", &foreign));
        assert!(!verdict(&Method::POST, "/api/chat.postMessage", &opaque));
        assert!(!verdict(&Method::GET, "/api/chat.postMessage", &cross));
        assert!(verdict(&Method::GET, "/", &cross));
        assert!(verdict(&Method::GET, "/link/x", &none));
        assert!(verdict(&Method::GET, "/link/x", &own));
        assert!(!verdict(&Method::GET, "/link/x", &foreign));
        assert!(!verdict(&Method::GET, "/link/x", &opaque));
        assert!(!verdict(&Method::GET, "/link/x", &cross));
        assert!(!verdict(&Method::POST, "/response/T1/x", &foreign));
        assert!(!verdict(&Method::GET, "/", &twice));
        assert!(!verdict(&Method::GET, "/", &[]));
    }
}
