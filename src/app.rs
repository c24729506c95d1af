//! The only place that knows which adapter stands behind which port, and where tasks start.

mod build;
mod entrance;
mod secrets;

use std::{
    collections::BTreeMap,
    num::NonZeroU64,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::{Timestamp, civil::Time};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    domain::TeamId,
    flow::{
        Bell, Counters, Desk, DeskParts, Gate, Health, Limits, MapGaps, Morning, Pace, Poller,
        Pump, PumpParts, Rest, Spawn, Stop, Turn,
    },
    ports::{Chat, Clock, Inbox, People, Store},
    render::Words,
};

pub use build::{Built, Feed, Memory, build, memory, organization, people, teams};
pub use entrance::{Entrance, WayIn, sockets};

/// One queue of the intake.
pub struct Queue {
    /// Its name for people, such as `inbox.fast`.
    pub name: String,
    /// Where its messages come from.
    pub inbox: Arc<dyn Inbox>,
    /// How many pollers work on it.
    pub pollers: usize,
}

/// What an app is made of.
pub struct Parts {
    /// The durable memory.
    pub store: Arc<dyn Store>,
    /// Where findings come from, the most pressing queue first.
    pub queues: Vec<Queue>,
    /// The chat service.
    pub chat: Arc<dyn Chat>,
    /// The chat service towards single people.
    pub people: Arc<dyn People>,
    /// Whether people of a workspace reach the bot: else its cards carry no buttons that ask.
    pub asks: Box<dyn Fn(&TeamId) -> bool + Send + Sync>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The texts.
    pub words: Arc<Words>,
    /// The workspaces to drive.
    pub teams: Vec<TeamId>,
    /// When the owner map is looked at, in the CCoE's zone; `None`: never.
    pub morning: Option<Time>,
    /// How fast calls may go.
    pub limits: Limits,
    /// Length of a workspace's lease.
    pub lease: Duration,
    /// Names this process among replicas.
    pub holder: String,
}

/// The whole bot, running until dropped.
pub struct App {
    /// The one door.
    pub gate: Arc<Gate>,
    /// Counts since the start.
    pub counters: Arc<Counters>,
    /// Answers people.
    pub desk: Arc<Desk>,
    gaps: Arc<MapGaps>,
    inbox_bells: Vec<Arc<Bell>>,
    morning_bell: Arc<Bell>,
    pump_bells: BTreeMap<TeamId, Arc<Bell>>,
    tasks: JoinSet<()>,
    answers: Arc<Answers>,
    ended: Arc<Ended>,
    stop: Arc<Stop>,
    health: Arc<Health>,
}

/// What may be asked of a running app from elsewhere.
#[derive(Clone)]
pub struct Handle {
    /// Counts since the start.
    pub counters: Arc<Counters>,
    /// What the last morning round found.
    pub gaps: Arc<MapGaps>,
    inbox_bells: Vec<Arc<Bell>>,
    ended: Arc<Ended>,
    stop: Arc<Stop>,
    health: Arc<Health>,
}

impl Handle {
    /// Something was put into the inbox.
    pub fn announce(&self) {
        self.inbox_bells.iter().for_each(|bell| bell.ring());
    }

    /// Whether all loops run, or end since they were asked to.
    pub fn alive(&self) -> bool {
        self.stop.asked() || !self.ended.flag.load(Ordering::SeqCst)
    }

    /// Whether intake stands still since the store fails.
    pub fn store_failing(&self) -> bool {
        self.health.failing()
    }
}

/// Whether a loop has ended.
#[derive(Default)]
struct Ended {
    flag: AtomicBool,
    bell: Notify,
}

/// The work on people's acts that goes on after they were answered.
#[derive(Default)]
struct Answers(Mutex<JoinSet<()>>);

impl Answers {
    fn spawn(&self, work: BoxFuture<'static, ()>) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    async fn finish(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }
}

/// Says so when its loop ends, however it does.
struct Watched(Arc<Ended>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.flag.store(true, Ordering::SeqCst);
        self.0.bell.notify_one();
    }
}

/// Starts a loop that says so when it ends.
fn spawn(
    tasks: &mut JoinSet<()>,
    ended: &Arc<Ended>,
    work: impl Future<Output = ()> + Send + 'static,
) {
    let watched = Watched(Arc::clone(ended));
    tasks.spawn(async move {
        let _watched = watched;
        work.await;
    });
}

/// The desk; what it goes on with after an act was answered is kept among the answers.
fn desk(parts: &Parts, gate: &Arc<Gate>, answers: &Arc<Answers>) -> Desk {
    let answers = Arc::clone(answers);
    let spawn: Spawn = Arc::new(move |work| answers.spawn(work));
    Desk::new(DeskParts {
        store: Arc::clone(&parts.store),
        people: Arc::clone(&parts.people),
        clock: Arc::clone(&parts.clock),
        words: Arc::clone(&parts.words),
        gate: Arc::clone(gate),
        spawn,
    })
}

