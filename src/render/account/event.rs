//! What happened to an account, in a sentence, and the reply that tells of it.

use super::{AccountNow, NAME, REASON, Stands};
use crate::domain::{AccountEvent, Appeared, Block, Card, Color, Happened, Message, Placement};
use crate::render::calendar::Calendar;
use crate::render::pen::{Pen, text};
use crate::render::view;
use crate::render::words::Words;

/// One sentence.
pub(super) fn happened(pen: Pen<'_>, calendar: &Calendar<'_>, event: &AccountEvent) -> Block {
    let mut view = view::Happened {
        at: calendar.stamp(event.at),
        unit: None,
        from: None,
        event: None,
        reason: None,
    };
    let short = |text_of: &str| Some(text(text_of, NAME));
    let key = match &event.happened {
        Happened::Appeared { how, unit } => {
            view.unit =
                unit.as_ref().and_then(|unit| short(unit.name.as_deref().unwrap_or(&unit.id)));
            match how {
                Appeared::Managed => "account.event.managed",
                Appeared::Updated => "account.event.updated",
                Appeared::Created => "account.event.created",
                Appeared::Joined => "account.event.joined",
            }
        }
        Happened::Moved { from, to } => {
            (view.from, view.unit) = (short(from), short(to));
            "account.event.moved"
        }
        Happened::Closed => "account.event.closed",
        Happened::Left { how } => {
            view.reason = how.as_deref().and_then(short);
            "account.event.left"
        }
        Happened::Failed { event, reason } => {
            view.event = short(event);
            view.reason = reason.as_deref().map(|reason| text(reason, REASON));
            "account.event.failed"
        }
    };
    pen.paragraph(key, &view)
}

/// The reply under the card, about the account as it is when it is sent.
pub fn account_notice(words: &Words, now: &AccountNow<'_>, card: &Card) -> Message {
    let receiver = &card.receiver;
    let pen = Pen { words, lang: receiver.lang };
    let owner = match now.map.place(now.account) {
        Placement::Owned(company, account) => Some((company, account)),
        Placement::Unowned => None,
    };
    let view = now.view(owner, pen);
    let event = now.record.and_then(|record| record.event.as_ref());
    let ccoe = match now.stands(card) {
        Stands::Unowned | Stands::UnownedLive | Stands::Assigned(..) => true,
        Stands::Baseline(..) | Stands::Live(..) | Stands::Elsewhere => false,
    };
    let Some(event) = event.filter(|_| ccoe) else {
        let text = pen.mrkdwn("account.notice.back", &view);
        let why = if ccoe { "account.body.unowned" } else { "account.body.baseline" };
        return Message { text, color: super::BLUE, blocks: vec![pen.paragraph(why, &view)] };
    };
    let calendar = Calendar::new(words, receiver.lang, &receiver.time_zone, &[event.at]);
    let next = match (&event.happened, owner) {
        (Happened::Failed { .. }, _) => Some("account.notice.failed"),
        (Happened::Closed | Happened::Left { .. }, None) => None,
        (Happened::Closed | Happened::Left { .. }, Some(_)) => Some("account.notice.ended"),
        (Happened::Appeared { .. } | Happened::Moved { .. }, None) => Some("account.notice.assign"),
        (Happened::Moved { .. }, Some(_)) => Some("account.notice.moved"),
        (Happened::Appeared { .. }, Some(_)) => None,
    };
    let mut blocks = vec![happened(pen, &calendar, event)];
    blocks.extend(next.map(|key| pen.paragraph(key, &view)));
    Message { text: pen.mrkdwn("account.notice.head", &view), color: COLOR, blocks }
}

const COLOR: Color = super::ORANGE;
