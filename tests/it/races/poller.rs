//! The queue loop beside a failing store, a slow one, and the end of its process.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    adapters::sqlite::SqliteInbox,
    flow::{Poller, Stop, Turn},
    ports::{Inbox, PortResult, Receipt, Received},
};
use tokio::sync::Notify;

use super::rig::{Replica, Rig, body};
use crate::sim::executor::finish;

/// What the poller asked of its inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Receive,
    Ack(usize),
    Release(usize, Duration),
    Hold(usize),
}

/// An inbox that remembers, and that can wait for long as SQS does.
struct Watched {
    inner: Arc<SqliteInbox>,
    asked: Mutex<Vec<Asked>>,
    waits: AtomicBool,
    comes: Notify,
}

impl Watched {
    fn new(rig: &Rig) -> Arc<Self> {
        let inner = Arc::clone(&rig.inbox);
        Arc::new(Self {
            inner,
            asked: Mutex::default(),
            waits: AtomicBool::new(false),
            comes: Notify::new(),
        })
    }

    fn count(&self, wanted: &Asked) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == wanted).count()
    }

    fn note(&self, asked: Asked) {
        self.asked.lock().unwrap().push(asked);
    }
}

#[async_trait]
impl Inbox for Watched {
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>> {
        self.note(Asked::Receive);
        if self.waits.load(Ordering::SeqCst) {
            self.comes.notified().await;
        }
        self.inner.receive(max).await
    }

    async fn ack(&self, messages: Vec<Received>) -> PortResult<()> {
        self.note(Asked::Ack(messages.len()));
        self.inner.ack(messages).await
    }

    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()> {
        self.note(Asked::Release(messages.len(), after));
        self.inner.release(messages, after).await
    }

    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()> {
        self.note(Asked::Hold(receipts.len()));
        self.inner.hold(receipts).await
    }

    fn visibility(&self) -> Duration {
        self.inner.visibility()
    }

    async fn next_visible(&self) -> PortResult<Option<Timestamp>> {
        self.inner.next_visible().await
    }

    async fn ready(&self) -> PortResult<()> {
        self.inner.ready().await
    }
}

/// The replica's poller on the watched inbox.
fn poller(replica: Replica, inbox: &Arc<Watched>, stop: &Arc<Stop>) -> Poller {
    let inbox = Arc::clone(inbox) as Arc<dyn Inbox>;
    Poller { inbox, stop: Arc::clone(stop), ..replica.poller }
}

/// Polls a future often enough for everything that can go on now to have gone on.
macro_rules! run {
    ($future:expr) => {{
        let mut over = false;
        for _ in 0..2_000 {
            if !over {
                over = futures::poll!($future.as_mut()).is_ready();
            }
        }
        over
    }};
}

#[tokio::test]
async fn what_the_store_refuses_stays_in_hand() {
    let rig = Rig::new();
    let inbox = Watched::new(&rig);
    let poller = poller(rig.replica(), &inbox, &Arc::default());
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.store_fails(true);
    let mut step = Box::pin(poller.step());
    for _ in 0..30 {
        assert!(!run!(step));
        assert!(poller.health.failing());
        assert_eq!(finish(rig.inbox.receive(10)).unwrap().len(), 0, "it is held on to all along");
        rig.pass(20);
    }
    assert_eq!(inbox.count(&Asked::Receive), 1, "a good message must not wear out");
    rig.store_fails(false);
    rig.pass(61);
    assert!(run!(step));
    assert_eq!(inbox.count(&Asked::Ack(1)), 1);
    assert!(!poller.health.failing());
    assert_eq!(rig.alert().version, 1);
}

#[tokio::test]
async fn what_the_store_refuses_for_an_hour_goes_back() {
    let rig = Rig::new();
    let inbox = Watched::new(&rig);
    let poller = poller(rig.replica(), &inbox, &Arc::default());
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.store_fails(true);
    let mut step = Box::pin(poller.step());
    let mut seconds = 0;
    while !run!(step) {
        seconds += 20;
        assert!(seconds < 4_000, "it holds on for ever");
        rig.pass(20);
    }
    assert!(seconds >= 3_600, "{seconds}");
    assert_eq!(inbox.count(&Asked::Release(1, Duration::from_mins(1))), 1);
    assert!(!poller.health.failing());
}

