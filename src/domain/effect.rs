//! What the world must be made to do, durable in the outbox.

mod life;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AccountId, AlertId, Card, EntryId, Escalation, EscalationStep, HealthId, Lane, MessageTs,
    ReportId, Severity,
};

/// What a card or a message is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A problem.
    Alert(AlertId),
    /// A day's intake report.
    Report(ReportId),
    /// An account: what is held back of it, and what happened to it.
    Account(AccountId),
    /// A morning's look at the owner map.
    Health(HealthId),
}

impl Subject {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Alert(id) => id.as_str(),
            Self::Report(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
            Self::Health(id) => id.as_str(),
        }
    }
}

/// Why people are told with a new message (an edited card raises no notification).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TellKind {
    /// A new problem: a new card.
    New,
    /// It came back: a new card that links the old one.
    Reopened,
    /// It got worse: a reply under the card, shown in the channel as well.
    SeverityUp {
        /// The alert's version that got worse.
        version: u64,
    },
    /// Something happened to the card's subject that a person must hear of: a reply under the card,
    /// shown in the channel as well.
    Notice {
        /// The subject's version that says so.
        version: u64,
    },
    /// Nobody answered: a reply under the card, shown in the channel as well.
    Unanswered {
        /// To whom it is passed on.
        step: EscalationStep,
    },
    /// The card is gone from the channel or can't be edited any more: a new one in its place.
    Replaced {
        /// The message it stands in for.
        gone: MessageTs,
    },
}

impl TellKind {
    /// The word in keys and logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::SeverityUp { .. } => "severity_up",
            Self::Notice { .. } => "notice",
            Self::Unanswered { .. } => "unanswered",
            Self::Replaced { .. } => "replaced",
        }
    }

    /// Whether it is a reply under the card, not a card.
    pub const fn is_reply(&self) -> bool {
        match self {
            Self::SeverityUp { .. } | Self::Notice { .. } | Self::Unanswered { .. } => true,
            Self::New | Self::Reopened | Self::Replaced { .. } => false,
        }
    }
}

/// What is looked at when an entry that calls nobody is due.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeKind {
    /// Whether somebody answered; if not, it is passed on.
    Escalate(Escalation),
}

impl WakeKind {
    /// The words in keys and logs.
    pub fn word(&self) -> String {
        match self {
            Self::Escalate(escalation) => format!("escalate/{}", escalation.step.as_str()),
        }
    }
}

/// A thing the world must be made to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Level-triggered: the card must show its subject as it is. Carries no text.
    Show {
        /// Which card.
        card: Card,
        /// True for a change of state: it does not wait for the card's 30 s.
        urgent: bool,
    },
    /// Once per key: a new message.
    Tell {
        /// Which card it posts or replies under.
        card: Card,
        /// Why.
        kind: TellKind,
    },
    /// Calls nobody: when it is due it comes back through the one door as an input.
    Wake {
        /// The card it is about.
        card: Card,
        /// What is looked at.
        what: WakeKind,
        /// Where it waits: the dates of the card's workspace.
        lane: Lane,
    },
}

/// What the ids of entries that call nobody begin with.
const WAKE: &str = "wake/";

impl Effect {
    /// A date of this card.
    pub fn wake(card: Card, what: WakeKind) -> Self {
        let lane = Lane::of_dates(&card.receiver.lane.team);
        Self::Wake { card, what, lane }
    }

    /// The card it is about.
    pub const fn card(&self) -> &Card {
        match self {
            Self::Show { card, .. } | Self::Tell { card, .. } | Self::Wake { card, .. } => card,
        }
    }

    /// Derived from what it does, so that the same thing is queued once. It is also the key that
    /// a posted message carries.
    pub fn entry_id(&self) -> EntryId {
        let place = self.card().place();
        match self {
            Self::Show { .. } => EntryId::new(format!("show/{place}")),
            Self::Tell { card, kind: TellKind::New | TellKind::Reopened } => card.entry_id(),
            Self::Tell { kind: TellKind::SeverityUp { version }, .. } => {
                EntryId::new(format!("tell/{place}/severity_up/{version}"))
            }
            Self::Tell { kind: TellKind::Notice { version }, .. } => {
                EntryId::new(format!("tell/{place}/notice/{version}"))
            }
            Self::Tell { kind: TellKind::Unanswered { step }, .. } => {
                EntryId::new(format!("tell/{place}/unanswered/{}", step.as_str()))
            }
            Self::Wake { what, .. } => EntryId::new(format!("{WAKE}{place}/{}", what.word())),
            Self::Tell { kind: TellKind::Replaced { gone }, .. } => {
                EntryId::new(format!("tell/{place}/replaced/{gone}"))
            }
        }
    }
}

/// Order within a lane: the smaller goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Class(pub u8);

