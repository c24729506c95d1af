//! The page's files, inside the binary; nothing is ever fetched from elsewhere.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::refuse;

/// No inline script or style, no other host, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

macro_rules! assets {
    ($($name:literal: $kind:ident),* $(,)?) => {
        &[$(($name, $kind, include_str!(concat!("../page/", $name)))),*]
    };
}
const ASSETS: &[(&str, &str, &str)] = assets![
    "act.js": JS,
    "app.js": JS,
    "blocks.js": JS,
    "composer.js": JS,
    "confirm.js": JS,
    "dom.js": JS,
    "elements.js": JS,
    "emoji.js": JS,
    "home.js": JS,
    "messages.js": JS,
    "modal.js": JS,
    "mrkdwn.js": JS,
    "panel.js": JS,
    "persona.js": JS,
    "richtext.js": JS,
    "sidebar.js": JS,
    "store.js": JS,
    "time.js": JS,
    "words.js": JS,
    "style.css": CSS,
    "message.css": CSS,
    "interact.css": CSS,
];

pub(super) async fn index() -> Response {
    file(HTML, include_str!("../page/index.html"))
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(own, _, _)| *own == name) {
        Some((_, kind, text)) => file(kind, text),
        None => refuse(StatusCode::NOT_FOUND, "no such file"),
    }
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The files change with the binary, not with their names.
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
