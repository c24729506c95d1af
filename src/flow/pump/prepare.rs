//! What an entry asks for now: the card is rendered as its subject is at this moment.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::{Call, PumpParts, account::Account, add, carry::neighbours};
use crate::{
    decide::answered,
    domain::{
        Alert, Card, Class, Contact, Delivery, Digest, Effect, Entry, EntryState, EscalationStep,
        IntakeReport, Message, MessageTs, Severity, Subject, TellKind, WakeKind,
    },
    ports::{PortResult, Settled},
    render::{self, Links},
};

/// At most one update of a card in this time, save for a change of state.
const CARD_PAUSE: Duration = Duration::from_secs(30);
/// How long a reply waits for its card to stand.
const CARD_WAIT: Duration = Duration::from_secs(2);

/// How long a link that could not be had is left.
pub(super) const LINK_PAUSE: Duration = Duration::from_mins(1);
/// How many episodes away a neighbouring card is looked for.
const BESIDE: u32 = 50;

/// An entry with what to do about it.
pub(super) struct Step {
    pub entry: Entry,
    pub plan: Plan,
}

/// What to do about an entry.
pub(super) enum Plan {
    /// No call is needed.
    Settle(Settled),
    /// No call either: a date has come.
    Wake(WakeKind),
    /// Post the card.
    PostCard(Shown),
    /// Reply under the card.
    Reply { message: Message, under: MessageTs },
    /// Update the card.
    Update { shown: Shown, stands: Box<Delivery>, urgent: bool },
    /// Look through the channel for a post in doubt.
    Look { started: Timestamp, looks: u32, under: Option<MessageTs>, shown: Option<Shown> },
}

/// A card as it would be shown now.
#[derive(Clone)]
pub(super) struct Shown {
    pub message: Message,
    pub hash: Digest,
    pub version: u64,
    /// A link could not be had: it is tried again.
    pub partial: bool,
    /// How many episodes its subject has had.
    pub episodes: u32,
    pub urgency: Entry,
}

impl Plan {
    pub(super) const fn call(&self) -> Option<Call> {
        match self {
            Self::Settle(_) | Self::Wake(_) => None,
            Self::PostCard(_) | Self::Reply { .. } => Some(Call::Post),
            Self::Update { urgent: true, .. } => Some(Call::UrgentUpdate),
            Self::Update { urgent: false, .. } => Some(Call::BulkUpdate),
            Self::Look { .. } => Some(Call::Look),
        }
    }

    /// The doubt a look is to clear: when the post was started, looks so far.
    pub(super) const fn doubt(&self) -> Option<(Timestamp, u32)> {
        match self {
            Self::Look { started, looks, .. } => Some((*started, *looks)),
            Self::Settle(_)
            | Self::Wake(_)
            | Self::PostCard(_)
            | Self::Reply { .. }
            | Self::Update { .. } => None,
        }
    }
}

/// The call an entry asks for unless it turns out that none is needed.
pub(super) const fn likely_call(entry: &Entry) -> Option<Call> {
    Some(match (&entry.state, &entry.effect) {
        (_, Effect::Wake { .. }) => return None,
        (EntryState::Sending { .. } | EntryState::InDoubt { .. }, _) => Call::Look,
        (_, Effect::Tell { .. }) => Call::Post,
        (_, Effect::Show { urgent: true, .. }) => Call::UrgentUpdate,
        (_, Effect::Show { urgent: false, .. }) => Call::BulkUpdate,
    })
}

const DONE: Plan = Plan::Settle(Settled::Done { delivery: None, follow: Vec::new() });

