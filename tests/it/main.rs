//! The one integration binary: what the house promises, tried from outside.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the exception for tests covers test functions alone, not what they share"
)]

mod contracts;
mod corpus;
mod floors;
mod messages;
mod stories;
mod support;
