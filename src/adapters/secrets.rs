//! AWS Secrets Manager. Errors name the secret, never its content.

use aws_sdk_secretsmanager::Client;
use serde_json::Value;

use super::aws::{AGAIN, Aws, port_error};

/// Reads secrets.
pub struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    /// A client of this account and Region.
    pub fn new(aws: &Aws) -> Self {
        let config = aws_sdk_secretsmanager::config::Builder::from(&aws.config)
            .interceptor(aws.calls.clone())
            .build();
        Self { client: Client::from_conf(config) }
    }

    /// The current text of a secret, or of one key of it if it holds a JSON object.
    ///
    /// # Errors
    /// One sentence: it can't be read, or holds no such text.
    pub async fn read(&self, id: &str, key: Option<&str>) -> Result<String, String> {
        let what = format!("the secret {id}");
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        let answer = answer.map_err(|error| port_error(&what, &error, AGAIN).to_string())?;
        let text = answer.secret_string().ok_or_else(|| format!("{what}: holds no text"))?;
        match key {
            Some(key) => pick(&what, text, key),
            None => Ok(text.to_owned()),
        }
    }
}

fn pick(what: &str, text: &str, key: &str) -> Result<String, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|_| format!("{what}: holds no JSON, so no key {key}"))?;
    let picked = value.get(key).ok_or_else(|| format!("{what}: has no key {key}"))?;
    let picked = picked.as_str().ok_or_else(|| format!("{what}: its key {key} holds no text"))?;
    Ok(picked.to_owned())
}

#[test]
fn a_key_is_picked_and_nothing_else_is_told() {
    let text = r#"{"token": "xoxb-1", "port": 7, "deep": {"token": "xoxb-2"}}"#;
    assert_eq!(pick("the secret a", text, "token").as_deref(), Ok("xoxb-1"));
    for (text, key, why) in [
        (text, "tokens", "the secret a: has no key tokens"),
        (text, "port", "the secret a: its key port holds no text"),
        (text, "deep", "the secret a: its key deep holds no text"),
        ("xoxb-1", "token", "the secret a: holds no JSON, so no key token"),
        ("\"xoxb-1\"", "token", "the secret a: has no key token"),
        ("{\"token\": xoxb-1", "token", "the secret a: holds no JSON, so no key token"),
    ] {
        let error = pick("the secret a", text, key).unwrap_err();
        assert_eq!(error, why);
        assert!(!error.contains("xoxb"), "{error}");
    }
}
