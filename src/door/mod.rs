//! F3: the ways in. `http` answers probes and metrics, and takes events for the embedded inbox;
//! what it needs of the house comes as plain closures.

mod checks;
mod guard;
mod http;
mod metrics;
#[cfg(test)]
mod tests;

pub use checks::Check;
pub use http::{Events, Hooks, serve};
pub use metrics::Numbers;
