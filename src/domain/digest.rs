//! One way to hash parts into an identifier: SHA-256 over length-prefixed parts.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// 32 hexadecimal digits (128 bits of a SHA-256): enough to name things, short enough to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The hexadecimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hashes the parts. Each is preceded by its length, so `["ab", "c"]` and `["a", "bc"]` differ.
pub fn digest<P: AsRef<[u8]>>(parts: &[P]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        let bytes = part.as_ref();
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    }
    let hash = hasher.finalize();
    let mut text = String::with_capacity(32);
    for byte in &hash[..16] {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    Digest(text)
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab", "c"]).as_str().len(), 32);
    }
}
