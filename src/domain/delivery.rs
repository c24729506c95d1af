//! What stands in a channel.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Digest, EntryId, MessageTs, Receiver, Subject};

/// Names one card: a subject's episode in a channel. Each episode has a card of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Card {
    /// The alert or report shown.
    pub subject: Subject,
    /// The alert's episode; 1 for a report.
    pub episode: u32,
    /// Where, and for whom.
    pub receiver: Receiver,
}

impl Card {
    /// The card's place, unique in the house: subject, episode, lane.
    pub fn place(&self) -> String {
        format!("{}/{}/{}", self.subject.as_str(), self.episode, self.receiver.lane)
    }

    /// The entry that posts this card for the first time.
    pub fn entry_id(&self) -> EntryId {
        EntryId::new(format!("tell/{}/card", self.place()))
    }
}

/// "This card stands at ts T and shows content hash H". Kept apart from the alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which card.
    pub card: Card,
    /// Where it stands in the channel.
    pub ts: MessageTs,
    /// Hash of the content shown.
    pub hash: Digest,
    /// The subject's version shown.
    pub version: u64,
    /// The subject's version when the message was posted: people were notified of that one.
    pub posted: u64,
    /// When it was last posted or updated.
    pub at: Timestamp,
    /// The entry that posts a new card, since this one is gone from the channel.
    pub replaced_by: Option<EntryId>,
}
