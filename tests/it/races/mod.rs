//! One directed interleaving for each known race: random schedules miss them.

mod queue_rig;
mod rig;

mod delivery;
mod intake;
mod lease;
mod queue;
