//! The queue loop: receive, parse, decide, and only then acknowledge.

mod bad;
mod inputs;

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use jiff::Timestamp;

use self::{
    bad::{Bad, Told},
    inputs::{Inputs, not_in_the_future},
};
use super::{Bell, Counters, Gate};
use crate::{
    decide::{Input, Seen, compare},
    domain::{Example, Finding, FindingState, Identity, InputId, Trouble, digest},
    intake::{self, Parsed},
    ports::{Clock, Fault, Inbox, PortError, PortResult, Quarantined, Received, Store},
};

/// Messages a round.
const BATCH: usize = 10;
/// Alerts decided on at the same time.
const ABREAST: usize = 16;
/// How often a message comes again that fails for good.
const GIVEN_UP: u32 = 5;
/// Between two sweeps of what need not be kept.
const SWEEP_EVERY: Duration = Duration::from_hours(24);
/// How long to leave a failing store alone when it does not say so itself.
const PAUSE: Duration = Duration::from_secs(5);

/// Brings the inbox's messages to the gate.
pub struct Poller {
    /// Where messages come from.
    pub inbox: Arc<dyn Inbox>,
    /// For states and the quarantine.
    pub store: Arc<dyn Store>,
    /// The one door.
    pub gate: Arc<Gate>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// Rung when a message was put in.
    pub bell: Arc<Bell>,
    /// Counts.
    pub counters: Arc<Counters>,
}

/// Stored states by identity.
type States = HashMap<Identity, FindingState>;
/// Identities that could not be decided on, and why.
type Failures = Vec<(Identity, PortError)>;

/// What one message holds, sorted out.
struct Message {
    received: Received,
    findings: Vec<Finding>,
    failed: Option<PortError>,
}

impl Poller {
    /// Works until dropped.
    pub async fn run(&self) {
        let mut swept = Timestamp::MIN;
        loop {
            let now = self.clock.now();
            if now.duration_since(swept).unsigned_abs() >= SWEEP_EVERY {
                swept = now;
                if let Err(error) = self.store.sweep(now).await {
                    tracing::warn!(port.error = %error, "what is no longer needed stays for now");
                }
            }
            let until = match self.step().await {
                Ok(0) => match self.inbox.next_visible().await {
                    Ok(next) => next,
                    Err(error) => self.pause(&error),
                },
                Ok(_) => continue,
                Err(error) => self.pause(&error),
            };
            self.bell.wait(self.clock.as_ref(), until).await;
        }
    }

    /// Receiving stops while the store or the inbox fails: a good message must not end among the
    /// bad ones for it.
    fn pause(&self, error: &PortError) -> Option<Timestamp> {
        tracing::error!(port.error = %error, "intake pauses: the store or the inbox fails");
        let after = match error.fault {
            Fault::Retry { after } => after,
            Fault::Conflict | Fault::InDoubt | Fault::Permanent => PAUSE,
        };
        self.clock.now().checked_add(after).ok()
    }

    /// One round; says how many messages it took. An error means: wait before the next.
    pub async fn step(&self) -> PortResult<usize> {
        let received = self.inbox.receive(BATCH).await?;
        let taken = received.len();
        if taken == 0 {
            return Ok(0);
        }
        let mut messages = Vec::with_capacity(taken);
        for received in received {
            messages.push(self.read(received).await);
        }
        self.decide(&mut messages).await;
        self.finish(messages).await?;
        Ok(taken)
    }

    /// Parses a message. What can't be used is kept and reported before anything else.
    async fn read(&self, received: Received) -> Message {
        let mut message = Message { received, findings: Vec::new(), failed: None };
        let mut bad = Bad::default();
        for parsed in intake::parse(&message.received.body) {
            match parsed {
                Parsed::Finding(finding) => message.findings.push(*finding),
                Parsed::Unreadable(unreadable) => {
                    self.counters.unreadable.add();
                    bad.unreadable(unreadable);
                }
                Parsed::Unknown(unknown) => {
                    self.counters.not_understood.add();
                    bad.unknown(unknown);
                }
            }
        }
        if let Err(error) = self.tell(&message.received, bad).await {
            message.failed = Some(error);
        }
        message
    }

