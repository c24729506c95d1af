//! Carrying a plan out and settling what came of it.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    CALL, Call, DEADLINE, MARGIN, PumpParts, add,
    failed::failed,
    prepare::{LINK_PAUSE, Plan, Shown, Step, beside, render},
};
use crate::{
    decide::Input,
    domain::{
        Card, Delivery, Digest, Effect, Entry, InputId, Message, MessageTs, WakeKind, digest,
    },
    ports::{Claimed, Fault, PortError, PortResult, Settled},
};

/// Looks through the channel before a post in doubt is sent again.
const LOOKS: u32 = 2;
/// Between two looks.
pub(super) const LOOK_PAUSE: Duration = Duration::from_secs(5);
/// How far before the call's start a look reaches: clocks differ.
const LOOK_BACK: Duration = Duration::from_mins(1);

/// What came of a step.
pub(super) struct Outcome {
    /// The service asked for a pause of this kind of call.
    pub pause: Option<(Call, Timestamp)>,
    /// Whether it was settled.
    pub result: PortResult<()>,
}

pub(super) async fn out(parts: &PumpParts, lease: &Claimed, step: Step) -> Outcome {
    let Step { entry, plan } = step;
    let call = plan.call();
    let doubt = plan.doubt();
    let mut pause = None;
    let result = match carry(parts, lease, &entry, plan).await {
        Ok(()) => Ok(()),
        Err(Failed::Store(error)) => Err(error),
        Err(Failed::Call { entry, error }) => {
            if let (Fault::Retry { after }, true, Some(call)) =
                (error.fault, error.everywhere, call)
            {
                pause = Some((call, add(parts.clock.now(), after)));
            }
            failed(parts, lease, &entry, &error, doubt).await
        }
    };
    Outcome { pause, result }
}

enum Failed {
    Store(PortError),
    Call { entry: Box<Entry>, error: PortError },
}

impl From<PortError> for Failed {
    fn from(error: PortError) -> Self {
        Self::Store(error)
    }
}

fn call(entry: &Entry) -> impl FnOnce(PortError) -> Failed {
    let entry = Box::new(entry.clone());
    move |error| Failed::Call { entry, error }
}

async fn carry(
    parts: &PumpParts,
    lease: &Claimed,
    entry: &Entry,
    plan: Plan,
) -> Result<(), Failed> {
    let now = parts.clock.now();
    let deadline = add(now, DEADLINE);
    // Whoever was held up since the round began must not start a call that may end after the
    // lease: another replica may have gone on by then.
    let room = add(deadline, MARGIN) <= lease.until;
    let settled = match plan {
        Plan::Settle(settled) => settled,
        Plan::Wake(what) => {
            wake(parts, entry, what).await?;
            Settled::Done { delivery: None, follow: Vec::new() }
        }
        Plan::PostCard(_) | Plan::Reply { .. } | Plan::Update { .. } if !room => {
            Settled::Later { due: now }
        }
        Plan::PostCard(shown) => {
            let sending = parts.store.begin(lease, entry, now, deadline).await?;
            if late(parts, deadline) {
                return again(parts, lease, &sending).await;
            }
            let ts = post(parts, &sending, &shown.message, None).await.map_err(call(&sending))?;
            let now_stands = Stands { ts, posted: shown.version, known: true };
            stands(parts, &sending, now_stands, &shown).await?
        }
        Plan::Reply { message, under } => {
            let sending = parts.store.begin(lease, entry, now, deadline).await?;
            if late(parts, deadline) {
                return again(parts, lease, &sending).await;
            }
            post(parts, &sending, &message, Some(&under)).await.map_err(call(&sending))?;
            Settled::Done { delivery: None, follow: Vec::new() }
        }
        Plan::Update { shown, stands: old, .. } => {
            // Begun in the store like a post: if nobody settles it, what the card shows is unknown.
            let sending = parts.store.begin(lease, entry, now, deadline).await?;
            if late(parts, deadline) {
                return again(parts, lease, &sending).await;
            }
            let lane = &old.card.receiver.lane;
            parts.chat.update(lane, &old.ts, &shown.message).await.map_err(call(&sending))?;
            parts.counters.updated.add();
            let now_stands = Stands { ts: old.ts, posted: old.posted, known: true };
            stands(parts, entry, now_stands, &shown).await?
        }
        Plan::Look { started, looks, .. } if !room => Settled::InDoubt { started, looks, due: now },
        Plan::Look { started, looks, under, shown } => {
            look(parts, entry, Looking { started, looks, under }, shown).await?
        }
    };
    parts.store.settle(lease, entry, parts.clock.now(), &settled).await?;
    Ok(())
}

/// A date has come: what follows is decided at the one door, once, whichever lane it waited in.
async fn wake(parts: &PumpParts, entry: &Entry, what: WakeKind) -> PortResult<()> {
    let card = entry.effect.card().clone();
    let (subject, word) = (card.subject.as_str(), what.word());
    let id = InputId::new(format!("due/{subject}/{}/{word}", card.episode));
    parts.gate.handle(&id, &Input::Due { card: Box::new(card), what }).await.map(|_| ())
}

