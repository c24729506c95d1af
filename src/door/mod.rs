//! F3: the ways in. `http` answers probes and metrics, and takes events for the embedded inbox;
//! `slack` takes what people do over signed HTTP requests, `socket` over Socket Mode. What they
//! need of the house comes as plain closures.

mod answer;
mod checks;
mod guard;
mod http;
mod metrics;
mod slack;
mod socket;
mod speaker;
mod tally;
#[cfg(test)]
mod tests;
mod work;

pub use checks::Check;
pub use http::{Events, Hooks, serve};
pub use metrics::Numbers;
pub use slack::People;
pub use socket::{Open, Sockets, Standing};
pub use speaker::Speaker;
pub use tally::Tally;
pub use work::{Take, Work};
