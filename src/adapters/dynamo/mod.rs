//! The store for any number of replicas: one DynamoDB table.
//!
//! One commit is one `TransactWriteItems`; what must not be missed is read consistently, from the
//! table or from a local secondary index (which can be read so, and is written with its item).
//! The layout, one example a kind, stands in ARCHITECTURE.md.

mod client;
mod commit;
mod count;
mod item;
mod key;
mod outbox;
mod overlay;
mod owners;
mod records;
mod settle;
mod shelf;
mod store;
mod table;
mod transact;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use aws_sdk_dynamodb::Client;

pub use self::client::Units;
use super::aws::Aws;
use crate::{
    domain::TeamId,
    ports::{Clock, Owners},
};

/// The store on DynamoDB.
pub struct DynamoStore {
    client: Client,
    table: String,
    /// For the time to live of what need not be kept.
    clock: Arc<dyn Clock>,
    units: Arc<Units>,
    /// What was to be forgotten before this second is treated as gone: the service takes days.
    forgotten: AtomicI64,
    /// Transactions that check the same lease would conflict with each other.
    teams: Mutex<HashMap<TeamId, Arc<tokio::sync::Mutex<()>>>>,
    /// The newest owner map that was read: its revision is asked for, its text seldom.
    owners: Mutex<Option<Arc<Owners>>>,
}

impl DynamoStore {
    /// A store in this table.
    pub fn new(aws: &Aws, table: String, clock: Arc<dyn Clock>) -> Self {
        let config = aws_sdk_dynamodb::config::Builder::from(&aws.config)
            .interceptor(aws.calls.clone())
            .build();
        Self {
            client: Client::from_conf(config),
            table,
            clock,
            units: Arc::default(),
            forgotten: AtomicI64::new(i64::MIN),
            teams: Mutex::default(),
            owners: Mutex::default(),
        }
    }

    /// Capacity units consumed so far, as the service counted them.
    pub fn units(&self) -> Arc<Units> {
        Arc::clone(&self.units)
    }

    fn forgotten(&self) -> i64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    /// Held while a transaction checks the workspace's lease.
    fn team(&self, team: &TeamId) -> Arc<tokio::sync::Mutex<()>> {
        let mut teams = self.teams.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(teams.entry(team.clone()).or_default())
    }
}
