//! What a finding means for what is known: new, unchanged, changed, resolved, re-opened, late.

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Changed, Decision, Map, Reason, Verb, account, audited, entry, problem::Problem,
};
use crate::domain::{
    Alert, Card, Cause, Effect, Entry, Finding, FindingState, InputId, Lifecycle, Member,
    MemberState, Subject, TellKind, Told, Verdict,
};

/// Sources repeat what has not changed every 12 hours or more. A clear statement that follows the
/// last one sooner is in motion, and its time is worth a write; a mere refresh is not.
const IN_MOTION: SignedDuration = SignedDuration::from_hours(6);

/// How a finding stands to the stored state of its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Never seen, or seen otherwise: it must be decided on.
    Fresh,
    /// The same statement as stored; nothing to write.
    Unchanged,
    /// The same statement, later: the stored time must move on, or a late PASSED (or a suppression
    /// taken back meanwhile) would close an open problem, and a late FAILED open a closed one.
    Advanced,
    /// Older than what is stored.
    Late,
}

/// Compares a finding with the stored state of its identity.
pub fn compare(state: Option<&FindingState>, finding: &Finding) -> Seen {
    let Some(state) = state else { return Seen::Fresh };
    let same = state.fingerprint == finding.fingerprint();
    let lead = lead(state, finding);
    if lead.is_some_and(|lead| lead.is_negative()) {
        return if same { Seen::Unchanged } else { Seen::Late };
    }
    match lead.filter(|lead| same && lead.is_positive()) {
        Some(lead) if state.open || lead < IN_MOTION => Seen::Advanced,
        Some(_) => Seen::Unchanged,
        None if same => Seen::Unchanged,
        None => Seen::Fresh,
    }
}

/// How far the finding is ahead of what is stored: by the provider's times, or, where those are
/// the same or missing (a workflow change leaves them alone), by the envelopes'.
fn lead(state: &FindingState, finding: &Finding) -> Option<SignedDuration> {
    let by = |new: Option<Timestamp>, old: Option<Timestamp>| {
        Some(new?.duration_since(old?)).filter(|lead| !lead.is_zero())
    };
    let (provider, envelope) = finding.order();
    by(provider, state.provider_time).or_else(|| by(envelope, state.envelope_time))
}

/// Decides on one finding. `alert` is the one the identity belongs to, or the one its key names.
pub fn triage(
    now: Timestamp,
    map: Map<'_>,
    state: Option<&FindingState>,
    alert: Option<&Alert>,
    finding: &Finding,
    input: &InputId,
) -> Decision {
    match compare(state, finding) {
        Seen::Unchanged => return Decision::nothing(Reason::Unchanged),
        Seen::Late => return Decision::nothing(Reason::Late),
        Seen::Advanced => {
            let mut next = next_state(state, finding, None, state.is_some_and(|state| state.open));
            next.alert = state.and_then(|state| state.alert.clone());
            return remember(next, Reason::Advanced);
        }
        Seen::Fresh => {}
    }
    let was_open = state.is_some_and(|state| state.open);
    let Some(cause) = cause(finding.verdict()) else {
        if finding.verdict() == Verdict::Undetermined {
            let bound = alert.filter(|alert| alert.members.contains_key(&finding.identity));
            return remember(next_state(state, finding, bound, was_open), Reason::Undetermined);
        }
        return Problem { now, map, state, finding, input }.decide(alert);
    };
    let Some(alert) = alert.filter(|alert| alert.members.contains_key(&finding.identity)) else {
        return remember(next_state(state, finding, None, false), Reason::NeverOpen);
    };
    clear((now, map), state, alert, finding, cause, input)
}

pub(super) fn remember(state: FindingState, reason: Reason) -> Decision {
    Decision { verb: Verb::Remember(Box::new(state)), reason }
}

pub(super) fn next_state(
    state: Option<&FindingState>,
    finding: &Finding,
    alert: Option<&Alert>,
    open: bool,
) -> FindingState {
    FindingState {
        identity: finding.identity.clone(),
        fingerprint: finding.fingerprint(),
        provider_time: finding.provider_time.max(state.and_then(|state| state.provider_time)),
        envelope_time: finding
            .envelope_time
            .or_else(|| state.and_then(|state| state.envelope_time)),
        alert: alert.map(|alert| alert.id.clone()),
        open,
        revision: state.map_or(0, |state| state.revision) + 1,
    }
}

