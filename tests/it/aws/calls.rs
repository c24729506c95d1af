//! What a thousand findings cost, counted at the wire: every call to AWS, every unit of the table.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use monban::{
    adapters::{aws::Aws, clock::OffsetClock, dynamo::DynamoStore, sqs::SqsInbox},
    domain::{AuditEntry, InputId},
    flow::{Bell, Counters, Gate, Poller, Turn},
    owners,
    ports::{Clock, Store},
};

use super::emulator::{Emulator, unique};
use crate::crash::statement;

/// Findings of the measured stream.
const FINDINGS: u64 = 1000;
/// Of them new problems or the ends of known ones: the rest repeats what is known.
const CHANGED: u64 = 30;
/// Of the unchanged ones those that are open problems, repeated with a newer time.
const OPEN: u64 = 120;

struct Counted {
    poller: Poller,
    store: Arc<DynamoStore>,
    aws: Aws,
}

impl Counted {
    async fn new(emulator: &Emulator, queue: &str) -> Self {
        let aws = Aws::load(emulator.settings()).await;
        let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
        let store = Arc::new(DynamoStore::new(&aws, unique("calls"), Arc::clone(&clock)));
        store.create_table().await.unwrap();
        let text = include_str!("../../../deploy/sample/owners.yaml");
        let audit = AuditEntry {
            aggregate: "owners".to_owned(),
            version: 1,
            at: clock.now(),
            actor: "test".to_owned(),
            action: "import".to_owned(),
            reason: String::new(),
            input: InputId::new("owners/1"),
            previous: None,
        };
        store.put_owners(text, &owners::parse(text).unwrap(), 0, &audit).await.unwrap();
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
        Self { poller, store, aws }
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

    fn calls(&self) -> BTreeMap<String, u64> {
        let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
        self.aws.calls().into_iter().map(|(name, count)| (short(&name), count)).collect()
    }
}

/// Statements about many problems: the first `open` of them fail, the others pass.
fn scan(serial: u64, open: u64) -> Vec<String> {
    (0..FINDINGS)
        .map(|problem| statement(problem, serial + problem, problem < open).to_string())
        .collect()
}

#[tokio::test]
async fn a_thousand_findings_have_their_price() {
    let Some(emulator) = Emulator::find() else { return };
    let queue = emulator.queue(&unique("calls"));
    let counted = Counted::new(&emulator, &queue).await;
    // Everything is known: 135 problems stand, 865 checks pass.
    emulator.send_all(&queue, &scan(0, OPEN + CHANGED / 2));
    counted.take(FINDINGS).await;
    // A refresh 18 hours later, as Security Hub sends them. 15 problems are over, and 15 checks
    // fail that passed; everything else is as it was.
    let over = OPEN..OPEN + CHANGED / 2;
    let fresh = FINDINGS - CHANGED / 2..FINDINGS;
    let refresh: Vec<String> = (0..FINDINGS)
        .map(|problem| {
            let known = problem < OPEN + CHANGED / 2;
            let fails = (known && !over.contains(&problem)) || fresh.contains(&problem);
            statement(problem, 18 * 3600 + problem, fails).to_string()
        })
        .collect();
    emulator.send_all(&queue, &refresh);
    let (calls, units) = (counted.calls(), counted.store.units().read_and_write());
    counted.take(FINDINGS).await;
    let after = counted.calls();
    let spent =
        |name: &str| after.get(name).copied().unwrap_or(0) - calls.get(name).copied().unwrap_or(0);
    let all: BTreeMap<&str, u64> =
        after.keys().map(|name| (name.as_str(), spent(name))).filter(|(_, n)| *n > 0).collect();
    let (read, write) = counted.store.units().read_and_write();
    let (read, write) = (read - units.0, write - units.1);
    println!(
        "{FINDINGS} findings, {} % unchanged ({OPEN} of them open problems): {all:?}, \
         {read} read units, {write} write units",
        (FINDINGS - CHANGED) * 100 / FINDINGS
    );
    // Exact: ten findings a call, and an answer for the ten.
    assert_eq!((spent("ReceiveMessage"), spent("DeleteMessageBatch")), (100, 100));
    // One consistent read of ten states a batch.
    assert_eq!(spent("BatchGetItem"), 100);
    // An open problem's time moves on; what passes and passed is not written.
    assert_eq!(spent("PutItem"), OPEN);
    // What changed: its alert is read, and written in one transaction.
    assert_eq!((spent("GetItem"), spent("TransactWriteItems")), (CHANGED, CHANGED));
    assert_eq!(all.values().sum::<u64>(), 200 + 100 + OPEN + 2 * CHANGED, "and nothing else");
}
