//! What findings and cards cost, counted at the wire: every call to AWS, every unit of the table.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use monban::{
    adapters::{aws::Aws, dynamo::DynamoStore, sqs::SqsInbox},
    app::LEASE,
    domain::{AuditEntry, InputId, TeamId},
    flow::{Bell, Counters, Gate, Limits, Next, Pace, Poller, Pump, PumpParts, Turn},
    owners,
    ports::{Clock, Store},
};
use serde_json::Value;

use super::emulator::{Emulator, settings, unique};
use crate::{
    crash::statement,
    sim::{chat::SimChat, executor::Dice, faulty::Hooks, world::WORDS},
    support::{clock::ManualClock, wire::Wire},
};

/// Findings of the measured stream.
const FINDINGS: u64 = 1000;
/// Of them new problems or the ends of known ones: the rest repeats what is known.
const CHANGED: u64 = 30;
/// Of the unchanged ones those that are open problems, repeated with a newer time.
const OPEN: u64 = 120;

/// A poller and the pumps on real adapters, every request of which is counted.
pub struct Counted {
    pub wire: Wire,
    pub poller: Poller,
    pumps: Vec<Pump>,
    store: Arc<DynamoStore>,
    aws: Aws,
}

/// What was spent so far.
#[derive(Debug, Clone, Default)]
struct Spent {
    calls: BTreeMap<String, u64>,
    read: u64,
    written: u64,
}

impl Counted {
    pub async fn new(emulator: &Emulator, queue: &str, clock: Arc<dyn Clock>) -> Self {
        let wire = Wire::before(&emulator.url).await;
        let aws = Aws::load(settings(&wire.url)).await;
        let store = Arc::new(DynamoStore::new(&aws, unique("calls"), Arc::clone(&clock)));
        store.create_table().await.unwrap();
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let gate = Arc::new(Gate::new(Arc::clone(&shared), Arc::clone(&clock), vec![]));
        let poller = Poller {
            inbox: Arc::new(SqsInbox::new(&aws, queue.to_owned(), Duration::from_mins(1))),
            store: shared,
            gate,
            clock,
            bell: Arc::new(Bell::default()),
            counters: Arc::new(Counters::default()),
            queue: 0,
            turn: Arc::new(Turn::new(1)),
            health: Arc::default(),
            stop: Arc::default(),
        };
        let mut counted = Self { wire, poller, pumps: vec![], store, aws };
        let teams = counted.import().await;
        counted.pumps = teams.into_iter().map(|team| counted.pump(team)).collect();
        counted
    }

    /// Stores the sample owner map; its workspaces.
    async fn import(&self) -> Vec<TeamId> {
        let text = include_str!("../../../deploy/sample/owners.yaml");
        let map = owners::parse(text).unwrap();
        let audit = AuditEntry {
            aggregate: "owners".to_owned(),
            version: 1,
            at: self.poller.clock.now(),
            actor: "test".to_owned(),
            action: "import".to_owned(),
            reason: String::new(),
            input: InputId::new("owners/1"),
            previous: None,
        };
        self.store.put_owners(text, &map, 0, &audit).await.unwrap();
        let teams = map.channels().into_iter().map(|channel| channel.team.clone());
        teams.collect::<std::collections::BTreeSet<TeamId>>().into_iter().collect()
    }

    /// A pump with a chat service that never fails and never asks for patience.
    fn pump(&self, team: TeamId) -> Pump {
        let clock = Arc::clone(&self.poller.clock);
        let many = NonZeroU32::new(60_000).unwrap();
        let limits = Limits {
            post_every: Duration::from_millis(1),
            posts_per_minute: many,
            updates_per_minute: many,
            bulk_updates_per_minute: many,
            look_every: Duration::from_millis(1),
        };
        let chat = SimChat::new(Arc::clone(&clock), Dice::new(1), Hooks::default());
        let parts = PumpParts {
            store: Arc::clone(&self.store) as Arc<dyn Store>,
            chat: Arc::new(chat),
            clock: Arc::clone(&clock),
            words: Arc::clone(&WORDS),
            gate: Arc::clone(&self.poller.gate),
            pace: Arc::new(Pace::new(&limits, clock)),
            asks: false,
            lease: LEASE,
            counters: Arc::clone(&self.poller.counters),
        };
        Pump::new(parts, team, "calls".to_owned())
    }

    /// Takes this many messages, as a poller does.
    async fn take(&self, messages: u64) {
        let until = self.poller.counters.acked.get() + messages;
        for _ in 0..messages {
            if self.poller.counters.acked.get() >= until {
                return;
            }
            self.poller.step().await.unwrap();
        }
        assert_eq!(self.poller.counters.acked.get(), until);
    }

