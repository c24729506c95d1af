//! F2: the only doer. `gate` is the one door every input goes through, `poll` brings the queue's
//! messages to it, `pump` makes the world agree with the outbox.

mod bell;
mod counters;
mod gate;
mod pace;
mod poll;
mod pump;
#[cfg(test)]
mod tests;

pub use bell::{Bell, Rest};
pub use counters::{Counters, Counts};
pub use gate::{Decided, Gate};
pub use pace::{Call, Limits, Pace};
pub use poll::Poller;
pub use pump::{Next, Pump, PumpParts};
