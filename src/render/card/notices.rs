//! What must be read first, how the problem stands, and what came before.

use crate::domain::{Block, EscalationStep, Member, Text, Workflow};
use crate::render::face::{Face, NAME, SHORT, Stand, is_confirmed};
use crate::render::pen::text;
use crate::render::view;

/// Sentences that change how the rest is to be read.
pub(super) fn notices(face: &Face<'_>) -> Vec<Block> {
    let alert = face.alert;
    let owner = alert.ownership.company.as_deref();
    let stands_in_for = face.card.receiver.stands_in_for.as_ref();
    let marked = marked_resolved(face);
    let view = view::Notice {
        account: text(alert.key.account.as_str(), SHORT),
        company: owner.map(|name| text(name, NAME)),
        channel: stands_in_for.map(|lane| text(lane.channel.as_str(), SHORT)),
        product: marked.map(|member| text(&member.product, NAME)),
    };
    [
        (alert.is_sample(), "card.notice.sample"),
        (stands_in_for.is_some(), "card.notice.stand_in"),
        (owner.is_none(), "card.notice.unowned"),
        (escalated(face), "card.notice.escalated"),
        (marked.is_some(), "card.notice.marked_resolved"),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, key)| face.pen.paragraph(key, &view))
    .collect()
}

/// Who takes care of the problem.
pub(super) fn care(face: &Face<'_>) -> Option<Block> {
    match face.stand {
        Stand::Open => {}
        Stand::Resolved { .. } | Stand::Superseded(_) => return None,
    }
    let alert = face.alert;
    let (key, name, at) = match (&alert.assignee, &alert.acknowledged) {
        (Some(one), _) => ("card.care.assigned", &one.name, one.given.at),
        (None, Some(given)) => ("card.care.acknowledged", &given.name, given.at),
        (None, None) => return None,
    };
    let view = view::Care { name: text(name, NAME), at: face.calendar.stamp(at) };
    Some(face.pen.paragraph(key, &view))
}

/// Whether it was passed on to the CCoE and still stands.
fn escalated(face: &Face<'_>) -> bool {
    match face.stand {
        Stand::Open => face.alert.escalated == Some(EscalationStep::Ccoe),
        Stand::Resolved { .. } | Stand::Superseded(_) => false,
    }
}

/// The finding that somebody marked as resolved at its source while the problem stands.
fn marked_resolved<'a>(face: &Face<'a>) -> Option<&'a Member> {
    match face.stand {
        Stand::Open => {
            face.alert.open_members().find(|member| member.workflow == Some(Workflow::Resolved))
        }
        Stand::Resolved { .. } | Stand::Superseded(_) => None,
    }
}

/// How the problem stands, unless it is simply open.
pub(super) fn state(face: &Face<'_>) -> Vec<Block> {
    let pen = face.pen;
    match face.stand {
        Stand::Open if face.alert.episode > 1 => {
            let view = view::State { nth: Some(face.alert.episode), ..view::State::default() };
            let before = face.alert.history.last();
            let key = if before.is_none_or(|one| is_confirmed(one.cause)) {
                "card.state.reopened"
            } else {
                "card.state.reopened_closed"
            };
            vec![pen.paragraph(key, &view)]
        }
        Stand::Open => Vec::new(),
        Stand::Resolved { since, at, cause } => {
            let view = view::State {
                at: Some(face.calendar.stamp(at)),
                cause: Some(face.cause(cause)),
                open_for: Some(face.calendar.span(since, at)),
                ..view::State::default()
            };
            let key = if is_confirmed(cause) { "card.state.resolved" } else { "card.state.closed" };
            vec![pen.paragraph(key, &view)]
        }
        Stand::Superseded(Some(episode)) => {
            let view = view::State {
                at: Some(face.calendar.stamp(episode.at)),
                zone: face.calendar.zone(),
                cause: Some(face.cause(episode.cause)),
                ..view::State::default()
            };
            let key = if is_confirmed(episode.cause) {
                "card.state.superseded"
            } else {
                "card.state.superseded_closed"
            };
            vec![pen.paragraph(key, &view)]
        }
        Stand::Superseded(None) => vec![pen.paragraph("card.state.superseded_earlier", &())],
    }
}

/// The past episodes of a problem that came back.
pub(super) fn history(face: &Face<'_>) -> Option<Block> {
    let past = face.past();
    if past.is_empty() {
        return None;
    }
    let pen = face.pen;
    let mut lines = vec![pen.word("card.history.title")];
    let shown = u64::try_from(past.len()).unwrap_or(u64::MAX);
    let count = u64::from(face.alert.episode.saturating_sub(1)).saturating_sub(shown);
    if count > 0 {
        lines.push(pen.literal("card.history.earlier", &view::Count { count }));
    }
    for episode in past {
        let view = view::Past {
            number: episode.number,
            since: face.calendar.stamp(episode.since),
            at: face.calendar.stamp(episode.at),
            cause: face.cause(episode.cause),
        };
        lines.push(pen.literal("card.history.line", &view));
    }
    // Our own words and numbers alone: the line breaks between them are ours too.
    Some(Block::Section {
        text: Some(Text::Plain(lines.join("\n"))),
        fields: Vec::new(),
        accessory: None,
    })
}
