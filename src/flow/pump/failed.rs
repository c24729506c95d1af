//! What follows a call that failed: the class of the error alone decides.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::{
    DEADLINE, PumpParts, add,
    carry::{LOOK_PAUSE, neighbours},
    prepare::render,
};
use crate::{
    decide::Input,
    domain::{
        Card, Effect, Entry, EntryState, Example, InputId, OwnerMap, Subject, TellKind, Trouble,
    },
    ports::{Claimed, Fault, PortError, PortResult, Settled},
};

/// Between two looks where looking is refused.
const LOOK_PAUSE_LONG: Duration = Duration::from_mins(1);
/// How long a post is looked for where looking is refused.
const LOOKED_FOR: Duration = Duration::from_mins(10);
/// How often a card that nobody stands in for is tried: a day long.
const HOPELESS_TRIES: u32 = 288;
/// How long to leave a channel alone that nobody can stand in for.
const HOPELESS_PAUSE: Duration = Duration::from_mins(5);
/// Longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A call failed: the class alone says what follows.
pub(super) async fn failed(
    parts: &PumpParts,
    lease: &Claimed,
    entry: &Entry,
    error: &PortError,
    doubt: Option<(Timestamp, u32)>,
) -> PortResult<()> {
    let now = parts.clock.now();
    let settled = match (error.fault, &entry.effect, doubt) {
        // A look that failed leaves the post as much in doubt as before.
        (Fault::Retry { after }, _, Some((started, looks))) => {
            put_off(parts, entry, error);
            Settled::InDoubt { started, looks, due: add(now, after) }
        }
        (Fault::InDoubt | Fault::Conflict, _, Some((started, looks))) => {
            Settled::InDoubt { started, looks, due: add(now, LOOK_PAUSE) }
        }
        // The post may well stand where it can't be looked for: no second card for a while.
        (Fault::Permanent, _, Some((started, looks)))
            if now.duration_since(started).unsigned_abs() < LOOKED_FOR =>
        {
            tracing::error!(entry.id = %entry.id, port.error = %error, "a post can't be looked for");
            Settled::InDoubt { started, looks, due: add(now, LOOK_PAUSE_LONG) }
        }
        (Fault::Retry { after }, ..) => {
            put_off(parts, entry, error);
            Settled::Later { due: add(now, after.max(backoff(entry.attempts))) }
        }
        // An update changes nothing by being done twice.
        (Fault::InDoubt, Effect::Show { .. } | Effect::Wake { .. }, None) => {
            Settled::Later { due: add(now, backoff(entry.attempts)) }
        }
        (Fault::InDoubt, Effect::Tell { .. }, None) => {
            parts.counters.in_doubt.add();
            tracing::warn!(entry.id = %entry.id, port.error = %error, "no answer to a post");
            let (started, deadline) = match entry.state {
                EntryState::Sending { started, deadline } => (started, deadline),
                EntryState::Ready
                | EntryState::InDoubt { .. }
                | EntryState::Done
                | EntryState::Dead { .. } => (now, add(now, DEADLINE)),
            };
            Settled::InDoubt { started, looks: 0, due: deadline }
        }
        (Fault::Conflict, _, None) => Settled::Later { due: add(now, LOOK_PAUSE) },
        (
            Fault::Permanent,
            Effect::Show { .. }
            | Effect::Tell {
                kind:
                    TellKind::SeverityUp { .. } | TellKind::Notice { .. } | TellKind::Unanswered { .. },
                ..
            },
            _,
        ) => replace(parts, entry, error, now).await?,
        // It makes no call that could fail so.
        (Fault::Permanent, Effect::Wake { .. }, _) => {
            Settled::Later { due: add(now, HOPELESS_PAUSE) }
        }
        (Fault::Permanent, Effect::Tell { .. }, _) => refused(parts, entry, error, now).await?,
    };
    parts.store.settle(lease, entry, now, &settled).await
}

