//! The store port on the engine.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::params;

use super::{commit, engine::Engine, outbox, records, rows};
use crate::{
    domain::{
        AccountId, AccountRecord, Alert, AlertId, AuditEntry, Brief, Delivery, Entry, EntryId,
        FindingState, HealthId, Identity, InputId, IntakeReport, Lane, MapHealth, OwnerMap, Person,
        ReportId, Subject, TeamId, Viewer,
    },
    ports::{
        Claimed, Commit, Committed, Leased, Owners, PortResult, Quarantined, Settled, Store,
        Summary,
    },
};

/// The embedded store.
pub struct SqliteStore {
    engine: Arc<Engine>,
    /// The map last read: a large one is not parsed again while its revision stands.
    owners: Mutex<Option<Arc<Owners>>>,
}

impl SqliteStore {
    pub(super) const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, owners: Mutex::new(None) }
    }

    #[cfg(test)]
    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Every audit entry of an aggregate, oldest first.
    pub async fn audit_trail(&self, aggregate: &str) -> PortResult<Vec<AuditEntry>> {
        let aggregate = aggregate.to_owned();
        self.engine
            .run(move |connection| {
                let sql = "SELECT body FROM audit WHERE aggregate = ?1 ORDER BY version";
                rows::all(connection, "audit", sql, [aggregate])
            })
            .await
    }

    /// Every alert, by id.
    pub async fn alerts(&self) -> PortResult<Vec<Alert>> {
        let sql = "SELECT body FROM alert ORDER BY id";
        self.engine.run(move |connection| rows::all(connection, "alert", sql, [])).await
    }

    /// Every card that stands in a channel.
    pub async fn deliveries(&self) -> PortResult<Vec<Delivery>> {
        let sql = "SELECT body FROM delivery ORDER BY subject, episode, team, channel";
        self.engine.run(move |connection| rows::all(connection, "delivery", sql, [])).await
    }

    /// Every outbox entry, finished ones too.
    pub async fn entries(&self) -> PortResult<Vec<Entry>> {
        let sql = "SELECT body FROM entry ORDER BY id";
        self.engine.run(move |connection| rows::all(connection, "entry", sql, [])).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn states(&self, ids: &[Identity]) -> PortResult<HashMap<Identity, FindingState>> {
        let ids = ids.to_vec();
        self.engine
            .run(move |connection| {
                let mut found = HashMap::new();
                for id in ids {
                    let sql = "SELECT body FROM state WHERE identity = ?1";
                    if let Some(state) = rows::get(connection, "state", sql, [id.as_str()])? {
                        found.insert(id, state);
                    }
                }
                Ok(found)
            })
            .await
    }

    async fn put_state(&self, state: &FindingState) -> PortResult<()> {
        let state = state.clone();
        self.engine.run(move |connection| commit::put_state(connection, &state)).await
    }

    async fn alert(&self, id: &AlertId) -> PortResult<Option<Alert>> {
        let id = id.clone();
        let sql = "SELECT body FROM alert WHERE id = ?1";
        self.engine.run(move |connection| rows::get(connection, "alert", sql, [id.as_str()])).await
    }

    async fn open_alerts(&self, account: &AccountId, limit: usize) -> PortResult<Vec<Brief>> {
        let account = account.clone();
        self.engine.run(move |connection| commit::open_alerts(connection, &account, limit)).await
    }

    async fn report(&self, id: &ReportId) -> PortResult<Option<IntakeReport>> {
        let id = id.clone();
        let sql = "SELECT body FROM report WHERE id = ?1";
        self.engine.run(move |connection| rows::get(connection, "report", sql, [id.as_str()])).await
    }

    async fn viewer(&self, who: &Person) -> PortResult<Option<Viewer>> {
        let id = Viewer::id(who);
        self.engine.run(move |connection| commit::get_record(connection, commit::VIEWER, &id)).await
    }

    async fn account(&self, id: &AccountId) -> PortResult<Option<AccountRecord>> {
        let id = id.clone();
        self.engine
            .run(move |connection| commit::get_record(connection, commit::ACCOUNT, id.as_str()))
            .await
    }

    async fn accounts(&self) -> PortResult<Vec<AccountRecord>> {
        let sql = "SELECT body FROM record WHERE kind = ?1 ORDER BY id";
        self.engine
            .run(move |connection| rows::all(connection, "account", sql, [commit::ACCOUNT]))
            .await
    }

    async fn health(&self, id: &HealthId) -> PortResult<Option<MapHealth>> {
        let id = id.clone();
        self.engine
            .run(move |connection| commit::get_record(connection, commit::HEALTH, id.as_str()))
            .await
    }

    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        let commit = commit.clone();
        self.engine.run(move |connection| commit::commit(connection, &commit)).await
    }

    async fn lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Leased> {
        let (team, holder) = (team.clone(), holder.to_owned());
        self.engine
            .run(move |connection| outbox::lease(connection, &team, &holder, now, length))
            .await
    }

    async fn give_up(&self, lease: &Claimed) -> PortResult<()> {
        let lease = lease.clone();
        self.engine.run(move |connection| outbox::give_up(connection, &lease)).await
    }

    async fn lanes(&self, team: &TeamId, now: Timestamp) -> PortResult<Vec<Lane>> {
        let team = team.clone();
        self.engine.run(move |connection| outbox::lanes(connection, &team, now)).await
    }

    async fn due(&self, lane: &Lane, now: Timestamp, limit: usize) -> PortResult<Vec<Entry>> {
        let lane = lane.clone();
        self.engine.run(move |connection| outbox::due(connection, &lane, now, limit)).await
    }

    async fn next_due(&self, team: &TeamId, after: Timestamp) -> PortResult<Option<Timestamp>> {
        let team = team.clone();
        let sql = "SELECT min(due) FROM entry WHERE waits = 1 AND team = ?1 AND due > ?2";
        self.engine
            .run(move |connection| {
                rows::time(connection, sql, params![team.as_str(), after.as_microsecond()])
            })
            .await
    }

    async fn teams(&self) -> PortResult<Vec<TeamId>> {
        self.engine.run(outbox::teams).await
    }

    fn shared(&self) -> bool {
        false
    }

    async fn entry(&self, _: &TeamId, id: &EntryId) -> PortResult<Option<Entry>> {
        let id = id.clone();
        self.engine.run(move |connection| commit::get_entry(connection, id.as_str())).await
    }

    async fn begin(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        deadline: Timestamp,
    ) -> PortResult<Entry> {
        let (lease, entry) = (lease.clone(), entry.clone());
        self.engine
            .run(move |connection| outbox::begin(connection, &lease, &entry, now, deadline))
            .await
    }

    async fn settle(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        outcome: &Settled,
    ) -> PortResult<()> {
        let (lease, entry, outcome) = (lease.clone(), entry.clone(), outcome.clone());
        self.engine
            .run(move |connection| outbox::settle(connection, &lease, &entry, now, &outcome))
            .await
    }

    async fn delivery(
        &self,
        subject: &Subject,
        episode: u32,
        lane: &Lane,
    ) -> PortResult<Option<Delivery>> {
        let (subject, lane) = (subject.clone(), lane.clone());
        self.engine
            .run(move |connection| outbox::get_delivery(connection, &subject, episode, &lane))
            .await
    }

    async fn owners(&self) -> PortResult<Option<Owners>> {
        let known = self.owners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read = self.engine.run(move |connection| records::owners(connection, known)).await?;
        self.owners.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&read);
        Ok(read.map(|owners| Owners::clone(&owners)))
    }

    async fn put_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
    ) -> PortResult<u64> {
        let (text, map, audit) = (text.to_owned(), map.clone(), audit.clone());
        self.engine
            .run(move |connection| records::put_owners(connection, &text, &map, expected, &audit))
            .await
    }

    async fn decide_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
        answer: &str,
    ) -> PortResult<Committed> {
        let (text, map, audit) = (text.to_owned(), map.clone(), audit.clone());
        let answer = answer.to_owned();
        self.engine
            .run(move |connection| {
                records::decide_owners(connection, &text, &map, expected, &audit, &answer)
            })
            .await
    }

    async fn answered(&self, input: &InputId) -> PortResult<Option<String>> {
        let input = input.clone();
        self.engine.run(move |connection| commit::answer(connection, input.as_str())).await
    }

    async fn quarantine(&self, item: &Quarantined) -> PortResult<()> {
        let item = item.clone();
        self.engine.run(move |connection| records::quarantine(connection, &item)).await
    }

    async fn ready(&self) -> PortResult<()> {
        self.engine.run(records::ready).await
    }

    async fn summary(&self) -> PortResult<Summary> {
        self.engine.run(records::summary).await
    }

    async fn sweep(&self, now: Timestamp) -> PortResult<()> {
        self.engine.run(move |connection| records::sweep(connection, now)).await
    }
}
