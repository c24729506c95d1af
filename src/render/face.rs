//! What one card shows of its alert: worked out once, read by every part of the card.

use jiff::Timestamp;

use super::calendar::Calendar;
use super::pen::{Pen, markup};
use super::view;
use super::words::Words;
use crate::domain::{
    Alert, Card, Cause, Color, Depth, Episode, Lifecycle, Member, MemberState, Severity, Source,
};

/// UTF-16 units of a company's or account's name.
pub(super) const NAME: usize = 80;
/// Of an account id, a Region, a channel id.
pub(super) const SHORT: usize = 40;
/// Of the title in the first line.
const TITLE_LINE: usize = 160;

/// How the card's episode stands.
#[derive(Clone, Copy)]
pub(super) enum Stand<'a> {
    /// The problem stands.
    Open,
    /// The problem is over.
    Resolved {
        /// When the episode began.
        since: Timestamp,
        /// When it ended.
        at: Timestamp,
        /// Why.
        cause: Cause,
    },
    /// A later episode has a card of its own; how this one ended, if that is still known.
    Superseded(Option<&'a Episode>),
}

/// An alert as one card shows it.
pub(super) struct Face<'a> {
    pub pen: Pen<'a>,
    pub calendar: Calendar<'a>,
    pub alert: &'a Alert,
    pub card: &'a Card,
    pub stand: Stand<'a>,
}

impl<'a> Face<'a> {
    pub fn new(words: &'a Words, alert: &'a Alert, card: &'a Card) -> Self {
        let stand = stand(alert, card);
        let receiver = &card.receiver;
        let mut face = Self {
            pen: Pen { words, lang: receiver.lang },
            calendar: Calendar::new(words, receiver.lang, &receiver.time_zone, &[]),
            alert,
            card,
            stand,
        };
        let times = face.times();
        face.calendar = Calendar::new(words, receiver.lang, &receiver.time_zone, &times);
        face
    }

    pub fn detailed(&self) -> bool {
        match self.card.receiver.depth {
            Depth::Plain => false,
            Depth::Detailed => true,
        }
    }

