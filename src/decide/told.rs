//! When something is told: at once, or where policy lets it wait, when people are there next. And
//! when it is passed on if nobody answers.

use jiff::Timestamp;

use super::{entry, problem::Problem};
use crate::domain::{
    Alert, Because, Card, Effect, Effective, Entry, Escalation, EscalationStep, Facts, Floor, Lane,
    OwnerMap, Placement, Receiver, Subject, WakeKind,
};

/// When a problem is told in a lane that is due to be told now. The group's copies go by the
/// group's hours, everything else by those of the account. Of an account that nobody owns nobody
/// knows what can wait.
pub fn told_at(now: Timestamp, owners: &OwnerMap, facts: &Facts<'_>, lane: &Lane) -> Timestamp {
    let unowned = owners.place(facts.account) == Placement::Unowned;
    if unowned || !owners.policy(facts).delay_outside_hours.value {
        return now;
    }
    open(now, owners, facts, lane)
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
        let mut entries = self.delayed(alert, entries);
        let policy = self.map.owners.policy(&self.facts(alert));
        entries.extend(self.wake(alert, &policy));
        entries
    }

    /// New messages wait for business hours where the policy lets them.
    pub(super) fn delayed(&self, alert: &Alert, mut entries: Vec<Entry>) -> Vec<Entry> {
        let facts = self.facts(alert);
        for entry in &mut entries {
            match &entry.effect {
                Effect::Tell { card, .. } => {
                    entry.due = told_at(self.now, self.map.owners, &facts, &card.receiver.lane);
                }
                Effect::Show { .. } | Effect::Wake { .. } => {}
            }
        }
        entries
    }

    /// The first step of passing it on, in the lane of the company's own receiver. What belongs to
    /// no company is the CCoE's already; a sample is nobody's problem.
    fn wake(&self, alert: &Alert, policy: &Effective<'_>) -> Option<Entry> {
        let receiver = alert.receivers.first()?;
        if alert.ownership.company.is_none() || alert.is_sample() {
            return None;
        }
        let ccoe_after = policy.ccoe_after.value;
        let (step, after) = match (policy.company_lead_after.value, ccoe_after) {
            (Some(after), _) => (EscalationStep::CompanyLead, after),
            (None, Some(after)) => (EscalationStep::Ccoe, after),
            (None, None) => return None,
        };
        let may_wait = policy.delay_outside_hours.value;
        let escalation = Escalation { step, ccoe_after, may_wait };
        let facts = self.facts(alert);
        let told = told_at(self.now, self.map.owners, &facts, &receiver.lane);
        let due = told.checked_add(after.duration()).unwrap_or(Timestamp::MAX);
        let due = told_at(due, self.map.owners, &facts, &receiver.lane);
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
