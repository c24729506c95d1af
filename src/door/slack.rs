//! The people's door over HTTP: Slack sends what people do as signed requests.

mod http;
pub(super) mod payload;
mod verify;

use std::sync::Arc;

use self::verify::Signing;
use super::work::Work;
use crate::domain::Secret;

pub(super) use http::router;

/// People who come over signed HTTP requests.
pub struct People {
    signing: Signing,
    work: Arc<Work>,
}

impl People {
    /// Takes what Slack signs with: one secret, or two while one takes the other's place. Acts go
    /// to `work`.
    ///
    /// # Errors
    /// One sentence: a secret that can't be used.
    pub fn new(secrets: &[Secret], work: Arc<Work>) -> Result<Self, &'static str> {
        Ok(Self { signing: Signing::new(secrets)?, work })
    }
}
