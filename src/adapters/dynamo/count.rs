//! Counting everything there is: a scan of the whole table, for people and tests.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use jiff::Timestamp;

use super::{
    DynamoStore,
    item::{Item, int, string},
};
use crate::{
    adapters::aws::{AGAIN, port_error},
    domain::Entry,
    ports::{PortResult, Summary},
};

impl DynamoStore {
    pub(super) async fn count_all(&self) -> PortResult<Summary> {
        let mut summary = Summary::default();
        let names = [("#open", "open"), ("#at", "at"), ("#ttl", "ttl")];
        let names: HashMap<String, String> =
            names.into_iter().map(|(name, is)| (name.to_owned(), is.to_owned())).collect();
        let mut next = None;
        loop {
            let answer = self
                .client
                .scan()
                .table_name(&self.table)
                .consistent_read(true)
                .projection_expression("pk, sk, #open, #at, #ttl, created, due")
                .set_expression_attribute_names(Some(names.clone()))
                .set_exclusive_start_key(next)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| port_error("summary", &error, AGAIN))?;
            self.units.read(answer.consumed_capacity());
            answer.items().iter().for_each(|item| count(&mut summary, item));
            next = answer.last_evaluated_key;
            if next.is_none() {
                return Ok(summary);
            }
        }
    }
}

fn count(summary: &mut Summary, item: &Item) {
    let kind = string(item, "pk").and_then(|pk| pk.split('#').next()).unwrap_or_default();
    match kind {
        "ALERT" => {
            summary.alerts += 1;
            let open = item.get("open").and_then(|open| open.as_bool().ok()).copied();
            summary.open_alerts += u64::from(open.unwrap_or_default());
        }
        "OUTBOX" => {
            let state = string(item, "at").unwrap_or_default().to_owned();
            *summary.entries.entry(state).or_default() += 1;
            let wake = Entry::is_wake(string(item, "sk").unwrap_or_default());
            if item.contains_key("due") && wake {
                summary.dates += 1;
            } else if item.contains_key("due") {
                summary.held += 1;
                let created = int(item, "created").unwrap_or_default();
                let created = Timestamp::from_microsecond(created).ok();
                summary.held_oldest = summary.held_oldest.into_iter().chain(created).min();
            }
        }
        "CARD" => summary.deliveries += 1,
        "STATE" => summary.identities += 1,
        "RAW" if string(item, "sk") == Some("RAW") => summary.quarantined += 1,
        _ => {}
    }
}
