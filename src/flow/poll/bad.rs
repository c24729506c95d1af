//! What of a message can't be used, sorted for the quarantine and the intake report.

use std::collections::BTreeMap;

use crate::{
    domain::{Trouble, Unknown},
    intake::Unreadable,
};

/// Unreadable elements, and kinds not understood, that are told apart in one message; the rest of
/// each is told as one. A message may hold thousands, each with a source made up for it.
const APART: usize = 10;

/// One thing to report of a message.
pub(super) struct Told {
    pub trouble: Trouble,
    /// How many elements it stands for.
    pub count: u64,
    /// The bad element alone, or `None`: the whole message is to be kept, once for all of these.
    pub raw: Option<Vec<u8>>,
}

/// What of a message can't be used.
#[derive(Default)]
pub(super) struct Bad {
    unknown: BTreeMap<Unknown, u64>,
    unreadable: Vec<Unreadable>,
    more: u64,
    more_unknown: u64,
}

impl Bad {
    pub fn unreadable(&mut self, one: Unreadable) {
        if self.unreadable.len() < APART {
            self.unreadable.push(one);
        } else {
            self.more += 1;
        }
    }

    pub fn unknown(&mut self, one: Unknown) {
        if let Some(count) = self.unknown.get_mut(&one) {
            *count += 1;
        } else if self.unknown.len() < APART {
            self.unknown.insert(one, 1);
        } else {
            self.more_unknown += 1;
        }
    }

    /// A bad element alone as long as there are few, else the whole message.
    pub fn sorted(mut self) -> Vec<Told> {
        let mut sorted = Vec::new();
        for one in self.unreadable {
            let reason = format!("element {}: {}", one.index, one.reason);
            let trouble = Trouble::Unreadable { reason };
            sorted.push(Told { trouble, count: 1, raw: Some(one.raw) });
        }
        if self.more > 0 {
            let reason = format!("{} more elements of this message can't be read", self.more);
            let trouble = Trouble::Unreadable { reason };
            sorted.push(Told { trouble, count: self.more, raw: None });
        }
        if self.more_unknown > 0 {
            // Added to those of no known kind, if there are any: one input is told once.
            let rest = Unknown { source: None, detail_type: None, account: None };
            *self.unknown.entry(rest).or_default() += self.more_unknown;
        }
        for (unknown, count) in self.unknown {
            sorted.push(Told { trouble: Trouble::NotUnderstood(unknown), count, raw: None });
        }
        sorted
    }
}

#[cfg(test)]
mod tests;