fn put_off(parts: &PumpParts, entry: &Entry, error: &PortError) {
    parts.counters.put_off.add();
    tracing::warn!(entry.id = %entry.id, port.error = %error, "a call was put off");
}

/// 2 s, 4 s, ... up to a minute.
fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(1 << attempts.clamp(1, 6)).min(LONGEST_PAUSE)
}

/// The card can't be edited or replied to any more: a new one takes its place.
async fn replace(
    parts: &PumpParts,
    entry: &Entry,
    error: &PortError,
    now: Timestamp,
) -> PortResult<Settled> {
    let card = entry.effect.card();
    let lane = &card.receiver.lane;
    let stands = parts.store.delivery(&card.subject, card.episode, lane).await?;
    let Some(stands) = stands else {
        return Ok(Settled::Done { delivery: None, follow: Vec::new() });
    };
    tracing::warn!(
        entry.id = %entry.id, slack.ts = %stands.ts, port.error = %error,
        "a card is gone or can't be edited"
    );
    if let Some(shown) = render(parts, card, now).await?
        && card.episode < shown.episodes
    {
        // The card of an old episode is not posted again.
        return Ok(Settled::Gone { follow: neighbours(parts, card, &shown, now).await? });
    }
    let effect = Effect::Tell { card: card.clone(), kind: TellKind::Replaced { gone: stands.ts } };
    Ok(Settled::Replace { with: Box::new(Entry::new(effect, entry.class, now)) })
}

/// Whether the card sums up an account in the channel where the map has it summed up now.
fn sums_up(map: &OwnerMap, card: &Card) -> bool {
    let Subject::Account(account) = &card.subject else { return false };
    let lane = &card.receiver.lane;
    let own = map.resolve(account, &BTreeMap::new()).receiver(None).lane;
    own == *lane || map.ccoe_receiver().lane == *lane
}

/// A new message was refused for good: the CCoE's channel stands in. Where it is the CCoE's own,
/// the day's intake report says so, and it is tried again for a day; a summary for ever.
async fn refused(
    parts: &PumpParts,
    entry: &Entry,
    error: &PortError,
    now: Timestamp,
) -> PortResult<Settled> {
    let card = entry.effect.card();
    let reason = error.detail.clone();
    let alert = match &card.subject {
        Subject::Alert(alert) => Some(alert),
        Subject::Account(_) => None,
        Subject::Report(_) | Subject::Health(_) => {
            tracing::error!(entry.id = %entry.id, port.error = %error, "the CCoE can't be told");
            return Ok(Settled::Later { due: add(now, HOPELESS_PAUSE) });
        }
    };
    let lane = card.receiver.lane.clone();
    let owners = parts.gate.owners().await?;
    let ccoe = owners.map.ccoe_receiver().lane;
    // Nothing stands in for a summary: the report says for whom it could not be told.
    let Some(alert) = alert.filter(|_| ccoe != lane) else {
        let trouble = Trouble::Undelivered { entry: entry.id.clone(), reason: reason.clone() };
        let example = Example { at: now, trouble, count: 1, quarantine: None };
        let input = InputId::new(format!("undelivered/{}/{}", entry.id, entry.created));
        parts.gate.handle(&input, &Input::Trouble(example)).await?;
        tracing::error!(entry.id = %entry.id, port.error = %error, "a message can't be delivered");
        // Reported once. Whoever invites the bot back finds the card there. A summary is told once
        // alone, so it is tried for as long as the map has it stand there.
        if entry.attempts < HOPELESS_TRIES || sums_up(&owners.map, card) {
            return Ok(Settled::Later { due: add(now, HOPELESS_PAUSE) });
        }
        parts.counters.dead.add();
        return Ok(Settled::Dead { reason });
    };
    let input = InputId::new(format!("undeliverable/{}/{}", entry.id, entry.created));
    let rerouted = Input::Undeliverable { alert: alert.clone(), lane, reason: reason.clone() };
    parts.gate.handle(&input, &rerouted).await?;
    parts.counters.dead.add();
    Ok(Settled::Dead { reason })
}