impl Class {
    /// A new message about a problem of this level.
    pub const fn tell(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self(0),
            Severity::High => Self(2),
            Severity::Medium => Self(5),
            Severity::Low => Self(6),
            Severity::Informational => Self(7),
        }
    }

    /// A date: all of them the same, so that they stand in the order of their times alone.
    pub const DATE: Self = Self(0);

    /// A report to the CCoE.
    pub const REPORT: Self = Self(3);

    /// A card that sums up: posted where none stands.
    pub const SUMMARY: Self = Self(8);

    /// The update of a card that sums up, where one stands.
    pub const SUMMARY_KEPT: Self = Self(9);

    /// The update of a card.
    pub const fn show(severity: Severity, urgent: bool) -> Self {
        match (urgent, severity) {
            (true, Severity::Critical) => Self(1),
            (true, Severity::High | Severity::Medium | Severity::Low | Severity::Informational) => {
                Self(4)
            }
            (
                false,
                Severity::Critical
                | Severity::High
                | Severity::Medium
                | Severity::Low
                | Severity::Informational,
            ) => Self(8),
        }
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum EntryState {
    /// Waits for its due time.
    Ready,
    /// A post may be on the wire; committed before the call.
    Sending {
        /// When the call was started.
        started: Timestamp,
        /// After this nobody waits for the answer any more.
        deadline: Timestamp,
    },
    /// The answer never came: the channel must be looked through for the key.
    InDoubt {
        /// When the post in doubt was started.
        started: Timestamp,
        /// How often the channel was looked through without finding it.
        looks: u32,
    },
    /// It happened.
    Done,
    /// It can't happen; a person is told.
    Dead {
        /// Why.
        reason: String,
    },
}

/// An effect in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Derived from the effect.
    pub id: EntryId,
    /// What must be done.
    pub effect: Effect,
    /// Order within its lane.
    pub class: Class,
    /// Not before.
    pub due: Timestamp,
    /// When it was first queued.
    pub created: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Counts the commits that asked for it: an entry asked for anew while it was worked on is
    /// not settled by that work.
    pub generation: u64,
    /// Where it stands.
    pub state: EntryState,
}

impl Entry {
    /// A fresh entry, due at once.
    pub fn new(effect: Effect, class: Class, now: Timestamp) -> Self {
        Self {
            id: effect.entry_id(),
            effect,
            class,
            due: now,
            created: now,
            attempts: 0,
            generation: 1,
            state: EntryState::Ready,
        }
    }

    /// The lane it belongs to.
    pub const fn lane(&self) -> &Lane {
        match &self.effect {
            Effect::Show { card, .. } | Effect::Tell { card, .. } => &card.receiver.lane,
            Effect::Wake { lane, .. } => lane,
        }
    }

    /// This entry, asked for anew while still queued: the sooner and the more urgent of both. A
    /// message that was sent already (a `Done` tell) is not sent again.
    #[must_use]
    pub fn asked_again(&self, anew: &Self) -> Self {
        let mut next = self.clone();
        match self.state {
            EntryState::Done => return next,
            EntryState::Dead { .. } => {
                match self.effect {
                    Effect::Tell { .. } | Effect::Wake { .. } => return next,
                    Effect::Show { .. } => {}
                }
                next.state = EntryState::Ready;
                next.due = anew.due;
            }
            EntryState::Ready => next.due = self.due.min(anew.due),
            EntryState::Sending { .. } | EntryState::InDoubt { .. } => {}
        }
        next.generation += 1;
        next.class = self.class.min(anew.class);
        if let (Effect::Show { urgent, .. }, Effect::Show { urgent: more, .. }) =
            (&mut next.effect, &anew.effect)
        {
            *urgent |= *more;
        }
        // What was decided last counts.
        if let (
            Effect::Wake { what: WakeKind::Escalate(before), .. },
            Effect::Wake { what: WakeKind::Escalate(now), .. },
        ) = (&self.effect, &anew.effect)
        {
            next.effect = anew.effect.clone();
            // A time by which something must be done comes no later for being asked anew.
            let ccoe_by = now.ccoe_by.map(|now| before.ccoe_by.map_or(now, |one| one.min(now)));
            if let Effect::Wake { what: WakeKind::Escalate(next), .. } = &mut next.effect {
                next.ccoe_by = ccoe_by;
            }
        }
        next
    }

    /// True for an entry that calls nobody: it is a date, not a message that is held up. Its id
    /// says so too, for stores that count without reading more.
    pub fn is_wake(id: &str) -> bool {
        id.starts_with(WAKE)
    }

    /// True while the world has not been made to do it yet.
    pub const fn waits(&self) -> bool {
        match self.state {
            EntryState::Ready | EntryState::Sending { .. } | EntryState::InDoubt { .. } => true,
            EntryState::Done | EntryState::Dead { .. } => false,
        }
    }
}

impl EntryState {
    /// One word for counts.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending { .. } => "sending",
            Self::InDoubt { .. } => "in_doubt",
            Self::Done => "done",
            Self::Dead { .. } => "dead",
        }
    }
}

#[cfg(test)]
mod tests;
