//! A text that no output may show.

use sha2::{Digest as _, Sha256};

/// A token or password. Its `Debug` and `Display` show neither it nor its length.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one call it is made for. Uncopied.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text itself, uncopied, for a client that keeps it.
    pub fn into_exposed(self) -> String {
        self.0
    }

    /// Whether the offered text is the same. How long it takes says nothing of where the two
    /// differ: their hashes are compared, and each byte of them.
    pub fn matches(&self, offered: &[u8]) -> bool {
        let (ours, theirs) = (Sha256::digest(self.0.as_bytes()), Sha256::digest(offered));
        ours.iter().zip(theirs.iter()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

#[test]
fn a_secret_is_never_shown() {
    let secret = Secret::new("hunter2");
    let shown = format!("{secret} {secret:?} {:#?}", Some(&secret));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(secret.matches(b"hunter2"));
    for other in ["", "hunter", "hunter22", "Hunter2"] {
        assert!(!secret.matches(other.as_bytes()), "{other}");
    }
    assert_eq!((secret.expose(), secret.clone().into_exposed().as_str()), ("hunter2", "hunter2"));
}
