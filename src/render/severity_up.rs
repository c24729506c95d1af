//! The reply under a card when its problem gets worse, shown in the channel as well: an edited
//! card raises no notification.

use super::card::resource;
use super::face::{Face, Stand, is_confirmed};
use super::view;
use super::words::Words;
use crate::domain::{Alert, Card, Message, Severity};

/// The reply, about the alert as it is when it is sent.
pub fn severity_up(words: &Words, alert: &Alert, card: &Card) -> Message {
    let face = Face::new(words, alert, card);
    let body = match face.stand {
        Stand::Open => match alert.severity {
            // Only a card with an owner is sure to say what to do next.
            Severity::Critical | Severity::High if alert.ownership.company.is_some() => {
                "card.up.open_urgent"
            }
            Severity::Critical
            | Severity::High
            | Severity::Medium
            | Severity::Low
            | Severity::Informational => "card.up.open",
        },
        Stand::Resolved { cause, .. } if is_confirmed(cause) => "card.up.resolved",
        Stand::Resolved { .. } => "card.up.closed",
        Stand::Superseded(Some(episode)) if is_confirmed(episode.cause) => "card.up.superseded",
        Stand::Superseded(Some(_)) => "card.up.superseded_closed",
        Stand::Superseded(None) => "card.up.superseded_earlier",
    };
    let view = view::Up { severity: face.pen.severity(alert.severity) };
    let body = if alert.is_sample() { "card.notice.sample" } else { body };
    let blocks = vec![face.pen.paragraph(body, &view), resource(&face)];
    Message { text: face.first_line(face.head_key("card.head.up")), color: face.color(), blocks }
}
