//! Inputs about accounts and the map: what they read, and what follows them.

use jiff::Timestamp;

use super::{Decided, Gate};
use crate::{
    decide::{self, AssignRefused, Decision, Input, Map, Reason},
    domain::{AccountEvent, AccountId, Assigned, InputId, Placement, Stage},
    ports::PortResult,
};

impl Gate {
    /// Looks at what the map says of an account, as its cards and its record should.
    pub async fn look(&self, account: &AccountId, assigned: Option<Assigned>) -> PortResult<()> {
        let owners = self.owners().await?;
        let stage = match owners.map.stage(account, self.clock.now()) {
            Stage::Live => "live",
            Stage::Baseline => "baseline",
        };
        let version = self.store.account(account).await?.map_or(0, |record| record.version);
        let given = if assigned.is_some() { "/given" } else { "" };
        let revision = owners.revision;
        let id = InputId::new(format!("look/{account}/{version}/{revision}/{stage}{given}"));
        let input = Input::Look { account: account.clone(), assigned };
        Box::pin(self.handle(&id, &input)).await.map(|_| ())
    }

    /// What must be known or done before an input is decided on. `Some`: it was answered before.
    pub(super) async fn before(&self, id: &InputId, input: &Input) -> PortResult<Option<Decided>> {
        match input {
            Input::Acknowledge { .. } | Input::Give { .. } => {
                let answered = self.store.answered(id).await?;
                Ok(answered.map(|action| Decided { action, repeated: true, refusal: None }))
            }
            Input::AssignOwner(_) => {
                let answered = self.store.answered(id).await?;
                let decided =
                    answered.map(|action| Decided { action, repeated: true, refusal: None });
                if let Some(decided) = &decided {
                    self.after(input, decided).await?;
                }
                Ok(decided)
            }
            Input::Happened(event) => {
                // A map first, then the record that says so: either may come again.
                let place = Input::Place(event.clone());
                Box::pin(self.handle(&place_id(id), &place)).await?;
                Ok(None)
            }
            Input::Finding(_)
            | Input::Look { .. }
            | Input::Place(_)
            | Input::Health(_)
            | Input::Trouble(_)
            | Input::Undeliverable { .. }
            | Input::Due { .. }
            | Input::Prefer { .. } => Ok(None),
        }
    }

    /// What follows a decision: the account's cards say whose it is.
    pub(super) async fn after(&self, input: &Input, decided: &Decided) -> PortResult<()> {
        let Input::AssignOwner(asked) = input else { return Ok(()) };
        if AssignRefused::of(&decided.action).is_some() {
            return Ok(());
        }
        let record = self.store.account(&asked.account).await?;
        let known = record.and_then(|record| record.assigned);
        if known.as_ref().is_some_and(|one| one.company == asked.company) {
            return self.look(&asked.account, None).await;
        }
        let assigned = Assigned {
            company: asked.company.clone(),
            by: Some(asked.who.clone()),
            name: asked.who_name.clone(),
            at: self.clock.now(),
        };
        self.look(&asked.account, Some(assigned)).await
    }

    pub(super) async fn decide_account(
        &self,
        now: Timestamp,
        map: Map<'_>,
        input: &Input,
        id: &InputId,
    ) -> PortResult<Decision> {
        match input {
            Input::Look { account, assigned } => {
                let record = self.store.account(account).await?;
                let asked = (account, assigned.as_ref());
                Ok(decide::look(now, map, record.as_ref(), asked, id))
            }
            Input::Happened(event) => {
                let record = self.store.account(&event.account).await?;
                let placed = self.placed(now, map, event, id).await?;
                Ok(decide::happened(now, map, record.as_ref(), event, placed, id))
            }
            Input::Place(event) => {
                let record = self.store.account(&event.account).await?;
                let owners = self.newest_owners().await?;
                let map = Map { owners: &owners.map, revision: owners.revision };
                Ok(decide::place(map, record.as_ref(), event))
            }
            Input::AssignOwner(asked) => {
                // A person's decision goes by the map as it is now.
                let owners = self.newest_owners().await?;
                let map = Map { owners: &owners.map, revision: owners.revision };
                Ok(decide::assign(now, map, asked))
            }
            Input::Health(looked) => {
                let known = self.store.health(&decide::health_id(looked.day)).await?;
                let yesterday = match looked.day.yesterday() {
                    Ok(day) => self.store.health(&decide::health_id(day)).await?,
                    Err(_) => None,
                };
                let (known, yesterday) = (known.as_ref(), yesterday.as_ref());
                Ok(decide::record_health(now, map, known, yesterday, looked, id))
            }
            Input::Finding(_)
            | Input::Trouble(_)
            | Input::Undeliverable { .. }
            | Input::Due { .. }
            | Input::Acknowledge { .. }
            | Input::Give { .. }
            | Input::Prefer { .. } => {
                Ok(Decision { verb: decide::Verb::Nothing, reason: Reason::AccountAsBefore })
            }
        }
    }

    /// Who the event gave the account to, if it did.
    async fn placed(
        &self,
        now: Timestamp,
        map: Map<'_>,
        event: &AccountEvent,
        id: &InputId,
    ) -> PortResult<Option<Assigned>> {
        let Placement::Owned(company, _) = map.owners.place(&event.account) else {
            return Ok(None);
        };
        let answered = self.store.answered(&place_id(id)).await?;
        Ok(answered.map(|_| Assigned {
            company: company.id.clone(),
            by: None,
            name: event.source.clone(),
            at: now,
        }))
    }
}

fn place_id(id: &InputId) -> InputId {
    InputId::new(format!("{id}/map"))
}

pub(super) fn log(id: &InputId, input: &Input, action: &str, why: &str) {
    match input {
        Input::Look { account, .. } => tracing::info!(
            input.id = %id, account.id = %account, decision = action, decision.why = why,
            "account looked at"
        ),
        Input::Happened(event) | Input::Place(event) => tracing::info!(
            input.id = %id, account.id = %event.account, event.id = event.id,
            event.source = event.source, event.what = event.happened.word(), decision = action,
            decision.why = why, "something happened to an account"
        ),
        Input::AssignOwner(asked) => tracing::info!(
            input.id = %id, account.id = %asked.account, company.id = %asked.company,
            slack.team = %asked.who.team, slack.user = %asked.who.user, decision = action,
            decision.why = why, "an owner was asked for"
        ),
        Input::Health(looked) => tracing::info!(
            input.id = %id, gaps = looked.gaps.len(), unasked = looked.unasked,
            decision = action, decision.why = why, "owner map looked at"
        ),
        Input::Finding(_)
        | Input::Trouble(_)
        | Input::Undeliverable { .. }
        | Input::Due { .. }
        | Input::Acknowledge { .. }
        | Input::Give { .. }
        | Input::Prefer { .. } => {}
    }
}