impl App {
    /// Starts its loops.
    pub fn start(parts: Parts) -> Self {
        let counters = Arc::new(Counters::default());
        let pump_bells: BTreeMap<TeamId, Arc<Bell>> =
            parts.teams.iter().map(|team| (team.clone(), Arc::default())).collect();
        let (morning_bell, gaps) = (Arc::new(Bell::default()), Arc::new(MapGaps::default()));
        let gate = Gate::new(
            Arc::clone(&parts.store),
            Arc::clone(&parts.clock),
            pump_bells.values().cloned().collect(),
        );
        let gate = Arc::new(gate.with_map_bell(Arc::clone(&morning_bell)));
        let pump_parts = PumpParts {
            store: Arc::clone(&parts.store),
            chat: Arc::clone(&parts.chat),
            clock: Arc::clone(&parts.clock),
            words: Arc::clone(&parts.words),
            asks: false,
            gate: Arc::clone(&gate),
            pace: Arc::new(Pace::new(&parts.limits, Arc::clone(&parts.clock))),
            lease: parts.lease,
            counters: Arc::clone(&counters),
        };
        let answers = Arc::new(Answers::default());
        let desk = Arc::new(desk(&parts, &gate, &answers));
        let mut tasks = JoinSet::new();
        let (ended, stop) = (Arc::new(Ended::default()), Arc::new(Stop::default()));
        let (turn, health) = (Arc::new(Turn::new(parts.queues.len())), Arc::new(Health::default()));
        let mut inbox_bells = Vec::new();
        let pollers = parts.queues.iter().enumerate();
        let pollers =
            pollers.flat_map(|(queue, of)| std::iter::repeat_n((queue, &of.inbox), of.pollers));
        for (queue, inbox) in pollers {
            let bell = Arc::new(Bell::default());
            inbox_bells.push(Arc::clone(&bell));
            let poller = Poller {
                inbox: Arc::clone(inbox),
                store: Arc::clone(&parts.store),
                gate: Arc::clone(&gate),
                clock: Arc::clone(&parts.clock),
                bell,
                counters: Arc::clone(&counters),
                queue,
                turn: Arc::clone(&turn),
                health: Arc::clone(&health),
                stop: Arc::clone(&stop),
            };
            spawn(&mut tasks, &ended, async move { poller.run().await });
        }
        let morning = Morning {
            store: Arc::clone(&parts.store),
            gate: Arc::clone(&gate),
            people: parts.people,
            clock: Arc::clone(&parts.clock),
            bell: Arc::clone(&morning_bell),
            stop: Arc::clone(&stop),
            at: parts.morning,
            holder: parts.holder.clone(),
            gaps: Arc::clone(&gaps),
        };
        spawn(&mut tasks, &ended, async move { morning.run().await });
        for (team, bell) in &pump_bells {
            let own = PumpParts { asks: (parts.asks)(team), ..pump_parts.clone() };
            let mut pump = Pump::new(own, team.clone(), parts.holder.clone());
            let (bell, stop) = (Arc::clone(bell), Arc::clone(&stop));
            spawn(&mut tasks, &ended, async move { pump.run(&bell, &stop).await });
        }
        Self {
            gate,
            counters,
            desk,
            gaps,
            inbox_bells,
            morning_bell,
            pump_bells,
            tasks,
            answers,
            ended,
            stop,
            health,
        }
    }

    /// Returns when a loop has ended, which none does by itself: a process that lives on without
    /// one would look well and tell nothing.
    pub async fn ended(&self) {
        self.ended.bell.notified().await;
    }

    /// What may be asked of it from elsewhere, also while it stops.
    pub fn handle(&self) -> Handle {
        Handle {
            counters: Arc::clone(&self.counters),
            gaps: Arc::clone(&self.gaps),
            inbox_bells: self.inbox_bells.clone(),
            ended: Arc::clone(&self.ended),
            stop: Arc::clone(&self.stop),
            health: Arc::clone(&self.health),
        }
    }

    /// Something was put into the inbox.
    pub fn announce(&self) {
        self.inbox_bells.iter().for_each(|bell| bell.ring());
    }

    /// Whether all loops rest, and when the first of them wakes by itself.
    pub fn resting(&self, now: Timestamp) -> Rest {
        let bells = self.pump_bells.values().chain(&self.inbox_bells).chain([&self.morning_bell]);
        bells.map(|bell| bell.resting(now)).fold(Rest::UntilRung, Rest::and)
    }

    /// Lets the loops end what they are in the middle of, for this long at most; whatever is left
    /// is in the store and the inbox. True if all ended by themselves.
    pub async fn stop(mut self, grace: Duration) -> bool {
        self.stop.ask();
        let all = async {
            self.answers.finish().await;
            while self.tasks.join_next().await.is_some() {}
        };
        let whole = tokio::time::timeout(grace, all).await.is_ok();
        self.tasks.shutdown().await;
        whole
    }
}

/// A name no other process has: it tells lease holders apart.
pub fn holder() -> String {
    use std::hash::{BuildHasher, Hasher};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let random = NonZeroU64::new(random).map_or(1, NonZeroU64::get);
    format!("{}-{random:016x}", std::process::id())
}

/// Name of the data file in a data directory.
pub const DATA_FILE: &str = "monban.db";
/// When the owner map is looked at, in the CCoE's zone.
pub const MORNING: Time = Time::constant(9, 0, 0, 0);
/// Length of a workspace's lease unless the config says otherwise.
pub const LEASE: Duration = Duration::from_secs(30);
/// How long a clock that is pushed forward waits for work to come to rest at each step.
pub const REST_AT_MOST: Duration = Duration::from_secs(30);
