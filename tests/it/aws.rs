//! The bot on AWS: the real binary between an emulator's queues and table and the sandbox's Slack.
//! `python3 tests/run.py --only aws` starts the emulator; without one these tests say so and pass.

mod calls;
mod crash;
pub mod emulator;
mod memory;
mod organizations;
mod refused;
mod start;
mod story;
mod world;
