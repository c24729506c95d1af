//! The one door: load, decide, commit; on conflict from the top.

mod accounts;
mod maps;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::Bell;
use crate::{
    decide::{self, Change, Changed, Decision, Input, Map, Reason, Seen, Verb},
    domain::{AlertId, Finding, FindingState, InputId, Refusal, Subject},
    ports::{Aggregate, Clock, Commit, Committed, Fault, Owners, PortError, PortResult, Store},
};

/// How often an input is decided anew when somebody else was first.
const ATTEMPTS: u32 = 16;

/// What an input came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The decision's word.
    pub action: String,
    /// True if this input had been decided before: this is the first answer again.
    pub repeated: bool,
    /// What a person is told who may not, or asks for what can't be.
    pub refusal: Option<Refusal>,
}

/// What is known of a finding's state before it is decided on.
#[derive(Clone, Copy, Default)]
enum Known<'a> {
    /// It must be read.
    #[default]
    Unread,
    /// It was just read; `None`: there is none.
    Read(Option<&'a FindingState>),
}

/// The one door. Every decision goes through it; what the pump settles and the quarantine keeps
/// are records of work, and an import of the owner map is a decision a person took.
pub struct Gate {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Rung when entries were queued.
    bells: Vec<Arc<Bell>>,
    /// Rung when another revision of the owner map was read.
    map_bell: Option<Arc<Bell>>,
    map: Mutex<Option<(Timestamp, Arc<Owners>)>>,
    /// Held while the map is read.
    reading: tokio::sync::Mutex<()>,
}

