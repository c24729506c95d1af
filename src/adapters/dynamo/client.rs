//! Single reads and writes, with what they cost.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{
        AttributeValue, ConsumedCapacity, KeysAndAttributes, ReturnConsumedCapacity,
        ReturnValuesOnConditionCheckFailure,
    },
};

use super::{
    DynamoStore,
    item::{Item, keyed},
    key::Key,
};
use crate::{
    adapters::aws::{AGAIN, port_error},
    ports::{Fault, PortError, PortResult},
};

/// Keys in one batch: the service takes no more.
const BATCH: usize = 100;
/// How often what a batch left over is asked for again.
const BATCH_TRIES: u32 = 8;

/// Capacity units as the service counted them.
#[derive(Debug, Default)]
pub struct Units(Mutex<(f64, f64)>);

impl Units {
    /// Read units and write units so far.
    pub fn read_and_write(&self) -> (f64, f64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read(&self, consumed: Option<&ConsumedCapacity>) {
        let units = consumed.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 += units;
    }

    pub(super) fn wrote(&self, consumed: Option<&ConsumedCapacity>) {
        let units = consumed.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 += units;
    }
}

/// A condition with what its names and values stand for.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub expression: &'static str,
    pub names: Vec<(&'static str, &'static str)>,
    pub values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    /// Nothing stands there yet.
    pub const fn absent() -> Self {
        Self { expression: "attribute_not_exists(pk)", names: vec![], values: vec![] }
    }

    /// What stands there has this version; 0: nothing does.
    pub fn version(version: u64) -> Self {
        if version == 0 {
            return Self::absent();
        }
        let values = vec![(":v", super::item::number(version))];
        Self { expression: "v = :v", names: vec![], values }
    }

    pub fn names(&self) -> Option<HashMap<String, String>> {
        let owned = |(name, is): &(&str, &str)| ((*name).to_owned(), (*is).to_owned());
        (!self.names.is_empty()).then(|| self.names.iter().map(owned).collect())
    }

    pub fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        let owned = |(name, is): &(&str, AttributeValue)| ((*name).to_owned(), is.clone());
        (!self.values.is_empty()).then(|| self.values.iter().map(owned).collect())
    }
}

/// What a conditional write met.
pub(super) enum Put {
    Written,
    /// The condition failed; this stands there.
    Refused(Option<Item>),
}

impl DynamoStore {
    /// One item, read consistently.
    pub(super) async fn get(&self, what: &str, key: &Key) -> PortResult<Option<Item>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keyed(key)))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| port_error(what, &error, AGAIN))?;
        self.units.read(answer.consumed_capacity());
        Ok(answer.item)
    }

    /// Many items, read consistently, each key once; absent ones are left out.
    pub(super) async fn get_all(&self, what: &str, keys: Vec<Key>) -> PortResult<Vec<Item>> {
        let mut items = Vec::new();
        for chunk in keys.chunks(BATCH) {
            let asked: Vec<Item> = chunk.iter().map(keyed).collect();
            self.get_batch(what, asked, &mut items).await?;
        }
        Ok(items)
    }

    async fn get_batch(
        &self,
        what: &str,
        mut asked: Vec<Item>,
        items: &mut Vec<Item>,
    ) -> PortResult<()> {
        for attempt in 0..BATCH_TRIES {
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(asked))
                .consistent_read(true)
                .build()
                .map_err(|error| PortError::new(Fault::Permanent, format!("{what}: {error}")))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| port_error(what, &error, AGAIN))?;
            answer.consumed_capacity().iter().for_each(|one| self.units.read(Some(one)));
            items.extend(
                answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default(),
            );
            let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
            asked = left.map(|left| left.keys).unwrap_or_default();
            if asked.is_empty() {
                return Ok(());
            }
            pause(attempt).await;
        }
        let after = Duration::from_secs(1);
        Err(PortError::new(Fault::Retry { after }, format!("{what}: the table answers in part")))
    }

    /// Writes one item on a condition. `unclear`: the class of a lost answer.
    pub(super) async fn put(
        &self,
        what: &str,
        item: Item,
        condition: Option<&Condition>,
        unclear: Fault,
    ) -> PortResult<Put> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .set_condition_expression(condition.map(|one| one.expression.to_owned()))
            .set_expression_attribute_names(condition.and_then(Condition::names))
            .set_expression_attribute_values(condition.and_then(Condition::values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(answer) => {
                self.units.wrote(answer.consumed_capacity());
                Ok(Put::Written)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Put::Refused(failed.item().cloned()))
                }
                _ => Err(port_error(what, &error, unclear)),
            },
        }
    }
}

/// Between two tries within one call: 20 ms, 40 ms, ... up to 640 ms, less a part that differs
/// from caller to caller.
#[expect(
    clippy::disallowed_methods,
    reason = "a pause within one call, as the SDK's own retries have: no time of the house"
)]
pub(super) async fn pause(attempt: u32) {
    use std::hash::{BuildHasher, Hasher};
    let longest = 20_u64 << attempt.min(5);
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    tokio::time::sleep(Duration::from_millis(longest / 2 + random % (longest / 2 + 1))).await;
}
