//! Who may do what, at this moment, by the owner map alone.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::domain::{Contact, OwnerMap, Person, Refusal, Resolved, Role};

/// Somebody who acts, as the owner map knows that person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Person,
    /// As colleagues write it.
    pub name: String,
}

/// What somebody wants to do with what belongs to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Look at it.
    See,
    /// Take care of it: acknowledge, assign, propose.
    Care,
}

/// Who may take care of a problem.
pub const CARERS: &[Role] =
    &[Role::Operator, Role::Approver, Role::SecurityLead, Role::Partner, Role::Ccoe];
/// Who decides for the group.
pub const GROUP: &[Role] = &[Role::Ccoe];

/// The day it is for the levels of an account.
pub fn today(resolved: &Resolved<'_>, now: Timestamp) -> Date {
    let zone = TimeZone::get(&resolved.receiver(None).time_zone).unwrap_or(TimeZone::UTC);
    now.to_zoned_datetime(zone).date()
}

/// What the person is on this day, by the levels that count for an account.
pub fn roles(resolved: &Resolved<'_>, who: &Person, today: Date) -> BTreeSet<Role> {
    let people = resolved.contacts().map(|(contact, _)| contact);
    let own = people.filter(|contact| contact.person() == *who);
    own.flat_map(|contact| Role::ALL.into_iter().filter(move |role| contact.has(*role, today)))
        .collect()
}

/// Whether the person is of the CCoE: it may act for every company.
pub fn is_ccoe(map: &OwnerMap, who: &Person, now: Timestamp) -> bool {
    let group = map.group();
    roles(&group, who, today(&group, now)).contains(&Role::Ccoe)
}

/// The person as the map writes it; the first place where it stands counts.
pub fn contact<'a>(map: &'a OwnerMap, who: &Person) -> Option<&'a Contact> {
    let levels = map.levels().into_iter();
    levels.flat_map(|(_, settings)| &settings.contacts).find(|one| one.person() == *who)
}

/// The person, if it may do this with what belongs to the account.
///
/// # Errors
/// The refusal to tell the person.
pub fn may(
    map: &OwnerMap,
    resolved: &Resolved<'_>,
    who: &Person,
    right: Right,
    now: Timestamp,
) -> Result<Actor, Refusal> {
    let actor = || {
        let name = contact(map, who).map_or_else(String::new, |contact| contact.name.clone());
        Actor { who: who.clone(), name }
    };
    if is_ccoe(map, who, now) {
        return Ok(actor());
    }
    let has = roles(resolved, who, today(resolved, now));
    let enough = match right {
        Right::See => !has.is_empty(),
        Right::Care => CARERS.iter().any(|role| has.contains(role)),
    };
    if enough {
        return Ok(actor());
    }
    Err(match right {
        Right::Care if !has.is_empty() => Refusal::Lacks(CARERS),
        Right::See | Right::Care => turned_away(map, resolved, who, now),
    })
}

/// The person, if it is of the CCoE.
///
/// # Errors
/// The refusal to tell the person.
pub fn may_for_group(map: &OwnerMap, who: &Person, now: Timestamp) -> Result<Actor, Refusal> {
    match contact(map, who) {
        Some(contact) if is_ccoe(map, who, now) => {
            Ok(Actor { who: who.clone(), name: contact.name.clone() })
        }
        Some(_) => Err(Refusal::Lacks(GROUP)),
        None => Err(Refusal::Stranger),
    }
}

/// What is said where there is nothing of this id: whether it is there at all is told only to those
/// who may see everything.
pub fn absent(map: &OwnerMap, who: &Person, now: Timestamp) -> Refusal {
    match contact(map, who) {
        Some(_) if is_ccoe(map, who, now) => Refusal::NoAlert,
        Some(_) => Refusal::NotYours,
        None => Refusal::Stranger,
    }
}

/// Why somebody without any role here is turned away.
fn turned_away(map: &OwnerMap, here: &Resolved<'_>, who: &Person, now: Timestamp) -> Refusal {
    let day = today(here, now);
    let listed = here.contacts().any(|(one, _)| one.person() == *who && one.is_over(day));
    match contact(map, who) {
        None => Refusal::Stranger,
        Some(_) if listed => Refusal::Over,
        Some(_) => Refusal::NotYours,
    }
}
