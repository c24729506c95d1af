//! The one integration binary: what the house promises, tried from outside.

mod contracts;
mod corpus;
mod floors;
mod stories;
mod support;
