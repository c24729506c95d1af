//! When something is told: at once, or where policy lets it wait, when people are there next. And
//! when it is passed on if nobody answers.

use jiff::Timestamp;

use super::{entry, problem::Problem};
use crate::domain::{
    Alert, Because, Card, Effect, Effective, Entry, Escalation, EscalationStep, Facts, Floor, Lane,
    OwnerMap, Placement, Receiver, Severity, Source, Stage, Subject, Wait, WakeKind,
};

/// When a problem is told in a lane that is due to be told now. The group's copies go by the
/// group's hours, everything else by those of the account. Of an account that nobody owns nobody
/// knows what can wait.
pub fn told_at(now: Timestamp, owners: &OwnerMap, facts: &Facts<'_>, lane: &Lane) -> Timestamp {
    if may_wait(owners, facts, &owners.policy(facts)) {
        open(now, owners, facts, lane)
    } else {
        now
    }
}

/// Whether a finding of this kind is only recorded, since its account is in baseline then.
pub fn held_back(now: Timestamp, owners: &OwnerMap, facts: &Facts<'_>) -> bool {
    owners.stage(facts.account, now) == Stage::Baseline
        && !urgent(facts.severity, facts.source == Source::GuardDuty)
}

/// In baseline only this is told: CRITICAL, and what GuardDuty sees happening.
pub(super) fn urgent(severity: Severity, native: bool) -> bool {
    severity == Severity::Critical || native
}

fn may_wait(owners: &OwnerMap, facts: &Facts<'_>, policy: &Effective<'_>) -> bool {
    policy.delay_outside_hours.value && owners.place(facts.account) != Placement::Unowned
}

fn open(now: Timestamp, owners: &OwnerMap, facts: &Facts<'_>, lane: &Lane) -> Timestamp {
    let routed = owners.route(facts);
    let groups = routed.told.iter().any(|(receiver, because)| {
        receiver.lane == *lane && matches!(because, Because::Route(Floor::Group, _))
    });
    if groups { owners.group().next_open(now) } else { routed.resolved.next_open(now) }
}

impl Problem<'_> {
    /// What is told waits where it may, and is passed on if nobody answers.
    pub(super) fn timed(&self, alert: &Alert, entries: Vec<Entry>) -> Vec<Entry> {
        let facts = self.facts(alert);
        let policy = self.map.owners.policy(&facts);
        let may_wait = may_wait(self.map.owners, &facts, &policy);
        let mut entries = self.waiting(&facts, may_wait, entries);
        entries.extend(self.wake(alert, &facts, (&policy, may_wait)));
        entries
    }

    /// New messages wait for business hours where the policy lets them.
    pub(super) fn delayed(&self, alert: &Alert, entries: Vec<Entry>) -> Vec<Entry> {
        let facts = self.facts(alert);
        let may_wait = may_wait(self.map.owners, &facts, &self.map.owners.policy(&facts));
        self.waiting(&facts, may_wait, entries)
    }

    fn waiting(&self, facts: &Facts<'_>, may_wait: bool, mut entries: Vec<Entry>) -> Vec<Entry> {
        if !may_wait {
            return entries;
        }
        for entry in &mut entries {
            match &entry.effect {
                Effect::Tell { card, .. } => {
                    entry.due = open(self.now, self.map.owners, facts, &card.receiver.lane);
                }
                Effect::Show { .. } | Effect::Wake { .. } => {}
            }
        }
        entries
    }

    /// The next step of passing it on, counted from now or from when the company is told. What
    /// belongs to no company is the CCoE's already; a sample is nobody's problem.
    fn wake(
        &self,
        alert: &Alert,
        facts: &Facts<'_>,
        (policy, may_wait): (&Effective<'_>, bool),
    ) -> Option<Entry> {
        // Where the CCoE was told before the company was known, its card stands first.
        let ccoe = self.map.owners.ccoe_receiver().lane;
        let companys = |one: &&Receiver| one.lane != ccoe || one.stands_in_for.is_some();
        let receiver = alert.receivers.iter().find(companys).or_else(|| alert.receivers.first())?;
        if alert.ownership.company.is_none() || alert.is_sample() {
            return None;
        }
        let ccoe_after = policy.ccoe_after.value;
        let lead = policy.company_lead_after.value.filter(|_| alert.escalated.is_none());
        let (step, after) = match (lead, ccoe_after) {
            _ if alert.escalated == Some(EscalationStep::Ccoe) => return None,
            (Some(after), _) => (EscalationStep::CompanyLead, after),
            (None, Some(after)) => (EscalationStep::Ccoe, after),
            (None, None) => return None,
        };
        let there = |time| {
            if may_wait { open(time, self.map.owners, facts, &receiver.lane) } else { time }
        };
        let begin = there(self.now);
        let date =
            |after: Wait| there(begin.checked_add(after.duration()).unwrap_or(Timestamp::MAX));
        let ccoe_by = policy.ccoe_by.filter(|_| lead.is_some()).map(date);
        let due = ccoe_by.into_iter().chain([date(after)]).min().unwrap_or(begin);
        let escalation = Escalation { step, ccoe_after, ccoe_by, may_wait };
        Some(wake(alert, receiver, escalation, (self.now, due)))
    }
}

/// A step to come, decided now.
pub(super) fn wake(
    alert: &Alert,
    receiver: &Receiver,
    escalation: Escalation,
    (now, due): (Timestamp, Timestamp),
) -> Entry {
    let card = Card {
        subject: Subject::Alert(alert.id.clone()),
        episode: alert.episode,
        receiver: receiver.clone(),
    };
    let effect = Effect::wake(card, WakeKind::Escalate(escalation));
    Entry { due, ..entry(effect, alert.severity, now) }
}
