//! What of a message can't be used, sorted for the quarantine and the intake report.

use std::collections::BTreeMap;

use crate::{
    domain::{Trouble, Unknown},
    intake::Unreadable,
};

/// Unreadable elements of one message that are kept apart; the rest are kept as one.
const BAD_APART: usize = 10;

/// What of a message can't be used.
#[derive(Default)]
pub(super) struct Bad {
    pub unknown: BTreeMap<Unknown, u64>,
    unreadable: Vec<Unreadable>,
    more: u64,
}

impl Bad {
    pub fn unreadable(&mut self, one: Unreadable) {
        if self.unreadable.len() < BAD_APART {
            self.unreadable.push(one);
        } else {
            self.more += 1;
        }
    }

    /// Each with how many elements it stands for and the bytes to keep: a bad element alone as
    /// long as there are few, else the whole message once.
    pub fn sorted(self, body: &[u8]) -> Vec<(Trouble, u64, Vec<u8>)> {
        let mut sorted = Vec::new();
        for one in self.unreadable {
            let reason = format!("element {}: {}", one.index, one.reason);
            sorted.push((Trouble::Unreadable { reason }, 1, one.raw));
        }
        if self.more > 0 {
            let reason = format!("{} more elements of this message can't be read", self.more);
            sorted.push((Trouble::Unreadable { reason }, self.more, body.to_vec()));
        }
        for (unknown, count) in self.unknown {
            sorted.push((Trouble::NotUnderstood(unknown), count, body.to_vec()));
        }
        sorted
    }
}
