//! The card of an account: what is held back of it, counted; who answers; what happened to it.

mod event;

use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::pen::{Pen, bold, code, rich, said, text};
use super::view;
use super::words::Words;
use crate::domain::{
    Account, AccountId, AccountRecord, AccountStanding, Block, Brief, Button, ButtonStyle, Card,
    Color, Company, Element, Message, OwnerMap, Placement, Severity, Stage,
};

pub use event::account_notice;

/// Problems that are shown by name.
const TOP: usize = 5;
/// UTF-16 units of a problem's title, of a resource's id, of a name, of a reason.
const TITLE: usize = 140;
const RESOURCE: usize = 160;
const NAME: usize = 80;
const REASON: usize = 300;

/// An account as it is now.
#[derive(Clone, Copy)]
pub struct AccountNow<'a> {
    /// Which.
    pub account: &'a AccountId,
    /// What is known of it beside the map, if anything.
    pub record: Option<&'a AccountRecord>,
    /// The owner map.
    pub map: &'a OwnerMap,
    /// Its stage now.
    pub stage: Stage,
    /// Its open problems without samples, most severe first.
    pub open: &'a [Brief],
    /// There are more of them.
    pub more: bool,
    /// Whether the bot hears what is pressed.
    pub asks: bool,
}

/// How the account stands to the reader of the card.
#[derive(Clone, Copy)]
enum Stands<'a> {
    /// Nobody answers: what is found is held back.
    Unowned,
    /// Nobody answers, and the CCoE is told of everything.
    UnownedLive,
    /// The reader's company answers, and what is found is held back.
    Baseline(&'a Company, &'a Account),
    /// The reader's company answers and is told of everything.
    Live(&'a Company, &'a Account),
    /// The reader is the CCoE, and a company answers.
    Assigned(&'a Company, &'a Account),
    /// It is none of the reader's business any more.
    Elsewhere,
}

impl<'a> AccountNow<'a> {
    fn stands(&self, card: &Card) -> Stands<'a> {
        let lane = &card.receiver.lane;
        let ccoe = self.map.ccoe_receiver().lane == *lane || card.receiver.stands_in_for.is_some();
        let resolved = self.map.resolve(self.account, &BTreeMap::new());
        match (self.map.place(self.account), self.stage) {
            (Placement::Unowned, Stage::Baseline) if ccoe => Stands::Unowned,
            (Placement::Unowned, Stage::Live) if ccoe => Stands::UnownedLive,
            (Placement::Owned(company, one), stage) if resolved.receiver(None).lane == *lane => {
                match stage {
                    Stage::Baseline => Stands::Baseline(company, one),
                    Stage::Live => Stands::Live(company, one),
                }
            }
            (Placement::Owned(company, one), _) if ccoe => Stands::Assigned(company, one),
            (Placement::Owned(..) | Placement::Unowned, _) => Stands::Elsewhere,
        }
    }

    /// What could not be made goes by the event's id.
    fn is_account(&self) -> bool {
        self.account.as_str().bytes().all(|byte| byte.is_ascii_digit())
    }

    fn view(&self, account: Option<(&Company, &Account)>, pen: Pen<'_>) -> view::Account {
        let known = self.record.and_then(|record| record.name.as_deref());
        let name = account.map(|(_, one)| one.name.as_str()).or(known);
        view::Account {
            id: text(self.account.as_str(), NAME),
            // One without a name goes by its number in the map.
            name: name.filter(|name| *name != self.account.as_str()).map(|name| text(name, NAME)),
            environment: account.map(|(_, one)| pen.environment(one.environment)),
            company: account.map(|(company, _)| text(&company.name, NAME)),
            count: self.open.len(),
            more: self.more,
        }
    }
}

/// The card as the account is now, for the card's receiver.
pub fn account_card(words: &Words, now: &AccountNow<'_>, card: &Card) -> Message {
    let receiver = &card.receiver;
    let pen = Pen { words, lang: receiver.lang };
    let stands = now.stands(card);
    let owner = match stands {
        Stands::Baseline(company, one)
        | Stands::Live(company, one)
        | Stands::Assigned(company, one) => Some((company, one)),
        Stands::Unowned | Stands::UnownedLive | Stands::Elsewhere => None,
    };
    let mut times: Vec<jiff::Timestamp> = now.record.iter().map(|one| one.noted.since).collect();
    times.extend(now.record.and_then(|one| one.event.as_ref()).map(|event| event.at));
    times.extend(now.record.and_then(|one| one.assigned.as_ref()).map(|one| one.at));
    let calendar = Calendar::new(words, receiver.lang, &receiver.time_zone, &times);
    let view = now.view(owner, pen);
    let ended = now.record.map(|record| record.standing).filter(|_| is_for_ccoe(stands));
    let (head, color) = match (ended, stands) {
        _ if !now.is_account() => ("account.head.failed", ORANGE),
        (Some(AccountStanding::Closed), _) => ("account.head.closed", GREY),
        (Some(AccountStanding::Left), _) => ("account.head.left", GREY),
        (_, Stands::Unowned | Stands::UnownedLive) => ("account.head.unowned", ORANGE),
        (_, Stands::Baseline(..)) => ("account.head.baseline", BLUE),
        (_, Stands::Live(..)) => ("account.head.live", GREEN),
        (_, Stands::Assigned(..)) => ("account.head.assigned", GREEN),
        (_, Stands::Elsewhere) => ("account.head.elsewhere", GREY),
    };
    let mut blocks = Vec::new();
    if is_for_ccoe(stands)
        && let Some(event) = now.record.and_then(|record| record.event.as_ref())
    {
        blocks.push(event::happened(pen, &calendar, event));
    }
    match ended {
        _ if !now.is_account() => blocks.push(pen.paragraph("account.notice.failed", &view)),
        Some(AccountStanding::Closed | AccountStanding::Left) => {
            let key = if owner.is_some() { "account.body.ended" } else { "account.body.gone" };
            blocks.push(pen.paragraph(key, &view));
        }
        Some(AccountStanding::Active) | None => {
            body(pen, &calendar, now, stands, &view, &mut blocks);
        }
    }
    blocks.extend(assign_owner(pen, now, stands));
    if let Some(record) = now.record {
        let since = calendar.stamp(record.noted.since);
        blocks.push(pen.small("account.times", &view::Since { since, zone: calendar.zone() }));
    }
    Message { text: pen.mrkdwn(head, &view), color, blocks }
}

