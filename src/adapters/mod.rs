//! F3: what stands behind the ports. Each adapter imports domain and ports, nothing else of ours.

pub mod aws;
pub mod clock;
pub mod dynamo;
pub mod organizations;
mod packed;
pub mod secrets;
pub mod slack;
pub mod sqlite;
pub mod sqs;
