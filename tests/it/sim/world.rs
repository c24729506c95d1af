//! A world: one store, one chat service, two replicas, a clock moved by hand.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    adapters::sqlite::{SqliteInbox, SqliteStore, open_inline},
    app::LEASE,
    domain::{AuditEntry, InputId, Lane, OwnerMap, TeamId},
    flow::{Bell, Counters, Counts, Gate, Limits, Next, Pace, Poller, Pump, PumpParts, Turn},
    owners,
    ports::{Chat, Clock, Inbox, Store},
    render::Words,
};

use super::{
    chat::SimChat,
    executor::{Actor, Dice, finish, poll, yield_now},
    faulty::{FaultyInbox, FaultyStore, Weather},
    scenario::{Scenario, start},
};

pub static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::embedded().unwrap()));

/// A clock that only we move.
pub struct SimClock(AtomicI64);

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    async fn sleep_until(&self, until: Timestamp) {
        while self.now() < until {
            yield_now().await;
        }
    }
}

impl SimClock {
    pub fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_microsecond()))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

/// What went wrong on the way: a run in which nothing does proves nothing.
#[derive(Debug, Default)]
pub struct Happened {
    crashes: u64,
    failures: u64,
    conflicts: u64,
    store_doubts: u64,
    post_doubts: u64,
    refusals: u64,
    posted: u64,
    updated: u64,
    adopted: u64,
    refused: u64,
    dead: u64,
    replaced: u64,
    passed_on: u64,
}

impl Happened {
    pub fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.failures += other.failures;
        self.conflicts += other.conflicts;
        self.store_doubts += other.store_doubts;
        self.post_doubts += other.post_doubts;
        self.refusals += other.refusals;
        self.posted += other.posted;
        self.updated += other.updated;
        self.adopted += other.adopted;
        self.refused += other.refused;
        self.dead += other.dead;
        self.replaced += other.replaced;
        self.passed_on += other.passed_on;
    }

    pub fn assert_everything_happened(&self) {
        let all = [
            self.crashes,
            self.failures,
            self.conflicts,
            self.store_doubts,
            self.post_doubts,
            self.refusals,
            self.posted,
            self.updated,
            self.adopted,
            self.refused,
            self.dead,
            self.replaced,
            self.passed_on,
        ];
        assert!(all.iter().all(|count| *count > 0), "something never happened: {self:?}");
    }
}

struct Replica {
    counters: Arc<Counters>,
    actors: Vec<Actor>,
}

pub struct World {
    pub store: Arc<SqliteStore>,
    pub inbox: Arc<SqliteInbox>,
    pub chat: Arc<SimChat>,
    pub clock: Arc<SimClock>,
    pub map: OwnerMap,
    weather: Weather,
    dice: Dice,
    replicas: Vec<Replica>,
    past: Vec<Counts>,
    crashes: u64,
    deleted: u64,
    born: u64,
    log: String,
}

