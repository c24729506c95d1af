//! The only place that knows which adapter stands behind which port, and where tasks start.

use std::{collections::BTreeMap, num::NonZeroU64, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    domain::TeamId,
    flow::{Bell, Counters, Gate, Limits, Pace, Poller, Pump, PumpParts, Rest},
    ports::{Chat, Clock, Inbox, Store},
    render::Words,
};

/// What an app is made of.
pub struct Parts {
    /// The durable memory.
    pub store: Arc<dyn Store>,
    /// Where findings come from.
    pub inbox: Arc<dyn Inbox>,
    /// The chat service.
    pub chat: Arc<dyn Chat>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The texts.
    pub words: Arc<Words>,
    /// The workspaces to drive.
    pub teams: Vec<TeamId>,
    /// How fast calls may go.
    pub limits: Limits,
    /// Names this process among replicas.
    pub holder: String,
}

/// The whole bot, running until dropped.
pub struct App {
    /// The one door.
    pub gate: Arc<Gate>,
    /// Counts since the start.
    pub counters: Arc<Counters>,
    inbox_bell: Arc<Bell>,
    pump_bells: BTreeMap<TeamId, Arc<Bell>>,
    tasks: JoinSet<()>,
    ended: Arc<Notify>,
}

/// Says so when its loop ends, however it does.
struct Watched(Arc<Notify>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl App {
    /// Starts its loops.
    pub fn start(parts: Parts) -> Self {
        let counters = Arc::new(Counters::default());
        let inbox_bell = Arc::new(Bell::default());
        let pump_bells: BTreeMap<TeamId, Arc<Bell>> =
            parts.teams.iter().map(|team| (team.clone(), Arc::default())).collect();
        let gate = Arc::new(Gate::new(
            Arc::clone(&parts.store),
            Arc::clone(&parts.clock),
            pump_bells.values().cloned().collect(),
        ));
        let poller = Poller {
            inbox: parts.inbox,
            store: Arc::clone(&parts.store),
            gate: Arc::clone(&gate),
            clock: Arc::clone(&parts.clock),
            bell: Arc::clone(&inbox_bell),
            counters: Arc::clone(&counters),
        };
        let pump_parts = PumpParts {
            store: parts.store,
            chat: parts.chat,
            clock: Arc::clone(&parts.clock),
            words: parts.words,
            gate: Arc::clone(&gate),
            pace: Arc::new(Pace::new(&parts.limits, parts.clock)),
            counters: Arc::clone(&counters),
        };
        let mut tasks = JoinSet::new();
        let ended = Arc::new(Notify::new());
        let watched = Watched(Arc::clone(&ended));
        tasks.spawn(async move {
            let _watched = watched;
            poller.run().await;
        });
        for (team, bell) in &pump_bells {
            let mut pump = Pump::new(pump_parts.clone(), team.clone(), parts.holder.clone());
            let bell = Arc::clone(bell);
            let watched = Watched(Arc::clone(&ended));
            tasks.spawn(async move {
                let _watched = watched;
                pump.run(&bell).await;
            });
        }
        Self { gate, counters, inbox_bell, pump_bells, tasks, ended }
    }

    /// Returns when a loop has ended, which none does by itself: a process that lives on without
    /// one would look well and tell nothing.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Something was put into the inbox.
    pub fn announce(&self) {
        self.inbox_bell.ring();
    }

    /// Whether all loops rest, and when the first of them wakes by itself.
    pub fn resting(&self, now: Timestamp) -> Rest {
        let pumps = self.pump_bells.values().map(|bell| bell.resting(now));
        pumps.fold(self.inbox_bell.resting(now), Rest::and)
    }

    /// Ends the loops where they stand: everything they were about to do is in the store.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// A name no other process has: it tells lease holders apart.
pub fn holder() -> String {
    use std::hash::{BuildHasher, Hasher};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let random = NonZeroU64::new(random).map_or(1, NonZeroU64::get);
    format!("{}-{random:016x}", std::process::id())
}

/// How long a clock that is pushed forward waits for work to come to rest at each step.
pub const REST_AT_MOST: Duration = Duration::from_secs(30);
