//! What several test rooms share.

pub mod clock;
pub mod http;
