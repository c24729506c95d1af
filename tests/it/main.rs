//! The one integration binary: what the house promises, tried from outside.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod contracts;
mod corpus;
mod crash;
mod floors;
mod manifest;
mod races;
mod sim;
mod stories;
mod support;
