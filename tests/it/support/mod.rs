//! What several test rooms share.

pub mod clock;
pub mod events;
pub mod http;
pub mod owners;
pub mod persons;
pub mod sandbox;
pub mod secrets_manager;
pub mod serve;
pub mod wire;
