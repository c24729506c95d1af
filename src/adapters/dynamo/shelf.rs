//! Lists: records that stand on a shelf are found by it, in the order of their places.
//!
//! The index is global and so a moment behind: it serves what people read, and nothing that must
//! not be missed.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    DynamoStore,
    client::Condition,
    item::{Item, body, int, json, string, text, unreadable},
    key,
};
use crate::{
    adapters::aws::{AGAIN, port_error},
    domain::Alert,
    ports::PortResult,
};

/// The index, and the attribute that names the list.
pub(super) const SHELF: &str = "shelf";
/// The order in the list.
const PLACE: &str = "place";
/// What the list shows of the record; the index holds a copy of it.
const BRIEF: &str = "brief";

/// Puts a record's item on a shelf.
pub(super) fn put_on<T: Serialize>(
    item: &mut Item,
    list: String,
    place: String,
    brief: &T,
) -> PortResult<()> {
    item.insert(SHELF.to_owned(), text(list));
    item.insert(PLACE.to_owned(), text(place));
    item.insert(BRIEF.to_owned(), text(json("brief", brief)?));
    Ok(())
}

impl DynamoStore {
    /// What stands on a shelf, in its order.
    pub(super) async fn shelved<T: DeserializeOwned>(
        &self,
        what: &str,
        list: &str,
        limit: usize,
    ) -> PortResult<Vec<T>> {
        let mut found = Vec::new();
        let mut next = None;
        while found.len() < limit {
            let left = limit - found.len();
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(SHELF)
                .key_condition_expression("#shelf = :shelf")
                .expression_attribute_names("#shelf", SHELF)
                .expression_attribute_values(":shelf", text(list))
                .limit(i32::try_from(left).unwrap_or(i32::MAX))
                .set_exclusive_start_key(next)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| port_error(what, &error, AGAIN))?;
            self.units.read(answer.consumed_capacity());
            for item in answer.items() {
                let brief = string(item, BRIEF).ok_or_else(|| unreadable(what, "no brief"))?;
                let brief = serde_json::from_str(brief);
                found.push(brief.map_err(|error| unreadable(what, &error.to_string()))?);
            }
            next = answer.last_evaluated_key;
            if next.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// Open alerts that an earlier build wrote stand on no shelf: they are put there.
    pub(super) async fn shelve_all(&self) -> PortResult<u64> {
        let mut count = 0;
        let mut next = None;
        loop {
            let answer = self
                .client
                .scan()
                .table_name(&self.table)
                .consistent_read(true)
                .filter_expression(
                    "begins_with(pk, :alert) AND #open = :open AND attribute_not_exists(#shelf)",
                )
                .expression_attribute_names("#open", "open")
                .expression_attribute_names("#shelf", SHELF)
                .expression_attribute_values(":alert", text("ALERT#"))
                .expression_attribute_values(":open", AttributeValue::Bool(true))
                .set_exclusive_start_key(next)
                .send()
                .await
                .map_err(|error| port_error("shelve", &error, AGAIN))?;
            for item in answer.items() {
                let alert: Alert = body("alert", item)?;
                let brief = alert.brief();
                let mut item = item.clone();
                let list = key::open_alerts(&brief.account);
                put_on(&mut item, list, brief.place(), &brief)?;
                // One that moved on meanwhile was put there by whoever moved it.
                let version = int(&item, "v").unwrap_or_default();
                self.put("shelve", item, Some(&Condition::version(version)), AGAIN).await?;
                count += 1;
            }
            next = answer.last_evaluated_key;
            if next.is_none() {
                return Ok(count);
            }
        }
    }
}
