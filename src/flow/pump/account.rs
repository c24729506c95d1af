//! The card of an account: its record, the owner map and its open problems as they are now.

use jiff::Timestamp;

use super::PumpParts;
use crate::{
    domain::{AccountId, AccountRecord, Brief, Card, Class, Message, Stage},
    ports::{Owners, PortResult},
    render::{self, AccountNow},
};

/// Open problems that are counted; more are told as "or more".
const COUNTED: usize = 2000;

/// Everything a card of an account is made of.
pub(super) struct Account {
    id: AccountId,
    record: Option<AccountRecord>,
    owners: std::sync::Arc<Owners>,
    stage: Stage,
    open: Vec<Brief>,
    more: bool,
    asks: bool,
}

impl Account {
    /// As it is now. The map is at least the one that its record was made by.
    pub async fn read(parts: &PumpParts, id: &AccountId, now: Timestamp) -> PortResult<Self> {
        let record = parts.store.account(id).await?;
        let known = record.as_ref().map_or(0, |record| record.noted.map_revision);
        let owners = parts.gate.owners_since(known).await?;
        let stage = owners.map.stage(id, now);
        let mut open = match stage {
            Stage::Live => Vec::new(),
            Stage::Baseline => parts.store.open_alerts(id, COUNTED + 1).await?,
        };
        let more = open.len() > COUNTED;
        open.truncate(COUNTED);
        open.retain(|brief| !brief.sample);
        let asks = parts.asks;
        Ok(Self { id: id.clone(), record, owners, stage, open, more, asks })
    }

    /// The record's version.
    pub fn version(&self) -> u64 {
        self.record.as_ref().map_or(0, |record| record.version)
    }

    fn now(&self) -> AccountNow<'_> {
        AccountNow {
            account: &self.id,
            record: self.record.as_ref(),
            map: &self.owners.map,
            stage: self.stage,
            open: &self.open,
            more: self.more,
            asks: self.asks,
        }
    }

    /// The card.
    pub fn card(&self, parts: &PumpParts, card: &Card) -> Message {
        render::account_card(&parts.words, &self.now(), card)
    }

    /// The reply under the card.
    pub fn notice(&self, parts: &PumpParts, card: &Card) -> Message {
        render::account_notice(&parts.words, &self.now(), card)
    }
}

/// A summary is asked for that does not stand. Where something is held back the door decides
/// whether it should; what was told at once, or is over, needs none.
pub(super) async fn look(parts: &PumpParts, id: &AccountId, class: Class) -> PortResult<()> {
    if class > Class::SUMMARY {
        return Ok(());
    }
    parts.gate.look(id, None).await
}
