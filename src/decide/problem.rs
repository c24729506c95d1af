//! What a finding that is a problem does to its alert: open it, change it, open it again.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Decision, Map, Reason, entry,
    triage::{commit, member, next_state, remember, shows, tells},
};
use crate::domain::{
    Alert, Card, Effect, Entry, Episode, Finding, FindingState, HISTORY_KEPT, InputId, Lifecycle,
    MemberState, Ownership, Placement, Severity, Source, Stage, Subject, TellKind, Told,
};

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
