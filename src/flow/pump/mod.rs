//! The outbox loop: one workspace, one lease, all its lanes. A round takes the head of each lane,
//! critical first, as far as pacing allows, and settles what came of it.

mod account;
mod carry;
mod failed;
mod prepare;

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::future::join_all;
use jiff::Timestamp;

use self::{carry::Outcome, prepare::Step};
use super::{Bell, Call, Counters, Gate, Pace, Stop};
use crate::{
    domain::{Entry, EntryId, TeamId},
    ports::{Chat, Claimed, Clock, Fault, Leased, PortError, PortResult, Store},
    render::Words,
};

/// The chat port gives a call up after this long at the latest.
const CALL: Duration = Duration::from_secs(8);
/// After this long nobody waits for the answer of a post; it stands in the store before the call.
const DEADLINE: Duration = Duration::from_secs(10);
/// Shortest lease that leaves room for a call begun at its half.
pub const SHORTEST_LEASE: Duration = Duration::from_secs(20);
/// No call starts unless its deadline and this much more fit into the lease.
const MARGIN: Duration = Duration::from_secs(5);
/// Entries of a lane that are looked at in a round: one that must wait does not hide the next.
const HEADS: usize = 64;
/// Between two looks at a store that others write to.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long an entry is left alone whose records can't be used.
const UNUSABLE_PAUSE: Duration = Duration::from_mins(1);
/// Lanes that are worked on in a round.
const ABREAST: usize = 16;
/// How long to leave a failing store alone when it does not say so itself.
const PAUSE: Duration = Duration::from_secs(5);

/// What a pump works with.
#[derive(Clone)]
pub struct PumpParts {
    /// The outbox.
    pub store: Arc<dyn Store>,
    /// The chat service.
    pub chat: Arc<dyn Chat>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The texts.
    pub words: Arc<Words>,
    /// The one door, for what comes back as an input.
    pub gate: Arc<Gate>,
    /// Limits.
    pub pace: Arc<Pace>,
    /// Whether the bot hears what is pressed in the pump's workspace: else cards carry no buttons
    /// that ask.
    pub asks: bool,
    /// Length of a workspace's lease, at least [`SHORTEST_LEASE`].
    pub lease: Duration,
    /// Counts.
    pub counters: Arc<Counters>,
}

/// When a round is worth repeating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// At once.
    Now,
    /// At this time, or when rung.
    At(Timestamp),
    /// When rung.
    WhenRung,
}

/// Drives one workspace.
pub struct Pump {
    parts: PumpParts,
    team: TeamId,
    holder: String,
    lease: Option<Claimed>,
    /// The lease taken last, to be given up at the end whatever became of it.
    taken: Option<Claimed>,
    /// Entries whose records can't be used, and until when each is left alone.
    unusable: HashMap<EntryId, Timestamp>,
}

impl Pump {
    /// A pump for this workspace; `holder` names this process among replicas.
    pub fn new(parts: PumpParts, team: TeamId, holder: String) -> Self {
        Self { parts, team, holder, lease: None, taken: None, unusable: HashMap::new() }
    }

    /// Works until asked to end; then another may take over at once.
    pub async fn run(&mut self, bell: &Bell, stop: &Stop) {
        while !stop.asked() {
            let until = match self.step().await {
                Ok(Next::Now) => continue,
                Ok(Next::At(time)) => Some(time),
                Ok(Next::WhenRung) => None,
                Err(error) => {
                    tracing::error!(slack.team = %self.team, port.error = %error, "delivery pauses");
                    let after = match error.fault {
                        Fault::Retry { after } => after,
                        Fault::Conflict | Fault::InDoubt | Fault::Permanent => PAUSE,
                    };
                    self.parts.clock.now().checked_add(after).ok()
                }
            };
            tokio::select! {
                biased;
                () = stop.wait() => {}
                () = bell.wait(self.parts.clock.as_ref(), until) => {}
            }
        }
        if let Some(lease) = self.taken.take()
            && let Err(error) = self.parts.store.give_up(&lease).await
        {
            tracing::warn!(slack.team = %self.team, port.error = %error, "the lease runs out");
        }
    }