/// Why the verdict ends a problem; `None` if it does not.
const fn cause(verdict: Verdict) -> Option<Cause> {
    match verdict {
        Verdict::Passed => Some(Cause::Passed),
        Verdict::Archived => Some(Cause::Archived),
        Verdict::NotApplicable => Some(Cause::NotApplicable),
        Verdict::Suppressed => Some(Cause::Suppressed),
        Verdict::ResolvedAtSource => Some(Cause::ResolvedAtSource),
        Verdict::Problem | Verdict::Undetermined => None,
    }
}

pub(super) fn member(finding: &Finding, state: MemberState) -> Member {
    Member {
        source: finding.source,
        product: finding.product.clone(),
        native_id: finding.native_id.clone(),
        severity: finding.severity,
        workflow: finding.workflow,
        fingerprint: finding.fingerprint(),
        state,
        count_bucket: finding.count_bucket(),
    }
}

/// A member that is a known problem no longer is one.
fn clear(
    (now, map): (Timestamp, Map<'_>),
    state: Option<&FindingState>,
    alert: &Alert,
    finding: &Finding,
    cause: Cause,
    input: &InputId,
) -> Decision {
    let was_open =
        alert.members.get(&finding.identity).is_some_and(|m| m.state == MemberState::Open);
    if !was_open {
        return remember(next_state(state, finding, Some(alert), false), Reason::AlreadyClear);
    }
    let mut next = alert.clone();
    next.version += 1;
    next.members.insert(finding.identity.clone(), member(finding, MemberState::Cleared(cause)));
    next.last_changed = now;
    let still = next.open_members().map(|member| member.severity).max();
    let reason = if let Some(severity) = still {
        next.severity = severity;
        Reason::StillOpen
    } else {
        let since = match alert.lifecycle {
            Lifecycle::Open { since } | Lifecycle::Resolved { since, .. } => since,
        };
        next.lifecycle = Lifecycle::Resolved { since, at: now, cause };
        Reason::Resolved(cause)
    };
    let mut entries =
        if next.told == Told::Yes { shows(&next, still.is_none(), now) } else { vec![] };
    with_summary(&mut entries, map, &next, now);
    commit(
        next,
        next_state(state, finding, Some(alert), false),
        entries,
        now,
        finding,
        input,
        reason,
    )
}

/// The most entries that a change of an alert with one state has room for.
const ENTRIES: usize = 21;

/// In an account that is held back every change shows in its summary.
pub(super) fn with_summary(entries: &mut Vec<Entry>, map: Map<'_>, alert: &Alert, now: Timestamp) {
    // One that is told in every channel it may be shows in the summary at its next change.
    if !alert.is_sample() && entries.len() < ENTRIES {
        let held = alert.told == Told::HeldBaseline && alert.is_open();
        entries.extend(account::summary(map, &alert.key.account, held, now));
    }
}

pub(super) fn shows(alert: &Alert, urgent: bool, now: Timestamp) -> Vec<Entry> {
    cards(alert).map(|card| entry(Effect::Show { card, urgent }, alert.severity, now)).collect()
}

pub(super) fn tells(alert: &Alert, kind: &TellKind, now: Timestamp) -> Vec<Entry> {
    cards(alert)
        .map(|card| entry(Effect::Tell { card, kind: kind.clone() }, alert.severity, now))
        .collect()
}

fn cards(alert: &Alert) -> impl Iterator<Item = Card> + '_ {
    alert.receivers.iter().map(|receiver| Card {
        subject: Subject::Alert(alert.id.clone()),
        episode: alert.episode,
        receiver: receiver.clone(),
    })
}

pub(super) fn commit(
    alert: Alert,
    mut state: FindingState,
    entries: Vec<Entry>,
    now: Timestamp,
    finding: &Finding,
    input: &InputId,
    reason: Reason,
) -> Decision {
    state.alert = Some(alert.id.clone());
    let mut record = Changed::Alert(Box::new(alert));
    let audit = audited(&mut record, now, finding.source.as_str(), input, &reason);
    let change = Change { record, states: vec![state], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason }
}
