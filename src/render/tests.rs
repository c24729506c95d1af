//! Tests of whole messages.

mod limits;
mod meaning;
mod properties;
mod snapshots;
