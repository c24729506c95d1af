//! The owner map: the newest revision's number in one item, its text packed in parts beside it.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    DynamoStore,
    client::Condition,
    commit::{audit, repeated},
    item::{blob, body, bytes, conflict, int, json, keyed, number},
    key::{self, Key},
    transact::{Cancelled, Write},
};
use crate::{
    adapters::packed::{CHUNK, pack, unpack},
    domain::{AuditEntry, AuditHash, OwnerMap},
    ports::{Committed, Fault, Owners, PortError, PortResult},
};

/// Parts of a map: a transaction takes 4 MB.
const PARTS: usize = 12;

/// What a revision's parts hold together.
#[derive(Serialize, Deserialize)]
struct Revision {
    text: String,
    map: OwnerMap,
    audit_head: AuditHash,
}

/// A map that this build can't read, perhaps since a newer one wrote it: no message's fault.
fn not_ours(detail: &str) -> PortError {
    let after = Duration::from_secs(30);
    PortError::new(Fault::Retry { after }, format!("table: the owner map can't be read: {detail}"))
}

impl DynamoStore {
    pub(super) async fn newest_owners(&self) -> PortResult<Option<Owners>> {
        let Some(head) = self.get("owners", &key::owners()).await? else { return Ok(None) };
        let revision: u64 = int(&head, "v").unwrap_or_default();
        let known = self.owners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.revision == revision) {
            return Ok(Some(Owners::clone(&known)));
        }
        let parts: usize = int(&head, "parts").unwrap_or_default();
        let mut packed = Vec::new();
        for part in 0..parts {
            let item = self.get("owners", &key::owners_part(revision, part)).await?;
            let item = item.ok_or_else(|| not_ours("a part is missing"))?;
            packed.extend_from_slice(blob(&item, "bytes").unwrap_or_default());
        }
        let raw = unpack(&packed).map_err(|error| not_ours(&error.to_string()))?;
        let Revision { text, map, audit_head } =
            serde_json::from_slice(&raw).map_err(|error| not_ours(&error.to_string()))?;
        let entry = self.get("owners", &key::audit("owners", revision)).await?;
        let entry: Option<AuditEntry> = entry.map(|item| body("audit", &item)).transpose()?;
        let action = entry.map(|entry| entry.action);
        let owners = Owners { revision, text, map, audit_head: Some(audit_head), action };
        let kept = Some(Arc::new(owners.clone()));
        *self.owners.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(Some(owners))
    }

    pub(super) async fn next_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        entry: &AuditEntry,
    ) -> PortResult<u64> {
        let writes = revision(text, map, expected, entry)?;
        match self.transact("put_owners", &writes, Fault::InDoubt, Fault::Conflict).await {
            Ok(()) => Ok(expected + 1),
            Err(Cancelled::Port(error)) => Err(error),
            Err(Cancelled::Conditions(_)) => Err(conflict("the owner map")),
        }
    }

    pub(super) async fn decided_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        entry: &AuditEntry,
        answer: &str,
    ) -> PortResult<Committed> {
        let mut writes = vec![self.answer(&entry.input, entry.at, answer)];
        writes.extend(revision(text, map, expected, entry)?);
        match self.transact("decide_owners", &writes, Fault::InDoubt, Fault::Conflict).await {
            Ok(()) => Ok(Committed::Applied),
            Err(Cancelled::Port(error)) => Err(error),
            Err(Cancelled::Conditions(failed)) => {
                repeated(&failed)?.ok_or_else(|| conflict("the owner map"))
            }
        }
    }
}

/// The writes of the revision after `expected`.
fn revision(
    text: &str,
    map: &OwnerMap,
    expected: u64,
    entry: &AuditEntry,
) -> PortResult<Vec<Write>> {
    let revision = expected + 1;
    let kept = Revision { text: text.to_owned(), map: map.clone(), audit_head: entry.hash() };
    let packed = pack(json("owner map", &kept)?.as_bytes());
    let parts = packed.chunks(CHUNK);
    if parts.len() > PARTS {
        let detail = format!("the owner map is too large: {} bytes packed", packed.len());
        return Err(PortError::new(Fault::Permanent, detail));
    }
    let mut head = keyed(&key::owners());
    head.insert("v".to_owned(), number(revision));
    head.insert("parts".to_owned(), number(parts.len()));
    let condition = Some(Condition::version(expected));
    let mut writes = vec![Write::Put { item: head, condition }, audit(entry)?];
    for (number, part) in parts.enumerate() {
        let place: Key = key::owners_part(revision, number);
        let mut item = keyed(&place);
        item.insert("bytes".to_owned(), bytes(part));
        writes.push(Write::Put { item, condition: None });
    }
    Ok(writes)
}
