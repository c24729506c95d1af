//! What is answered to each wish.

use super::{Desk, Outcome, said};
use crate::{
    decide::{self, AssignOwner, Input, Map, Preference, Right, Subject, Wish},
    domain::{
        Act, Alert, AlertId, Ask, COMMAND, OwnerMap, Person, Placement, Refusal, Surface, ViewId,
    },
    ports::{Owners, PortResult},
    render::{self, Done, Reader, Status},
};

impl Desk {
    /// Does what is asked for, if the asker may.
    pub(super) async fn grant(
        &self,
        ask: &Ask,
        reader: &Reader,
        wish: Wish,
    ) -> PortResult<Outcome> {
        match wish {
            Wish::Help => {
                let page = render::help(&self.parts.words, reader, COMMAND, decide::verbs());
                Ok(said(reader, page))
            }
            Wish::Status => self.status(ask, reader).await,
            Wish::List { skip } => self.list(ask, reader, skip).await,
            Wish::Show(id) => self.look(ask, reader, &id, Look::Card).await,
            Wish::Why(id) => self.look(ask, reader, &id, Look::Why).await,
            Wish::WhyNot(Subject::Alert(id)) => self.look(ask, reader, &id, Look::WhyNot).await,
            Wish::WhyNot(Subject::Account(account)) => {
                self.why_not_account(ask, reader, &account).await
            }
            Wish::Owner(account) => self.owner(ask, reader, &account).await,
            Wish::Gaps => self.gaps(ask, reader).await,
            Wish::Acknowledge(alert, episode) => {
                let input = Input::Acknowledge { alert, episode, who: ask.who.clone() };
                self.decide(ask, reader, &input, &Done::Acknowledged).await
            }
            Wish::ChooseAssignee(id) => self.choose_assignee(ask, reader, &id).await,
            Wish::Assign(alert, to) => {
                let to = to.person(&ask.who);
                let done = match &to {
                    Some(to) => Done::Assigned(self.name_of(to).await?),
                    None => Done::Unassigned,
                };
                let input = Input::Give { alert, to, who: ask.who.clone() };
                self.decide(ask, reader, &input, &done).await
            }
            Wish::ChooseOwner(account) => self.choose_owner(ask, reader, &account).await,
            Wish::AssignOwner { account, company, environment, name } => {
                let (who, who_name) = (ask.who.clone(), self.name_of(&ask.who).await?);
                let asked = AssignOwner { account, company, environment, name, who, who_name };
                self.assign_owner(ask, reader, asked).await
            }
            Wish::Lang(lang) => self.prefer(ask, Preference::Lang(lang), &Done::Lang(lang)).await,
            Wish::Depth(depth) => {
                self.prefer(ask, Preference::Depth(depth), &Done::Depth(depth)).await
            }
            Wish::Home => self.show_home(ask, reader).await,
        }
    }

    /// Has the gate decide, and says what came of it.
    pub(super) async fn decide(
        &self,
        ask: &Ask,
        reader: &Reader,
        input: &Input,
        done: &Done,
    ) -> PortResult<Outcome> {
        let decided = self.parts.gate.handle(&ask.id, input).await?;
        Ok(match decided.refusal {
            Some(refusal) => self.refused(ask, reader, &refusal),
            None => said(reader, render::done(&self.parts.words, reader, done)),
        })
    }

    /// A wish of one's own. It is answered in the new manner.
    async fn prefer(&self, ask: &Ask, wish: Preference, done: &Done) -> PortResult<Outcome> {
        let input = Input::Prefer { who: ask.who.clone(), wish };
        self.parts.gate.handle(&ask.id, &input).await?;
        let reader = self.reader(ask).await;
        if let Act::Press { on: Surface::Home, .. } = &ask.act {
            // The wish stands, whatever becomes of showing it.
            if let Ok(shown) = self.show_home(ask, &reader).await {
                return Ok(shown);
            }
        }
        Ok(said(&reader, render::done(&self.parts.words, &reader, done)))
    }

    /// The owner map as it is now: rights are those of this moment.
    pub(super) async fn map(&self) -> PortResult<std::sync::Arc<Owners>> {
        self.parts.gate.newest_owners().await
    }

    async fn name_of(&self, who: &Person) -> PortResult<String> {
        let owners = self.map().await?;
        let contact = decide::contact(&owners.map, who);
        Ok(contact.map_or_else(|| who.user.to_string(), |contact| contact.name.clone()))
    }

