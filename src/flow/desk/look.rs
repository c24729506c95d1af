//! Looking at a problem, and at why it is told or not.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Desk, Outcome, answer::Look, said};
use crate::{
    decide::{self, Right},
    domain::{
        AccountId, Act, Alert, AlertId, Ask, Card, Facts, Lane, OwnerMap, Severity, Subject,
        Surface, Told,
    },
    ports::{PortResult, Store},
    render::{self, Page, Places, Reader, Standing, WhyNot},
};

/// Open problems of an account that are counted at most.
const COUNTED: usize = 500;

impl Desk {
    /// An alert, as it is or why it is told.
    pub(super) async fn look(
        &self,
        ask: &Ask,
        reader: &Reader,
        id: &AlertId,
        look: Look,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let alert = match self.visible(ask, &owners, id).await? {
            Ok(alert) => alert,
            Err(refusal) => return Ok(self.refused(ask, reader, &refusal)),
        };
        let words = &self.parts.words;
        let facts = decide::facts(&alert);
        let (routed, policy) = (owners.map.route(&facts), owners.map.policy(&facts));
        let counts = (&routed, &policy);
        let places = self.places(&owners.map, &alert).await?;
        let page = match look {
            Look::Card => render::show(words, reader, &alert),
            Look::Why => render::why(words, reader, &alert, counts, &places),
            Look::WhyNot if alert.told == Told::Yes && alert.is_open() => {
                render::why(words, reader, &alert, counts, &places)
            }
            Look::WhyNot => {
                render::why_not(words, reader, WhyNot::Alert(&alert), &owners.map, counts)
            }
        };
        self.present(ask, reader, page).await
    }

    /// Where the alert's card stands, and where it waits to.
    async fn places(&self, map: &OwnerMap, alert: &Alert) -> PortResult<Known> {
        known_places(self.parts.store.as_ref(), map, alert, self.parts.clock.now()).await
    }

    /// Why nothing is told of an account.
    pub(super) async fn why_not_account(
        &self,
        ask: &Ask,
        reader: &Reader,
        account: &AccountId,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        let tags = BTreeMap::new();
        let resolved = owners.map.resolve(account, &tags);
        if let Err(refusal) = decide::may(&owners.map, &resolved, &ask.who, Right::See, now) {
            return Ok(self.refused(ask, reader, &refusal));
        }
        let open = self.parts.store.open_alerts(account, COUNTED).await?;
        let held = open.iter().filter(|one| one.told != Told::Yes).count();
        let facts = Facts::of_account(account, Severity::High, &tags);
        let (routed, policy) = (owners.map.route(&facts), owners.map.policy(&facts));
        let about = WhyNot::Account(account, open.len(), held);
        let page =
            render::why_not(&self.parts.words, reader, about, &owners.map, (&routed, &policy));
        self.present(ask, reader, page).await
    }

    /// Who answers for an account.
    pub(super) async fn owner(
        &self,
        ask: &Ask,
        reader: &Reader,
        account: &AccountId,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        let resolved = owners.map.resolve(account, &BTreeMap::new());
        if let Err(refusal) = decide::may(&owners.map, &resolved, &ask.who, Right::See, now) {
            return Ok(self.refused(ask, reader, &refusal));
        }
        let page = render::owner(&self.parts.words, reader, account, &resolved);
        self.present(ask, reader, page).await
    }

    /// An answer to read: where it was asked from a form or the home, in a form.
    pub(super) async fn present(
        &self,
        ask: &Ask,
        reader: &Reader,
        page: Page,
    ) -> PortResult<Outcome> {
        let in_form = matches!(&ask.act, Act::Press { on: Surface::Form(_) | Surface::Home, .. });
        if !in_form {
            return Ok(said(reader, page));
        }
        match self.opened(ask, reader).await? {
            Some(view) => {
                let form = page.form(&self.parts.words, reader.lang);
                let filled = self.parts.people.refill(&ask.team, &view, &form).await;
                self.filled(ask, reader, &view, filled.map(|()| Outcome::Shown)).await
            }
            None => Ok(said(reader, page)),
        }
    }
}

/// The channels of an alert, as the map calls them and as its cards stand.
pub struct Known(BTreeMap<Lane, (String, Standing)>);

impl Places for Known {
    fn name(&self, lane: &Lane) -> String {
        self.0.get(lane).map_or_else(|| lane.channel.to_string(), |(name, _)| name.clone())
    }

    fn standing(&self, lane: &Lane) -> Standing {
        self.0.get(lane).map_or(Standing::Queued, |(_, standing)| *standing)
    }
}

/// Looks up where an alert's cards stand.
///
/// # Errors
/// The store's.
pub async fn known_places(
    store: &dyn Store,
    map: &OwnerMap,
    alert: &Alert,
    now: Timestamp,
) -> PortResult<Known> {
    let mut known = BTreeMap::new();
    for receiver in &alert.receivers {
        let (lane, subject) = (&receiver.lane, Subject::Alert(alert.id.clone()));
        let standing = if store.delivery(&subject, alert.episode, lane).await?.is_some() {
            Standing::Posted
        } else {
            let card = Card { subject, episode: alert.episode, receiver: receiver.clone() };
            let entry = store.entry(&lane.team, &card.entry_id()).await?;
            let later = entry.filter(|entry| entry.attempts == 0 && entry.due > now);
            later.map_or(Standing::Queued, |entry| Standing::Until(entry.due))
        };
        known.insert(lane.clone(), (map.called(lane), standing));
        if let Some(other) = &receiver.stands_in_for {
            known.entry(other.clone()).or_insert_with(|| (map.called(other), Standing::Queued));
        }
    }
    Ok(Known(known))
}
