//! The owner map that decisions go by: kept for a while, and changed by decisions.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::Gate;
use crate::{
    decide::MapChange,
    domain::{AuditEntry, InputId},
    owners,
    ports::{Committed, Fault, Owners, PortError, PortResult},
};

/// How long findings may go by a map that was read before.
const MAP_KEPT: Duration = Duration::from_secs(30);

impl Gate {
    /// The owner map that findings go by, at most `MAP_KEPT` old.
    pub async fn owners(&self) -> PortResult<Arc<Owners>> {
        if let Some(owners) = self.fresh() {
            return Ok(owners);
        }
        // One reads it anew; the others wait for what it finds.
        let _one = self.reading.lock().await;
        if let Some(owners) = self.fresh() {
            return Ok(owners);
        }
        let kept = self.map.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read = self.store.owners().await;
        let owners = match (read, kept) {
            (Ok(Some(owners)), _) => Arc::new(owners),
            (Ok(None), _) => return Err(no_map()),
            // A map that can't be read never takes the place of a good one.
            (Err(error), Some((_, owners))) => {
                tracing::error!(
                    port.error = %error, owners.revision = owners.revision,
                    "the owner map can't be read: the one read before counts"
                );
                owners
            }
            (Err(error), None) => return Err(error),
        };
        self.keep(&owners);
        Ok(owners)
    }

    /// The same, and at least this revision: what was decided by it must not be shown by an older
    /// one.
    pub async fn owners_since(&self, revision: u64) -> PortResult<Arc<Owners>> {
        if self.fresh().is_some_and(|owners| owners.revision < revision) {
            self.forget_owners();
        }
        self.owners().await
    }

    /// The map is read anew when it is next needed.
    pub fn forget_owners(&self) {
        if let Some((read, _)) = self.map.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            *read = Timestamp::MIN;
        }
    }

    fn fresh(&self) -> Option<Arc<Owners>> {
        let kept = self.map.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (read, owners) = kept?;
        let age = self.clock.now().duration_since(read).unsigned_abs();
        (age < MAP_KEPT).then_some(owners)
    }

    /// The map as it is now: rights are those of this moment. One that can't be read is an error
    /// here: an older one may still give what was taken away.
    pub async fn newest_owners(&self) -> PortResult<Arc<Owners>> {
        let Some(owners) = self.store.owners().await? else { return Err(no_map()) };
        let owners = Arc::new(owners);
        self.keep(&owners);
        Ok(owners)
    }

    /// Goes by this map from now on, and says so if it is another one.
    fn keep(&self, owners: &Arc<Owners>) {
        let kept = Some((self.clock.now(), Arc::clone(owners)));
        let before =
            std::mem::replace(&mut *self.map.lock().unwrap_or_else(PoisonError::into_inner), kept);
        if before.is_some_and(|(_, before)| before.revision != owners.revision) {
            self.map_bell.iter().for_each(|bell| bell.ring());
        }
    }

    /// Writes the next revision, if the one that was decided by is still the newest.
    pub(super) async fn change_map(
        &self,
        id: &InputId,
        change: &MapChange,
        answer: &str,
    ) -> PortResult<Committed> {
        let unusable = |detail: String| PortError::new(Fault::Permanent, detail);
        let text = owners::written(&change.map).map_err(unusable)?;
        // What is stored must be a map that every replica can read.
        let map = owners::parse(&text).map_err(|problems| {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            unusable(format!("the owner map would have a problem: {first}"))
        })?;
        let newest = self.owners().await?;
        if newest.revision != change.after {
            self.forget_owners();
            return Err(PortError::new(Fault::Conflict, "the owner map moved meanwhile"));
        }
        let audit = AuditEntry {
            aggregate: "owners".to_owned(),
            version: change.after + 1,
            at: self.clock.now(),
            actor: change.actor.clone(),
            action: "assign".to_owned(),
            reason: change.why.clone(),
            input: id.clone(),
            previous: newest.audit_head.clone(),
        };
        let written = self.store.decide_owners(&text, &map, change.after, &audit, answer).await;
        // Whatever came of it, what is known of the map may be over.
        self.forget_owners();
        written
    }
}

fn no_map() -> PortError {
    let after = Duration::from_secs(30);
    PortError::new(Fault::Retry { after }, "there is no owner map: import one first")
}