    /// Past episodes that the card shows: few for people in a hurry.
    pub fn past(&self) -> &'a [Episode] {
        let shown = match (self.stand, self.card.receiver.depth) {
            (Stand::Superseded(_), _) => 0,
            (Stand::Open | Stand::Resolved { .. }, Depth::Plain) => 3,
            (Stand::Open | Stand::Resolved { .. }, Depth::Detailed) => 10,
        };
        let past = &self.alert.history;
        &past[past.len().saturating_sub(shown)..]
    }

    /// Every time on the card, for one manner of writing them.
    fn times(&self) -> Vec<Timestamp> {
        let mut times = match self.stand {
            Stand::Superseded(episode) => return episode.map(|one| one.at).into_iter().collect(),
            Stand::Open => {
                let alert = self.alert;
                let mut times = vec![alert.first_seen, alert.last_changed];
                times.extend(alert.acknowledged.as_ref().map(|given| given.at));
                times.extend(alert.assignee.as_ref().map(|one| one.given.at));
                times
            }
            Stand::Resolved { at, .. } => vec![self.alert.first_seen, self.alert.last_changed, at],
        };
        times.extend(self.past().iter().flat_map(|episode| [episode.since, episode.at]));
        times
    }

    /// The first line, which is also the notification.
    pub fn first_line(&self, key: &str) -> String {
        let head = view::Head {
            severity: self.pen.severity(self.alert.severity),
            sample: self.alert.is_sample(),
            nth: self.alert.episode,
            place: self.place(),
            title: markup(self.title(), TITLE_LINE),
        };
        format!("{} {}", self.emoji(), self.pen.mrkdwn(key, &head))
    }

    /// The first line of a card in a channel that is told of the problem no more.
    pub fn moved_line(&self) -> String {
        let head = view::Moved {
            account: markup(self.alert.key.account.as_str(), SHORT),
            title: markup(self.title(), TITLE_LINE),
        };
        format!(":arrow_right: {}", self.pen.mrkdwn("card.head.moved", &head))
    }

    /// The source's title, or its control where it wrote none.
    pub fn title(&self) -> &'a str {
        let title = self.alert.title.as_str();
        // Sources mark samples in the title; the card says it in its own words.
        let marked =
            if self.alert.is_sample() { title.trim().strip_prefix("[SAMPLE]") } else { None };
        let title = marked.map_or(title, str::trim);
        if title.trim().is_empty() { &self.alert.key.control } else { title }
    }

    /// The account with its names, for fields and the first line.
    pub fn account(&self) -> view::Place {
        let owner = &self.alert.ownership;
        view::Place {
            id: markup(self.alert.key.account.as_str(), SHORT),
            name: owner.account_name.as_deref().map(|name| markup(name, NAME)),
            environment: owner.environment.map(|environment| self.pen.environment(environment)),
        }
    }

    fn place(&self) -> String {
        self.pen.literal("card.place", &self.account())
    }

    /// The first line of a card that asks for nothing any more; `open` while it does.
    pub fn head_key(&self, open: &'static str) -> &'static str {
        match self.stand {
            Stand::Superseded(_) => "card.head.superseded",
            Stand::Resolved { cause, .. } if is_confirmed(cause) => "card.head.resolved",
            Stand::Resolved { .. } => "card.head.closed",
            Stand::Open => open,
        }
    }

    fn emoji(&self) -> &'static str {
        if self.alert.is_sample() {
            return ":test_tube:";
        }
        match self.stand {
            Stand::Resolved { cause, .. } if is_confirmed(cause) => ":white_check_mark:",
            Stand::Resolved { .. } => ":stop_button:",
            Stand::Superseded(_) => ":leftwards_arrow_with_hook:",
            Stand::Open => match self.alert.severity {
                Severity::Critical => ":red_circle:",
                Severity::High => ":large_orange_circle:",
                Severity::Medium => ":large_yellow_circle:",
                Severity::Low => ":large_blue_circle:",
                Severity::Informational => ":white_circle:",
            },
        }
    }

    /// The bar beside the card. Grey asks nothing of anybody.
    pub fn color(&self) -> Color {
        if self.alert.is_sample() {
            return Color("#9e9e9e");
        }
        match self.stand {
            Stand::Resolved { cause, .. } if is_confirmed(cause) => Color("#2e7d32"),
            Stand::Resolved { .. } | Stand::Superseded(_) => Color("#9e9e9e"),
            Stand::Open => match self.alert.severity {
                Severity::Critical => Color("#c62828"),
                Severity::High => Color("#ef6c00"),
                Severity::Medium => Color("#f9a825"),
                Severity::Low => Color("#1565c0"),
                Severity::Informational => Color("#78909c"),
            },
        }
    }

    /// The members that speak for the card: the open ones while there are any.
    pub fn speakers(&self) -> Vec<&'a Member> {
        let all = || self.alert.members.values();
        let open: Vec<_> = all().filter(|member| member.state == MemberState::Open).collect();
        if open.is_empty() { all().collect() } else { open }
    }

    /// The member whose link and id are shown: one the console knows, then the worst; the
    /// first of equals.
    pub fn speaker(&self) -> Option<&'a Member> {
        let rank = |member: &Member| (member.source != Source::Asff, member.severity);
        self.speakers().into_iter().rev().max_by_key(|member| rank(member))
    }

    /// Why an episode ended, in words.
    pub fn cause(&self, cause: Cause) -> String {
        self.pen.word(match cause {
            Cause::Passed => "words.cause.passed",
            Cause::Archived => "words.cause.archived",
            Cause::NotApplicable => "words.cause.not_applicable",
            Cause::Suppressed => "words.cause.suppressed",
            Cause::ResolvedAtSource => "words.cause.resolved_at_source",
        })
    }
}

/// True where the source vouches for the problem being gone; else somebody only put it away.
pub(super) const fn is_confirmed(cause: Cause) -> bool {
    match cause {
        Cause::Passed | Cause::NotApplicable => true,
        Cause::Archived | Cause::Suppressed | Cause::ResolvedAtSource => false,
    }
}

fn stand<'a>(alert: &'a Alert, card: &Card) -> Stand<'a> {
    if card.episode < alert.episode {
        let ended = alert.history.iter().find(|episode| episode.number == card.episode);
        return Stand::Superseded(ended);
    }
    match alert.lifecycle {
        Lifecycle::Open { .. } => Stand::Open,
        Lifecycle::Resolved { since, at, cause } => Stand::Resolved { since, at, cause },
    }
}
