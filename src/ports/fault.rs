//! How ports fail: four classes and no more.

use std::time::Duration;

/// What a caller can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happened; try again after this long.
    Retry {
        /// How long to wait.
        after: Duration,
    },
    /// Somebody else was first; look again and decide anew.
    Conflict,
    /// It may or may not have happened.
    InDoubt,
    /// It will never work as asked.
    Permanent,
}

/// A failure of a port. `detail` is for logs; it holds no secrets.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{detail}")]
pub struct PortError {
    /// What can be done about it.
    pub fault: Fault,
    /// What happened, for logs.
    pub detail: String,
    /// True if calls of the same kind will fail everywhere, not only here: with a `Retry` they
    /// all pause.
    pub everywhere: bool,
}

impl PortError {
    /// A failure of the given class.
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into(), everywhere: false }
    }

    /// The same, holding for every call of its kind.
    #[must_use]
    pub fn everywhere(self) -> Self {
        Self { everywhere: true, ..self }
    }
}

/// Result of a port.
pub type PortResult<T> = Result<T, PortError>;
