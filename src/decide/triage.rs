//! What a finding means for what is known: new, unchanged, changed, resolved, re-opened, late.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Change, Changed, Decision, Map, Reason, Verb, audited, entry};
use crate::domain::{
    Alert, Card, Cause, Effect, Entry, Episode, Finding, FindingState, HISTORY_KEPT, InputId,
    Lifecycle, Member, MemberState, Ownership, Placement, Severity, Source, Stage, Subject,
    TellKind, Told, Verdict,
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
    clear(now, state, alert, finding, cause, input)
}

fn remember(state: FindingState, reason: Reason) -> Decision {
    Decision { verb: Verb::Remember(Box::new(state)), reason }
}

fn next_state(
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

fn member(finding: &Finding, state: MemberState) -> Member {
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
    now: Timestamp,
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
    let entries = if next.told == Told::Yes { shows(&next, still.is_none(), now) } else { vec![] };
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

fn shows(alert: &Alert, urgent: bool, now: Timestamp) -> Vec<Entry> {
    cards(alert).map(|card| entry(Effect::Show { card, urgent }, alert.severity, now)).collect()
}

fn tells(alert: &Alert, kind: &TellKind, now: Timestamp) -> Vec<Entry> {
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

fn commit(
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
    let change = Change { record, states: vec![state], entries, audit };
    Decision { verb: Verb::Commit(Box::new(change)), reason }
}

/// A finding that is a problem, with what it is decided by.
struct Problem<'a> {
    now: Timestamp,
    map: Map<'a>,
    state: Option<&'a FindingState>,
    finding: &'a Finding,
    input: &'a InputId,
}

impl Problem<'_> {
    fn decide(&self, alert: Option<&Alert>) -> Decision {
        match alert {
            None => self.open(self.first(), Reason::New, Reason::NewInBaseline, TellKind::New),
            Some(alert) if alert.is_open() => self.change(alert),
            Some(alert) => self.open(
                self.again(alert),
                Reason::Reopened,
                Reason::ReopenedInBaseline,
                TellKind::Reopened,
            ),
        }
    }

    /// An episode begins: told, unless the account is in baseline and it can wait.
    fn open(&self, mut alert: Alert, told: Reason, held: Reason, kind: TellKind) -> Decision {
        let (entries, reason) = if self.may_tell(&alert) {
            // A re-opened alert that nobody was ever told of is new to its readers.
            let kind = if alert.told == Told::HeldBaseline { TellKind::New } else { kind };
            alert.told = Told::Yes;
            (tells(&alert, &kind, self.now), told)
        } else {
            alert.told = Told::HeldBaseline;
            (vec![], held)
        };
        self.commit(alert, entries, reason)
    }

    fn change(&self, alert: &Alert) -> Decision {
        let before = alert.severity;
        let known = alert.members.contains_key(&self.finding.identity);
        let mut next = alert.clone();
        next.version += 1;
        next.last_changed = self.now;
        self.describe(&mut next);
        let joined = self.joined(alert, &mut next);
        if next.severity > before {
            let worse = TellKind::SeverityUp { version: next.version };
            let entries = match next.told {
                Told::Yes => {
                    let mut entries = tells(&next, &worse, self.now);
                    entries.extend(shows(&next, true, self.now));
                    entries.extend(joined);
                    entries
                }
                Told::HeldBaseline if self.may_tell(&next) => {
                    next.told = Told::Yes;
                    tells(&next, &TellKind::New, self.now)
                }
                Told::HeldBaseline => vec![],
            };
            return self.commit(next, entries, Reason::SeverityUp);
        }
        let entries = match next.told {
            Told::Yes => shows(&next, false, self.now).into_iter().chain(joined).collect(),
            Told::HeldBaseline => vec![],
        };
        let reason = if known { Reason::Changed } else { Reason::AnotherCopy };
        self.commit(next, entries, reason)
    }

    /// The account has found an owner since: the company is told from now on, beside the CCoE.
    fn joined(&self, before: &Alert, next: &mut Alert) -> Option<Entry> {
        let receiver = self.map.owners.receiver(&next.key.account);
        let known = next.receivers.iter().any(|one| one.lane == receiver.lane);
        if before.ownership.company.is_some() || next.ownership.company.is_none() || known {
            return None;
        }
        next.receivers.push(receiver.clone());
        let subject = Subject::Alert(next.id.clone());
        let card = Card { subject, episode: next.episode, receiver };
        Some(entry(Effect::Tell { card, kind: TellKind::New }, next.severity, self.now))
    }

    fn commit(&self, alert: Alert, entries: Vec<Entry>, reason: Reason) -> Decision {
        let state = next_state(self.state, self.finding, Some(&alert), true);
        commit(alert, state, entries, self.now, self.finding, self.input, reason)
    }

    /// In baseline only what can't wait is told: CRITICAL, and what GuardDuty sees happening.
    fn may_tell(&self, alert: &Alert) -> bool {
        let live = match self.map.owners.place(&alert.key.account) {
            Placement::Owned(_, account) => account.stage == Stage::Live,
            Placement::Unowned => true,
        };
        let native = alert.open_members().any(|member| member.source == Source::GuardDuty);
        live || alert.severity == Severity::Critical || native
    }

    fn first(&self) -> Alert {
        let key = self.finding.alert_key();
        let mut alert = Alert {
            id: key.id(),
            key,
            version: 1,
            lifecycle: Lifecycle::Open { since: self.now },
            episode: 1,
            history: vec![],
            severity: self.finding.severity,
            title: String::new(),
            description: String::new(),
            resource: self.finding.resource.clone(),
            more_resources: 0,
            fix_url: None,
            first_seen: self.now,
            last_changed: self.now,
            members: BTreeMap::new(),
            ownership: self.ownership(),
            receivers: vec![self.map.owners.receiver(&self.finding.account)],
            told: Told::HeldBaseline,
            audit_head: None,
        };
        self.describe(&mut alert);
        alert
    }

    fn again(&self, alert: &Alert) -> Alert {
        let mut next = alert.clone();
        next.version += 1;
        if let Lifecycle::Resolved { since, at, cause } = alert.lifecycle {
            next.history.push(Episode { number: alert.episode, since, at, cause });
            if next.history.len() > HISTORY_KEPT {
                next.history.remove(0);
            }
        }
        next.episode += 1;
        next.lifecycle = Lifecycle::Open { since: self.now };
        next.last_changed = self.now;
        next.receivers = vec![self.map.owners.receiver(&alert.key.account)];
        self.describe(&mut next);
        next
    }

    /// Takes over what the finding says.
    fn describe(&self, alert: &mut Alert) {
        let finding = self.finding;
        alert.members.insert(finding.identity.clone(), member(finding, MemberState::Open));
        alert.severity = alert.open_members().map(|m| m.severity).max().unwrap_or(finding.severity);
        alert.title.clone_from(&finding.title);
        alert.description.clone_from(&finding.description);
        alert.resource = finding.resource.clone();
        alert.more_resources = finding.more_resources.len();
        alert.fix_url.clone_from(&finding.fix_url);
        alert.ownership = self.ownership();
    }

    fn ownership(&self) -> Ownership {
        let (company, account) = match self.map.owners.place(&self.finding.account) {
            Placement::Owned(company, account) => (Some(company), Some(account)),
            Placement::Unowned => (None, None),
        };
        Ownership {
            company: company.map(|company| company.name.clone()),
            account_name: account.map(|account| account.name.clone()),
            environment: account.map(|account| account.environment),
            map_revision: self.map.revision,
        }
    }
}
