//! Who asks, and how that person reads.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::Desk;
use crate::{
    domain::{Ask, Depth, Lang, Person, Settings, Viewer},
    ports::PersonFacts,
    render::Reader,
};

/// How long what the chat service says of a person is kept.
const KEPT: Duration = Duration::from_hours(1);
/// People remembered at most.
const MANY: usize = 5_000;
/// Longest wait for what the chat service knows of a person: an answer in the other language is
/// better than none.
const WAIT: Duration = Duration::from_millis(700);

/// What the chat service said of people, for a while.
#[derive(Default)]
pub(super) struct Faces(Mutex<HashMap<Person, (Timestamp, Option<PersonFacts>)>>);

impl Faces {
    /// What was said a while ago; an error if it must be asked.
    fn get(&self, who: &Person, now: Timestamp) -> Result<Option<PersonFacts>, ()> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, facts) = known.get(who).ok_or(())?;
        let fresh = now.duration_since(*at).unsigned_abs() < KEPT;
        if fresh { Ok(facts.clone()) } else { Err(()) }
    }

    fn keep(&self, who: &Person, now: Timestamp, facts: Option<PersonFacts>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(who.clone(), (now, facts));
    }
}

/// Somebody of whom nothing is known yet.
pub(super) fn stranger() -> Reader {
    Reader { lang: Lang::Ja, depth: Depth::Plain, time_zone: "Asia/Tokyo".to_owned() }
}

impl Desk {
    /// How the asker reads: as that person wishes, as the chat service is set for the person, as
    /// the group reads.
    pub(super) async fn reader(&self, ask: &Ask) -> Reader {
        let viewer = self.viewer(&ask.who).await;
        let owners = self.parts.gate.owners().await.ok();
        let group = owners.as_ref().map(|owners| owners.map.ccoe_receiver());
        let levels = owners.as_ref().and_then(|owners| {
            let levels = owners.map.levels();
            let mut settings = levels.into_iter().map(|(_, one)| one);
            let stands =
                |one: &&Settings| one.contacts.iter().any(|contact| contact.person() == ask.who);
            settings.find(stands).map(|one| (one.depth, one.time_zone.clone()))
        });
        let (depth, zone) = levels.unwrap_or_default();
        let lang = match viewer.lang {
            Some(lang) => Some(lang),
            None => self.face(&ask.who).await.and_then(|facts| spoken(facts.locale.as_deref())),
        };
        let usual = stranger();
        let (group_lang, group_depth, group_zone) = group.map_or_else(
            || (usual.lang, usual.depth, usual.time_zone),
            |one| (one.lang, one.depth, one.time_zone),
        );
        Reader {
            lang: lang.unwrap_or(group_lang),
            depth: viewer.depth.or(depth).unwrap_or(group_depth),
            time_zone: zone.unwrap_or(group_zone),
        }
    }

    /// How the person reads, by what is known without asking anybody: for what can't wait.
    pub(super) fn guess(&self, who: &Person) -> Reader {
        let known = self.faces.get(who, self.parts.clock.now()).ok().flatten();
        let lang = known.and_then(|facts| spoken(facts.locale.as_deref()));
        let usual = stranger();
        Reader { lang: lang.unwrap_or(usual.lang), ..usual }
    }

    /// The person's own wishes; without an answer, none.
    pub(super) async fn viewer(&self, who: &Person) -> Viewer {
        match self.parts.store.viewer(who).await {
            Ok(Some(viewer)) => viewer,
            Ok(None) => Viewer::new(who.clone()),
            Err(error) => {
                tracing::warn!(port.error = %error, "a person's wishes can't be read");
                Viewer::new(who.clone())
            }
        }
    }

    /// What the chat service knows of the person, if it says so in time.
    async fn face(&self, who: &Person) -> Option<PersonFacts> {
        let now = self.parts.clock.now();
        if let Ok(facts) = self.faces.get(who, now) {
            return facts;
        }
        match tokio::time::timeout(WAIT, self.parts.people.look_up(who)).await {
            Ok(Ok(facts)) => {
                self.faces.keep(who, now, facts.clone());
                facts
            }
            Ok(Err(error)) => {
                tracing::debug!(port.error = %error, "a person's language is not known");
                None
            }
            Err(_) => None,
        }
    }
}

/// Japanese for those who read it, English for everybody else.
fn spoken(locale: Option<&str>) -> Option<Lang> {
    let locale = locale?;
    Some(if locale.to_lowercase().starts_with("ja") { Lang::Ja } else { Lang::En })
}