    /// Keeps and reports what can't be used; the whole message is kept once, if at all.
    async fn tell(&self, received: &Received, bad: Bad) -> PortResult<()> {
        let mut whole: Option<String> = None;
        for Told { trouble, count, raw } in bad.sorted() {
            let id = match (raw, &whole) {
                (Some(raw), _) => self.quarantine(&trouble, raw).await?,
                (None, Some(kept)) => kept.clone(),
                (None, None) => {
                    let id = self.quarantine(&trouble, received.body.clone()).await?;
                    whole.insert(id).clone()
                }
            };
            self.report(&received.id, trouble, count, id).await?;
        }
        Ok(())
    }

    /// Keeps bytes; says under which id.
    async fn quarantine(&self, trouble: &Trouble, raw: Vec<u8>) -> PortResult<String> {
        let id = format!("q-{}", digest(&[raw.as_slice()]));
        let (at, reason) = (self.clock.now(), reason(trouble));
        self.store.quarantine(&Quarantined { id: id.clone(), at, reason, raw }).await?;
        Ok(id)
    }

    async fn report(
        &self,
        message: &str,
        trouble: Trouble,
        count: u64,
        kept: String,
    ) -> PortResult<()> {
        let reason = reason(&trouble);
        let input = digest(&[message.as_bytes(), kept.as_bytes(), reason.as_bytes()]);
        let example = Example { at: self.clock.now(), trouble, count, quarantine: Some(kept) };
        let input = InputId::new(format!("trouble/{input}"));
        self.gate.handle(&input, &Input::Trouble(example)).await.map(|_| ())
    }

    /// Decides on the findings of all messages: what is unchanged costs one read, the rest goes
    /// through the gate, one alert after another in the order of its statements.
    async fn decide(&self, messages: &mut [Message]) {
        let mut homes: HashMap<Identity, Vec<usize>> = HashMap::new();
        let mut findings = Vec::new();
        let mut inputs = Inputs::default();
        let now = self.clock.now();
        for (position, message) in messages.iter_mut().enumerate() {
            for mut finding in message.findings.drain(..) {
                not_in_the_future(&mut finding, now);
                inputs.note(&finding, &message.received.id);
                let home = homes.entry(finding.identity.clone()).or_default();
                if home.last() != Some(&position) {
                    home.push(position);
                }
                findings.push(finding);
            }
        }
        let groups = intake::group(findings);
        let ids: Vec<Identity> =
            groups.iter().filter_map(|group| group.first().map(|f| f.identity.clone())).collect();
        let failures = match self.states(ids).await {
            Err(failures) => failures,
            Ok((states, mut failures)) => {
                failures.extend(self.decide_groups(groups, &states, &inputs).await);
                failures
            }
        };
        for (identity, error) in failures {
            for position in homes.get(&identity).into_iter().flatten() {
                if let Some(message) = messages.get_mut(*position) {
                    message.failed = Some(error.clone());
                }
            }
        }
    }

    /// The states of these identities. One that can't be read fails alone; a failing store fails
    /// all.
    async fn states(&self, ids: Vec<Identity>) -> Result<(States, Failures), Failures> {
        match self.store.states(&ids).await {
            Ok(states) => Ok((states, Vec::new())),
            Err(error) if error.fault == Fault::Permanent => {
                let (mut states, mut failures) = (HashMap::new(), Vec::new());
                for id in ids {
                    match self.store.states(std::slice::from_ref(&id)).await {
                        Ok(found) => states.extend(found),
                        Err(error) => failures.push((id, error)),
                    }
                }
                Ok((states, failures))
            }
            Err(error) => Err(ids.into_iter().map(|id| (id, error.clone())).collect()),
        }
    }

