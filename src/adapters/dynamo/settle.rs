//! Work on an entry: begun before the call, settled after it, both under the lease.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    DynamoStore,
    client::Condition,
    item::{self, body, conflict, int},
    key,
    overlay::{Known, Overlay, learn},
    transact::{Cancelled, Write},
};
use crate::{
    adapters::aws::AGAIN,
    domain::{Card, Delivery, Entry},
    ports::{Claimed, Fault, PortResult, Settled},
};

/// How often a settlement is tried whose entries moved: each try knows more of them.
const TRIES: usize = 10;
/// After a transaction that kept meeting others.
const CONTENDED: Fault = Fault::Retry { after: Duration::from_secs(1) };

impl DynamoStore {
    pub(super) async fn begin_entry(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        deadline: Timestamp,
    ) -> PortResult<Entry> {
        let team = &entry.lane().team;
        let found = self.entry_item(team, &entry.id).await?;
        let Some(found) = found else { return Err(conflict(entry.id.as_str())) };
        let revision: u64 = int(&found, "v").unwrap_or_default();
        let stored: Entry = body("entry", &found)?;
        let next = stored.begun(now, deadline).ok_or_else(|| conflict(entry.id.as_str()))?;
        let writes = [
            Self::held(lease, now),
            Write::Put {
                item: item::entry(&next, revision + 1)?,
                condition: Some(Condition::version(revision)),
            },
        ];
        let alone = self.team(team);
        let _alone = alone.lock().await;
        match self.transact("begin", &writes, AGAIN, CONTENDED).await {
            Ok(()) => Ok(next),
            Err(Cancelled::Port(error)) => Err(error),
            Err(Cancelled::Conditions(failed)) => match failed.first() {
                Some(lease) if lease.failed => Err(conflict("the lease")),
                _ => Err(conflict(entry.id.as_str())),
            },
        }
    }

    pub(super) async fn settle_entry(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        outcome: &Settled,
    ) -> PortResult<()> {
        let team = &entry.lane().team;
        let mut known = Known::default();
        let found = self.get("entry", &key::entry(team, entry.id.as_str())).await?;
        known.learn(team, &entry.id, found.as_ref(), self.forgotten())?;
        let card = self.card_write(entry, outcome).await?;
        let alone = self.team(team);
        let _alone = alone.lock().await;
        for _ in 0..TRIES {
            let mut overlay = Overlay::new(&known);
            let stored = overlay.get(team, &entry.id).filter(Entry::waits);
            let Some(stored) = stored else { return Err(conflict(entry.id.as_str())) };
            change(&mut overlay, entry, stored, now, outcome);
            let (places, entries): (Vec<_>, Vec<_>) = overlay.writes()?.into_iter().unzip();
            let mut writes = vec![Self::held(lease, now)];
            writes.extend(entries);
            writes.extend(card.clone());
            let failed = match self.transact("settle", &writes, AGAIN, CONTENDED).await {
                Ok(()) => return Ok(()),
                Err(Cancelled::Port(error)) => return Err(error),
                Err(Cancelled::Conditions(failed)) => failed,
            };
            let Some((lease, rest)) = failed.split_first() else { break };
            if lease.failed {
                return Err(conflict("the lease"));
            }
            if !learn(&mut known, &places, rest, self.forgotten())? {
                break;
            }
        }
        Err(conflict(entry.id.as_str()))
    }

    /// What becomes of the card. Only the lease's holder writes cards, one lane's in order.
    async fn card_write(&self, entry: &Entry, outcome: &Settled) -> PortResult<Option<Write>> {
        let card = entry.effect.card();
        Ok(match outcome {
            Settled::Done { delivery: Some(delivery), .. } => Some(put(delivery)?),
            Settled::Replace { with } => match self.card(card).await? {
                Some(stands) => {
                    let replaced_by = Some(with.id.clone());
                    Some(put(&Delivery { replaced_by, ..stands })?)
                }
                None => None,
            },
            Settled::Gone { .. } => {
                let lane = &card.receiver.lane;
                let key = key::delivery(&card.subject, card.episode, lane);
                Some(Write::Delete { key, condition: None })
            }
            Settled::Done { delivery: None, .. }
            | Settled::Later { .. }
            | Settled::InDoubt { .. }
            | Settled::After { .. }
            | Settled::Dead { .. } => None,
        })
    }

    async fn card(&self, card: &Card) -> PortResult<Option<Delivery>> {
        self.card_at(&card.subject, card.episode, &card.receiver.lane).await
    }
}

fn put(delivery: &Delivery) -> PortResult<Write> {
    let card = &delivery.card;
    let key = key::delivery(&card.subject, card.episode, &card.receiver.lane);
    let item = item::record(&key, delivery.version, "delivery", delivery)?;
    Ok(Write::Put { item, condition: None })
}

/// What becomes of the entry and of others with it.
fn change(
    overlay: &mut Overlay<'_>,
    entry: &Entry,
    stored: Entry,
    now: Timestamp,
    outcome: &Settled,
) {
    match outcome {
        Settled::Done { follow, .. } | Settled::Gone { follow } => {
            overlay.finish(entry, stored, now);
            for entry in follow {
                overlay.queue(entry);
            }
        }
        Settled::Later { due } => overlay.put(stored.put_off(entry, *due)),
        Settled::InDoubt { started, looks, due } => {
            overlay.put(stored.doubted(*started, *looks, *due));
        }
        Settled::After { due, raise } => {
            overlay.put(stored.ready_at(*due));
            overlay.queue(raise);
        }
        Settled::Replace { with } => {
            overlay.finish(entry, stored, now);
            overlay.queue(with);
        }
        Settled::Dead { reason } => overlay.put(stored.dead(reason, now)),
    }
}