pub(super) async fn plan(parts: &PumpParts, now: Timestamp, entry: &Entry) -> PortResult<Plan> {
    if let Effect::Wake { what, .. } = &entry.effect {
        return Ok(Plan::Wake(what.clone()));
    }
    let card = entry.effect.card();
    let lane = &card.receiver.lane;
    let stands = parts.store.delivery(&card.subject, card.episode, lane).await?;
    let looking = match (&entry.effect, &entry.state) {
        // Whoever began this update is gone; an update may be done twice.
        (Effect::Show { .. }, EntryState::Sending { .. } | EntryState::InDoubt { .. }) => {
            return Ok(Plan::Settle(Settled::Later { due: now }));
        }
        (Effect::Tell { .. }, EntryState::Sending { started, .. }) => Some((*started, 0)),
        (Effect::Tell { .. }, EntryState::InDoubt { started, looks }) => Some((*started, *looks)),
        (Effect::Wake { .. }, _)
        | (_, EntryState::Ready | EntryState::Done | EntryState::Dead { .. }) => None,
    };
    if let Some((started, looks)) = looking {
        let reply = matches!(&entry.effect, Effect::Tell { kind, .. } if kind.is_reply());
        let under = stands.filter(|_| reply).map(|delivery| delivery.ts);
        let shown = if reply { None } else { render(parts, card, now).await? };
        return Ok(Plan::Look { started, looks, under, shown });
    }
    match &entry.effect {
        Effect::Show { .. } if let (None, Subject::Account(id)) = (&stands, &card.subject) => {
            super::account::look(parts, id, entry.class).await?;
            Ok(DONE)
        }
        Effect::Show { urgent, .. } => {
            // An update that was begun and never settled may or may not have arrived.
            let known = entry.attempts == 0;
            show(parts, now, card, stands, Asked { urgent: *urgent, known }).await
        }
        // The message that tells of the problem told of this severity already.
        Effect::Tell {
            kind: TellKind::SeverityUp { version } | TellKind::Notice { version },
            ..
        } if stands.as_ref().is_some_and(|stands| stands.posted >= *version) => Ok(DONE),
        Effect::Tell { kind, .. } if kind.is_reply() => reply(parts, now, entry, stands).await,
        Effect::Wake { what, .. } => Ok(Plan::Wake(what.clone())),
        Effect::Tell { kind: TellKind::New | TellKind::Reopened, .. } if stands.is_some() => {
            Ok(DONE)
        }
        Effect::Tell { kind: TellKind::Replaced { gone }, .. }
            if stands.as_ref().is_some_and(|stands| stands.ts != *gone) =>
        {
            Ok(DONE)
        }
        Effect::Tell { kind, .. } => {
            let Some(shown) = render(parts, card, now).await? else { return Ok(DONE) };
            if card.episode >= shown.episodes {
                return Ok(Plan::PostCard(shown));
            }
            // An episode that ended and came back before its card stood is told by the card of
            // the newest one, with its history.
            Ok(match kind {
                TellKind::Replaced { .. } => {
                    let follow = neighbours(parts, card, &shown, now).await?;
                    Plan::Settle(Settled::Gone { follow })
                }
                TellKind::New
                | TellKind::Reopened
                | TellKind::SeverityUp { .. }
                | TellKind::Notice { .. }
                | TellKind::Unanswered { .. } => DONE,
            })
        }
    }
}

/// How a card is asked to be shown.
struct Asked {
    /// It does not wait for the card's pause.
    urgent: bool,
    /// What the card shows is what its delivery says.
    known: bool,
}

async fn show(
    parts: &PumpParts,
    now: Timestamp,
    card: &Card,
    stands: Option<Delivery>,
    Asked { urgent, known }: Asked,
) -> PortResult<Plan> {
    let Some(stands) = stands.filter(|stands| stands.replaced_by.is_none()) else {
        // Nothing to update: a card on its way is compared with its subject once it stands.
        return Ok(DONE);
    };
    let Some(shown) = render(parts, card, now).await? else { return Ok(DONE) };
    if known && shown.hash == stands.hash && shown.partial {
        return Ok(Plan::Settle(Settled::Later { due: add(now, LINK_PAUSE) }));
    }
    if known && shown.hash == stands.hash {
        return Ok(DONE);
    }
    let free = add(stands.at, CARD_PAUSE);
    if !urgent && now < free {
        return Ok(Plan::Settle(Settled::Later { due: free }));
    }
    Ok(Plan::Update { shown, stands: Box::new(stands), urgent })
}

/// What a reply says; `None` if its subject is unknown, or no replies are made about it.
async fn said(parts: &PumpParts, effect: &Effect, now: Timestamp) -> PortResult<Option<Message>> {
    let card = effect.card();
    Ok(match &card.subject {
        Subject::Alert(_) => {
            let Some(alert) = alert(parts, card).await? else { return Ok(None) };
            match effect {
                Effect::Tell { kind: TellKind::Unanswered { step }, .. } => {
                    unanswered(parts, now, card, &alert, *step).await?
                }
                Effect::Tell { .. } | Effect::Show { .. } | Effect::Wake { .. } => {
                    Some(render::severity_up(&parts.words, &alert, card))
                }
            }
        }
        Subject::Account(id) => Some(Account::read(parts, id, now).await?.notice(parts, card)),
        Subject::Report(_) | Subject::Health(_) => None,
    })
}

/// Calls for whoever it is passed on to, unless it is over or answered by now.
async fn unanswered(
    parts: &PumpParts,
    now: Timestamp,
    card: &Card,
    alert: &Alert,
    step: EscalationStep,
) -> PortResult<Option<Message>> {
    if !alert.is_open() || alert.episode != card.episode || answered(alert) {
        return Ok(None);
    }
    let owners = parts.gate.owners().await?;
    let zone = TimeZone::get(&card.receiver.time_zone).unwrap_or(TimeZone::UTC);
    let today = zone.to_datetime(now).date();
    let leads: Vec<&Contact> = match step {
        EscalationStep::CompanyLead => {
            owners.map.resolve(&alert.key.account, &alert.tags).security_leads(today).collect()
        }
        EscalationStep::Ccoe => vec![],
    };
    let to_ccoe = owners.map.ccoe_receiver().lane == card.receiver.lane;
    Ok(Some(render::unanswered(&parts.words, alert, card, step, (&leads, to_ccoe))))
}

