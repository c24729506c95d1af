//! One directed interleaving for each known race: random schedules miss them.

mod rig;

mod assign;
mod delivery;
mod intake;
mod lease;
mod poller;
