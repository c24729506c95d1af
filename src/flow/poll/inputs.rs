//! What names an input of the queue, and which times of it are believed.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use crate::domain::{Digest, Finding, InputId, digest};

/// How far ahead of our clock a source's time may be: clocks differ by this much at the most.
const AHEAD: Duration = Duration::from_mins(5);

/// Which message each statement of a batch came in. A message that comes again brings the same
/// inputs; another message with the same words is another input, since a source without fresh
/// times may say FAILED, PASSED and FAILED again.
#[derive(Default)]
pub(super) struct Inputs(HashMap<Digest, String>);

impl Inputs {
    /// The statement came in this message.
    pub fn note(&mut self, finding: &Finding, message: &str) {
        let known = self.0.entry(statement(finding)).or_insert_with(|| message.to_owned());
        if message < known.as_str() {
            message.clone_into(known);
        }
    }

    /// The input that the statement is.
    pub fn id(&self, finding: &Finding) -> InputId {
        let statement = statement(finding);
        let message = self.0.get(&statement).map_or("", String::as_str);
        InputId::new(format!("finding/{}", digest(&[message, statement.as_str()])))
    }
}

fn statement(finding: &Finding) -> Digest {
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, |time| time.to_string());
    digest(&[
        finding.identity.as_str(),
        finding.fingerprint().as_str(),
        time(finding.provider_time).as_str(),
        time(finding.envelope_time).as_str(),
    ])
}

/// The same of what happened to an account.
pub(super) fn not_ahead(at: &mut Timestamp, now: Timestamp) {
    let latest = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    if *at > latest {
        tracing::warn!(event.time = %at, "a source's time lies in the future: taken as now");
        *at = now;
    }
}

/// A source whose clock runs ahead would make everything after it look late, for ever.
pub(super) fn not_in_the_future(finding: &mut Finding, now: Timestamp) {
    let latest = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    for time in [&mut finding.provider_time, &mut finding.envelope_time] {
        if let Some(ahead) = time.filter(|time| *time > latest) {
            tracing::warn!(
                finding.identity = %finding.identity, finding.time = %ahead,
                "a source's time lies in the future: taken as now"
            );
            *time = Some(now);
        }
    }
}
