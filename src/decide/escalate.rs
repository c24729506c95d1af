//! Nobody answered in time: the company's security leads are called, then the CCoE is told.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Change, Changed, Decision, Map, Reason, Verb, audited, entry, problem::card, told::wake,
    triage::shows,
};
use crate::domain::{
    Alert, Card, Effect, Entry, Escalation, EscalationStep, InputId, Receiver, Severity, TellKind,
    Told, WakeKind,
};

/// Whether somebody takes care of the alert: it is not passed on any further.
pub const fn answered(alert: &Alert) -> bool {
    alert.acknowledged.is_some() || alert.assignee.is_some()
}

/// Decides what becomes of an alert when a date has come. Each step is taken once an episode, and
/// only while the problem stands and nobody answers.
pub fn due(
    now: Timestamp,
    map: Map<'_>,
    alert: Option<&Alert>,
    woken: &Card,
    what: &WakeKind,
    input: &InputId,
) -> Decision {
    let WakeKind::Escalate(escalation) = what;
    let stands = |alert: &&Alert| {
        alert.is_open()
            && alert.told == Told::Yes
            && alert.episode == woken.episode
            && alert.escalated < Some(escalation.step)
            && !answered(alert)
    };
    let Some(alert) = alert.filter(stands) else { return Decision::nothing(Reason::NothingDue) };
    let mut next = alert.clone();
    next.version += 1;
    next.escalated = Some(escalation.step);
    let entries = match escalation.step {
        EscalationStep::CompanyLead => call_leads(now, map, &next, woken, *escalation),
        EscalationStep::Ccoe => tell_ccoe(now, map, &mut next, woken),
    };
    let reason = Reason::Escalated(escalation.step);
    let mut record = Changed::Alert(Box::new(next));
    let audit = audited(&mut record, now, "monban", input, &reason);
    let change = Change { record, states: vec![], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason }
}

/// A reply under the company's card, and the next step.
fn call_leads(
    now: Timestamp,
    map: Map<'_>,
    alert: &Alert,
    woken: &Card,
    escalation: Escalation,
) -> Vec<Entry> {
    let Some(receiver) = place(alert, woken) else { return vec![] };
    let mut entries = vec![reply(now, alert, receiver, EscalationStep::CompanyLead)];
    if let Some(after) = escalation.ccoe_after {
        let next = Escalation {
            step: EscalationStep::Ccoe,
            ccoe_after: None,
            ccoe_by: None,
            ..escalation
        };
        let mut due = now.checked_add(after.duration()).unwrap_or(Timestamp::MAX);
        if escalation.may_wait && alert.severity != Severity::Critical {
            due = map.owners.resolve(&alert.key.account, &BTreeMap::new()).next_open(due);
        }
        let due = escalation.ccoe_by.map_or(due, |latest| due.min(latest.max(now)));
        entries.push(wake(alert, receiver, next, (now, due)));
    }
    entries
}

/// The CCoE's channel gets the card too, and the cards say so. Where it has one already, a reply
/// under it: an edited card raises no notification.
fn tell_ccoe(now: Timestamp, map: Map<'_>, alert: &mut Alert, woken: &Card) -> Vec<Entry> {
    let mut entries = shows(alert, false, now);
    let ccoe = map.owners.ccoe_receiver();
    let company = place(alert, woken).cloned();
    if alert.receivers.iter().all(|one| one.lane != ccoe.lane) {
        let effect = Effect::Tell { card: card(alert, alert.episode, &ccoe), kind: TellKind::New };
        entries.push(entry(effect, alert.severity, now));
        alert.receivers.push(ccoe);
    } else if company.as_ref().is_some_and(|one| one.lane != ccoe.lane) {
        entries.push(reply(now, alert, &ccoe, EscalationStep::Ccoe));
    }
    entries.extend(company.map(|company| reply(now, alert, &company, EscalationStep::Ccoe)));
    entries
}

fn reply(now: Timestamp, alert: &Alert, receiver: &Receiver, step: EscalationStep) -> Entry {
    let card = card(alert, alert.episode, receiver);
    entry(Effect::Tell { card, kind: TellKind::Unanswered { step } }, alert.severity, now)
}

/// Where the company is told now: in the lane it was told in, in that which stands in for it, or
/// where it is told first.
fn place<'a>(alert: &'a Alert, woken: &Card) -> Option<&'a Receiver> {
    let lane = &woken.receiver.lane;
    let all = &alert.receivers;
    let own = all.iter().find(|one| one.lane == *lane);
    own.or_else(|| all.iter().find(|one| one.stands_in_for.as_ref() == Some(lane)))
        .or_else(|| all.first())
}
