//! What the process is told from outside: the environment is read here and nowhere else.

/// The environment variable that sets the log filter, such as `info` or `monban=debug`.
pub const LOG_VARIABLE: &str = "MONBAN_LOG";

/// The log filter; `default` unless [`LOG_VARIABLE`] says otherwise.
#[expect(clippy::disallowed_methods, reason = "the room where the environment is read")]
pub fn log_filter(default: &str) -> String {
    std::env::var(LOG_VARIABLE).unwrap_or_else(|_| default.to_owned())
}