impl Gate {
    /// A door to this store; `bells` are rung when there is something to do.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, bells: Vec<Arc<Bell>>) -> Self {
        Self {
            store,
            clock,
            bells,
            map_bell: None,
            map: Mutex::new(None),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// The same; this bell is rung when another revision of the owner map was read.
    #[must_use]
    pub fn with_map_bell(self, bell: Arc<Bell>) -> Self {
        Self { map_bell: Some(bell), ..self }
    }

    /// Decides on an input and commits the decision. The same `id` is answered the same again.
    pub async fn handle(&self, id: &InputId, input: &Input) -> PortResult<Decided> {
        self.handle_knowing(id, input, Known::Unread).await
    }

    /// The same for a finding whose state was just read: it is not read again unless it moved,
    /// which the commit's condition finds out.
    pub async fn handle_finding(
        &self,
        id: &InputId,
        finding: Finding,
        state: Option<&FindingState>,
    ) -> PortResult<Decided> {
        self.handle_knowing(id, &Input::Finding(Box::new(finding)), Known::Read(state)).await
    }

    async fn handle_knowing(
        &self,
        id: &InputId,
        input: &Input,
        mut known: Known<'_>,
    ) -> PortResult<Decided> {
        let mut conflicts = 0;
        let mut doubted = false;
        if let Some(known) = self.before(id, input).await? {
            return Ok(known);
        }
        loop {
            let decision = self.decide(id, input, std::mem::take(&mut known)).await?;
            let outcome = self.carry_out(id, &decision).await;
            doubted |= matches!(&outcome, Err(error) if error.fault == Fault::InDoubt);
            match outcome {
                Ok(decided) => {
                    log(id, input, &decision.reason, &decided);
                    // Entries of a commit in doubt, or of an earlier life, are rung for here.
                    if doubted || decided.repeated {
                        self.bells.iter().for_each(|bell| bell.ring());
                    }
                    // What was decided stands: what follows comes by itself with the next look.
                    if let Err(error) = self.after(input, &decided).await {
                        tracing::warn!(input.id = %id, port.error = %error, "nothing followed yet");
                    }
                    return Ok(decided);
                }
                // In doubt: the same input again is answered from the first commit if there was
                // one; a state that was written counts as unchanged.
                Err(PortError { fault: Fault::Conflict | Fault::InDoubt, .. })
                    if conflicts < ATTEMPTS =>
                {
                    conflicts += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn decide(&self, id: &InputId, input: &Input, known: Known<'_>) -> PortResult<Decision> {
        // Rights are those of this moment: a person's decision never goes by a map read before.
        let owners =
            if input.is_personal() { self.newest_owners().await? } else { self.owners().await? };
        let map = Map { owners: &owners.map, revision: owners.revision };
        let now = self.clock.now();
        match input {
            Input::Finding(finding) => self.decide_finding(now, map, finding, id, known).await,
            Input::Trouble(example) => {
                let report = self.store.report(&decide::report_id(map, now)).await?;
                Ok(decide::record_trouble(now, map, report.as_ref(), example, id))
            }
            Input::Look { .. }
            | Input::Happened(_)
            | Input::Place(_)
            | Input::AssignOwner(_)
            | Input::Health(_) => self.decide_account(now, map, input, id).await,
            Input::Undeliverable { alert, lane, .. } => {
                let alert = self.store.alert(alert).await?;
                Ok(decide::reroute(now, map, alert.as_ref(), lane, id))
            }
            Input::Acknowledge { alert, episode, who } => {
                let alert = self.store.alert(alert).await?;
                Ok(decide::acknowledge(now, map, alert.as_ref(), (who, *episode), id))
            }
            Input::Give { alert, to, who } => {
                let alert = self.store.alert(alert).await?;
                Ok(decide::give(now, map, alert.as_ref(), to.as_ref(), who, id))
            }
            Input::Prefer { who, wish } => {
                let viewer = self.store.viewer(who).await?;
                Ok(decide::prefer(now, viewer.as_ref(), who, *wish, id))
            }
            Input::Due { card, what } => {
                let alert = match &card.subject {
                    Subject::Alert(alert) => self.store.alert(alert).await?,
                    Subject::Report(_) | Subject::Account(_) | Subject::Health(_) => None,
                };
                Ok(decide::due(now, map, alert.as_ref(), card, what, id))
            }
        }
    }

    async fn decide_finding(
        &self,
        now: Timestamp,
        map: Map<'_>,
        finding: &Finding,
        id: &InputId,
        known: Known<'_>,
    ) -> PortResult<Decision> {
        let state = match known {
            Known::Read(state) => state.cloned(),
            Known::Unread => {
                let states = self.store.states(std::slice::from_ref(&finding.identity)).await?;
                states.get(&finding.identity).cloned()
            }
        };
        let state = state.as_ref();
        // Nothing of the alert counts where the statement is a known one.
        if decide::compare(state, finding) != Seen::Fresh {
            return Ok(decide::triage(now, map, state, None, finding, id));
        }
        // An identity stays with the alert it first belonged to, whatever its source renames.
        let bound: Option<AlertId> = state.and_then(|state| state.alert.clone());
        let alert = self.store.alert(&bound.unwrap_or_else(|| finding.alert_key().id())).await?;
        Ok(decide::triage(now, map, state, alert.as_ref(), finding, id))
    }

    async fn carry_out(&self, id: &InputId, decision: &Decision) -> PortResult<Decided> {
        let action = decision.reason.action().to_owned();
        match &decision.verb {
            Verb::Nothing => {}
            Verb::Remember(state) => self.store.put_state(state).await?,
            Verb::Commit(change) => {
                let commit = commit(id, change, &action);
                let queued = !commit.entries.is_empty();
                match self.store.commit(&commit).await? {
                    Committed::Applied if queued => self.bells.iter().for_each(|bell| bell.ring()),
                    Committed::Applied => {}
                    Committed::Repeated(action) => {
                        return Ok(Decided { action, repeated: true, refusal: None });
                    }
                }
            }
            Verb::Map(change) => {
                if let Committed::Repeated(action) = self.change_map(id, change, &action).await? {
                    return Ok(Decided { action, repeated: true, refusal: None });
                }
            }
        }
        let refusal = match &decision.reason {
            Reason::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        };
        Ok(Decided { action, repeated: false, refusal })
    }
}

fn commit(id: &InputId, change: &Change, answer: &str) -> Commit {
    Commit {
        input: id.clone(),
        aggregate: match &change.record {
            Changed::Alert(alert) => Aggregate::Alert(alert.clone()),
            Changed::Report(report) => Aggregate::Report(report.clone()),
            Changed::Viewer(viewer) => Aggregate::Viewer(viewer.clone()),
            Changed::Account(record) => Aggregate::Account(record.clone()),
            Changed::Health(health) => Aggregate::Health(health.clone()),
        },
        states: change.states.clone(),
        entries: change.entries.clone(),
        audit: change.audit.clone(),
        answer: answer.to_owned(),
        under_map: change.under_map,
    }
}

fn log(id: &InputId, input: &Input, reason: &Reason, decided: &Decided) {
    // A repeated input got its first answer; what would be decided now does not count.
    let why = if decided.repeated { "decided before".to_owned() } else { reason.whole() };
    let (action, repeated) = (decided.action.as_str(), decided.repeated);
    match input {
        Input::Finding(finding) => {
            let alert = finding.alert_key().id();
            let (account, control) = (&finding.account, &finding.control);
            tracing::info!(
                input.id = %id, alert.id = %alert, finding.identity = %finding.identity,
                finding.account = %account, finding.control = ?control, decision = action,
                decision.why = why, input.repeated = repeated, "finding decided"
            );
        }
        Input::Trouble(example) => tracing::warn!(
            input.id = %id, trouble = ?example.trouble, quarantine.id = example.quarantine,
            decision = action, "input or message in trouble: see the CCoE's intake report"
        ),
        Input::Look { .. }
        | Input::Happened(_)
        | Input::Place(_)
        | Input::AssignOwner(_)
        | Input::Health(_) => accounts::log(id, input, action, &why),
        Input::Undeliverable { alert, lane, reason } => tracing::warn!(
            input.id = %id, alert.id = %alert, slack.lane = %lane, slack.reason = reason,
            decision = action, decision.why = why, "a channel can't be posted to"
        ),
        Input::Acknowledge { alert, who, .. } | Input::Give { alert, who, .. } => tracing::info!(
            input.id = %id, alert.id = %alert, slack.team = %who.team, slack.user = %who.user,
            decision = action, decision.why = why, input.repeated = repeated, "a person decided"
        ),
        Input::Prefer { who, .. } => tracing::info!(
            input.id = %id, slack.team = %who.team, slack.user = %who.user, decision = action,
            "a person's own wish"
        ),
        Input::Due { card, what } => tracing::info!(
            input.id = %id, alert.id = card.subject.as_str(), wake.what = what.word(),
            decision = action, decision.why = why, "a date has come"
        ),
    }
}
