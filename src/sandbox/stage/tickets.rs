//! Tickets with an end: trigger ids, response addresses, Socket Mode addresses. All run on the
//! sandbox clock.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::Person;
use crate::sandbox::message::Ts;
use crate::sandbox::reply::Refusal;

/// How long a trigger id opens a modal.
const TRIGGER_LIFE: Duration = Duration::from_secs(3);
/// How long, and how often, a response address answers.
const RESPONSE_LIFE: Duration = Duration::from_mins(30);
const RESPONSE_USES: u32 = 5;
/// Older tickets say no in the same way, so they need not be kept.
const KEPT: Duration = Duration::from_hours(1);

/// The right to open one modal before a person.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Trigger {
    pub(in crate::sandbox) team: String,
    pub(in crate::sandbox) person: Person,
    pub(in crate::sandbox) at: SystemTime,
    /// Whether it came from within a modal, so that one may be pushed over it.
    pub(in crate::sandbox) in_modal: bool,
    used: bool,
}

/// Where the action came from that a response address answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Source {
    /// A slash command: there is nothing to replace.
    Command,
    /// A message everybody sees.
    Message(Ts),
    /// A message for one person.
    Whisper(Ts),
}

/// The right to answer an action with messages.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct ResponseUrl {
    pub(in crate::sandbox) team: String,
    pub(in crate::sandbox) channel: String,
    pub(in crate::sandbox) person: Person,
    pub(in crate::sandbox) source: Source,
    pub(in crate::sandbox) at: SystemTime,
    uses: u32,
}

/// All tickets given out.
#[derive(Default)]
pub(in crate::sandbox) struct Tickets {
    triggers: HashMap<String, Trigger>,
    urls: HashMap<String, ResponseUrl>,
    links: HashMap<String, String>,
}

fn is_past(at: SystemTime, life: Duration, now: SystemTime) -> bool {
    now.duration_since(at).is_ok_and(|age| age > life)
}

impl Trigger {
    pub(in crate::sandbox) fn new(
        team: &str,
        person: &Person,
        at: SystemTime,
        in_modal: bool,
    ) -> Self {
        Self { team: team.to_owned(), person: person.clone(), at, in_modal, used: false }
    }
}

impl ResponseUrl {
    pub(in crate::sandbox) fn new(
        team: &str,
        channel: &str,
        person: &Person,
        source: Source,
        at: SystemTime,
    ) -> Self {
        let (team, channel) = (team.to_owned(), channel.to_owned());
        Self { team, channel, person: person.clone(), source, at, uses: 0 }
    }
}

impl Tickets {
    pub(in crate::sandbox) fn give_trigger(&mut self, id: String, trigger: Trigger) {
        let now = trigger.at;
        self.triggers.retain(|_, old| !is_past(old.at, KEPT, now));
        self.triggers.insert(id, trigger);
    }

    /// The trigger, if it still opens a modal of this team's bot.
    pub(in crate::sandbox) fn trigger(
        &self,
        id: &str,
        team: &str,
        now: SystemTime,
    ) -> Result<&Trigger, Refusal> {
        let known = self.triggers.get(id).filter(|trigger| trigger.team == team);
        let trigger = known.ok_or_else(|| Refusal::new("invalid_trigger_id"))?;
        if trigger.used {
            return Err(Refusal::new("exchanged_trigger_id"));
        }
        if is_past(trigger.at, TRIGGER_LIFE, now) {
            return Err(Refusal::new("expired_trigger_id"));
        }
        Ok(trigger)
    }

    pub(super) fn use_trigger(&mut self, id: &str) {
        if let Some(trigger) = self.triggers.get_mut(id) {
            trigger.used = true;
        }
    }

    pub(in crate::sandbox) fn give_url(&mut self, id: String, url: ResponseUrl) {
        let now = url.at;
        self.urls.retain(|_, old| !is_past(old.at, KEPT, now));
        self.urls.insert(id, url);
    }

    /// Uses a response address once; none if it is unknown, too old or used up.
    pub(in crate::sandbox) fn use_url(&mut self, id: &str, now: SystemTime) -> Option<ResponseUrl> {
        let url = self.urls.get_mut(id)?;
        if is_past(url.at, RESPONSE_LIFE, now) || url.uses >= RESPONSE_USES {
            return None;
        }
        url.uses += 1;
        Some(url.clone())
    }

    pub(super) fn link(&mut self, ticket: String, app_token: String) {
        self.links.insert(ticket, app_token);
    }

    /// The app token behind a Socket Mode address, which is used up by it.
    pub(in crate::sandbox) fn take_link(&mut self, ticket: &str) -> Option<String> {
        self.links.remove(ticket)
    }
}
