//! Sample events: a first minute that shows each kind of card, and more at a button's press.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    adapters::clock::OffsetClock,
    flow::{Bell, Rest},
    ports::Clock as _,
};

const FILE: &str = include_str!("samples.jsonl");

/// A line of the file. `@now`, `@id` and `@n` in the body are filled in when it is fed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Seconds after the start.
    #[serde(default)]
    after_seconds: u64,
    /// Fed at a button's press instead.
    #[serde(default)]
    more: bool,
    body: serde_json::Value,
}

/// The samples and how far they were played.
pub(super) struct Samples {
    intro: Vec<Line>,
    more: Vec<Line>,
    pressed: AtomicU64,
    fed: AtomicU64,
    playing: AtomicBool,
    bell: Bell,
}

impl Samples {
    pub(super) fn embedded() -> Result<Self, String> {
        let lines: Result<Vec<Line>, _> =
            FILE.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
        let lines = lines.map_err(|error| format!("sample events: {error}"))?;
        let (more, intro) = lines.into_iter().partition(|line| line.more);
        Ok(Self {
            intro,
            more,
            pressed: AtomicU64::new(0),
            fed: AtomicU64::new(0),
            playing: AtomicBool::new(false),
            bell: Bell::default(),
        })
    }

    /// Waits until an event of the first minute is due; `None` after the last.
    pub(super) async fn when_due(
        &self,
        clock: &OffsetClock,
        start: Timestamp,
        position: usize,
    ) -> Option<Vec<u8>> {
        let Some(line) = self.intro.get(position) else {
            self.playing.store(false, Ordering::SeqCst);
            return None;
        };
        self.playing.store(true, Ordering::SeqCst);
        let due = start.checked_add(Duration::from_secs(line.after_seconds)).unwrap_or(start);
        while clock.now() < due {
            self.bell.wait(clock, Some(due)).await;
        }
        Some(self.fill(line, clock.now(), 0))
    }

    /// The next event for the button. Every round of them is about new resources.
    pub(super) fn more(&self, now: Timestamp) -> Result<Vec<u8>, String> {
        let pressed = self.pressed.fetch_add(1, Ordering::SeqCst);
        let count = u64::try_from(self.more.len()).unwrap_or(0);
        let at = pressed.checked_rem(count).and_then(|at| usize::try_from(at).ok());
        let line = at.and_then(|at| self.more.get(at)).ok_or("there are no sample events")?;
        Ok(self.fill(line, now, pressed / count.max(1) + 1))
    }

    /// Whether the player rests, and until when.
    pub(super) fn resting(&self, now: Timestamp) -> Rest {
        if self.playing.load(Ordering::SeqCst) { self.bell.resting(now) } else { Rest::UntilRung }
    }

    fn fill(&self, line: &Line, now: Timestamp, round: u64) -> Vec<u8> {
        let fed = self.fed.fetch_add(1, Ordering::SeqCst);
        let id = format!("5a4d0000-0000-4000-8000-{:08x}{fed:04x}", now.as_second());
        line.body
            .to_string()
            .replace("@now", &now.to_string())
            .replace("@id", &id)
            .replace("@n", &round.to_string())
            .into_bytes()
    }
}
