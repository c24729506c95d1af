//! Looking at a problem, and at why it is told or not.

use std::collections::BTreeMap;

use super::{Desk, Outcome, answer::Look, said};
use crate::{
    decide::{self, Right},
    domain::{AccountId, Act, AlertId, Ask, Facts, Lane, Severity, Source, Surface, Told},
    ports::PortResult,
    render::{self, Page, Reader, WhyNot},
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
        let name = |lane: &Lane| owners.map.called(lane);
        let page = match look {
            Look::Card => render::show(words, reader, &alert),
            Look::Why => render::why(words, reader, &alert, counts, &name),
            Look::WhyNot if alert.told == Told::Yes && alert.is_open() => {
                render::why(words, reader, &alert, counts, &name)
            }
            Look::WhyNot => {
                render::why_not(words, reader, WhyNot::Alert(&alert), &owners.map, counts)
            }
        };
        self.present(ask, reader, page).await
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
        let facts = Facts {
            severity: Severity::High,
            account,
            region: "",
            control: "",
            resource: "",
            resource_kind: "",
            source: Source::SecurityHub,
            product: "",
            title: "",
            sample: false,
            tags: &tags,
        };
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
