//! The one integration binary: what the house promises, tried from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the exception for tests covers test functions alone, not what they share"
)]

mod aws;
mod contracts;
mod corpus;
mod crash;
mod floors;
mod manifest;
mod messages;
mod races;
mod sim;
mod stories;
mod support;