/// True if a call started now could end after its deadline.
fn late(parts: &PumpParts, deadline: Timestamp) -> bool {
    add(parts.clock.now(), CALL) > deadline
}

/// No call was started: the entry goes back as it was.
async fn again(parts: &PumpParts, lease: &Claimed, entry: &Entry) -> Result<(), Failed> {
    let now = parts.clock.now();
    parts.store.settle(lease, entry, now, &Settled::Later { due: now }).await?;
    Ok(())
}

async fn post(
    parts: &PumpParts,
    entry: &Entry,
    message: &Message,
    under: Option<&MessageTs>,
) -> PortResult<MessageTs> {
    let ts = parts.chat.post(entry.lane(), message, entry.id.as_str(), under).await?;
    parts.counters.posted.add();
    Ok(ts)
}

/// A card that stands now.
struct Stands {
    ts: MessageTs,
    /// The version it was posted with; 0 if that is not known.
    posted: u64,
    /// Whether it is known what it shows.
    known: bool,
}

/// The card stands. If its subject moved on meanwhile, or the card of the episode before must now
/// link here, that follows.
async fn stands(
    parts: &PumpParts,
    entry: &Entry,
    now_stands: Stands,
    shown: &Shown,
) -> PortResult<Settled> {
    let Stands { ts, posted, known } = now_stands;
    let now = parts.clock.now();
    let card = entry.effect.card().clone();
    let mut follow = Vec::new();
    let current = render(parts, &card, now).await?;
    if !known || current.is_some_and(|current| current.hash != shown.hash) {
        follow.push(shown.urgency.clone());
    } else if shown.partial {
        follow.push(Entry { due: add(now, LINK_PAUSE), ..shown.urgency.clone() });
    }
    // A new message has a new link: the cards of the episodes beside it show it.
    if matches!(entry.effect, Effect::Tell { .. }) {
        follow.extend(neighbours(parts, &card, shown, now).await?);
    }
    // What an adopted message shows is not known: an empty hash differs from every other.
    let hash = if known { shown.hash.clone() } else { digest::<&str>(&[]) };
    let hash: Digest = hash;
    let version = shown.version;
    let delivery = Delivery { card, ts, hash, version, posted, at: now, replaced_by: None };
    Ok(Settled::Done { delivery: Some(Box::new(delivery)), follow })
}

/// Updates of the cards before and after, which link this one.
pub(super) async fn neighbours(
    parts: &PumpParts,
    card: &Card,
    shown: &Shown,
    now: Timestamp,
) -> PortResult<Vec<Entry>> {
    let (older, newer) = beside(parts, card, shown.episodes).await?;
    let show = |delivery: Delivery| {
        let effect = Effect::Show { card: delivery.card, urgent: true };
        Entry::new(effect, shown.urgency.class, now)
    };
    Ok(older.into_iter().chain(newer).map(show).collect())
}

struct Looking {
    started: Timestamp,
    looks: u32,
    under: Option<MessageTs>,
}

/// Looks for a post whose answer never came: adopts it, or sends it again after two looks.
async fn look(
    parts: &PumpParts,
    entry: &Entry,
    looking: Looking,
    shown: Option<Shown>,
) -> Result<Settled, Failed> {
    let Looking { started, looks, under } = looking;
    let lane = entry.lane();
    let since = started.checked_sub(LOOK_BACK).unwrap_or(started);
    let found = parts
        .chat
        .find(lane, entry.id.as_str(), since, under.as_ref())
        .await
        .map_err(call(entry))?;
    let now = parts.clock.now();
    let mut found = found.into_iter();
    let Some(first) = found.next() else {
        let looks = looks + 1;
        let due = add(now, LOOK_PAUSE);
        tracing::info!(entry.id = %entry.id, looks, "a post in doubt is not in the channel");
        return Ok(if looks < LOOKS {
            Settled::InDoubt { started, looks, due }
        } else {
            Settled::Later { due: now }
        });
    };
    parts.counters.adopted.add();
    tracing::info!(entry.id = %entry.id, slack.ts = %first, "a post in doubt was found: adopted");
    for double in found {
        parts.counters.doubles.add();
        match parts.chat.delete(lane, &double).await {
            Ok(()) => {
                tracing::warn!(entry.id = %entry.id, slack.ts = %double, "a double was deleted");
            }
            // The first one stands and is kept up to date; this one stays as it is.
            Err(error) => tracing::error!(
                entry.id = %entry.id, slack.ts = %double, port.error = %error,
                "a double can't be deleted: a person must"
            ),
        }
    }
    match shown {
        Some(shown) => {
            // What an adopted message showed is not known, but it told of the problem.
            let adopted = Stands { ts: first, posted: 0, known: false };
            Ok(stands(parts, entry, adopted, &shown).await?)
        }
        None => Ok(Settled::Done { delivery: None, follow: Vec::new() }),
    }
}
