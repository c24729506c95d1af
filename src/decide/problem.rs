//! What a finding that is a problem does to its alert: open it, change it, open it again.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    By, Decision, Map, Reason, entry,
    told::urgent,
    triage::{commit, member, next_state, remember, shows, tells, with_summary},
};
use crate::domain::{
    Alert, Card, Effect, Entry, Episode, EscalationStep, Facts, Finding, FindingState,
    HISTORY_KEPT, InputId, Lane, Lifecycle, MemberState, OwnerMap, Ownership, Placement, Receiver,
    Routed, Source, Stage, Subject, TellKind, Told,
};

/// Members an alert remembers; more only while all of them are open.
const MEMBERS_KEPT: usize = 20;

/// A finding that is a problem, with what it is decided by.
pub(super) struct Problem<'a> {
    pub now: Timestamp,
    pub map: Map<'a>,
    pub state: Option<&'a FindingState>,
    pub finding: &'a Finding,
    pub input: &'a InputId,
}

impl Problem<'_> {
    pub fn decide(&self, alert: Option<&Alert>) -> Decision {
        match alert {
            None => self.open(self.first(), &TellKind::New, vec![]),
            Some(alert) if alert.is_open() => self.change(alert),
            Some(alert) => {
                let again = self.again(alert);
                let stays = |one: &&Receiver| again.receivers.iter().any(|it| it.lane == one.lane);
                let gone: Vec<Receiver> =
                    alert.receivers.iter().filter(|one| !stays(one)).cloned().collect();
                let left = match alert.told {
                    Told::Yes => left(&gone, alert, alert.episode, self.now),
                    Told::HeldBaseline | Told::BelowNotify => vec![],
                };
                self.open(again, &TellKind::Reopened, left)
            }
        }
    }

    /// An episode begins: told, unless the account is in baseline and it can wait, or the policy
    /// tells only what is worse.
    fn open(&self, mut alert: Alert, kind: &TellKind, mut entries: Vec<Entry>) -> Decision {
        let first = alert.episode == 1;
        // Who was told of an earlier episode is told of this one: an old card must not go on
        // saying that all is well.
        let held = if alert.told == Told::Yes { None } else { self.held(&alert) };
        let reason = match &held {
            None => {
                // A re-opened alert that nobody was ever told of is new to its readers.
                let fresh = alert.told != Told::Yes;
                alert.told = Told::Yes;
                let tells = tells(&alert, if fresh { &TellKind::New } else { kind }, self.now);
                entries.extend(self.timed(&alert, tells));
                if first { Reason::New } else { Reason::Reopened }
            }
            Some(Held::Baseline) if first => Reason::NewInBaseline,
            Some(Held::Baseline) => Reason::ReopenedInBaseline,
            Some(Held::Below(by)) if first => Reason::NewBelowNotify(by.clone()),
            Some(Held::Below(by)) => Reason::ReopenedBelowNotify(by.clone()),
        };
        alert.told = held.map_or(Told::Yes, |held| held.told());
        self.commit(alert, entries, reason)
    }

    /// Why an alert that nobody was told of is not told now.
    fn held(&self, alert: &Alert) -> Option<Held> {
        if !(self.live() || cannot_wait(alert)) {
            return Some(Held::Baseline);
        }
        let notify = self.map.owners.policy(&self.facts(alert)).notify;
        (alert.severity < notify.value).then(|| Held::Below(By::of(&notify)))
    }

    fn change(&self, alert: &Alert) -> Decision {
        let before = alert.severity;
        let known = alert.members.contains_key(&self.finding.identity);
        let mut next = alert.clone();
        self.describe(&mut next);
        if next == *alert {
            // It went through a state that says nothing and is as it was.
            return remember(
                next_state(self.state, self.finding, Some(alert), true),
                Reason::Unchanged,
            );
        }
        next.version += 1;
        next.last_changed = self.now;
        let moved = self.moved(alert, &mut next);
        if next.severity > before {
            let worse = TellKind::SeverityUp { version: next.version };
            let entries = match next.told {
                Told::Yes => {
                    // A lane that is new to it gets its card as it is now, and no reply to it.
                    let mut entries = tells(&next, &worse, self.now);
                    entries.retain(|one| knows(alert, one.effect.card()));
                    entries.extend(shows(&next, true, self.now));
                    entries.extend(moved);
                    self.timed(&next, entries)
                }
                Told::HeldBaseline | Told::BelowNotify => self.told_now(&mut next, true),
            };
            return self.commit(next, entries, Reason::SeverityUp);
        }
        let entries = match next.told {
            Told::Yes => {
                let moved = shows(&next, false, self.now).into_iter().chain(moved).collect();
                // The time to answer begins when a company is told first.
                if alert.ownership.company.is_none() {
                    self.timed(&next, moved)
                } else {
                    self.delayed(&next, moved)
                }
            }
            Told::HeldBaseline | Told::BelowNotify => self.told_now(&mut next, false),
        };
        let reason = if known { Reason::Changed } else { Reason::AnotherCopy };
        self.commit(next, entries, reason)
    }

    /// The map names channels for the alert, as it is now, that it is not told in: it is told there
    /// as well. A channel that the map no longer names for the account, whatever the alert is
    /// like, is left; the CCoE's is not where the account had no owner.
    fn moved(&self, before: &Alert, next: &mut Alert) -> Vec<Entry> {
        let routed = self.routed(next);
        let named = self.map.owners.lanes(&routed.resolved);
        let wanted = routed.receivers();
        if next.told != Told::Yes {
            // Nobody was told yet: there is no card to keep.
            next.receivers = wanted;
            return vec![];
        }
        let tells_in = |one: &Receiver, lane: &Lane| {
            one.lane == *lane || one.stands_in_for.as_ref() == Some(lane)
        };
        let owned = before.ownership.company.is_some();
        let ccoe = self.map.owners.ccoe_receiver().lane;
        let passed_on =
            |one: &Receiver| before.escalated == Some(EscalationStep::Ccoe) && one.lane == ccoe;
        let stays = |one: &Receiver| {
            !owned || passed_on(one) || named.iter().any(|lane| tells_in(one, lane))
        };
        let (mut kept, mut gone): (Vec<_>, Vec<_>) =
            std::mem::take(&mut next.receivers).into_iter().partition(stays);
        let new: Vec<Receiver> = wanted
            .iter()
            .filter(|want| !kept.iter().any(|one| tells_in(one, &want.lane)))
            .cloned()
            .collect();
        // Where it has been through more channels than one commit can serve, those that it would
        // not be told in now are left first.
        while kept.len() + new.len() > OwnerMap::CHANNELS_AT_ONCE {
            let spare = |one: &Receiver| {
                !passed_on(one) && !wanted.iter().any(|want| tells_in(one, &want.lane))
            };
            let Some(at) = kept.iter().position(spare) else { break };
            gone.push(kept.remove(at));
        }
        let mut entries = left(&gone, next, next.episode, self.now);
        entries.extend(new.iter().map(|receiver| {
            let card = card(next, next.episode, receiver);
            entry(Effect::Tell { card, kind: TellKind::New }, next.severity, self.now)
        }));
        next.receivers = kept;
        next.receivers.extend(new);
        entries
    }

    fn commit(&self, alert: Alert, mut entries: Vec<Entry>, reason: Reason) -> Decision {
        with_summary(&mut entries, self.map, &alert, self.now);
        let state = next_state(self.state, self.finding, Some(&alert), true);
        commit(alert, state, entries, self.now, self.finding, self.input, reason)
    }

    /// What was held back in baseline is told once it can't wait, or when it gets worse in an
    /// account that went live meanwhile: going live by itself tells nothing old. What the policy
    /// did not ask to tell is told at the first change at which it does.
    fn told_now(&self, next: &mut Alert, worse: bool) -> Vec<Entry> {
        let old = next.told == Told::HeldBaseline && !worse && !cannot_wait(next);
        if old || self.held(next).is_some() {
            return vec![];
        }
        next.told = Told::Yes;
        self.timed(next, tells(next, &TellKind::New, self.now))
    }

    /// True unless the account is in baseline, or nobody answers for it and the map says no other.
    fn live(&self) -> bool {
        self.map.owners.stage(&self.finding.account, self.now) == Stage::Live
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
            tags: BTreeMap::new(),
            fix_url: None,
            first_seen: self.now,
            last_changed: self.now,
            members: BTreeMap::new(),
            ownership: self.ownership(),
            receivers: vec![],
            told: Told::HeldBaseline,
            acknowledged: None,
            assignee: None,
            escalated: None,
            audit_head: None,
        };
        self.describe(&mut alert);
        alert.receivers = self.receivers(&alert);
        alert
    }

    /// Where the alert is told when an episode begins.
    fn receivers(&self, alert: &Alert) -> Vec<Receiver> {
        self.routed(alert).receivers()
    }

    /// Where the map says that the alert is told, as it is now.
    fn routed(&self, alert: &Alert) -> Routed<'_> {
        self.map.owners.route(&self.facts(alert))
    }

    /// What the alert is routed and judged by, as it is now.
    pub(super) fn facts<'f>(&'f self, alert: &'f Alert) -> Facts<'f> {
        Facts {
            severity: alert.severity,
            account: &alert.key.account,
            region: alert.key.region.as_str(),
            control: &alert.key.control,
            sample: alert.key.sample,
            ..Facts::of(self.finding)
        }
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
        next.escalated = None;
        next.lifecycle = Lifecycle::Open { since: self.now };
        next.last_changed = self.now;
        // Whoever took care of the last episode has not seen this one.
        (next.acknowledged, next.assignee) = (None, None);
        self.describe(&mut next);
        next.receivers = self.receivers(&next);
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
        alert.tags.clone_from(&finding.tags);
        alert.fix_url.clone_from(&finding.fix_url);
        let revision = alert.ownership.map_revision;
        let now = self.ownership();
        if alert.ownership != (Ownership { map_revision: revision, ..now.clone() }) {
            alert.ownership = now;
        }
        prune(alert);
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

/// Why nobody is told.
enum Held {
    /// The account is in baseline, and it can wait.
    Baseline,
    /// The policy tells only what is worse.
    Below(By),
}

impl Held {
    const fn told(&self) -> Told {
        match self {
            Self::Baseline => Told::HeldBaseline,
            Self::Below(_) => Told::BelowNotify,
        }
    }
}

/// Whether it is told even in baseline.
fn cannot_wait(alert: &Alert) -> bool {
    urgent(alert.severity, alert.open_members().any(|member| member.source == Source::GuardDuty))
}

/// Whether the card's lane is one that the alert was told in.
fn knows(alert: &Alert, card: &Card) -> bool {
    alert.receivers.iter().any(|one| one.lane == card.receiver.lane)
}

pub(super) fn card(alert: &Alert, episode: u32, receiver: &Receiver) -> Card {
    Card { subject: Subject::Alert(alert.id.clone()), episode, receiver: receiver.clone() }
}

/// The cards in lanes that the alert leaves: each is shown once more, as left.
fn left(receivers: &[Receiver], alert: &Alert, episode: u32, now: Timestamp) -> Vec<Entry> {
    let show = |receiver: &Receiver| {
        let card = card(alert, episode, receiver);
        entry(Effect::Show { card, urgent: true }, alert.severity, now)
    };
    receivers.iter().map(show).collect()
}

/// Cleared members are only remembered while there are few: a source that names its findings
/// anew at each scan must not make the record grow for ever. Their state item still binds them.
fn prune(alert: &mut Alert) {
    while alert.members.len() > MEMBERS_KEPT {
        let cleared = alert.members.iter().find(|(_, one)| one.state != MemberState::Open);
        let Some(identity) = cleared.map(|(identity, _)| identity.clone()) else { return };
        alert.members.remove(&identity);
    }
}
