//! The reply under a card when its problem gets worse, shown in the channel as well: an edited
//! card raises no notification.

use super::card::resource;
use super::face::{Face, Stand};
use super::view;
use super::words::Words;
use crate::domain::{Alert, Card, Message};

/// The reply, about the alert as it is when it is sent.
pub fn severity_up(words: &Words, alert: &Alert, card: &Card) -> Message {
    let face = Face::new(words, alert, card);
    let body = match face.stand {
        Stand::Open => "card.up.open",
        Stand::Resolved { .. } => "card.up.resolved",
        Stand::Superseded(_) => "card.up.superseded",
    };
    let view = view::Up { severity: face.pen.severity(alert.severity) };
    let body = if alert.is_sample() { "card.notice.sample" } else { body };
    let blocks = vec![face.pen.paragraph(body, &view), resource(&face)];
    Message { text: face.first_line(face.head_key("card.head.up")), color: face.color(), blocks }
}