    /// An alert, if the asker may see it. One that is not there and one that is not the asker's
    /// are told apart only to those who see everything.
    pub(super) async fn visible(
        &self,
        ask: &Ask,
        owners: &Owners,
        id: &AlertId,
    ) -> PortResult<Result<Alert, Refusal>> {
        let now = self.parts.clock.now();
        let Some(alert) = self.parts.store.alert(id).await? else {
            return Ok(Err(decide::absent(&owners.map, &ask.who, now)));
        };
        let map = Map { owners: &owners.map, revision: owners.revision };
        let resolved = decide::resolved(map, &alert);
        let may = decide::may(&owners.map, &resolved, &ask.who, Right::See, now);
        Ok(may.map(|_| alert))
    }

    async fn status(&self, ask: &Ask, reader: &Reader) -> PortResult<Outcome> {
        let owners = self.map().await?;
        if decide::contact(&owners.map, &ask.who).is_none() {
            return Ok(self.refused(ask, reader, &Refusal::Stranger));
        }
        let summary = self.parts.store.summary().await?;
        let companies = owners.map.companies();
        let status = Status {
            held: summary.held,
            held_since: summary.held_oldest,
            open: summary.open_alerts,
            revision: owners.revision,
            companies: companies.len(),
            accounts: companies.iter().map(|one| one.accounts.len()).sum(),
        };
        let now = self.parts.clock.now();
        Ok(said(reader, render::status(&self.parts.words, reader, &status, now)))
    }

    async fn choose_assignee(
        &self,
        ask: &Ask,
        reader: &Reader,
        id: &AlertId,
    ) -> PortResult<Outcome> {
        let Some(view) = self.opened(ask, reader).await? else {
            return Ok(self.refused(ask, reader, &Refusal::Unavailable));
        };
        let filled = self.assignee_form(ask, reader, id, &view).await;
        self.filled(ask, reader, &view, filled).await
    }

    async fn assignee_form(
        &self,
        ask: &Ask,
        reader: &Reader,
        id: &AlertId,
        view: &ViewId,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        let alert = match self.visible(ask, &owners, id).await? {
            Ok(alert) => alert,
            Err(refusal) => return self.refuse_in(ask, reader, view, &refusal).await,
        };
        let map = Map { owners: &owners.map, revision: owners.revision };
        let resolved = decide::resolved(map, &alert);
        if let Err(refusal) = decide::may(&owners.map, &resolved, &ask.who, Right::Care, now) {
            return self.refuse_in(ask, reader, view, &refusal).await;
        }
        if !alert.is_open() {
            return self.refuse_in(ask, reader, view, &Refusal::Resolved).await;
        }
        let people: Vec<(Person, String)> = decide::candidates(now, map, &alert)
            .into_iter()
            .map(|one| (one.who, one.name))
            .collect();
        let account = called(&owners.map, &alert);
        let form = render::assign_form(&self.parts.words, reader, &alert, &account, &people);
        self.parts.people.refill(&ask.team, view, &form).await?;
        Ok(Outcome::Shown)
    }

    /// What became of filling a form: one that could not be filled says so, and does not go on
    /// saying that it is being loaded.
    pub(super) async fn filled(
        &self,
        ask: &Ask,
        reader: &Reader,
        view: &ViewId,
        filled: PortResult<Outcome>,
    ) -> PortResult<Outcome> {
        match filled {
            Ok(outcome) => Ok(outcome),
            Err(error) => {
                tracing::error!(input.id = %ask.id, port.error = %error, "a form was not filled");
                self.refuse_in(ask, reader, view, &Refusal::Unavailable).await
            }
        }
    }

    /// A "no" in the form that stands open.
    pub(super) async fn refuse_in(
        &self,
        ask: &Ask,
        reader: &Reader,
        view: &ViewId,
        refusal: &Refusal,
    ) -> PortResult<Outcome> {
        let page = render::refusal(&self.parts.words, reader, refusal);
        let form = page.form(&self.parts.words, reader.lang);
        self.parts.people.refill(&ask.team, view, &form).await?;
        Ok(Outcome::Shown)
    }
}

/// What is asked of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// As it is.
    Card,
    /// Why it is told.
    Why,
    /// Why it is not.
    WhyNot,
}

/// What an alert's account is called now.
pub(super) fn called(map: &OwnerMap, alert: &Alert) -> String {
    match map.place(&alert.key.account) {
        Placement::Owned(_, account) => account.name.clone(),
        Placement::Unowned => alert.key.account.to_string(),
    }
}
