//! A queue loop that is run by hand, on an inbox that is watched.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    adapters::sqlite::SqliteInbox,
    flow::Poller,
    ports::{Inbox, PortResult, Receipt, Received},
};

use super::rig::Rig;
use crate::sim::executor::yield_now;

/// An inbox that notes what it is asked for.
pub struct Watched {
    inner: Arc<SqliteInbox>,
    receives: AtomicUsize,
    acked: AtomicUsize,
    /// How many receipts each call held on to.
    held: Mutex<Vec<usize>>,
    /// How many messages went back, and after which time.
    released: Mutex<Vec<(usize, Duration)>>,
    /// While shut, a receive waits as a long poll does.
    shut: AtomicBool,
}

impl Watched {
    fn over(rig: &Rig) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::clone(&rig.inbox),
            receives: AtomicUsize::default(),
            acked: AtomicUsize::default(),
            held: Mutex::default(),
            released: Mutex::default(),
            shut: AtomicBool::default(),
        })
    }

    pub fn receives(&self) -> usize {
        self.receives.load(Ordering::SeqCst)
    }

    pub fn acked(&self) -> usize {
        self.acked.load(Ordering::SeqCst)
    }

    pub fn held(&self) -> Vec<usize> {
        self.held.lock().unwrap().clone()
    }

    pub fn released(&self) -> Vec<(usize, Duration)> {
        self.released.lock().unwrap().clone()
    }

    pub fn shut(&self, shut: bool) {
        self.shut.store(shut, Ordering::SeqCst);
    }
}

#[async_trait]
impl Inbox for Watched {
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>> {
        self.receives.fetch_add(1, Ordering::SeqCst);
        while self.shut.load(Ordering::SeqCst) {
            yield_now().await;
        }
        self.inner.receive(max).await
    }

    async fn ack(&self, messages: Vec<Received>) -> PortResult<()> {
        self.acked.fetch_add(messages.len(), Ordering::SeqCst);
        self.inner.ack(messages).await
    }

    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()> {
        self.released.lock().unwrap().push((messages.len(), after));
        self.inner.release(messages, after).await
    }

    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()> {
        self.held.lock().unwrap().push(receipts.len());
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

/// A poller's loop, run by hand.
pub struct Loop {
    running: Option<Pin<Box<dyn Future<Output = ()>>>>,
    pub poller: Arc<Poller>,
    pub inbox: Arc<Watched>,
}

impl Loop {
    pub fn new(rig: &Rig) -> Self {
        Self::with(rig, |_| {})
    }

    pub fn with(rig: &Rig, change: impl FnOnce(&mut Poller)) -> Self {
        let inbox = Watched::over(rig);
        let mut poller = rig.replica().poller;
        poller.inbox = Arc::clone(&inbox) as Arc<dyn Inbox>;
        change(&mut poller);
        let poller = Arc::new(poller);
        let same = Arc::clone(&poller);
        let running: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move { same.run().await });
        Self { running: Some(running), poller, inbox }
    }

    /// Lets it do all it can without time passing.
    pub fn go(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..500 {
            let Some(running) = &mut self.running else { return };
            if running.as_mut().poll(&mut context).is_ready() {
                self.running = None;
            }
        }
    }

    /// Time passes, in steps, and it works.
    pub fn pass(&mut self, rig: &Rig, time: Duration) {
        let step = Duration::from_millis(500);
        let mut left = time;
        while !left.is_zero() {
            let by = left.min(step);
            rig.clock.advance(by);
            left -= by;
            self.go();
        }
    }

    /// It is asked to end, and learns of it before any time passes.
    pub fn ask_to_end(&mut self) {
        self.poller.stop.ask();
        self.go();
    }

    pub fn ended(&self) -> bool {
        self.running.is_none()
    }
}
