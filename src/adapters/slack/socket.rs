//! Where Socket Mode is to connect. The URL is a right to connect in our name, so it stands in no
//! log and no error.

use std::sync::Arc;

use rustls::ClientConfig;
use serde_json::{Value, json};
use slack_morphism::{
    errors::SlackClientError,
    prelude::{
        SlackApiToken, SlackApiTokenValue, SlackClient, SlackClientHyperConnector, SlackHyperClient,
    },
};

use super::{SlackSetupError, TIMEOUT, connector, is_secure, tls};
use crate::domain::Secret;

const METHOD: &str = "apps.connections.open";

/// Asks Slack for connections of Socket Mode, with the app's own token.
pub struct SlackSockets {
    client: SlackHyperClient,
    token: SlackApiToken,
    tls: Arc<ClientConfig>,
    secure: bool,
}

impl SlackSockets {
    /// For `api_url` (without a trailing slash), with the token that begins with `xapp-`.
    ///
    /// # Errors
    /// Refuses plain HTTP to anywhere but this machine.
    pub fn new(api_url: &str, app_token: Secret) -> Result<Self, SlackSetupError> {
        let connector = SlackClientHyperConnector::with_connector(connector(api_url)?);
        let client = SlackClient::new(connector.with_slack_api_url(api_url));
        let token = SlackApiToken::new(SlackApiTokenValue::new(app_token.into_exposed()));
        let tls = Arc::new(tls(api_url)?);
        Ok(Self { client, token, tls, secure: is_secure(api_url) })
    }

    /// Whom the connections trust.
    pub fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// The URL of a new connection. It is good once and for about half a minute.
    ///
    /// # Errors
    /// One sentence without the URL or the token.
    pub async fn open(&self) -> Result<String, String> {
        let session = self.client.open_session(&self.token);
        let body = json!({});
        let call = session.http_session_api.http_post(METHOD, &body, None);
        let answer: Result<Value, SlackClientError> = tokio::time::timeout(TIMEOUT, call)
            .await
            .map_err(|_| format!("slack {METHOD}: no answer within {} s", TIMEOUT.as_secs()))?;
        let answer = answer.map_err(|error| format!("slack {METHOD}: {}", plainly(&error)))?;
        let url = answer.get("url").and_then(Value::as_str).filter(|_| answer["ok"] == true);
        let url = url.ok_or_else(|| format!("slack {METHOD}: an answer without a URL"))?;
        if !may_connect(url, self.secure) {
            return Err(format!("slack {METHOD}: a URL that is neither wss nor of this machine"));
        }
        Ok(url.to_owned())
    }
}

/// Encrypted, or to this machine if Slack itself is pretended here.
fn may_connect(url: &str, secure: bool) -> bool {
    let local = ["ws://127.0.0.1:", "ws://localhost:", "ws://[::1]:"];
    url.starts_with("wss://") || (!secure && local.iter().any(|local| url.starts_with(local)))
}

/// What failed; the library's own texts hold whole answers.
fn plainly(error: &SlackClientError) -> String {
    match error {
        SlackClientError::ApiError(api) => match api.code.as_str() {
            code @ ("invalid_auth" | "not_authed" | "not_allowed_token_type") => {
                format!("{code}: the app-level token (xapp-) is not accepted")
            }
            "missing_scope" => "missing_scope: the app-level token needs connections:write".into(),
            code => code.to_owned(),
        },
        SlackClientError::RateLimitError(_) => "429, too often".to_owned(),
        SlackClientError::HttpError(http) => format!("HTTP {}", http.status_code),
        SlackClientError::HttpProtocolError(_)
        | SlackClientError::ProtocolError(_)
        | SlackClientError::EndOfStream(_)
        | SlackClientError::SystemError(_)
        | SlackClientError::SocketModeProtocolError(_) => "no answer that can be read".to_owned(),
    }
}

#[test]
fn a_connection_is_encrypted_or_stays_on_this_machine() {
    for (url, secure, good) in [
        ("wss://wss-primary.slack.com/link/?ticket=1", true, true),
        ("wss://wss-primary.slack.com/link/?ticket=1", false, true),
        ("ws://127.0.0.1:8080/link", false, true),
        ("ws://127.0.0.1:8080/link", true, false),
        ("ws://127.0.0.1.evil.example:80/link", false, false),
        ("ws://wss-primary.slack.com/link", false, false),
        ("https://wss-primary.slack.com/link", true, false),
        ("", false, false),
    ] {
        assert_eq!(may_connect(url, secure), good, "{url}");
    }
}
