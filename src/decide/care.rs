//! Somebody takes care of a problem: acknowledges it, or says who works on it.

use jiff::Timestamp;

use super::{
    Change, Changed, Decision, Map, Reason, Verb, audited,
    rights::{Actor, CARERS, Right, absent, contact, may, roles, today},
    triage::shows,
};
use crate::domain::{
    Alert, Assignee, Facts, Given, InputId, MemberState, Person, Refusal, Resolved, Source, Told,
};

/// The levels that count for an alert, by what it was when it last changed.
pub fn resolved<'a>(map: Map<'a>, alert: &Alert) -> Resolved<'a> {
    map.owners.resolve(&alert.key.account, &alert.tags)
}

/// What an alert is routed by.
pub fn facts(alert: &Alert) -> Facts<'_> {
    let open = alert.members.values().find(|one| one.state == MemberState::Open);
    let speaker = open.or_else(|| alert.members.values().next());
    Facts {
        severity: alert.severity,
        account: &alert.key.account,
        region: alert.key.region.as_str(),
        control: &alert.key.control,
        resource: &alert.resource.id,
        resource_kind: &alert.resource.kind,
        source: speaker.map_or(Source::Asff, |member| member.source),
        product: speaker.map_or("", |member| &member.product),
        title: &alert.title,
        sample: alert.key.sample,
        tags: &alert.tags,
    }
}

/// A person has seen the problem and takes care of it; `episode`: the one that the card shows.
pub fn acknowledge(
    now: Timestamp,
    map: Map<'_>,
    alert: Option<&Alert>,
    (who, episode): (&Person, Option<u32>),
    input: &InputId,
) -> Decision {
    let (alert, actor) = match open_to(now, map, alert, who) {
        Ok(found) => found,
        Err(refusal) => return Decision::refused(refusal),
    };
    // What was seen on an older card is not what stands now.
    if episode.is_some_and(|episode| episode != alert.episode) {
        return Decision::refused(Refusal::Earlier);
    }
    if let Some(given) = &alert.acknowledged {
        // Pressed twice, or by two people at once: the first counts, and the second learns of it.
        return if given.by == *who {
            Decision::nothing(Reason::Acknowledged)
        } else {
            Decision::refused(Refusal::Taken { by: given.name.clone() })
        };
    }
    let mut next = alert.clone();
    next.acknowledged = Some(given(&actor, now));
    commit(next, now, &actor, input, Reason::Acknowledged, map)
}

/// A person says who works on the problem; `None`: nobody in particular.
pub fn give(
    now: Timestamp,
    map: Map<'_>,
    alert: Option<&Alert>,
    to: Option<&Person>,
    who: &Person,
    input: &InputId,
) -> Decision {
    let (alert, actor) = match open_to(now, map, alert, who) {
        Ok(found) => found,
        Err(refusal) => return Decision::refused(refusal),
    };
    let assignee = match to {
        None => None,
        Some(to) => match assignable(now, map, alert, to) {
            Ok(to) => Some(Assignee { who: to.who, name: to.name, given: given(&actor, now) }),
            Err(refusal) => return Decision::refused(refusal),
        },
    };
    let person = |one: &Option<Assignee>| one.as_ref().map(|one| one.who.clone());
    if person(&alert.assignee) == person(&assignee) {
        return Decision::nothing(Reason::Given);
    }
    let mut next = alert.clone();
    // Somebody works on it: nobody need be called any more.
    if assignee.is_some() && next.acknowledged.is_none() {
        next.acknowledged = Some(given(&actor, now));
    }
    next.assignee = assignee;
    commit(next, now, &actor, input, Reason::Given, map)
}

/// The people that a problem can be given to: those who answer for its account.
pub fn candidates(now: Timestamp, map: Map<'_>, alert: &Alert) -> Vec<Actor> {
    let resolved = resolved(map, alert);
    let day = today(&resolved, now);
    let mut found: Vec<Actor> = Vec::new();
    for (contact, _) in resolved.contacts() {
        let who = contact.person();
        let can = CARERS.iter().any(|role| contact.has(*role, day));
        if can && !found.iter().any(|known| known.who == who) {
            found.push(Actor { who, name: contact.name.clone() });
        }
    }
    // The company's people first: the levels begin with the group's.
    found.reverse();
    found
}

fn assignable(now: Timestamp, map: Map<'_>, alert: &Alert, to: &Person) -> Result<Actor, Refusal> {
    let found = candidates(now, map, alert).into_iter().find(|one| one.who == *to);
    found.ok_or_else(|| {
        let resolved = resolved(map, alert);
        let has = roles(&resolved, to, today(&resolved, now));
        let name = contact(map.owners, to).map(|one| one.name.clone());
        match name.filter(|_| !has.is_empty()) {
            Some(name) => Refusal::CantCare { name },
            None => Refusal::NotThere,
        }
    })
}

/// The alert, if it is open and the person may take care of it. Whether it is there at all is
/// told to nobody who may not see it.
fn open_to<'a>(
    now: Timestamp,
    map: Map<'_>,
    alert: Option<&'a Alert>,
    who: &Person,
) -> Result<(&'a Alert, Actor), Refusal> {
    let Some(alert) = alert else { return Err(absent(map.owners, who, now)) };
    let actor = may(map.owners, &resolved(map, alert), who, Right::Care, now)?;
    if alert.is_open() { Ok((alert, actor)) } else { Err(Refusal::Resolved) }
}

fn given(actor: &Actor, now: Timestamp) -> Given {
    Given { by: actor.who.clone(), name: actor.name.clone(), at: now }
}

fn commit(
    mut alert: Alert,
    now: Timestamp,
    actor: &Actor,
    input: &InputId,
    reason: Reason,
    map: Map<'_>,
) -> Decision {
    alert.version += 1;
    let entries = if alert.told == Told::Yes { shows(&alert, true, now) } else { vec![] };
    let mut record = Changed::Alert(Box::new(alert));
    let audit = audited(&mut record, now, &by(&actor.who), input, &reason);
    let change = Change { record, states: vec![], entries, audit, under_map: Some(map.revision) };
    Decision { verb: Verb::Commit(Box::new(change)), reason }
}

/// A person as the audit writes it.
pub(super) fn by(who: &Person) -> String {
    format!("{}/{}", who.team, who.user)
}