/// For an account that nobody answers for: what must be done first.
fn assign_owner(pen: Pen<'_>, now: &AccountNow<'_>, stands: Stands<'_>) -> Option<Block> {
    let unowned = match stands {
        Stands::Unowned | Stands::UnownedLive => now.asks && now.is_account(),
        Stands::Baseline(..) | Stands::Live(..) | Stands::Assigned(..) | Stands::Elsewhere => false,
    };
    let active = now.record.is_none_or(|one| one.standing == AccountStanding::Active);
    let text = (unowned && active).then(|| pen.plain("card.button.assign_owner", &()))?;
    let button = Button::ask("assign_owner".to_owned(), text, now.account.to_string());
    let style = Some(ButtonStyle::Primary);
    Some(Block::Actions { elements: vec![Element::Button(Button { style, ..button })] })
}

const ORANGE: Color = Color("#ef6c00");
const BLUE: Color = Color("#1565c0");
const GREEN: Color = Color("#2e7d32");
const GREY: Color = Color("#9e9e9e");

const fn is_for_ccoe(stands: Stands<'_>) -> bool {
    match stands {
        Stands::Unowned | Stands::UnownedLive | Stands::Assigned(..) => true,
        Stands::Baseline(..) | Stands::Live(..) | Stands::Elsewhere => false,
    }
}

fn body(
    pen: Pen<'_>,
    calendar: &Calendar<'_>,
    now: &AccountNow<'_>,
    stands: Stands<'_>,
    view: &view::Account,
    blocks: &mut Vec<Block>,
) {
    match stands {
        Stands::Unowned => {
            blocks.push(pen.paragraph("account.body.unowned", view));
            blocks.extend(problems(pen, now));
        }
        Stands::UnownedLive => blocks.push(pen.paragraph("account.body.unowned_live", view)),
        Stands::Baseline(_, account) => {
            blocks.push(pen.paragraph("account.body.baseline", view));
            let reason = account.stage_reason.as_deref().unwrap_or_default();
            let until = account.baseline_until.map(|day| calendar.day(day));
            let key = if until.is_some() { "account.body.why_until" } else { "account.body.why" };
            let why = view::Why { reason: text(reason, REASON), until };
            blocks.push(pen.paragraph(key, &why));
            blocks.extend(problems(pen, now));
        }
        Stands::Live(..) => blocks.push(pen.paragraph("account.body.live", view)),
        Stands::Assigned(company, _) => blocks.push(assigned(pen, calendar, now, company)),
        Stands::Elsewhere => blocks.push(pen.paragraph("account.body.elsewhere", view)),
    }
}

/// Who gave it to its company.
fn assigned(
    pen: Pen<'_>,
    calendar: &Calendar<'_>,
    now: &AccountNow<'_>,
    company: &Company,
) -> Block {
    let given = now.record.and_then(|record| record.assigned.as_ref());
    let given = given.filter(|given| given.company == company.id);
    let key = match given {
        Some(given) if given.by.is_some() => "account.body.assigned_by",
        Some(_) => "account.body.placed",
        None => "account.body.assigned",
    };
    let view = view::Given {
        company: text(&company.name, NAME),
        name: given.map(|given| text(&given.name, NAME)),
        at: given.map(|given| calendar.stamp(given.at)),
    };
    pen.paragraph(key, &view)
}

/// How many there are of each level, and the first of them by name.
fn problems(pen: Pen<'_>, now: &AccountNow<'_>) -> Vec<Block> {
    let counted = |severity: Severity| {
        let count = now.open.iter().filter(|one| one.severity == severity).count();
        let view = view::Counted { severity: pen.severity(severity), count };
        (count > 0).then(|| pen.plain("account.count", &view))
    };
    let fields: Vec<_> = Severity::ALL.into_iter().rev().filter_map(counted).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let top = &now.open[..now.open.len().min(TOP)];
    let count = u64::try_from(top.len()).unwrap_or(u64::MAX);
    let mut blocks = vec![Block::Section { text: None, fields, accessory: None }];
    blocks.push(rich(vec![bold(pen.literal("account.top", &view::Count { count }))]));
    blocks.extend(top.iter().map(|one| {
        rich(vec![
            bold(pen.severity(one.severity)),
            said(format!(" {}", text(&one.title, TITLE))),
            said("\n"),
            code(&one.resource, RESOURCE),
        ])
    }));
    blocks
}
