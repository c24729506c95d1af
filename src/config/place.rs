//! Where a secret stands. Errors name the place, never what stands there.

use std::path::PathBuf;

use super::variable;
use crate::domain::Secret;

/// Where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A variable of the environment.
    Env(String),
    /// A file; a line end at its end is no part of the secret.
    File(PathBuf),
    /// AWS Secrets Manager.
    SecretsManager {
        /// The secret's ARN or name.
        id: String,
        /// The key within it, if it holds a JSON object.
        key: Option<String>,
    },
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A workspace's bot token.
    BotToken,
    /// The app-level token of Socket Mode.
    AppToken,
    /// What Slack signs its requests with.
    SigningSecret,
}

impl std::fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(file) => write!(f, "the file {}", file.display()),
            Self::SecretsManager { id, key: None } => write!(f, "the secret {id}"),
            Self::SecretsManager { id, key: Some(key) } => {
                write!(f, "the key {key} of the secret {id}")
            }
        }
    }
}

impl SecretPlace {
    /// Reads it if it stands on this machine; `None` if it must be asked for elsewhere.
    ///
    /// # Errors
    /// One sentence that names the place: it is not there, or holds no usable secret.
    pub fn read_here(&self) -> Option<Result<Secret, String>> {
        let text = match self {
            Self::Env(name) => match variable(name) {
                None => Err(format!("{self} is not set")),
                Some(Err(())) => Err(format!("{self} holds what is no text")),
                Some(Ok(text)) => Ok(text),
            },
            Self::File(file) => std::fs::read(file)
                .map_err(|error| format!("{self} can't be read: {error}"))
                .and_then(|bytes| {
                    String::from_utf8(bytes).map_err(|_| format!("{self} holds what is no text"))
                }),
            Self::SecretsManager { .. } => return None,
        };
        Some(text.and_then(|text| self.accept(&text)))
    }

    /// What speaks against it being such a secret, without quoting it.
    pub fn doubt(&self, kind: SecretKind, secret: &Secret) -> Option<String> {
        let text = secret.expose();
        let (good, what) = match kind {
            SecretKind::BotToken => {
                (text.starts_with("xoxb-"), "bot token, it seems: one begins with `xoxb-`")
            }
            SecretKind::AppToken => {
                (text.starts_with("xapp-"), "app-level token, it seems: one begins with `xapp-`")
            }
            SecretKind::SigningSecret => (
                text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "signing secret, it seems: one has 32 hexadecimal digits",
            ),
        };
        (!good).then(|| format!("{self} holds no {what}"))
    }

    /// Takes what was found in this place.
    ///
    /// # Errors
    /// One sentence that names the place, for a text that can be no token.
    pub fn accept(&self, text: &str) -> Result<Secret, String> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(format!("{self} is empty"));
        }
        // It goes into an HTTP header, where such a character fails far from here.
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("{self} holds blanks or signs that no token has"));
        }
        Ok(Secret::new(text))
    }
}
