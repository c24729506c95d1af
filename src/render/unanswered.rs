//! The reply under a card that nobody answered, shown in the channel as well.

use super::card::resource;
use super::face::{Face, NAME};
use super::pen::{called, rich, said};
use super::words::Words;
use crate::domain::{Alert, Card, Contact, EscalationStep, Message};

/// How many people are called at most.
const CALLED: usize = 10;

/// The reply about an open alert. `leads` are called where it is passed on to them; `to_ccoe`: its
/// card stands in the CCoE's own channel.
pub fn unanswered(
    words: &Words,
    alert: &Alert,
    card: &Card,
    step: EscalationStep,
    (leads, to_ccoe): (&[&Contact], bool),
) -> Message {
    let face = Face::new(words, alert, card);
    let key = match step {
        EscalationStep::CompanyLead if leads.is_empty() => "card.unanswered.no_lead",
        EscalationStep::CompanyLead => "card.unanswered.lead",
        EscalationStep::Ccoe if to_ccoe => "card.unanswered.ccoe_own",
        EscalationStep::Ccoe => "card.unanswered.ccoe",
    };
    let mut blocks = vec![face.pen.paragraph(key, &())];
    let mut people = Vec::new();
    for lead in leads.iter().take(CALLED) {
        if !people.is_empty() {
            people.push(said(" "));
        }
        people.push(called(lead, card, NAME));
    }
    if !people.is_empty() {
        blocks.insert(0, rich(people));
    }
    blocks.push(resource(&face));
    Message { text: face.first_line("card.head.unanswered"), color: face.color(), blocks }
}
