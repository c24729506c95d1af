//! The people's door over HTTP: Slack sends what people do as signed requests.

mod http;
pub(super) mod payload;
mod verify;

use std::sync::Arc;

use self::verify::Signing;
use super::{speaker::Speaker, work::Work};
use crate::domain::Secret;

pub(super) use http::router;

/// People who come over signed HTTP requests.
pub struct People {
    signing: Signing,
    work: Arc<Work>,
}

impl People {
    /// No app is known yet, so nothing is let in. Acts go to `work`.
    pub fn new(work: Arc<Work>) -> Self {
        Self { signing: Signing::default(), work }
    }

    /// Takes what Slack signs with for this app: one secret, or two while one takes the other's
    /// place.
    ///
    /// # Errors
    /// One sentence: a secret that can't be used.
    pub fn app(&mut self, speaker: Speaker, secrets: &[Secret]) -> Result<(), &'static str> {
        self.signing.app(speaker, secrets)
    }
}