#[tokio::test]
async fn messages_in_work_are_held_on_to() {
    let rig = Rig::new();
    let inbox = Watched::new(&rig);
    let poller = poller(rig.replica(), &inbox, &Arc::default());
    for second in 1..4 {
        finish(rig.inbox.send(body(second, "FAILED", "HIGH"))).unwrap();
    }
    // The store answers, in its own time.
    rig.dice.stall(true);
    let mut step = Box::pin(poller.step());
    assert!(!run!(step));
    for holds in 1..10 {
        rig.pass(20);
        assert!(!run!(step));
        assert_eq!(inbox.count(&Asked::Hold(3)), holds, "every third of the visibility timeout");
    }
    let other = finish(rig.inbox.receive(10)).unwrap();
    assert_eq!(other.len(), 0, "nobody else gets them meanwhile");
    rig.dice.stall(false);
    assert!(run!(step));
    assert_eq!(inbox.count(&Asked::Ack(3)), 1);
    rig.pass(120);
    let holds = inbox.count(&Asked::Hold(3));
    assert_eq!(holds, 9, "what is done is let go");
}

#[tokio::test]
async fn what_comes_while_the_process_ends_goes_back_at_once() {
    let rig = Rig::new();
    let (inbox, stop) = (Watched::new(&rig), Arc::new(Stop::default()));
    let poller = poller(rig.replica(), &inbox, &stop);
    inbox.waits.store(true, Ordering::SeqCst);
    let mut running = Box::pin(poller.run());
    assert!(!run!(running));
    stop.ask();
    assert!(!run!(running), "a receipt under way may bring something");
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    inbox.comes.notify_one();
    assert!(run!(running), "it ends");
    assert_eq!(inbox.count(&Asked::Release(1, Duration::ZERO)), 1);
    assert_eq!(finish(rig.inbox.receive(10)).unwrap().len(), 1, "another may take it now");
}

#[tokio::test]
async fn a_poller_that_waits_for_nothing_ends_soon() {
    let rig = Rig::new();
    let (inbox, stop) = (Watched::new(&rig), Arc::new(Stop::default()));
    let poller = poller(rig.replica(), &inbox, &stop);
    inbox.waits.store(true, Ordering::SeqCst);
    let mut running = Box::pin(poller.run());
    assert!(!run!(running));
    stop.ask();
    assert!(!run!(running));
    rig.pass(1);
    assert!(run!(running));
}

#[tokio::test]
async fn a_batch_that_is_stuck_goes_back_when_the_process_ends() {
    let rig = Rig::new();
    let (inbox, stop) = (Watched::new(&rig), Arc::new(Stop::default()));
    let poller = poller(rig.replica(), &inbox, &stop);
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.dice.stall(true);
    let mut work = Box::pin(poller.step());
    assert!(!run!(work));
    stop.ask();
    assert!(!run!(work), "it may still come to its end");
    rig.pass(4);
    assert!(!run!(work));
    rig.pass(1);
    assert!(run!(work));
    assert_eq!(inbox.count(&Asked::Release(1, Duration::ZERO)), 1);
    assert_eq!(inbox.count(&Asked::Ack(1)), 0);
    rig.dice.stall(false);
    let another = rig.replica();
    assert_eq!(another.poll().unwrap(), 1, "another takes it at once");
    assert_eq!(rig.alert().version, 1);
}

#[tokio::test]
async fn a_batch_that_comes_to_its_end_in_time_is_acknowledged() {
    let rig = Rig::new();
    let (inbox, stop) = (Watched::new(&rig), Arc::new(Stop::default()));
    let poller = poller(rig.replica(), &inbox, &stop);
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.dice.stall(true);
    let mut running = Box::pin(poller.run());
    assert!(!run!(running));
    stop.ask();
    assert!(!run!(running));
    rig.pass(3);
    rig.dice.stall(false);
    assert!(run!(running), "and the loop ends with it");
    assert_eq!((inbox.count(&Asked::Ack(1)), inbox.count(&Asked::Receive)), (1, 1));
    assert_eq!(rig.alert().version, 1);
}

