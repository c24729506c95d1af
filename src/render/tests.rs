//! Tests of whole messages.

pub(in crate::render) mod limits;
mod meaning;
mod properties;
mod snapshots;