    /// Shows everything that waits to be shown.
    async fn show(&mut self, clock: &ManualClock) {
        let mut pumps = std::mem::take(&mut self.pumps);
        for pump in &mut pumps {
            for _ in 0..10_000 {
                match pump.step().await.unwrap() {
                    Next::Now => {}
                    Next::At(time) => {
                        let wait = time.duration_since(self.poller.clock.now());
                        if wait.as_millis() > 500 {
                            break;
                        }
                        clock.advance_to(time);
                    }
                    Next::WhenRung => panic!("others write to this store as well"),
                }
            }
        }
        self.pumps = pumps;
    }

    /// The emulator counts no units of a batch: a consistent read of a small item is one.
    fn batch_units(&self) -> u64 {
        let keys = |body: &Value| -> usize {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(_, wanted)| wanted["Keys"].as_array().map_or(0, Vec::len)).sum()
        };
        self.wire.asked("BatchGetItem").iter().map(keys).sum::<usize>() as u64
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "units of consistent reads and of writes are small whole numbers"
    )]
    fn spent(&self) -> Spent {
        let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
        let (read, written) = self.store.units().read_and_write();
        Spent {
            calls: self.aws.calls().into_iter().map(|(name, n)| (short(&name), n)).collect(),
            read: read as u64 + self.batch_units(),
            written: written as u64,
        }
    }
}

impl Spent {
    /// What was spent since then.
    fn since(&self, then: &Self) -> Self {
        let fresh = |(name, count): (&String, &u64)| {
            let count = count - then.calls.get(name).copied().unwrap_or(0);
            (count > 0).then(|| (name.clone(), count))
        };
        Self {
            calls: self.calls.iter().filter_map(fresh).collect(),
            read: self.read - then.read,
            written: self.written - then.written,
        }
    }

    fn of(&self, name: &str) -> u64 {
        self.calls.get(name).copied().unwrap_or(0)
    }
}

#[tokio::test]
async fn a_thousand_findings_and_thirty_cards_have_their_price() {
    let Some(emulator) = Emulator::find() else { return };
    let queue = emulator.queue(&unique("calls"));
    // A clock that only we move: the owner map is read once, however slow the machine.
    let clock = Arc::new(ManualClock::at("2036-11-02T01:00:00Z"));
    let mut counted = Counted::new(&emulator, &queue, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let (ends, begins) = (CHANGED / 2, CHANGED / 2);
    // Everything is known: 135 problems stand and are shown, 865 checks pass.
    let known: Vec<String> =
        (0..FINDINGS).map(|n| statement(n, n, n < OPEN + ends).to_string()).collect();
    emulator.send_all(&queue, &known);
    counted.take(FINDINGS).await;
    counted.show(&clock).await;
    // A refresh 18 hours later, as Security Hub sends them. 15 problems are over, and 15 checks
    // fail that passed; everything else is as it was.
    let refresh: Vec<String> = (0..FINDINGS)
        .map(|n| statement(n, 18 * 3600 + n, n < OPEN || n >= FINDINGS - begins).to_string())
        .collect();
    emulator.send_all(&queue, &refresh);
    let before = counted.spent();
    counted.take(FINDINGS).await;
    let taken = counted.spent();
    let intake = taken.since(&before);
    println!(
        "{FINDINGS} findings, {} % unchanged ({OPEN} of them open problems): {intake:?}",
        (FINDINGS - CHANGED) * 100 / FINDINGS
    );
    // Exact: ten findings a call, and one answer for the ten.
    assert_eq!((intake.of("ReceiveMessage"), intake.of("DeleteMessageBatch")), (100, 100));
    // One consistent read of ten states a batch.
    assert_eq!(intake.of("BatchGetItem"), 100);
    // An open problem's time moves on; what passed and passes is not written.
    assert_eq!(intake.of("PutItem"), OPEN);
    // What changed: its alert is read, and written in one transaction.
    assert_eq!((intake.of("GetItem"), intake.of("TransactWriteItems")), (CHANGED, CHANGED));
    assert_eq!(intake.calls.values().sum::<u64>(), 300 + OPEN + 2 * CHANGED, "and nothing else");
    // One read unit a finding, and one for the alert of each that changed.
    assert_eq!(intake.read, FINDINGS + CHANGED);
    counted.show(&clock).await;
    let shown = counted.spent().since(&taken);
    println!("{begins} cards posted, {ends} updated: {shown:?}");
    assert_eq!(counted.poller.counters.posted.get(), OPEN + ends + begins);
    assert_eq!(counted.poller.counters.updated.get(), ends);
    // Begun and settled, each in a transaction of its own.
    assert_eq!(shown.of("TransactWriteItems"), 2 * CHANGED);
    assert_eq!(counted.store.summary().await.unwrap().held, 0);
}