    async fn decide_groups(
        &self,
        groups: Vec<Vec<Finding>>,
        states: &States,
        inputs: &Inputs,
    ) -> Failures {
        let mut alerts: Vec<Vec<Finding>> = Vec::new();
        let mut index = HashMap::new();
        for group in groups {
            let Some(first) = group.first() else { continue };
            let state = states.get(&first.identity);
            if group.iter().all(|finding| compare(state, finding) == Seen::Unchanged) {
                self.counters.unchanged.add();
                continue;
            }
            let alert = state
                .and_then(|state| state.alert.clone())
                .unwrap_or_else(|| first.alert_key().id());
            let position = *index.entry(alert).or_insert_with(|| {
                alerts.push(Vec::new());
                alerts.len() - 1
            });
            if let Some(findings) = alerts.get_mut(position) {
                findings.extend(group);
            }
        }
        stream::iter(alerts)
            .map(|findings| self.decide_alert(findings, inputs))
            .buffer_unordered(ABREAST)
            .flat_map(stream::iter)
            .collect()
            .await
    }

    /// One alert's findings in order. What follows a failure is not decided on, and fails with it.
    async fn decide_alert(&self, findings: Vec<Finding>, inputs: &Inputs) -> Failures {
        let mut findings = findings.into_iter();
        while let Some(finding) = findings.next() {
            let identity = finding.identity.clone();
            let input = inputs.id(&finding);
            if let Err(error) = self.gate.handle(&input, &Input::Finding(Box::new(finding))).await {
                let undecided = findings.map(|finding| finding.identity);
                return std::iter::once(identity)
                    .chain(undecided)
                    .map(|identity| (identity, error.clone()))
                    .collect();
            }
        }
        Vec::new()
    }

    /// Acknowledges what was committed and puts the rest back.
    async fn finish(&self, messages: Vec<Message>) -> PortResult<()> {
        let mut failure = None;
        for Message { received, failed, .. } in messages {
            let outcome = match failed {
                None => self.ack(received).await,
                // It is the message, not the store: it must not come again for ever.
                Some(PortError { fault: Fault::Permanent, detail, .. })
                    if received.receives >= GIVEN_UP =>
                {
                    self.give_up(received, &detail).await
                }
                Some(error) => {
                    self.counters.released.add();
                    let receives = received.receives;
                    tracing::error!(
                        message.id = received.id, message.receives = receives,
                        port.error = %error, "a message could not be committed: put back"
                    );
                    if error.fault != Fault::Permanent {
                        failure = Some(error);
                    }
                    self.inbox.release(received, backoff(receives)).await
                }
            };
            // Neither answer is needed: an unacknowledged message comes again and changes
            // nothing the second time.
            if let Err(error) = outcome {
                tracing::warn!(port.error = %error, "the inbox did not take the answer");
            }
        }
        failure.map_or(Ok(()), Err)
    }

    async fn ack(&self, received: Received) -> PortResult<()> {
        self.counters.acked.add();
        self.inbox.ack(received).await
    }

    /// Keeps a message that can never be committed where a person sees it.
    async fn give_up(&self, received: Received, detail: &str) -> PortResult<()> {
        let reason = format!("given up after {} tries: {detail}", received.receives);
        let trouble = Trouble::Unreadable { reason };
        let kept = self.quarantine(&trouble, received.body.clone()).await?;
        self.report(&received.id, trouble, 1, kept).await?;
        self.ack(received).await
    }
}

/// Why something can't be used, in English.
fn reason(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Unreadable { reason } | Trouble::Undelivered { reason, .. } => reason.clone(),
        Trouble::NotUnderstood(unknown) => format!("not understood: {unknown:?}"),
    }
}

/// 2 s, 4 s, ... up to about a minute: a message that can't be committed must not spin.
fn backoff(receives: u32) -> Duration {
    Duration::from_secs(1 << receives.clamp(1, 6))
}
