//! Two replicas on one store and one chat service, stepped by hand.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use jiff::Timestamp;
use monban::{
    adapters::sqlite::{SqliteInbox, SqliteStore, open_inline},
    app::LEASE,
    decide::Input,
    domain::{Alert, AuditEntry, Finding, InputId, Lane, TeamId},
    flow::{
        Bell, Counters, Decided, Gate, Limits, Next, Pace, Poller, Pump, PumpParts, Stop, Turn,
    },
    intake::{Parsed, parse},
    owners,
    ports::{Chat, Clock, Inbox, PortResult, Store},
};

use crate::sim::{
    chat::{SimChat, Standing},
    executor::{Dice, finish},
    faulty::{FaultyInbox, FaultyStore, Hooks, Weather},
    scenario::start,
    world::{SimClock, WORDS},
};

/// The account all races are about: a live one.
const ACCOUNT: &str = "222233334444";

/// What the replicas share.
pub struct Rig {
    pub store: Arc<SqliteStore>,
    pub inbox: Arc<SqliteInbox>,
    pub chat: Arc<SimChat>,
    pub clock: Arc<SimClock>,
    pub hooks: Hooks,
    pub dice: Dice,
    weather: Weather,
    born: Mutex<u32>,
}

/// One process.
pub struct Replica {
    pub gate: Arc<Gate>,
    pub poller: Poller,
    pub counters: Arc<Counters>,
    pumps: Mutex<Vec<Pump>>,
}

impl Rig {
    pub fn new() -> Self {
        let clock = Arc::new(SimClock::at(start()));
        let (store, inbox) = open_inline(None, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let text = include_str!("../../../deploy/sample/owners.yaml");
        let audit = AuditEntry {
            aggregate: "owners".to_owned(),
            version: 1,
            at: clock.now(),
            actor: "race".to_owned(),
            action: "import".to_owned(),
            reason: String::new(),
            input: InputId::new("owners/1"),
            previous: None,
        };
        finish(store.put_owners(text, &owners::parse(text).unwrap(), 0, &audit)).unwrap();
        let dice = Dice::new(1);
        let weather = Weather::new(dice.clone());
        let hooks = weather.hooks.clone();
        let chat = SimChat::new(Arc::clone(&clock) as Arc<dyn Clock>, dice.clone(), hooks.clone());
        let chat = Arc::new(chat);
        Self { store, inbox, chat, clock, hooks, dice, weather, born: Mutex::new(0) }
    }

    pub fn replica(&self) -> Replica {
        let number = {
            let mut born = self.born.lock().unwrap();
            *born += 1;
            *born
        };
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
            gate: Arc::clone(&gate),
            pace: Arc::new(Pace::new(&Limits::default(), clock)),
            asks: false,
            lease: LEASE,
            counters: Arc::clone(&counters),
        };
        let owners = finish(self.store.owners()).unwrap().unwrap();
        let teams: BTreeSet<TeamId> =
            owners.map.channels().into_iter().map(|channel| channel.team.clone()).collect();
        let holder = format!("replica-{number}");
        let pumps =
            teams.into_iter().map(|team| Pump::new(parts.clone(), team, holder.clone())).collect();
        Replica { gate, poller, counters, pumps: Mutex::new(pumps) }
    }

    /// From now on every call of the store fails, or none.
    pub fn store_fails(&self, fails: bool) {
        self.weather.down.store(fails, Ordering::SeqCst);
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The one alert there is.
    pub fn alert(&self) -> Alert {
        let mut alerts = finish(self.store.alerts()).unwrap();
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        alerts.remove(0)
    }

    pub fn messages(&self) -> Vec<Standing> {
        self.chat.messages.lock().unwrap().clone()
    }

    /// The lane that the alert is told in.
    pub fn lane(&self) -> Lane {
        self.alert().receivers[0].lane.clone()
    }

    pub fn held(&self) -> u64 {
        finish(self.store.summary()).unwrap().held
    }
}

impl Replica {
    /// One input through the door.
    pub fn handle(&self, finding: &Finding) -> PortResult<Decided> {
        let time = finding.envelope_time.map_or_else(String::new, |time| time.to_string());
        let input = InputId::new(format!("{}/{}/{time}", finding.identity, finding.fingerprint()));
        finish(self.gate.handle(&input, &Input::Finding(Box::new(finding.clone()))))
    }

    /// One round of each workspace's pump; a failing one is met again at the next.
    pub fn pump_once(&self) -> Vec<PortResult<Next>> {
        let mut pumps = self.pumps.lock().unwrap();
        pumps.iter_mut().map(|pump| finish(pump.step())).collect()
    }

    /// As [`Self::pump_once`], to be dropped wherever it stands.
    #[expect(clippy::await_holding_lock, reason = "one thread, and nobody else asks for it")]
    pub async fn pump_once_until_dropped(&self) {
        let mut pumps = self.pumps.lock().unwrap();
        for pump in pumps.iter_mut() {
            let _ = pump.step().await;
        }
    }

    /// Ends as a process does that is asked to.
    pub fn leave(&self) {
        let (stop, bell) = (Stop::default(), Bell::default());
        stop.ask();
        let mut pumps = self.pumps.lock().unwrap();
        for pump in pumps.iter_mut() {
            finish(pump.run(&bell, &stop));
        }
    }

    /// Pumps until nothing is left to do, pushing the clock as needed.
    pub fn pump(&self, rig: &Rig) {
        for _ in 0..200 {
            self.pump_once();
            if rig.held() == 0 {
                return;
            }
            rig.clock.advance(Duration::from_millis(600));
        }
        panic!("never done: {:?}", finish(rig.store.entries()).unwrap());
    }

    /// One round of the queue.
    pub fn poll(&self) -> PortResult<usize> {
        finish(self.poller.step())
    }
}

/// A statement about the one problem, `second` seconds after the start.
pub fn says(second: i64, status: &str, level: &str) -> Finding {
    let parsed = parse(&body(second, status, level)).remove(0);
    let Parsed::Finding(finding) = parsed else { panic!("{parsed:?}") };
    *finding
}

/// Its bytes as they come from the queue.
pub fn body(second: i64, status: &str, level: &str) -> Vec<u8> {
    let at: Timestamp = start().checked_add(jiff::SignedDuration::from_secs(second)).unwrap();
    let at = at.to_string();
    let text = include_str!("statement.json")
        .replace("@at", &at)
        .replace("@status", status)
        .replace("@level", level)
        .replace("@account", ACCOUNT);
    text.into_bytes()
}
