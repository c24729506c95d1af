//! From findings to decisions: what is unchanged costs one read, the rest goes through the gate.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, stream};

use super::{
    Message, Poller,
    inputs::{Inputs, not_ahead, not_in_the_future},
};
use crate::{
    decide::{Input, Seen, compare},
    domain::{Finding, FindingState, Identity, InputId, digest},
    intake,
    ports::{Fault, PortError},
};

/// Alerts decided on at the same time.
const ABREAST: usize = 16;

/// Stored states by identity.
type States = HashMap<Identity, FindingState>;
/// Identities that could not be decided on, and why.
type Failures = Vec<(Identity, PortError)>;

impl Poller {
    /// Decides on the findings of all messages, one alert after another in the order of its
    /// statements.
    pub(super) async fn decide(&self, messages: &mut [Message]) {
        let mut homes: HashMap<Identity, Vec<usize>> = HashMap::new();
        let mut findings = Vec::new();
        let mut inputs = Inputs::default();
        let now = self.clock.now();
        for (position, message) in messages.iter_mut().enumerate() {
            for mut finding in message.findings.drain(..) {
                not_in_the_future(&mut finding, now);
                inputs.note(&finding, &message.received.receipt.id);
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
                    message.fail(error.clone());
                }
            }
        }
    }

    /// What happened to accounts, message by message in the order it was told.
    pub(super) async fn happenings(&self, messages: &mut [Message]) {
        let now = self.clock.now();
        for message in messages {
            for mut event in std::mem::take(&mut message.events) {
                not_ahead(&mut event.at, now);
                let parts = [event.source.as_str(), event.id.as_str(), event.account.as_str()];
                let input = InputId::new(format!("happened/{}", digest(&parts)));
                let input_for = Input::Happened(Box::new(event));
                if let Err(error) = self.gate.handle(&input, &input_for).await {
                    message.fail(error);
                    break;
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
            .map(|findings| self.decide_alert(findings, states, inputs))
            .buffer_unordered(ABREAST)
            .flat_map(stream::iter)
            .collect()
            .await
    }

    /// One alert's findings in order. What follows a failure is not decided on, and fails with it.
    async fn decide_alert(
        &self,
        findings: Vec<Finding>,
        states: &States,
        inputs: &Inputs,
    ) -> Failures {
        let mut findings = findings.into_iter();
        let mut moved: HashSet<Identity> = HashSet::new();
        while let Some(finding) = findings.next() {
            let identity = finding.identity.clone();
            let input = inputs.id(&finding);
            // What was read counts for the first statement of an identity; that may have moved it.
            let handled = if moved.insert(identity.clone()) {
                self.gate.handle_finding(&input, finding, states.get(&identity)).await
            } else {
                self.gate.handle(&input, &Input::Finding(Box::new(finding))).await
            };
            if let Err(error) = handled {
                let undecided = findings.map(|finding| finding.identity);
                return std::iter::once(identity)
                    .chain(undecided)
                    .map(|identity| (identity, error.clone()))
                    .collect();
            }
        }
        Vec::new()
    }
}
