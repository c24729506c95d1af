//! Where messages stand: by team and channel, in the order of their timestamps.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use super::message::{Message, MessageOp, Thread, Ts};

type Place = (String, String);

/// All messages of all teams, with a version that grows with every change.
#[derive(Default)]
pub(super) struct Shelf {
    channels: BTreeMap<Place, BTreeMap<Ts, Message>>,
    threads: HashMap<Place, HashMap<Ts, Thread>>,
    changed: BTreeMap<Place, u64>,
    last_ts: HashMap<String, Ts>,
    version: u64,
}

impl Shelf {
    /// A timestamp for a new message: now, or just after the team's last one.
    pub(super) fn next_ts(&self, team: &str, now: SystemTime) -> Ts {
        let at = Ts::at(now);
        self.last_ts.get(team).map_or(at, |last| at.max(last.next()))
    }

    pub(super) fn get(&self, team: &str, channel: &str, ts: Ts) -> Option<&Message> {
        self.channels.get(&place(team, channel))?.get(&ts)
    }

    /// A channel's messages, oldest first, thread replies included.
    pub(super) fn channel(&self, team: &str, channel: &str) -> Vec<&Message> {
        self.channels.get(&place(team, channel)).into_iter().flat_map(BTreeMap::values).collect()
    }

    /// Every message there is, oldest first.
    pub(super) fn all(&self) -> Vec<&Message> {
        let mut all: Vec<_> = self.channels.values().flat_map(BTreeMap::values).collect();
        all.sort_by_key(|message| message.ts);
        all
    }

    pub(super) fn thread(&self, message: &Message) -> Thread {
        self.threads
            .get(&place(&message.team, &message.channel))
            .and_then(|threads| threads.get(&message.ts))
            .cloned()
            .unwrap_or_default()
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// Tells those who watch that something stands differently in a channel.
    pub(super) fn touch(&mut self, team: &str, channel: &str) {
        let version = self.bump();
        self.changed.insert(place(team, channel), version);
    }

    /// A version of its own for a change that is no message.
    pub(super) fn bump(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// Keeps a timestamp from being given out again.
    pub(super) fn note_ts(&mut self, team: &str, ts: Ts) {
        let last = self.last_ts.entry(team.to_owned()).or_insert(ts);
        *last = (*last).max(ts);
    }

    /// Channels changed after a version, as (team, channel).
    pub(super) fn changed_since(&self, since: u64) -> impl Iterator<Item = (&str, &str)> {
        self.changed
            .iter()
            .filter(move |(_, version)| **version > since)
            .map(|((team, channel), _)| (team.as_str(), channel.as_str()))
    }

    /// Carries out what a method decided, or what the journal remembers.
    pub(super) fn apply(&mut self, op: &MessageOp) {
        let (team, channel, ts) = match op {
            MessageOp::Put { message } => (&message.team, &message.channel, message.ts),
            MessageOp::Delete { team, channel, ts } => (team, channel, *ts),
        };
        let place = place(team, channel);
        let messages = self.channels.entry(place.clone()).or_default();
        let before = match op {
            MessageOp::Put { message } => messages.insert(ts, (**message).clone()),
            MessageOp::Delete { .. } => messages.remove(&ts),
        };
        let after = messages.get(&ts);
        if before.is_none() || after.is_none() {
            let parent = after.or(before.as_ref()).and_then(|message| message.thread_ts);
            if let Some(parent) = parent {
                let thread = Thread {
                    replies: messages.values().filter(|m| m.thread_ts == Some(parent)).count(),
                    latest: messages
                        .values()
                        .rev()
                        .find(|m| m.thread_ts == Some(parent))
                        .map(|m| m.ts),
                };
                self.threads.entry(place).or_default().insert(parent, thread);
            }
        }
        self.note_ts(team, ts);
        self.touch(team, channel);
    }
}

fn place(team: &str, channel: &str) -> Place {
    (team.to_owned(), channel.to_owned())
}
