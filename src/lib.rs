//! Monban (門番, gatekeeper): a ChatOps bot for a Cloud CoE. It takes security findings from AWS,
//! tells each problem once in the channel of the company that owns the account, in Japanese or
//! English, and follows it to its end.
//!
//! # The floors
//!
//! A floor may use what is below it, never what is above or beside it; `tests/it/floors.rs` reads
//! the imports and fails on a broken one.
//!
//! - **F0** [`domain`]: nouns and their rules. Pure.
//! - **F1** [`ports`]: every trait asked of the outside. [`intake`]: bytes to findings, one file a
//!   source. [`decide`]: (now, snapshot, input) to a decision with its reason. [`render`]: an
//!   alert as a Slack message. [`owners`]: the owner map's file. All pure, none knows another.
//!   [`config`]: what the process is told from outside.
//! - **F2** [`flow`]: the only doer. The gate (the one door all decisions go through), the poller
//!   (queue loop), the pump (outbox loop), the desk (people), the morning round (the owner map,
//!   once a day).
//! - **F3** [`adapters`]: what stands behind the ports. [`door`]: the ways in: HTTP for
//!   probes, metrics and the embedded inbox; for people Slack's signed requests or Socket Mode.
//! - **F4** [`cli`]: one file a verb. [`app`] alone knows which adapter stands behind which port.
//! - [`sandbox`] is a small house of its own: a pretend Slack workspace with a web page. It
//!   imports nothing of the rest; `cli` wires the two.
//!
//! # How a finding becomes a card
//!
//! inbox → `intake::parse` → `flow::Poller` (unchanged? done) → `flow::Gate::handle` → `decide`
//! → one commit {alert, states, outbox entries, audit entry, input id} → acknowledge.
//! Then `flow::Pump`: take the workspace's lease → entries due, critical first → render the alert
//! as it is *now* → post or update → record the delivery.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod decide;
pub mod domain;
pub mod door;
pub mod flow;
pub mod intake;
pub mod owners;
pub mod ports;
pub mod render;
pub mod sandbox;
