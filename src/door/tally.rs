//! What came through the people's door and what was refused there, for the numbers; and a log
//! that strangers can't fill.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use crate::domain::Act;

/// Why something was refused, as the numbers name it.
const WHYS: [&str; 10] = [
    "busy", "early", "foreign", "forged", "full", "large", "replayed", "stale", "strange",
    "unsigned",
];
/// What people did, as the numbers name it.
const KINDS: [&str; 4] = ["command", "home", "press", "submit"];
/// Between two lines of the log about refusals of one kind and app.
const QUIET: SignedDuration = SignedDuration::from_secs(60);

/// When the last line was written about a kind and an app, and how many there were since.
type Told = BTreeMap<(&'static str, String), (Timestamp, u64)>;

/// Counts since the start.
#[derive(Debug)]
pub struct Tally {
    refused: Mutex<BTreeMap<&'static str, u64>>,
    asks: Mutex<BTreeMap<&'static str, u64>>,
    told: Mutex<Told>,
}

impl Default for Tally {
    fn default() -> Self {
        // Every name stands there from the start: a number that appears is no number that rose.
        let none = |names: &[&'static str]| names.iter().map(|name| (*name, 0)).collect();
        let (refused, asks) = (Mutex::new(none(&WHYS)), Mutex::new(none(&KINDS)));
        Self { refused, asks, told: Mutex::default() }
    }
}

impl Tally {
    /// Requests refused, by why.
    pub(super) fn refused(&self) -> BTreeMap<&'static str, u64> {
        held(&self.refused).clone()
    }

    /// Acts taken, by kind.
    pub(super) fn asks(&self) -> BTreeMap<&'static str, u64> {
        held(&self.asks).clone()
    }

    pub(super) fn ask(&self, act: &Act) {
        *held(&self.asks).entry(kind(act)).or_default() += 1;
    }

    pub(super) fn refuse(&self, why: &'static str) {
        *held(&self.refused).entry(why).or_default() += 1;
    }

    /// Counts a refusal; says how many there were since the last line about such, if it is time
    /// for a line again. `app` is empty where it is not known, and never what a stranger chose.
    pub(super) fn refuse_at(&self, why: &'static str, app: &str, now: Timestamp) -> Option<u64> {
        self.refuse(why);
        let mut told = held(&self.told);
        let (at, since) = told.entry((why, app.to_owned())).or_insert((Timestamp::MIN, 0));
        *since += 1;
        if now.duration_since(*at).abs() < QUIET {
            return None;
        }
        *at = now;
        Some(std::mem::take(since))
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One word for what was done.
pub(super) const fn kind(act: &Act) -> &'static str {
    match act {
        Act::Command(_) => "command",
        Act::Press { .. } => "press",
        Act::Submit { .. } => "submit",
        Act::Home => "home",
    }
}

#[test]
fn a_flood_makes_one_line_a_minute() {
    let tally = Tally::default();
    let at = |second| Timestamp::from_second(second).unwrap();
    assert_eq!(tally.refuse_at("forged", "", at(0)), Some(1));
    assert_eq!(tally.refuse_at("stale", "", at(0)), Some(1), "each kind by itself");
    assert_eq!(tally.refuse_at("forged", "T1", at(0)), Some(1), "and each app");
    for second in 1..60 {
        assert_eq!(tally.refuse_at("forged", "", at(second)), None);
    }
    assert_eq!(tally.refuse_at("forged", "", at(60)), Some(60));
    assert_eq!((tally.refused()["forged"], tally.refused()["full"]), (62, 0));
}
