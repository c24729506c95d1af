//! One transaction: all of its writes, or none and the reason.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        ConditionCheck, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem,
    },
};

use super::{
    DynamoStore,
    client::{Condition, pause},
    item::{Item, keyed},
    key::Key,
};
use crate::{
    adapters::aws::{port_error, service_error},
    ports::{Fault, PortError, PortResult},
};

/// After transactions that were throttled all along.
const THROTTLED: Duration = Duration::from_secs(1);
/// How often a transaction is tried that met another on one of its items, or was throttled.
const TRIES: u32 = 8;
/// The service takes no more.
pub(super) const MOST: usize = 100;

/// One write of a transaction.
#[derive(Debug, Clone)]
pub(super) enum Write {
    Put { item: Item, condition: Option<Condition> },
    Delete { key: Key, condition: Option<Condition> },
    Check { key: Key, condition: Condition },
}

/// Why a transaction did not happen.
#[derive(Debug)]
pub(super) enum Cancelled {
    /// Conditions failed: for each write whether its own did, and what stands there.
    Conditions(Vec<Failed>),
    /// Something else.
    Port(PortError),
}

/// Whether a write's condition failed.
#[derive(Debug, Default, Clone)]
pub(super) struct Failed {
    pub failed: bool,
    /// What stands there instead; `None`: nothing.
    pub stands: Option<Item>,
}

impl From<PortError> for Cancelled {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl DynamoStore {
    /// Carries the writes out together. The SDK gives every call a request token of its own and
    /// keeps it over its retries, so an answer that was lost on the way is asked for again without
    /// a second execution. `unclear` is the class of an answer that never came, `contended` that
    /// of a transaction that kept meeting others on its items.
    pub(super) async fn transact(
        &self,
        what: &str,
        writes: &[Write],
        unclear: Fault,
        contended: Fault,
    ) -> Result<(), Cancelled> {
        let items = writes.iter().map(|write| self.wire(what, write));
        let items: Vec<TransactWriteItem> = items.collect::<PortResult<_>>()?;
        let mut last = contended;
        for attempt in 0..TRIES {
            let sent = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            let error = match sent {
                Ok(answer) => {
                    answer.consumed_capacity().iter().for_each(|one| self.units.wrote(Some(one)));
                    return Ok(());
                }
                Err(error) => error,
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(port_error(what, &error, unclear).into());
            };
            let reasons = cancelled.cancellation_reasons();
            let code = |wanted: &str| reasons.iter().any(|one| one.code() == Some(wanted));
            if code("ConditionalCheckFailed") {
                return Err(Cancelled::Conditions(
                    reasons
                        .iter()
                        .map(|one| Failed {
                            failed: one.code() == Some("ConditionalCheckFailed"),
                            stands: one.item().cloned(),
                        })
                        .collect(),
                ));
            }
            let throttled = code("ThrottlingError") || code("ProvisionedThroughputExceeded");
            if throttled {
                // The SDK tries a cancelled transaction no second time, whatever cancelled it.
                last = Fault::Retry { after: THROTTLED };
                pause(attempt + 2).await;
                continue;
            }
            if !code("TransactionConflict") {
                let told = reasons.iter().find(|one| !matches!(one.code(), None | Some("None")));
                let (code, words) = told.map_or((None, None), |one| (one.code(), one.message()));
                return Err(service_error(what, code.map(exception), words, 400, unclear).into());
            }
            last = contended;
            pause(attempt).await;
        }
        let detail = format!("{what}: the table is too busy with these items");
        Err(PortError::new(last, detail).into())
    }

    fn wire(&self, what: &str, write: &Write) -> PortResult<TransactWriteItem> {
        let bad = |error| PortError::new(Fault::Permanent, format!("{what}: {error}"));
        let old = ReturnValuesOnConditionCheckFailure::AllOld;
        let wire = TransactWriteItem::builder();
        let wire = match write {
            Write::Put { item, condition } => {
                let condition = condition.as_ref();
                let put = Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .set_condition_expression(condition.map(|one| one.expression.to_owned()))
                    .set_expression_attribute_names(condition.and_then(Condition::names))
                    .set_expression_attribute_values(condition.and_then(Condition::values))
                    .return_values_on_condition_check_failure(old);
                wire.put(put.build().map_err(bad)?)
            }
            Write::Delete { key, condition } => {
                let condition = condition.as_ref();
                let delete = Delete::builder()
                    .table_name(&self.table)
                    .set_key(Some(keyed(key)))
                    .set_condition_expression(condition.map(|one| one.expression.to_owned()))
                    .set_expression_attribute_names(condition.and_then(Condition::names))
                    .set_expression_attribute_values(condition.and_then(Condition::values))
                    .return_values_on_condition_check_failure(old);
                wire.delete(delete.build().map_err(bad)?)
            }
            Write::Check { key, condition } => {
                let check = ConditionCheck::builder()
                    .table_name(&self.table)
                    .set_key(Some(keyed(key)))
                    .condition_expression(condition.expression)
                    .set_expression_attribute_names(condition.names())
                    .set_expression_attribute_values(condition.values());
                wire.condition_check(check.build().map_err(bad)?)
            }
        };
        Ok(wire.build())
    }
}

/// The reasons of a cancelled transaction have short names for the exceptions of single calls.
fn exception(code: &str) -> &str {
    match code {
        "ProvisionedThroughputExceeded" => "ProvisionedThroughputExceededException",
        "ThrottlingError" => "ThrottlingException",
        "ValidationError" => "ValidationException",
        "ItemCollectionSizeLimitExceeded" => "ItemCollectionSizeLimitExceededException",
        "AccessDenied" => "AccessDeniedException",
        other => other,
    }
}
