//! A pretend Slack workspace and its web page: a small house of its own that knows nothing of the
//! rest of the crate. What it needs from outside comes in as closures, the [`Hooks`].
//!
//! Inside: [`Workspace`] is the model without I/O and without a clock (`methods` answer, `validate`
//! and `limits` refuse, `shelf` keeps messages, `stage` keeps what stands before people only, `act`
//! says what the bot is sent for what a person does); `journal` keeps messages over a restart;
//! `faults` and `calls` serve tests; `http` is the only place that speaks HTTP and WebSocket; `page`
//! holds the web page.

mod act;
mod args;
mod calls;
mod faults;
mod http;
mod ids;
mod journal;
mod limits;
mod message;
mod methods;
mod reply;
mod shelf;
mod spec;
mod stage;
#[cfg(test)]
mod tests;
mod validate;
mod watch;
mod workspace;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use serde_json::Value;

pub use self::journal::JournalError;
pub use self::message::{Message, MessageOp, Ts};
pub use self::reply::Reply;
pub use self::spec::{ChannelSpec, CommandSpec, RequestUrls, TeamSpec, UserSpec, WorkspaceSpec};
pub use self::watch::Whispers;
pub use self::workspace::Workspace;

/// What a hook answers: JSON for the asker, or a sentence saying why not.
pub type HookResult = Result<Value, String>;

/// What the sandbox asks of the bot around it.
#[derive(Clone)]
pub struct Hooks {
    /// The sandbox clock: timestamps and rate windows run on it.
    pub now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Takes raw events, as `POST /_sandbox/events` brings them.
    pub feed: Arc<dyn Fn(Vec<u8>) -> BoxFuture<'static, HookResult> + Send + Sync>,
    /// Feeds a few more sample events: the page's button.
    pub feed_more: Arc<dyn Fn() -> BoxFuture<'static, HookResult> + Send + Sync>,
    /// Moves the sandbox clock forward.
    pub advance: Arc<dyn Fn(Duration) -> BoxFuture<'static, HookResult> + Send + Sync>,
    /// The bot's state; the page shows each number at its top.
    pub state: Arc<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>,
}

/// Why the sandbox could not open or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The journal is unusable; starting without it would lose accepted messages.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The server failed.
    #[error("sandbox server: {0}")]
    Serve(#[from] std::io::Error),
}

/// Serves the Web API, the test API and the page until `shutdown` ends. Reads the journal first.
pub async fn serve(
    listener: tokio::net::TcpListener,
    spec: WorkspaceSpec,
    hooks: Hooks,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SandboxError> {
    http::serve(listener, spec, hooks, shutdown).await
}
