//! Cards of accounts: what is held back of one is told in one summary, and what happened to it is
//! told the CCoE.
//!
//! A finding only asks that the summary be shown (one entry, however many ask). Where none stands
//! the pump brings [`look`] through the door, which makes the account's record and tells it once.

use std::time::Duration;

use jiff::Timestamp;

use super::{Change, Changed, Decision, Map, Reason, Verb, audited};
use crate::domain::{
    AccountEvent, AccountId, AccountRecord, AccountStanding, Appeared, Assigned, Card, Class,
    Effect, Entry, Happened, InputId, Noted, Placement, Receiver, Stage, Subject, TellKind,
};

/// How long what changed waits for more of it before its summary is shown.
const GATHERED: Duration = Duration::from_secs(30);
/// How much longer a first summary waits, so that its numbers make sense.
const FIRST_WAIT: Duration = Duration::from_secs(90);
/// Cards of an account that are kept up to date; more only if it went through many hands.
const CARDS_KEPT: usize = 8;

/// What the map says of the account now.
pub fn noted(map: Map<'_>, account: &AccountId, now: Timestamp) -> Noted {
    let resolved = map.owners.resolve(account, &std::collections::BTreeMap::new());
    Noted {
        company: match resolved.placement {
            Placement::Owned(company, _) => Some(company.id.clone()),
            Placement::Unowned => None,
        },
        stage: map.owners.stage(account, now),
        receiver: resolved.receiver(None),
        map_revision: map.revision,
        since: now,
    }
}

fn card(account: &AccountId, receiver: &Receiver) -> Card {
    Card { subject: Subject::Account(account.clone()), episode: 1, receiver: receiver.clone() }
}

/// Asks that the summary of what is held back be shown as it is; none where nothing is held.
/// `held`: the alert behind it is one of those, so that a summary must stand.
pub(super) fn summary(
    map: Map<'_>,
    account: &AccountId,
    held: bool,
    now: Timestamp,
) -> Option<Entry> {
    if map.owners.stage(account, now) == Stage::Live {
        return None;
    }
    let resolved = map.owners.resolve(account, &std::collections::BTreeMap::new());
    let card = card(account, &resolved.receiver(None));
    let class = if held { Class::SUMMARY } else { Class::SUMMARY_KEPT };
    Some(Entry { class, ..show(card, false, later(now, GATHERED)) })
}

/// Looks at what the map says of an account: a summary that should stand and does not is told
/// once; cards that say something else are shown anew.
pub fn look(
    now: Timestamp,
    map: Map<'_>,
    record: Option<&AccountRecord>,
    (account, assigned): (&AccountId, Option<&Assigned>),
    input: &InputId,
) -> Decision {
    let noted = noted(map, account, now);
    let held = noted.stage == Stage::Baseline;
    let Some(known) = record else {
        if !held && assigned.is_none() {
            return Decision::nothing(Reason::AccountAsBefore);
        }
        let mut next = AccountRecord::new(account.clone(), noted, now);
        next.assigned = assigned.cloned();
        // One that was given away before anything was found in it has nothing to sum up.
        let entries = match assigned {
            None => vec![tell(&mut next, None, later(now, FIRST_WAIT))],
            Some(_) => vec![],
        };
        return commit(next, entries, now, "monban", input, Reason::AccountNoted);
    };
    let given = assigned.filter(|given| known.assigned.as_ref() != Some(*given));
    let changed = given.is_some() || !known.noted.same(&noted);
    let missing = held && !stands(known, &noted.receiver);
    if !changed && !missing {
        return Decision::nothing(Reason::AccountAsBefore);
    }
    let mut next = known.clone();
    let mut entries = Vec::new();
    if changed {
        let back = held && !missing && known.noted.company != noted.company;
        entries.extend(shown(&next, now));
        if !known.noted.same(&noted) {
            next.noted = noted;
        }
        next.assigned = given.cloned().or(next.assigned);
        if back {
            // It stood here before, and whoever reads it must hear that it does again.
            entries.push(notice(&next, &next.noted.receiver.clone(), now));
        }
    }
    if missing {
        let receiver = next.noted.receiver.clone();
        entries.push(tell(&mut next, Some(&receiver), later(now, FIRST_WAIT)));
    }
    commit(next, entries, now, "monban", input, Reason::AccountNoted)
}