impl World {
    pub fn new(seed: u64, scenario: &Scenario) -> Self {
        let dice = Dice::new(seed);
        let clock = Arc::new(SimClock::at(start()));
        let (store, inbox) = open_inline(None, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let text = scenario.owners.as_str();
        let map = owners::parse(text).unwrap();
        let audit = AuditEntry {
            aggregate: "owners".to_owned(),
            version: 1,
            at: clock.now(),
            actor: "sim".to_owned(),
            action: "import".to_owned(),
            reason: String::new(),
            input: InputId::new("owners/1"),
            previous: None,
        };
        finish(store.put_owners(text, &map, 0, &audit)).unwrap();
        let weather = Weather::new(dice.clone());
        let hooks = weather.hooks.clone();
        let chat = SimChat::new(Arc::clone(&clock) as Arc<dyn Clock>, dice.clone(), hooks);
        let chat = Arc::new(chat);
        if dice.roll().chance(20) {
            let lane = map.companies()[1].settings.channel.clone().unwrap();
            let closed = Lane { team: lane.team, channel: lane.id };
            chat.closed.lock().unwrap().insert(closed);
        }
        let mut world = Self {
            store,
            inbox,
            chat,
            clock,
            map,
            weather,
            dice,
            replicas: Vec::new(),
            past: Vec::new(),
            crashes: 0,
            deleted: 0,
            born: 0,
            log: format!("{} bodies\n", scenario.bodies.len()),
        };
        for _ in 0..2 {
            let replica = world.replica();
            world.replicas.push(replica);
        }
        world
    }

    fn replica(&mut self) -> Replica {
        self.born += 1;
        let store: Arc<dyn Store> = Arc::new(FaultyStore {
            inner: Arc::clone(&self.store) as Arc<dyn Store>,
            weather: self.weather.clone(),
        });
        let inbox: Arc<dyn Inbox> = Arc::new(FaultyInbox {
            inner: Arc::clone(&self.inbox) as Arc<dyn Inbox>,
            weather: self.weather.clone(),
        });
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let counters = Arc::new(Counters::default());
        let gate = Arc::new(Gate::new(Arc::clone(&store), Arc::clone(&clock), vec![]));
        let poller = Poller {
            inbox,
            store: Arc::clone(&store),
            gate: Arc::clone(&gate),
            clock: Arc::clone(&clock),
            bell: Arc::new(Bell::default()),
            counters: Arc::clone(&counters),
            queue: 0,
            turn: Arc::new(Turn::new(1)),
            health: Arc::default(),
            stop: Arc::default(),
        };
        let parts = PumpParts {
            store,
            chat: Arc::clone(&self.chat) as Arc<dyn Chat>,
            clock: Arc::clone(&clock),
            words: Arc::clone(&WORDS),
            gate,
            pace: Arc::new(Pace::new(&Limits::default(), clock)),
            asks: false,
            lease: LEASE,
            counters: Arc::clone(&counters),
        };
        let teams: BTreeSet<TeamId> =
            self.map.channels().into_iter().map(|channel| channel.team.clone()).collect();
        let mut actors: Vec<Actor> = vec![Box::pin(async move {
            loop {
                // A failing port is met again at the next turn.
                let _ = poller.step().await;
                yield_now().await;
            }
        })];
        for team in teams {
            let holder = format!("replica-{}", self.born);
            actors.push(self.pump(Pump::new(parts.clone(), team, holder)));
        }
        Replica { counters, actors }
    }

    fn pump(&self, mut pump: Pump) -> Actor {
        let clock = Arc::clone(&self.clock);
        Box::pin(async move {
            loop {
                match pump.step().await {
                    Ok(Next::At(until)) => clock.sleep_until(until).await,
                    // The store is shared, so no pump may wait for a bell that another process
                    // would have to ring.
                    Ok(Next::WhenRung) => panic!("a pump of several fell asleep for good"),
                    Ok(Next::Now) | Err(_) => {}
                }
                yield_now().await;
            }
        })
    }

    /// Messages come in, faults strike, replicas die, people delete cards, time goes on.
    pub fn storm(&mut self, scenario: &Scenario) {
        self.weather.faults.store(true, Ordering::SeqCst);
        self.chat.faults.store(true, Ordering::SeqCst);
        let mut bodies = scenario.bodies.iter();
        let mut left = bodies.len();
        let mut turns = 0_u64;
        while left > 0 || turns < 600 {
            turns += 1;
            assert!(turns < 100_000, "the storm never ends");
            let chance = self.dice.roll().below(100);
            match chance {
                0..=5 => {
                    if let Some(body) = bodies.next() {
                        left -= 1;
                        finish(self.inbox.send(body.clone())).unwrap();
                    }
                }
                6..=12 => {
                    let millis = self.dice.roll().below(4000);
                    self.clock.advance(Duration::from_millis(millis));
                }
                13 => self.crash(),
                14 if self.dice.roll().chance(15) => self.delete_a_card(),
                _ => self.turn(),
            }
        }
        self.weather.faults.store(false, Ordering::SeqCst);
        self.chat.faults.store(false, Ordering::SeqCst);
    }

    fn turn(&mut self) {
        let mut rng = self.dice.roll();
        let replica = usize::try_from(rng.below(self.replicas.len() as u64)).unwrap();
        let actors = self.replicas[replica].actors.len() as u64;
        let actor = usize::try_from(rng.below(actors)).unwrap();
        drop(rng);
        poll(&mut self.replicas[replica].actors[actor]);
    }

    /// A replica dies in the middle of whatever it did, and another starts.
    fn crash(&mut self) {
        self.crashes += 1;
        let at = usize::try_from(self.dice.roll().below(self.replicas.len() as u64)).unwrap();
        let fresh = self.replica();
        let dead = std::mem::replace(&mut self.replicas[at], fresh);
        self.past.push(dead.counters.read());
        writeln!(self.log, "{} crash of {at}", self.clock.now()).unwrap();
    }

    fn delete_a_card(&mut self) {
        let mut messages = self.chat.messages.lock().unwrap();
        let cards: Vec<usize> =
            (0..messages.len()).filter(|at| messages[*at].thread.is_none()).collect();
        if !cards.is_empty() {
            messages.remove(*self.dice.roll().pick(&cards));
            self.deleted += 1;
        }
    }

    /// No more faults: everything that waits must be done in bounded time.
    pub fn come_to_rest(&mut self, scenario: &Scenario) {
        for _ in 0..6_000 {
            for _ in 0..40 {
                self.turn();
            }
            let summary = finish(self.store.summary()).unwrap();
            if summary.held == 0 && summary.inbox == 0 && summary.dates == 0 {
                self.remember(scenario);
                return;
            }
            self.clock.advance(Duration::from_millis(700));
        }
        let entries = finish(self.store.entries()).unwrap();
        let waiting: Vec<_> = entries.iter().filter(|entry| entry.waits()).collect();
        panic!("never at rest: {:?} {waiting:#?}", finish(self.store.summary()).unwrap());
    }

    fn remember(&mut self, scenario: &Scenario) {
        let mut texts: Vec<String> = self
            .chat
            .messages
            .lock()
            .unwrap()
            .iter()
            .map(|one| format!("{} {} {} {}", one.lane, one.ts, one.key, one.hash))
            .collect();
        texts.sort();
        writeln!(self.log, "{} at rest, {} bad", self.clock.now(), scenario.bad).unwrap();
        self.log.push_str(&texts.join("\n"));
    }

    fn passed_on(&self) -> u64 {
        let messages = self.chat.messages.lock().unwrap();
        messages.iter().filter(|one| one.key.contains("/unanswered/")).count() as u64
    }

    pub fn trace(self) -> String {
        self.log
    }

    pub fn happened(&self) -> Happened {
        let mut counts = self.past.clone();
        counts.extend(self.replicas.iter().map(|replica| replica.counters.read()));
        let sum = |read: fn(&Counts) -> u64| counts.iter().map(read).sum();
        let count = |of: &AtomicU64| of.load(Ordering::SeqCst);
        Happened {
            crashes: self.crashes,
            failures: count(&self.weather.failures),
            conflicts: count(&self.weather.conflicts),
            store_doubts: count(&self.weather.doubts),
            post_doubts: count(&self.chat.doubts),
            refusals: count(&self.chat.refusals),
            posted: sum(|counts| counts.posted),
            updated: sum(|counts| counts.updated),
            adopted: sum(|counts| counts.adopted),
            refused: sum(|counts| counts.refused),
            dead: sum(|counts| counts.dead),
            replaced: self.deleted,
            passed_on: self.passed_on(),
        }
    }
}
