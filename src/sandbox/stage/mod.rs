//! What stands before people only and is gone after a restart, as at Slack: modals and homes,
//! ephemeral messages, and the tickets that come with what a person does.

mod tickets;
mod view;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub(super) use self::tickets::{ResponseUrl, Source, Tickets, Trigger};
pub(super) use self::view::{Values, View};
use super::message::{Message, Ts};

/// The most modals that lie over each other.
pub(super) const MODALS: usize = 3;
/// Older ephemeral messages go: nobody keeps them anyway.
const WHISPERS: usize = 2000;

/// A person: their own team and their user id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) team: String,
    pub(super) user: String,
}

/// A message that one person sees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ephemeral {
    pub(super) message: Message,
    pub(super) to: String,
}

/// A change to what stands before people.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    /// A new ephemeral message, or another content of an old one.
    Whisper(Box<Ephemeral>),
    /// An ephemeral message is taken away.
    Unwhisper { team: String, channel: String, ts: Ts },
    /// A first modal; the trigger is used up.
    Open { trigger: String, view: Box<View> },
    /// A modal over the others; the trigger is used up.
    Push { trigger: String, view: Box<View> },
    /// A view under the same id looks different.
    Replace { view: Box<View> },
    /// A person's home.
    Publish { view: Box<View> },
    /// A Socket Mode address that opens once.
    Link { ticket: String, app_token: String },
}

/// All that stands before people.
#[derive(Default)]
pub(super) struct Stage {
    pub(super) modals: BTreeMap<Person, Vec<View>>,
    /// By the team whose app it is, and the person.
    pub(super) homes: BTreeMap<(String, Person), View>,
    pub(super) whispers: Vec<Ephemeral>,
    pub(super) tickets: Tickets,
    /// What people left in the menus of messages: by place and person.
    pub(super) picks: HashMap<(String, String, Ts, Person), Values>,
    changed: BTreeMap<Person, u64>,
}

impl Stage {
    pub(super) fn view(&self, id: &str) -> Option<&View> {
        self.views().find(|view| view.id == id)
    }

    pub(super) fn views(&self) -> impl Iterator<Item = &View> {
        self.modals.values().flatten().chain(self.homes.values())
    }

    pub(super) fn view_mut(&mut self, id: &str) -> Option<&mut View> {
        let modals = self.modals.values_mut().flatten();
        modals.chain(self.homes.values_mut()).find(|view| view.id == id)
    }

    pub(super) fn stack(&self, person: &Person) -> &[View] {
        self.modals.get(person).map_or(&[], Vec::as_slice)
    }

    /// Takes the top modal, or all of them, from before a person.
    pub(super) fn close(&mut self, person: &Person, all: bool) -> Vec<View> {
        let Some(stack) = self.modals.get_mut(person) else { return Vec::new() };
        if all { std::mem::take(stack) } else { stack.pop().into_iter().collect() }
    }

    pub(super) fn whisper(&self, team: &str, channel: &str, ts: Ts) -> Option<&Ephemeral> {
        self.whispers.iter().find(|one| is_at(&one.message, team, channel, ts))
    }

    /// Notes that what a person sees is of this version.
    pub(super) fn touch(&mut self, person: Person, version: u64) {
        self.changed.insert(person, version);
    }

    /// People whose views changed after a version.
    pub(super) fn changed_since(&self, since: u64) -> impl Iterator<Item = &Person> {
        self.changed.iter().filter(move |(_, at)| **at > since).map(|(person, _)| person)
    }

    /// Carries out what a method decided; `version` is the one it makes.
    pub(super) fn apply(&mut self, deed: Deed, version: u64) {
        match deed {
            Deed::Whisper(whisper) => {
                let Message { team, channel, ts, .. } = &whisper.message;
                let old = self.whispers.iter().position(|o| is_at(&o.message, team, channel, *ts));
                if let Some(old) = old.and_then(|at| self.whispers.get_mut(at)) {
                    *old = *whisper;
                    return;
                }
                if self.whispers.len() == WHISPERS {
                    self.whispers.remove(0);
                }
                self.whispers.push(*whisper);
            }
            Deed::Unwhisper { team, channel, ts } => {
                self.whispers.retain(|one| !is_at(&one.message, &team, &channel, ts));
            }
            Deed::Open { trigger, view } => {
                self.tickets.use_trigger(&trigger);
                self.touch(view.person.clone(), version);
                self.modals.insert(view.person.clone(), vec![*view]);
            }
            Deed::Push { trigger, view } => {
                self.tickets.use_trigger(&trigger);
                self.touch(view.person.clone(), version);
                self.modals.entry(view.person.clone()).or_default().push(*view);
            }
            Deed::Replace { view } => {
                self.touch(view.person.clone(), version);
                if let Some(old) = self.view_mut(&view.id) {
                    *old = *view;
                }
            }
            Deed::Publish { view } => {
                self.touch(view.person.clone(), version);
                self.homes.insert((view.team.clone(), view.person.clone()), *view);
            }
            Deed::Link { ticket, app_token } => self.tickets.link(ticket, app_token),
        }
    }
}

fn is_at(message: &Message, team: &str, channel: &str, ts: Ts) -> bool {
    message.team == team && message.channel == channel && message.ts == ts
}
