//! Entries as a transaction would leave them: what is stored, as far as it is known, and what
//! becomes of it. An entry that was not read is taken as absent; the transaction's condition
//! finds out, tells what stands there, and the work is done over with that.

use std::collections::BTreeMap;

use super::{
    client::Condition,
    item::{self, Item, body, int, is_forgotten},
    key,
    transact::{Failed, Write},
};
use crate::{
    domain::{Entry, EntryId, TeamId},
    ports::PortResult,
};

/// An entry's record: its revision (0: there is none) and what it says.
#[derive(Debug, Clone, Default)]
struct Stored {
    revision: u64,
    /// `None`: there is none, or it was to be forgotten.
    entry: Option<Entry>,
}

/// What is known of stored entries, over the tries of one transaction.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<(TeamId, EntryId), Stored>);

impl Known {
    /// What was found under this key.
    pub fn learn(
        &mut self,
        team: &TeamId,
        id: &EntryId,
        found: Option<&Item>,
        forgotten: i64,
    ) -> PortResult<()> {
        let stored = match found {
            None => Stored::default(),
            Some(item) => Stored {
                revision: int(item, "v").unwrap_or_default(),
                entry: if is_forgotten(item, forgotten) {
                    None
                } else {
                    Some(body("entry", item)?)
                },
            },
        };
        self.0.insert((team.clone(), id.clone()), stored);
        Ok(())
    }
}

/// One try.
pub(super) struct Overlay<'a> {
    known: &'a Known,
    becomes: BTreeMap<(TeamId, EntryId), Option<Entry>>,
}

impl<'a> Overlay<'a> {
    pub const fn new(known: &'a Known) -> Self {
        Self { known, becomes: BTreeMap::new() }
    }

    pub fn get(&self, team: &TeamId, id: &EntryId) -> Option<Entry> {
        let place = (team.clone(), id.clone());
        match self.becomes.get(&place) {
            Some(entry) => entry.clone(),
            None => self.known.0.get(&place).and_then(|stored| stored.entry.clone()),
        }
    }

    pub fn put(&mut self, entry: Entry) {
        self.becomes.insert((entry.lane().team.clone(), entry.id.clone()), Some(entry));
    }

    /// Puts an entry into the outbox, or asks for a queued one anew.
    pub fn queue(&mut self, entry: &Entry) {
        let stored = self.get(&entry.lane().team, &entry.id);
        self.put(stored.map_or_else(|| entry.clone(), |stored| stored.asked_again(entry)));
    }

    /// It happened, as it stood in `worked_on`.
    pub fn finish(&mut self, worked_on: &Entry, stored: Entry, now: jiff::Timestamp) {
        let place = (stored.lane().team.clone(), stored.id.clone());
        self.becomes.insert(place, stored.finished(worked_on, now));
    }

    /// The writes that make it so, each on the revision that is known, with its place.
    pub fn writes(self) -> PortResult<Vec<((TeamId, EntryId), Write)>> {
        let mut writes = Vec::new();
        for (place, entry) in self.becomes {
            let revision = self.known.0.get(&place).map_or(0, |stored| stored.revision);
            let condition = Some(Condition::version(revision));
            let write = match entry {
                Some(entry) => Write::Put { item: item::entry(&entry, revision + 1)?, condition },
                None => Write::Delete { key: key::entry(&place.0, place.1.as_str()), condition },
            };
            writes.push((place, write));
        }
        Ok(writes)
    }
}

/// Learns from the conditions that failed; false if none of these did.
pub(super) fn learn(
    known: &mut Known,
    places: &[(TeamId, EntryId)],
    failed: &[Failed],
    forgotten: i64,
) -> PortResult<bool> {
    let mut learnt = false;
    for ((team, id), failed) in places.iter().zip(failed).filter(|(_, failed)| failed.failed) {
        learnt = true;
        known.learn(team, id, failed.stands.as_ref(), forgotten)?;
    }
    Ok(learnt)
}
