//! States, aggregates, cards and the quarantine.

use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;

use super::{
    DynamoStore,
    client::Condition,
    item::{body, bytes, keyed, number, text},
    key::{self, Key},
};
use crate::{
    adapters::{
        aws::AGAIN,
        packed::{CHUNK, pack},
    },
    domain::{Delivery, FindingState, Identity, Lane, Subject},
    ports::{PortResult, Quarantined},
};

impl DynamoStore {
    pub(super) async fn read_states(
        &self,
        ids: &[Identity],
    ) -> PortResult<HashMap<Identity, FindingState>> {
        let once: HashSet<&Identity> = ids.iter().collect();
        let keys: Vec<Key> = once.into_iter().map(key::state).collect();
        let mut found = HashMap::new();
        for item in self.get_all("states", keys).await? {
            let state: FindingState = body("state", &item)?;
            found.insert(state.identity.clone(), state);
        }
        Ok(found)
    }

    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        what: &str,
        key: &Key,
    ) -> PortResult<Option<T>> {
        self.get(what, key).await?.map(|item| body(what, &item)).transpose()
    }

    pub(super) async fn card_at(
        &self,
        subject: &Subject,
        episode: u32,
        lane: &Lane,
    ) -> PortResult<Option<Delivery>> {
        self.read("delivery", &key::delivery(subject, episode, lane)).await
    }

    /// Its parts first, and last the record that names them: what is half kept is kept anew.
    pub(super) async fn keep_raw(&self, item: &Quarantined) -> PortResult<()> {
        let head = key::quarantine(&item.id);
        if self.get("quarantine", &head).await?.is_some() {
            return Ok(());
        }
        let packed = pack(&item.raw);
        let parts = packed.chunks(CHUNK);
        let mut record = keyed(&head);
        record.insert("at".to_owned(), text(item.at.to_string()));
        record.insert("reason".to_owned(), text(item.reason.as_str()));
        record.insert("parts".to_owned(), number(parts.len()));
        for (number, part) in parts.enumerate() {
            let mut chunk = keyed(&key::quarantine_part(&item.id, number));
            chunk.insert("bytes".to_owned(), bytes(part));
            self.put("quarantine", chunk, None, AGAIN).await?;
        }
        self.put("quarantine", record, Some(&Condition::absent()), AGAIN).await.map(|_| ())
    }

    /// Writes a time and reads it back.
    pub(super) async fn try_out(&self) -> PortResult<()> {
        let key = key::ready();
        let mut item = keyed(&key);
        item.insert("at".to_owned(), text(self.clock.now().to_string()));
        self.put("ready", item, None, AGAIN).await?;
        self.get("ready", &key).await.map(|_| ())
    }
}
