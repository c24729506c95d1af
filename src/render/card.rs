//! The card of an alert: what happened, where, how bad, and what to do next.

use super::face::{Face, Stand, is_confirmed};
use super::words::Words;
use super::{link, view};
use crate::domain::{Alert, Block, Button, ButtonStyle, Card, Choice, Color, Element, Message};

mod facts;

mod notices;

pub(super) use facts::resource;

/// Links to the cards of the neighbouring episodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Permalink of the previous episode's card.
    pub older: Option<String>,
    /// Permalink of the next episode's card.
    pub newer: Option<String>,
    /// Whether the bot hears what is pressed: without a door, a button would ask nobody.
    pub asks: bool,
}

/// The card of `card.episode` as the alert is now, for the card's receiver.
pub fn alert_card(words: &Words, alert: &Alert, card: &Card, links: &Links) -> Message {
    let face = Face::new(words, alert, card);
    if has_left(alert, card) {
        // Whoever is in charge now is none of this channel's business.
        let blocks = vec![face.pen.paragraph("card.notice.moved", &())];
        return Message { text: face.moved_line(), color: MOVED, blocks };
    }
    let open = if alert.episode > 1 { "card.head.reopened" } else { "card.head.open" };
    let mut blocks = notices::notices(&face);
    blocks.extend(notices::state(&face));
    blocks.extend(notices::care(&face));
    blocks.extend(facts::facts(&face));
    blocks.extend(next_steps(&face));
    blocks.extend(notices::history(&face));
    blocks.extend(buttons(&face, links));
    Message { text: face.first_line(face.head_key(open)), color: face.color(), blocks }
}

/// Bar of a card that is kept up no more.
const MOVED: Color = Color("#9e9e9e");

/// True for a card in a channel that the alert is no longer told in.
fn has_left(alert: &Alert, card: &Card) -> bool {
    !alert.receivers.is_empty()
        && alert.receivers.iter().all(|receiver| receiver.lane != card.receiver.lane)
}

/// What the reader should do. A sample and a problem that is gone ask for nothing.
fn next_steps(face: &Face<'_>) -> Vec<Block> {
    if face.alert.is_sample() {
        return Vec::new();
    }
    let owned = face.alert.ownership.company.is_some();
    let threat = facts::threat(face);
    match face.stand {
        // The CCoE can't fix the setting of an account it does not know: the notice at the top
        // says what to do. What to do about a threat is worth passing on.
        Stand::Open if owned || threat.is_some() => open_steps(face, threat),
        Stand::Resolved { cause, .. } if owned && !is_confirmed(cause) => {
            vec![face.pen.paragraph("card.next.closed", &())]
        }
        Stand::Open | Stand::Resolved { .. } | Stand::Superseded(_) => Vec::new(),
    }
}

fn open_steps(face: &Face<'_>, threat: Option<facts::Threat>) -> Vec<Block> {
    let pen = face.pen;
    let fix = fix_page(face);
    let key = match (threat, &fix) {
        (Some(facts::Threat::Inside), _) => "card.next.threat",
        (Some(facts::Threat::Outside), _) => "card.next.attacked",
        (None, Some(_)) => "card.next.fix",
        (None, None) => "card.next.check",
    };
    let mut blocks = vec![pen.paragraph(key, &())];
    // In the CCoE's own channel there is nobody else to ask.
    let owners =
        face.alert.ownership.company.is_some() && face.card.receiver.stands_in_for.is_none();
    if owners && !face.detailed() && threat.is_none() {
        blocks.push(pen.paragraph("card.next.ask", &()));
    }
    if let Some(host) = fix.and_then(|page| page.strange_host) {
        blocks.push(pen.small("card.fix_host", &view::Host { host }));
    }
    blocks
}

fn fix_page(face: &Face<'_>) -> Option<link::FixPage> {
    face.alert.fix_url.as_deref().and_then(link::fix_page)
}

/// Pages to open, the most useful first.
fn buttons(face: &Face<'_>, links: &Links) -> Option<Block> {
    let links_ask = links.asks;
    let console =
        || face.speaker().and_then(|member| link::console(member, &face.alert.key.region));
    let older = || links.older.as_deref().and_then(link::card);
    let newer = || links.newer.as_deref().and_then(link::card);
    let fix = || fix_page(face).map(|page| page.url);
    let pages = match face.stand {
        Stand::Open => {
            vec![("fix", fix()), ("finding", console()), ("older", older())]
        }
        Stand::Resolved { .. } => vec![("finding", console()), ("older", older())],
        Stand::Superseded(_) => vec![("newer", newer())],
    };
    let links = pages.into_iter().filter_map(|(name, url)| {
        let text = face.pen.plain(&format!("card.button.{name}"), &());
        Some(Element::Button(Button::link(format!("link_{name}"), text, url?)))
    });
    let mut elements = Vec::new();
    elements.extend(assign_owner(face, links_ask));
    elements.extend(acknowledge(face, links_ask));
    elements.extend(links);
    elements.extend(menu(face, links_ask));
    if elements.is_empty() { None } else { Some(Block::Actions { elements }) }
}

/// For an account that nobody answers for: what must be done first.
fn assign_owner(face: &Face<'_>, asks: bool) -> Option<Element> {
    // Only a real account can be given an owner: test events name ids of more digits.
    let real = face.alert.key.account.as_str().len() == 12 && !face.alert.is_sample();
    let unowned = real && face.alert.ownership.company.is_none();
    let open = match face.stand {
        Stand::Open => true,
        Stand::Resolved { .. } | Stand::Superseded(_) => false,
    };
    let text =
        (asks && unowned && open).then(|| face.pen.plain("card.button.assign_owner", &()))?;
    let account = face.alert.key.account.to_string();
    let button = Button::ask("assign_owner".to_owned(), text, account);
    Some(Element::Button(Button { style: Some(ButtonStyle::Primary), ..button }))
}

/// "I have seen it and take care of it", while nobody has said so.
fn acknowledge(face: &Face<'_>, asks: bool) -> Option<Element> {
    let waits = match face.stand {
        Stand::Open => face.alert.acknowledged.is_none() && !face.alert.is_sample(),
        Stand::Resolved { .. } | Stand::Superseded(_) => false,
    };
    let text = (asks && waits).then(|| face.pen.plain("card.button.ack", &()))?;
    let button =
        Button::ask("ack".to_owned(), text, format!("{}/{}", face.alert.id, face.card.episode));
    // One button stands out: that of an account without owner is another.
    let style = face.alert.ownership.company.is_some().then_some(ButtonStyle::Primary);
    Some(Element::Button(Button { style, ..button }))
}

/// What is asked more rarely.
fn menu(face: &Face<'_>, asks: bool) -> Option<Element> {
    let verbs: &[&str] = match face.stand {
        Stand::Open => &["why", "assign", "show"],
        Stand::Resolved { .. } => &["why", "show"],
        // The newer card answers.
        Stand::Superseded(_) => return None,
    };
    let choice = |verb: &&str| Choice {
        text: face.pen.plain(&format!("card.menu.{verb}"), &()),
        value: format!("{verb}:{}", face.alert.id),
    };
    let options = verbs.iter().map(choice).collect();
    asks.then(|| Element::Overflow { action_id: "more".to_owned(), options })
}