/// Something happened to an account, as AWS told it. `placed`: who answers from now on, since the
/// event says whose unit it is in.
pub fn happened(
    now: Timestamp,
    map: Map<'_>,
    record: Option<&AccountRecord>,
    event: &AccountEvent,
    placed: Option<Assigned>,
    input: &InputId,
) -> Decision {
    let late = record.and_then(|known| known.event.as_ref()).is_some_and(|last| last.at > event.at);
    if late {
        return Decision::nothing(Reason::Late);
    }
    let before = noted(map, &event.account, now);
    let mut next = record
        .cloned()
        .unwrap_or_else(|| AccountRecord::new(event.account.clone(), before.clone(), now));
    let mut entries = shown(&next, now);
    if !next.noted.same(&before) {
        next.noted = before;
    }
    take(&mut next, event);
    // Control Tower says so of every account at each change of its landing zone.
    let owned = next.noted.company.is_some() && placed.is_none();
    let quiet =
        owned && matches!(event.happened, Happened::Appeared { how: Appeared::Updated, .. });
    next.assigned = placed.or(next.assigned);
    let ccoe = map.owners.ccoe_receiver();
    if stands(&next, &ccoe) {
        if must_act(map, event) {
            entries.push(notice(&next, &ccoe, now));
        }
    } else if !quiet {
        entries.push(tell(&mut next, Some(&ccoe), now));
    }
    commit(next, entries, now, &event.source, input, Reason::AccountEvent)
}

fn take(next: &mut AccountRecord, event: &AccountEvent) {
    next.event = Some(event.clone());
    if event.name.is_some() {
        next.name.clone_from(&event.name);
    }
    match &event.happened {
        Happened::Appeared { unit, .. } => {
            next.standing = AccountStanding::Active;
            if unit.is_some() {
                next.unit.clone_from(unit);
            }
        }
        Happened::Moved { to, .. } => {
            next.unit = Some(crate::domain::Unit { id: to.clone(), name: None });
        }
        Happened::Closed => next.standing = AccountStanding::Closed,
        Happened::Left { .. } => next.standing = AccountStanding::Left,
        Happened::Failed { .. } => {}
    }
}

/// Whether a person must do something about it. An account that nobody answers for is waiting for
/// that already.
fn must_act(map: Map<'_>, event: &AccountEvent) -> bool {
    let owner = match map.owners.place(&event.account) {
        Placement::Owned(company, _) => Some(company),
        Placement::Unowned => None,
    };
    match &event.happened {
        Happened::Appeared { .. } => owner.is_none(),
        Happened::Moved { to, .. } => {
            owner.is_some_and(|owner| !owner.organizational_units.contains(to))
        }
        Happened::Closed | Happened::Left { .. } => owner.is_some(),
        Happened::Failed { .. } => true,
    }
}

/// Whether a card stands there or is on its way.
fn stands(record: &AccountRecord, receiver: &Receiver) -> bool {
    record.cards.iter().any(|one| one.lane == receiver.lane)
}

/// Every card of it, shown as it is now.
fn shown(record: &AccountRecord, now: Timestamp) -> Vec<Entry> {
    record.cards.iter().map(|one| show(card(&record.account, one), true, now)).collect()
}

fn show(card: Card, urgent: bool, due: Timestamp) -> Entry {
    let class = if urgent { Class::REPORT } else { Class::SUMMARY };
    Entry::new(Effect::Show { card, urgent }, class, due)
}

/// Tells it once, at its own place or at the given one.
fn tell(next: &mut AccountRecord, receiver: Option<&Receiver>, due: Timestamp) -> Entry {
    let receiver = receiver.unwrap_or(&next.noted.receiver).clone();
    let effect = Effect::Tell { card: card(&next.account, &receiver), kind: TellKind::New };
    next.cards.push(receiver);
    if next.cards.len() > CARDS_KEPT {
        next.cards.remove(0);
    }
    Entry::new(effect, Class::REPORT, due)
}

fn notice(next: &AccountRecord, receiver: &Receiver, now: Timestamp) -> Entry {
    let kind = TellKind::Notice { version: next.version + 1 };
    Entry::new(Effect::Tell { card: card(&next.account, receiver), kind }, Class::REPORT, now)
}

fn commit(
    mut next: AccountRecord,
    entries: Vec<Entry>,
    now: Timestamp,
    actor: &str,
    input: &InputId,
    reason: Reason,
) -> Decision {
    next.version += 1;
    let mut record = Changed::Account(Box::new(next));
    let audit = audited(&mut record, now, actor, input, &reason);
    let change = Change { record, states: vec![], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
