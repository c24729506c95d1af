//! The morning round: once a day the owner map is held against the chat service and against what
//! is found in accounts, and the CCoE is told what it lacks. Between mornings it sees to it that
//! the cards of accounts say what a new map says.

mod ask;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, ToSpan as _, civil::Time, tz::TimeZone};

pub use ask::{ASK_EVERY, map_gaps, unmapped, unmapped_accounts};

use super::{Bell, Gate, Stop};
use crate::{
    decide::{self, Input, Looked, Map},
    domain::{Gap, InputId, OwnerMap, TeamId},
    ports::{Clock, Fault, Leased, Owners, People, PortResult, Store},
};

/// How long one replica has the round to itself; longer rounds are done by another as well, and
/// recorded once.
const ALONE: Duration = Duration::from_mins(30);
/// After a failure.
const AGAIN: Duration = Duration::from_mins(5);
/// Mornings back in which a round shows that this house has had one before.
const BACK: i64 = 14;

/// Gaps by kind as the last round of this process found them, for metrics.
#[derive(Debug, Default)]
pub struct MapGaps(Mutex<Option<BTreeMap<&'static str, u64>>>);

impl MapGaps {
    /// Every kind with its number; nothing before the first round.
    pub fn read(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    fn note(&self, found: &BTreeMap<String, usize>) {
        let of = |kind: &str| u64::try_from(found.get(kind).copied().unwrap_or_default());
        let counts = Gap::KINDS.iter().map(|kind| (*kind, of(kind).unwrap_or(u64::MAX))).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(counts);
    }
}

/// What the round works with.
pub struct Morning {
    /// Records of accounts and mornings.
    pub store: Arc<dyn Store>,
    /// The one door.
    pub gate: Arc<Gate>,
    /// Who is asked about people and channels.
    pub people: Arc<dyn People>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// Rung when the map changed.
    pub bell: Arc<Bell>,
    /// Asks it to end.
    pub stop: Arc<Stop>,
    /// When, in the CCoE's zone; `None`: never.
    pub at: Option<Time>,
    /// Names this process among replicas.
    pub holder: String,
    /// Where it leaves its numbers.
    pub gaps: Arc<MapGaps>,
}

impl Morning {
    /// Works until asked to end.
    pub async fn run(&self) {
        let mut seen = None;
        while !self.stop.asked() {
            let until = match self.step(&mut seen).await {
                Ok(until) => until,
                Err(error) => {
                    tracing::error!(port.error = %error, "the morning round pauses");
                    Some(match error.fault {
                        Fault::Retry { after } => self.later(after),
                        Fault::Conflict | Fault::InDoubt | Fault::Permanent => self.later(AGAIN),
                    })
                }
            };
            self.rest(until).await;
        }
    }

    async fn rest(&self, until: Option<Timestamp>) {
        tokio::select! {
            biased;
            () = self.stop.wait() => {}
            () = self.bell.wait(self.clock.as_ref(), until) => {}
        }
    }

    fn later(&self, by: Duration) -> Timestamp {
        self.clock.now().checked_add(by).unwrap_or(Timestamp::MAX)
    }

    /// What is to be done now; when the next is.
    async fn step(&self, seen: &mut Option<u64>) -> PortResult<Option<Timestamp>> {
        let owners = self.gate.owners().await?;
        if *seen != Some(owners.revision) {
            self.show_anew(&owners).await?;
            *seen = Some(owners.revision);
        }
        let Some(at) = self.at else { return Ok(None) };
        let now = self.clock.now();
        let (morning, next) = mornings(&owners.map, now, at);
        let Some(morning) = morning else { return Ok(next) };
        if !self.is_wanted(&owners.map, morning, now).await? {
            return Ok(next);
        }
        let team = TeamId::new("MORNING");
        match self.store.lease(&team, &self.holder, now, ALONE).await? {
            Leased::Theirs { until } => return Ok(Some(until)),
            Leased::Ours(lease) => {
                // Stages that end by a date have ended by now.
                self.show_anew(&owners).await?;
                let done = self.round(&owners, now).await;
                self.store.give_up(&lease).await?;
                done?;
            }
        }
        // At once: the map may have changed while it asked.
        Ok(Some(self.clock.now()))
    }

    /// Whether the morning's round is still to be done. One that was missed is made up for, save
    /// in a house that never had one: its first is the next morning's.
    async fn is_wanted(&self, map: &OwnerMap, at: Timestamp, now: Timestamp) -> PortResult<bool> {
        let today = map.group_day(now);
        if let Some(done) = self.store.health(&decide::health_id(today)).await? {
            // By another replica, or before a restart.
            self.gaps.note(&done.by_kind());
            return Ok(false);
        }
        if now.duration_since(at).unsigned_abs() < AGAIN {
            return Ok(true);
        }
        for back in 1..=BACK {
            let Ok(day) = today.checked_sub(back.days()) else { break };
            if self.store.health(&decide::health_id(day)).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Accounts of which the map says something else than their cards.
    async fn show_anew(&self, owners: &Owners) -> PortResult<()> {
        let map = Map { owners: &owners.map, revision: owners.revision };
        for record in self.store.accounts().await? {
            let noted = decide::noted(map, &record.account, self.clock.now());
            if !record.noted.same(&noted) {
                self.gate.look(&record.account, None).await?;
            }
        }
        Ok(())
    }

    async fn round(&self, owners: &Owners, now: Timestamp) -> PortResult<()> {
        let day = owners.map.group_day(now);
        let Some((gaps, unasked)) = self.look(&owners.map, day).await? else { return Ok(()) };
        let gaps = decide::pressing(gaps, day);
        self.gaps.note(&Gap::counts(&gaps));
        let looked = Looked { day, gaps, unasked };
        let input = InputId::new(format!("morning/{day}"));
        self.gate.handle(&input, &Input::Health(Box::new(looked))).await.map(|_| ())
    }
}

/// Today's morning, if it has come, and the next one.
fn mornings(map: &OwnerMap, now: Timestamp, at: Time) -> (Option<Timestamp>, Option<Timestamp>) {
    let zone = TimeZone::get(&map.ccoe_receiver().time_zone).unwrap_or(TimeZone::UTC);
    let today = now.to_zoned_datetime(zone.clone()).date();
    let on = |day: Option<jiff::civil::Date>| {
        Some(day?.to_datetime(at).to_zoned_datetime(zone.clone()).ok()?.timestamp())
    };
    let (this, tomorrow) = (on(Some(today)), on(today.tomorrow().ok()));
    match this {
        Some(this) if this <= now => (Some(this), tomorrow),
        this => (None, this.or(tomorrow)),
    }
}
