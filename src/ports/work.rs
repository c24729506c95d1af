//! Witnesses of work: the right to do it, and how it ended.

use jiff::Timestamp;

use crate::domain::{Delivery, Entry, TeamId};

/// A lease on a workspace: the right to drive its lanes until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The workspace.
    pub team: TeamId,
    /// Who holds it.
    pub holder: String,
    /// Grows with every change of holder; work under an old one is refused.
    pub fence: u64,
    /// End of the lease.
    pub until: Timestamp,
}

/// What asking for a lease came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leased {
    /// It is ours.
    Ours(Claimed),
    /// Another holds it.
    Theirs {
        /// When it ends, unless its holder extends it.
        until: Timestamp,
    },
}

/// How an entry's work ended.
#[derive(Debug, Clone)]
pub enum Settled {
    /// It happened. If the entry was asked for anew meanwhile, it stays queued.
    Done {
        /// What now stands in the channel.
        delivery: Option<Box<Delivery>>,
        /// What follows.
        follow: Vec<Entry>,
    },
    /// Not yet.
    Later {
        /// Not before.
        due: Timestamp,
    },
    /// Nobody knows; `looks` times the channel was looked through in vain.
    InDoubt {
        /// When the post in doubt was started.
        started: Timestamp,
        /// Looks so far.
        looks: u32,
        /// Next look.
        due: Timestamp,
    },
    /// Something else must happen first.
    After {
        /// Not before.
        due: Timestamp,
        /// What it waits for, in its own class from now on.
        raise: Box<Entry>,
    },
    /// The card is gone from the channel: its delivery names the entry that posts a new one.
    Replace {
        /// The entry.
        with: Box<Entry>,
    },
    /// The card is gone from the channel and nothing takes its place: its delivery is forgotten.
    Gone {
        /// What follows.
        follow: Vec<Entry>,
    },
    /// It can't happen.
    Dead {
        /// Why.
        reason: String,
    },
}

/// Names one receipt of a message: another receipt of the same message has another handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The queue's id of the message.
    pub id: String,
    /// The handle it is answered by.
    pub handle: String,
}

/// A message that was received: it must be acknowledged or released, by value.
#[derive(Debug)]
#[must_use = "a received message is acknowledged or released"]
pub struct Received {
    /// This receipt of it.
    pub receipt: Receipt,
    /// The bytes.
    pub body: Vec<u8>,
    /// How often it was received, this time included.
    pub receives: u32,
}
