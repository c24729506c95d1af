//! What comes through the one door.

use crate::domain::{
    AccountEvent, AccountId, AlertId, Assigned, Card, Example, Finding, Lane, Person, WakeKind,
};

use super::{assign::AssignOwner, health::Looked, prefer::Preference};

/// Anything that comes through the one door.
#[derive(Debug, Clone)]
pub enum Input {
    /// A source said something.
    Finding(Box<Finding>),
    /// The account's cards may say something else than the map, or are missing.
    Look {
        /// Which.
        account: AccountId,
        /// Who gave it to its company, if that is news.
        assigned: Option<Assigned>,
    },
    /// An event says whose unit an account is in.
    Place(Box<AccountEvent>),
    /// A person of the CCoE says whose an account is.
    AssignOwner(Box<AssignOwner>),
    /// The owner map was looked at in the morning.
    Health(Box<Looked>),
    /// Something happened to an account.
    Happened(Box<AccountEvent>),
    /// An input could not be used, or a message not be delivered.
    Trouble(Example),
    /// A company's channel can't be posted to.
    Undeliverable {
        /// The alert that was to be told there.
        alert: AlertId,
        /// The lane.
        lane: Lane,
        /// The chat service's word.
        reason: String,
    },
    /// A date has come.
    Due {
        /// The card it is about.
        card: Box<Card>,
        /// What is to be looked at.
        what: WakeKind,
    },
    /// A person has seen a problem and takes care of it.
    Acknowledge {
        /// The alert.
        alert: AlertId,
        /// The episode that the person saw, if it was on a card.
        episode: Option<u32>,
        /// Who.
        who: Person,
    },
    /// A person says who works on a problem.
    Give {
        /// The alert.
        alert: AlertId,
        /// Who is to work on it.
        to: Option<Person>,
        /// Who says so.
        who: Person,
    },
    /// A person says how to be spoken to.
    Prefer {
        /// Who.
        who: Person,
        /// What the person wishes.
        wish: Preference,
    },
}

impl Input {
    /// Whether a person decides: by the map as it is now, and not by one read a moment ago.
    pub const fn is_personal(&self) -> bool {
        match self {
            Self::Finding(_)
            | Self::Trouble(_)
            | Self::Undeliverable { .. }
            | Self::Due { .. }
            | Self::Look { .. }
            | Self::Place(_)
            | Self::Health(_)
            | Self::Happened(_) => false,
            Self::AssignOwner(_)
            | Self::Acknowledge { .. }
            | Self::Give { .. }
            | Self::Prefer { .. } => true,
        }
    }
}
