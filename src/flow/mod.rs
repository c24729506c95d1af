//! F2: the only doer. `gate` is the one door every input goes through, `poll` brings the queue's
//! messages to it, `pump` makes the world agree with the outbox; `morning`
//! looks at the owner map once a day.

mod bell;
mod counters;
mod desk;
mod gate;
mod health;
mod morning;
mod pace;
mod poll;
mod pump;
mod stop;
#[cfg(test)]
mod tests;
mod turn;

pub use bell::{Bell, Rest};
pub use counters::{Counters, Counts};
pub use desk::{Desk, DeskParts, Known, Spawn, known_places};
pub use gate::{Decided, Gate};
pub use health::Health;
pub use morning::{ASK_EVERY, MapGaps, Morning, map_gaps};
pub use pace::{Call, Limits, Pace};
pub use poll::Poller;
pub use pump::{Next, Pump, PumpParts, SHORTEST_LEASE};
pub use stop::Stop;
pub use turn::Turn;
