//! The one integration binary: what the house promises, tried from outside.

mod corpus;
mod manifest;
