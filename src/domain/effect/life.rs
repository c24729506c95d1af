//! What becomes of an entry, step by step: the same on every store.

use jiff::Timestamp;

use super::{Effect, Entry, EntryState};

impl Entry {
    /// A call is about to be made for it; `None` unless it waits for one.
    #[must_use]
    pub fn begun(self, now: Timestamp, deadline: Timestamp) -> Option<Self> {
        (self.state == EntryState::Ready).then(|| Self {
            state: EntryState::Sending { started: now, deadline },
            attempts: self.attempts + 1,
            due: deadline,
            ..self
        })
    }

    /// It happened, as it stood in `worked_on`. A tell is remembered, so that it is never sent
    /// again, and so is a wake; a show is forgotten (`None`), unless it was asked for anew while it was worked on.
    #[must_use]
    pub fn finished(self, worked_on: &Self, now: Timestamp) -> Option<Self> {
        match self.effect {
            Effect::Tell { .. } | Effect::Wake { .. } => {
                Some(Self { state: EntryState::Done, due: now, ..self })
            }
            Effect::Show { .. } if self.generation == worked_on.generation => None,
            // What the card shows is known: this work was settled.
            Effect::Show { .. } => {
                Some(Self { state: EntryState::Ready, due: now, attempts: 0, ..self })
            }
        }
    }

    /// Not yet; no later than what was asked for while it was worked on.
    #[must_use]
    pub fn put_off(self, worked_on: &Self, due: Timestamp) -> Self {
        let asked_anew = self.generation != worked_on.generation;
        let due = if asked_anew { self.due.min(due) } else { due };
        self.ready_at(due)
    }

    /// Not before this time.
    #[must_use]
    pub fn ready_at(self, due: Timestamp) -> Self {
        Self { state: EntryState::Ready, due, ..self }
    }

    /// Nobody knows whether it happened; the next look is at `due`.
    #[must_use]
    pub fn doubted(self, started: Timestamp, looks: u32, due: Timestamp) -> Self {
        Self { state: EntryState::InDoubt { started, looks }, due, ..self }
    }

    /// It can't happen.
    #[must_use]
    pub fn dead(self, reason: &str, now: Timestamp) -> Self {
        Self { state: EntryState::Dead { reason: reason.to_owned() }, due: now, ..self }
    }
}
