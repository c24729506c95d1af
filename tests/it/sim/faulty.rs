//! Port wrappers that fail as engines fail: before, after, or without saying which.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    domain::{
        AccountId, AccountRecord, Alert, AlertId, AuditEntry, Brief, Delivery, Entry, EntryId,
        FindingState, HealthId, Identity, InputId, IntakeReport, Lane, MapHealth, OwnerMap, Person,
        ReportId, Subject, TeamId, Viewer,
    },
    ports::{
        Claimed, Commit, Committed, Fault, Inbox, Leased, Owners, PortError, PortResult,
        Quarantined, Receipt, Received, Settled, Store, Summary,
    },
};

use super::executor::{Dice, breathe};

/// Something that happens at a point of another's work: a directed interleaving.
type Hook = Box<dyn FnOnce() + Send>;

/// Hooks by point, such as `commit.before` or `post.after`; each runs once.
#[derive(Clone, Default)]
pub struct Hooks(Arc<Mutex<HashMap<&'static str, VecDeque<Hook>>>>);

impl Hooks {
    /// At the next time work passes the point.
    pub fn at(&self, point: &'static str, hook: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().entry(point).or_default().push_back(Box::new(hook));
    }

    /// Work passes the point.
    pub fn pass(&self, point: &'static str) {
        let hook = self.0.lock().unwrap().get_mut(point).and_then(VecDeque::pop_front);
        if let Some(hook) = hook {
            hook();
        }
    }
}

/// What the wrappers share.
#[derive(Clone)]
pub struct Weather {
    pub hooks: Hooks,
    pub dice: Dice,
    pub faults: Arc<AtomicBool>,
    /// Everything fails.
    pub down: Arc<AtomicBool>,
    pub failures: Arc<AtomicU64>,
    pub conflicts: Arc<AtomicU64>,
    pub doubts: Arc<AtomicU64>,
}

impl Weather {
    pub fn new(dice: Dice) -> Self {
        Self {
            hooks: Hooks::default(),
            dice,
            faults: Arc::default(),
            down: Arc::default(),
            failures: Arc::default(),
            conflicts: Arc::default(),
            doubts: Arc::default(),
        }
    }

    fn strikes(&self, percent: u64) -> bool {
        self.faults.load(Ordering::SeqCst) && self.dice.roll().chance(percent)
    }

    /// Fails before anything happened.
    async fn before(&self) -> PortResult<()> {
        breathe(&self.dice).await;
        if self.down.load(Ordering::SeqCst) {
            let after = Duration::from_secs(5);
            return Err(PortError::new(Fault::Retry { after }, "simulated: down"));
        }
        if self.strikes(3) {
            self.failures.fetch_add(1, Ordering::SeqCst);
            let after = Duration::from_secs(1);
            return Err(PortError::new(Fault::Retry { after }, "simulated: throttled"));
        }
        Ok(())
    }

    /// A transaction conflict of the engine: nothing happened.
    fn conflict(&self) -> PortResult<()> {
        if self.strikes(8) {
            self.conflicts.fetch_add(1, Ordering::SeqCst);
            return Err(PortError::new(Fault::Conflict, "simulated: transaction conflict"));
        }
        Ok(())
    }

    /// Something happened or not, and the answer is lost.
    async fn after<T>(&self, result: PortResult<T>, fault: Fault) -> PortResult<T> {
        breathe(&self.dice).await;
        if self.strikes(5) {
            self.doubts.fetch_add(1, Ordering::SeqCst);
            return Err(PortError::new(fault, "simulated: the answer is lost"));
        }
        result
    }
}

const AGAIN: Fault = Fault::Retry { after: Duration::from_secs(1) };

/// A store with weather.
pub struct FaultyStore {
    pub inner: Arc<dyn Store>,
    pub weather: Weather,
}

#[async_trait]
impl Store for FaultyStore {
    async fn states(&self, ids: &[Identity]) -> PortResult<HashMap<Identity, FindingState>> {
        self.weather.before().await?;
        let result = self.inner.states(ids).await;
        breathe(&self.weather.dice).await;
        result
    }

    async fn put_state(&self, state: &FindingState) -> PortResult<()> {
        self.weather.before().await?;
        let result = self.inner.put_state(state).await;
        self.weather.after(result, Fault::InDoubt).await
    }

    async fn alert(&self, id: &AlertId) -> PortResult<Option<Alert>> {
        self.weather.before().await?;
        let result = self.inner.alert(id).await;
        breathe(&self.weather.dice).await;
        result
    }

    async fn open_alerts(&self, account: &AccountId, limit: usize) -> PortResult<Vec<Brief>> {
        self.weather.before().await?;
        self.inner.open_alerts(account, limit).await
    }

    async fn report(&self, id: &ReportId) -> PortResult<Option<IntakeReport>> {
        self.weather.before().await?;
        self.inner.report(id).await
    }

    async fn viewer(&self, who: &Person) -> PortResult<Option<Viewer>> {
        self.weather.before().await?;
        self.inner.viewer(who).await
    }

    async fn account(&self, id: &AccountId) -> PortResult<Option<AccountRecord>> {
        self.weather.before().await?;
        self.inner.account(id).await
    }

    async fn accounts(&self) -> PortResult<Vec<AccountRecord>> {
        self.inner.accounts().await
    }

    async fn health(&self, id: &HealthId) -> PortResult<Option<MapHealth>> {
        self.inner.health(id).await
    }

    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        self.weather.before().await?;
        self.weather.conflict()?;
        self.weather.hooks.pass("commit.before");
        let result = self.inner.commit(commit).await;
        self.weather.hooks.pass("commit.after");
        self.weather.after(result, Fault::InDoubt).await
    }

    async fn lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Leased> {
        self.weather.before().await?;
        let result = self.inner.lease(team, holder, now, length).await;
        self.weather.after(result, AGAIN).await
    }

    async fn give_up(&self, lease: &Claimed) -> PortResult<()> {
        self.weather.before().await?;
        self.inner.give_up(lease).await
    }

    async fn lanes(&self, team: &TeamId, now: Timestamp) -> PortResult<Vec<Lane>> {
        self.weather.before().await?;
        self.inner.lanes(team, now).await
    }

    async fn due(&self, lane: &Lane, now: Timestamp, limit: usize) -> PortResult<Vec<Entry>> {
        let result = self.inner.due(lane, now, limit).await;
        breathe(&self.weather.dice).await;
        result
    }

    async fn next_due(&self, team: &TeamId, after: Timestamp) -> PortResult<Option<Timestamp>> {
        self.inner.next_due(team, after).await
    }

    async fn teams(&self) -> PortResult<Vec<TeamId>> {
        self.inner.teams().await
    }

    fn shared(&self) -> bool {
        true
    }

    async fn entry(&self, team: &TeamId, id: &EntryId) -> PortResult<Option<Entry>> {
        self.inner.entry(team, id).await
    }

    async fn begin(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        deadline: Timestamp,
    ) -> PortResult<Entry> {
        self.weather.before().await?;
        self.weather.conflict()?;
        self.weather.hooks.pass("begin.before");
        let result = self.inner.begin(lease, entry, now, deadline).await;
        self.weather.after(result, AGAIN).await
    }

    async fn settle(
        &self,
        lease: &Claimed,
        entry: &Entry,
        now: Timestamp,
        outcome: &Settled,
    ) -> PortResult<()> {
        self.weather.before().await?;
        self.weather.conflict()?;
        self.weather.hooks.pass("settle.before");
        let result = self.inner.settle(lease, entry, now, outcome).await;
        self.weather.after(result, AGAIN).await
    }

    async fn delivery(
        &self,
        subject: &Subject,
        episode: u32,
        lane: &Lane,
    ) -> PortResult<Option<Delivery>> {
        let result = self.inner.delivery(subject, episode, lane).await;
        breathe(&self.weather.dice).await;
        result
    }

    async fn owners(&self) -> PortResult<Option<Owners>> {
        self.inner.owners().await
    }

    async fn put_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
    ) -> PortResult<u64> {
        self.inner.put_owners(text, map, expected, audit).await
    }

    async fn decide_owners(
        &self,
        text: &str,
        map: &OwnerMap,
        expected: u64,
        audit: &AuditEntry,
        answer: &str,
    ) -> PortResult<Committed> {
        self.weather.before().await?;
        self.weather.conflict()?;
        self.weather.hooks.pass("owners.before");
        let result = self.inner.decide_owners(text, map, expected, audit, answer).await;
        self.weather.after(result, Fault::InDoubt).await
    }

    async fn answered(&self, input: &InputId) -> PortResult<Option<String>> {
        self.inner.answered(input).await
    }

    async fn quarantine(&self, item: &Quarantined) -> PortResult<()> {
        self.weather.before().await?;
        let result = self.inner.quarantine(item).await;
        self.weather.after(result, AGAIN).await
    }

    async fn ready(&self) -> PortResult<()> {
        self.weather.before().await?;
        self.inner.ready().await
    }

    async fn summary(&self) -> PortResult<Summary> {
        self.inner.summary().await
    }

    async fn sweep(&self, now: Timestamp) -> PortResult<()> {
        self.inner.sweep(now).await
    }
}

/// An inbox with weather: answers get lost, so messages come again.
pub struct FaultyInbox {
    pub inner: Arc<dyn Inbox>,
    pub weather: Weather,
}

#[async_trait]
impl Inbox for FaultyInbox {
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>> {
        self.weather.before().await?;
        self.inner.receive(max).await
    }

    async fn ack(&self, messages: Vec<Received>) -> PortResult<()> {
        self.weather.before().await?;
        self.weather.hooks.pass("ack.before");
        self.inner.ack(messages).await
    }

    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()> {
        self.weather.before().await?;
        self.inner.release(messages, after).await
    }

    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()> {
        self.weather.before().await?;
        self.inner.hold(receipts).await
    }

    fn visibility(&self) -> Duration {
        self.inner.visibility()
    }

    async fn ready(&self) -> PortResult<()> {
        self.inner.ready().await
    }

    async fn next_visible(&self) -> PortResult<Option<Timestamp>> {
        self.inner.next_visible().await
    }
}