/// A reply under the card, which goes first where it is not there yet.
async fn reply(
    parts: &PumpParts,
    now: Timestamp,
    entry: &Entry,
    stands: Option<Delivery>,
) -> PortResult<Plan> {
    let card = entry.effect.card();
    let (under, posting) = match stands {
        Some(stands) => match stands.replaced_by {
            None => (Some(stands.ts), None),
            Some(posting) => (None, Some(posting)),
        },
        None => (None, Some(card.entry_id())),
    };
    if let Some(under) = under {
        let message = said(parts, &entry.effect, now).await?;
        return Ok(message.map_or(DONE, |message| Plan::Reply { message, under }));
    }
    // The card itself is not there yet: it goes first, and as urgently as this.
    let posting = match posting {
        Some(posting) => {
            parts.store.entry(&entry.lane().team, &posting).await?.filter(Entry::waits)
        }
        None => None,
    };
    Ok(posting.map_or(DONE, |mut raise| {
        raise.class = raise.class.min(entry.class);
        // It may still wait for business hours, which this no longer does.
        raise.due = raise.due.min(now);
        Plan::Settle(Settled::After { due: add(now, CARD_WAIT), raise: Box::new(raise) })
    }))
}

/// The card as it would be shown now; `None` if its subject is unknown.
pub(super) async fn render(
    parts: &PumpParts,
    card: &Card,
    now: Timestamp,
) -> PortResult<Option<Shown>> {
    let mut partial = false;
    let urgent = |severity| (Class::show(severity, true), true);
    let (message, version, episodes, (class, urgent)) = match &card.subject {
        Subject::Alert(_) => {
            let Some(alert) = alert(parts, card).await? else { return Ok(None) };
            let (links, whole) = links(parts, card, alert.episode).await?;
            let message = render::alert_card(&parts.words, &alert, card, &links);
            partial = !whole;
            (message, alert.version, alert.episode, urgent(alert.severity))
        }
        Subject::Report(id) => {
            let Some(report) = parts.store.report(id).await? else { return Ok(None) };
            let report: IntakeReport = report;
            let message = render::report_card(&parts.words, &report, card);
            (message, report.version, 1, urgent(Severity::Informational))
        }
        Subject::Account(id) => {
            let account = Account::read(parts, id, now).await?;
            // What moves on while it is shown is shown after the card's pause.
            (account.card(parts, card), account.version(), 1, (Class::SUMMARY, false))
        }
        Subject::Health(id) => {
            let Some(health) = parts.store.health(id).await? else { return Ok(None) };
            let message = render::health_card(&parts.words, &health, card);
            (message, health.version, 1, urgent(Severity::Informational))
        }
    };
    let effect = Effect::Show { card: card.clone(), urgent };
    let urgency = Entry::new(effect, class, now);
    Ok(Some(Shown { hash: message.hash(), message, version, partial, episodes, urgency }))
}

async fn alert(parts: &PumpParts, card: &Card) -> PortResult<Option<Alert>> {
    match &card.subject {
        Subject::Alert(id) => parts.store.alert(id).await,
        Subject::Report(_) | Subject::Account(_) | Subject::Health(_) => Ok(None),
    }
}

/// The nearest cards before and after that stand: an episode that was over before it was shown
/// has none.
pub(super) async fn beside(
    parts: &PumpParts,
    card: &Card,
    episodes: u32,
) -> PortResult<(Option<Delivery>, Option<Delivery>)> {
    let first = card.episode.saturating_sub(BESIDE).max(1);
    let last = card.episode.saturating_add(BESIDE).min(episodes);
    let older = nearest(parts, card, (first..card.episode).rev()).await?;
    let newer = nearest(parts, card, card.episode + 1..=last).await?;
    Ok((older, newer))
}

async fn nearest(
    parts: &PumpParts,
    card: &Card,
    episodes: impl Iterator<Item = u32>,
) -> PortResult<Option<Delivery>> {
    for episode in episodes {
        let found = parts.store.delivery(&card.subject, episode, &card.receiver.lane).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Links to the cards beside, and whether all of them could be had: a card without a link is
/// better than none.
async fn links(parts: &PumpParts, card: &Card, episodes: u32) -> PortResult<(Links, bool)> {
    let lane = &card.receiver.lane;
    let (older, newer) = beside(parts, card, episodes).await?;
    let (mut links, mut whole) = (Links { asks: parts.asks, ..Links::default() }, true);
    for (link, delivery) in [(&mut links.older, older), (&mut links.newer, newer)] {
        let Some(delivery) = delivery else { continue };
        match parts.chat.permalink(lane, &delivery.ts).await {
            Ok(found) => *link = Some(found),
            Err(error) => {
                tracing::warn!(slack.lane = %lane, port.error = %error, "no link to a card");
                whole = false;
            }
        }
    }
    Ok((links, whole))
}
