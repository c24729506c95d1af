//! What each port promises, tried on every adapter: one suite a port, written against the trait.
//! A suite takes a factory, so that another adapter (or a fake) joins with one line.

mod aws;
pub mod chat;
mod fake;
mod inbox;
mod slack;
mod sqlite;
mod store;
