//! A scheduler of our own: it polls one actor at a time, chosen by the seed, so that actors
//! interleave at every port call and in no other way.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

/// SplitMix64: small, seeded, the same everywhere.
#[derive(Debug)]
pub struct Rng(u64);

impl Rng {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to `end`, `end` not included.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True in `percent` of cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap();
        &of[at]
    }
}

/// The dice, shared by everything in one world.
#[derive(Debug, Clone)]
pub struct Dice {
    rng: Arc<Mutex<Rng>>,
    stalled: Arc<AtomicBool>,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self { rng: Arc::new(Mutex::new(Rng::new(seed))), stalled: Arc::default() }
    }

    pub fn roll(&self) -> MutexGuard<'_, Rng> {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// While stalled, whoever breathes stays where it is: it can be dropped there.
    pub fn stall(&self, stalled: bool) {
        self.stalled.store(stalled, Ordering::SeqCst);
    }
}

/// Lets others run, now and then.
pub async fn breathe(dice: &Dice) {
    while dice.stalled.load(Ordering::SeqCst) || dice.roll().chance(30) {
        yield_now().await;
    }
}

/// Lets others run once.
pub async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(move |context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Something that runs until it is dropped.
pub type Actor = Pin<Box<dyn Future<Output = ()>>>;

/// Polls an actor once.
pub fn poll(actor: &mut Actor) {
    let mut context = Context::from_waker(Waker::noop());
    let _ = actor.as_mut().poll(&mut context);
}

/// Runs a future that never waits for anything but its own yields.
pub fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("a future never came to an end");
}
