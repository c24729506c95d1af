//! The store port on the table.

use std::{collections::HashMap, sync::atomic::Ordering, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{DynamoStore, item::body, key};
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

#[async_trait]
impl Store for DynamoStore {
    async fn states(&self, ids: &[Identity]) -> PortResult<HashMap<Identity, FindingState>> {
        self.read_states(ids).await
    }

    async fn put_state(&self, state: &FindingState) -> PortResult<()> {
        self.put_state_alone(state).await
    }

    async fn alert(&self, id: &AlertId) -> PortResult<Option<Alert>> {
        self.read("alert", &key::alert(id.as_str())).await
    }

    async fn open_alerts(&self, account: &AccountId, limit: usize) -> PortResult<Vec<Brief>> {
        self.shelved("open_alerts", &key::open_alerts(account), limit).await
    }

    async fn report(&self, id: &ReportId) -> PortResult<Option<IntakeReport>> {
        self.read("report", &key::report(id.as_str())).await
    }

    async fn viewer(&self, who: &Person) -> PortResult<Option<Viewer>> {
        self.read("viewer", &key::viewer(&Viewer::id(who))).await
    }

    async fn account(&self, id: &AccountId) -> PortResult<Option<AccountRecord>> {
        self.read("account", &key::account(id.as_str())).await
    }

    async fn accounts(&self) -> PortResult<Vec<AccountRecord>> {
        self.shelved("accounts", key::ACCOUNTS, usize::MAX).await
    }

    async fn health(&self, id: &HealthId) -> PortResult<Option<MapHealth>> {
        self.read("health", &key::health(id.as_str())).await
    }

    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        self.commit_all(commit).await
    }

    async fn lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Leased> {
        self.take_lease(team, holder, now, length).await
    }

    async fn give_up(&self, lease: &Claimed) -> PortResult<()> {
        self.end_lease(lease).await
    }

    async fn lanes(&self, team: &TeamId, now: Timestamp) -> PortResult<Vec<Lane>> {
        self.lanes_due(team, now).await
    }

    async fn due(&self, lane: &Lane, now: Timestamp, limit: usize) -> PortResult<Vec<Entry>> {
        self.lane_due(lane, now, limit).await
    }

    async fn next_due(&self, team: &TeamId, after: Timestamp) -> PortResult<Option<Timestamp>> {
        self.first_due(team, after).await
    }

    async fn teams(&self) -> PortResult<Vec<TeamId>> {
        self.teams_waiting().await
    }

    fn shared(&self) -> bool {
        true
    }

    async fn entry(&self, team: &TeamId, id: &EntryId) -> PortResult<Option<Entry>> {
        let found = self.entry_item(team, id).await?;
        found.map(|item| body("entry", &item)).transpose()
    }

    async fn begin(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        deadline: Timestamp,
    ) -> PortResult<Entry> {
        self.begin_entry(lease, entry, now, deadline).await
    }

    async fn settle(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        outcome: &Settled,
    ) -> PortResult<()> {
        self.settle_entry(lease, entry, now, outcome).await
    }

    async fn delivery(
        &self,
        subject: &Subject,
        episode: u32,
        lane: &Lane,
    ) -> PortResult<Option<Delivery>> {
        self.card_at(subject, episode, lane).await
    }

    async fn owners(&self) -> PortResult<Option<Owners>> {
        self.newest_owners().await
    }

    async fn put_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
    ) -> PortResult<u64> {
        self.next_owners(text, map, expected, audit).await
    }

    async fn decide_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
        answer: &str,
    ) -> PortResult<Committed> {
        self.decided_owners(text, map, expected, audit, answer).await
    }

    async fn answered(&self, input: &InputId) -> PortResult<Option<String>> {
        self.answer_to(input).await
    }

    async fn quarantine(&self, item: &Quarantined) -> PortResult<()> {
        self.keep_raw(item).await
    }

    async fn ready(&self) -> PortResult<()> {
        self.try_out().await
    }

    async fn summary(&self) -> PortResult<Summary> {
        self.count_all().await
    }

    /// The service forgets by itself what has outlived its time, within days; until it does, this
    /// process takes it as gone.
    async fn sweep(&self, now: Timestamp) -> PortResult<()> {
        self.forgotten.fetch_max(now.as_second(), Ordering::Relaxed);
        Ok(())
    }
}