#[tokio::test]
async fn all_pollers_of_a_process_know_that_the_store_fails() {
    let rig = Rig::new();
    let (first, second) = (Watched::new(&rig), Watched::new(&rig));
    let stop = Arc::new(Stop::default());
    let one = poller(rig.replica(), &first, &stop);
    let health = Arc::clone(&one.health);
    let two = Poller { health: Arc::clone(&health), ..poller(rig.replica(), &second, &stop) };
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.store_fails(true);
    let mut stuck = Box::pin(one.step());
    assert!(!run!(stuck) && health.failing());
    finish(rig.inbox.send(body(2, "PASSED", "HIGH"))).unwrap();
    let mut running = Box::pin(two.run());
    for _ in 0..12 {
        assert!(!run!(running) && !run!(stuck));
        rig.pass(5);
    }
    assert_eq!(second.count(&Asked::Receive), 0, "what one has met keeps the other from it");
    rig.store_fails(false);
    rig.pass(61);
    assert!(run!(stuck) && !health.failing());
    assert!(!run!(running));
    assert_eq!(second.count(&Asked::Ack(1)), 1, "it goes on by itself");
    // And a loop that waits for the store ends when asked, its batch put back.
    rig.store_fails(true);
    finish(rig.inbox.send(body(3, "FAILED", "HIGH"))).unwrap();
    two.bell.ring();
    assert!(!run!(running) && health.failing());
    stop.ask();
    assert!(run!(running) && !health.failing());
    assert_eq!(second.count(&Asked::Release(1, Duration::ZERO)), 1);
}

/// Pollers of one process on an earlier and a later queue.
fn two_queues(rig: &Rig, inboxes: [&Arc<Watched>; 2], stop: &Arc<Stop>) -> [Poller; 2] {
    let turn = Arc::new(Turn::new(2));
    let fast = Poller { turn: Arc::clone(&turn), ..poller(rig.replica(), inboxes[0], stop) };
    let slow = Poller { turn, queue: 1, ..poller(rig.replica(), inboxes[1], stop) };
    [fast, slow]
}

#[tokio::test]
async fn a_later_queue_receives_nothing_while_an_earlier_one_works() {
    let rig = Rig::new();
    let (first, second) = (Watched::new(&rig), Watched::new(&rig));
    let [fast, slow] = two_queues(&rig, [&first, &second], &Arc::default());
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.dice.stall(true);
    let (mut working, mut waiting) = (Box::pin(fast.step()), Box::pin(slow.step()));
    assert!(!run!(working) && !run!(waiting));
    rig.pass(9);
    assert!(!run!(working) && !run!(waiting));
    assert_eq!(second.count(&Asked::Receive), 0);
    rig.pass(1);
    assert!(run!(waiting), "it does not starve");
    assert_eq!(second.count(&Asked::Receive), 1);
    drop((working, waiting));
    // The wait for messages is no work.
    rig.dice.stall(false);
    first.waits.store(true, Ordering::SeqCst);
    let mut receiving = Box::pin(fast.step());
    assert!(!run!(receiving));
    assert_eq!(finish(slow.step()).unwrap(), 0);
    assert_eq!(second.count(&Asked::Receive), 2);
}

#[tokio::test]
async fn who_is_asked_to_end_while_it_waits_for_its_turn_receives_nothing() {
    let rig = Rig::new();
    let (first, second) = (Watched::new(&rig), Watched::new(&rig));
    let stop = Arc::new(Stop::default());
    let [fast, slow] = two_queues(&rig, [&first, &second], &stop);
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    rig.dice.stall(true);
    let (mut working, mut waiting) = (Box::pin(fast.run()), Box::pin(slow.run()));
    assert!(!run!(working) && !run!(waiting));
    stop.ask();
    rig.dice.stall(false);
    assert!(run!(working) && run!(waiting));
    assert_eq!(first.count(&Asked::Ack(1)), 1);
    assert_eq!(second.count(&Asked::Receive), 0, "a long poll that is left may swallow messages");
}
