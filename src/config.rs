//! What the process is told from outside: its config file and the environment, which is read here
//! and nowhere else. F1.

mod door;
mod file;
mod place;
mod reader;
mod secret;
mod settings;
mod slack;
#[cfg(test)]
mod tests;

pub use door::{DoorAt, SlackDoor};
pub use file::{is_config, parse};
pub use place::{SecretKind, SecretPlace};
pub use settings::{
    AwsConfig, Config, InboxConfig, Pacing, SlackConfig, Sqs, StoreConfig, Workspace,
};

/// The environment variable that sets the log filter, such as `info` or `monban=debug`.
pub const LOG_VARIABLE: &str = "MONBAN_LOG";

/// The log filter; `default` unless [`LOG_VARIABLE`] says otherwise.
pub fn log_filter(default: &str) -> String {
    variable(LOG_VARIABLE).and_then(Result::ok).unwrap_or_else(|| default.to_owned())
}

/// The Region that this machine's environment names.
pub fn region_here() -> Option<String> {
    let set = |name| variable(name).and_then(Result::ok).filter(|text| !text.trim().is_empty());
    set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"))
}

/// A variable of the environment; an error if it is set to what is no text.
#[expect(clippy::disallowed_methods, reason = "the room where the environment is read")]
fn variable(name: &str) -> Option<Result<String, ()>> {
    std::env::var_os(name).map(|text| text.into_string().map_err(|_| ()))
}