    /// One round.
    pub async fn step(&mut self) -> PortResult<Next> {
        let now = self.parts.clock.now();
        match self.parts.store.next_due(&self.team, Timestamp::MIN).await? {
            None => {
                self.parts.pace.tidy();
                self.unusable.clear();
                return Ok(self.quiet(now, None));
            }
            Some(due) if due > now => return Ok(self.quiet(now, Some(due))),
            Some(_) => {}
        }
        let lease = match self.lease(now).await? {
            Ok(lease) => lease,
            Err(until) => return Ok(Next::At(until.min(add(now, MARGIN)))),
        };
        let (lanes, wake) = self.select(now).await?;
        if lanes.is_empty() {
            let later = self.parts.store.next_due(&self.team, now).await?;
            return Ok(self.quiet(now, wake.into_iter().chain(later).min()));
        }
        let (parts, lease) = (&self.parts, &lease);
        // Lanes go abreast; within a lane one step is settled before the next begins.
        let work = lanes.into_iter().map(|steps| async move {
            let mut outcomes = Vec::new();
            for step in steps {
                outcomes.push(carry::out(parts, lease, step).await);
            }
            outcomes
        });
        let outcomes = join_all(work).await;
        let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
        for (call, until) in outcomes.iter().filter_map(|outcome| outcome.pause) {
            self.parts.pace.pause(&self.team, call, until);
        }
        for Outcome { result, .. } in outcomes {
            match result {
                Ok(()) => {}
                // Another replica has the entry or the lease: our late answer changes nothing.
                Err(PortError { fault: Fault::Conflict, detail, .. }) => {
                    tracing::info!(slack.team = %self.team, detail, "somebody else has it");
                    self.lease = None;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Next::Now)
    }

    /// Nothing can be done before `until`. Where others queue work too, no bell tells of it.
    fn quiet(&self, now: Timestamp, until: Option<Timestamp>) -> Next {
        let look = self.parts.store.shared().then(|| add(now, LOOK_AGAIN));
        until.into_iter().chain(look).min().map_or(Next::WhenRung, Next::At)
    }

    /// The lease, with room for a call and its margin; else when to ask for it again.
    async fn lease(&mut self, now: Timestamp) -> PortResult<Result<Claimed, Timestamp>> {
        let needed = add(now, DEADLINE + MARGIN);
        if let Some(lease) = self.lease.as_ref().filter(|lease| lease.until > needed) {
            return Ok(Ok(lease.clone()));
        }
        self.lease = None;
        let leased =
            self.parts.store.lease(&self.team, &self.holder, now, self.parts.lease).await?;
        Ok(match leased {
            Leased::Ours(lease) => {
                self.lease = Some(lease.clone());
                self.taken = Some(lease.clone());
                if lease.until > needed { Ok(lease) } else { Err(add(now, MARGIN)) }
            }
            Leased::Theirs { until } => Err(until),
        })
    }

    /// What can be done now: at most one call a lane, the most pressing lane first. Also says
    /// when the first of what must wait may go.
    async fn select(&mut self, now: Timestamp) -> PortResult<(Vec<Vec<Step>>, Option<Timestamp>)> {
        let mut heads: Vec<Vec<Entry>> = Vec::new();
        for lane in self.parts.store.lanes(&self.team, now).await? {
            heads.push(self.parts.store.due(&lane, now, HEADS).await?);
        }
        heads.retain(|lane| !lane.is_empty());
        heads.sort_by_key(|lane| lane.first().map(|entry| (entry.class, entry.due)));
        let mut lanes = Vec::new();
        let mut wake: Option<Timestamp> = None;
        for entries in heads {
            if lanes.len() >= ABREAST {
                break;
            }
            let (mut steps, mut refused) = (Vec::new(), Vec::new());
            for entry in entries {
                if let Some(until) = self.unusable.get(&entry.id).filter(|until| **until > now) {
                    wake = Some(wake.map_or(*until, |wake| wake.min(*until)));
                    continue;
                }
                // What is of the kind that must wait is not even looked at.
                let likely = prepare::likely_call(&entry);
                if likely.is_some_and(|likely| refused.contains(&likely)) {
                    continue;
                }
                let plan = match prepare::plan(&self.parts, now, &entry).await {
                    // One record that can't be used must not hold up all the others.
                    Err(error) if error.fault == Fault::Permanent => {
                        tracing::error!(entry.id = %entry.id, port.error = %error, "left for now");
                        let until = add(now, UNUSABLE_PAUSE);
                        self.unusable.insert(entry.id.clone(), until);
                        wake = Some(wake.map_or(until, |wake| wake.min(until)));
                        continue;
                    }
                    plan => plan?,
                };
                let call = plan.call();
                match call.map_or(Ok(()), |call| self.parts.pace.take(entry.lane(), call)) {
                    Ok(()) => {
                        steps.push(Step { entry, plan });
                        // One call a lane and round keeps a lane's calls in order.
                        if call.is_some() {
                            break;
                        }
                    }
                    Err(until) => {
                        refused.extend(likely);
                        wake = Some(wake.map_or(until, |wake| wake.min(until)));
                    }
                }
            }
            if !steps.is_empty() {
                lanes.push(steps);
            }
        }
        Ok((lanes, wake))
    }
}

fn add(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
