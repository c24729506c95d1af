//! The one integration binary: what the house promises, tried from outside.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod corpus;
mod races;
mod sim;
