//! What a company's rules would weaken, as far as it can be known when the map is read.
//!
//! A rule of 2F weakens where some problem matches it for which 1F's value is tighter than its
//! own. Which problems there are is taken apart by the attributes that have few values (severity,
//! environment, sample, source: 60 corners, looked at one by one); the others (control, account,
//! tags, ...) are open, and of them only what two conditions say to each other is known: that
//! both can't hold, or that one implies the other. In each corner 1F's rules are gone through in
//! order: one that can't match together with the company's is passed over; one that could is held
//! against it; one that must match ends the search, for no later rule can decide there. If none
//! ends it, the built-in value is held against it too.
//!
//! So nothing that weakens gets through, and a rule is refused only over one of 1F's that could
//! decide for the same problem as far as the conditions say. Two patterns that happen to share no
//! text are not seen to be apart: an exact condition, or the same condition the other way round
//! (`=~`, `!~`), says so. Accounts come and go, so the map's own accounts are not looked at: a map
//! must not become bad because an account joins.

use std::collections::BTreeSet;

use super::{
    super::{Attribute, Environment, Matcher, Operator, Severity, Source},
    BuiltIn, Mode, Rule, Wait,
};

/// A value of a company's rule that is weaker than 1F's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakening {
    /// The rule's place in its list.
    pub rule: usize,
    /// The value's key in the rule, such as `exception.max_days`.
    pub key: &'static str,
    /// What it says.
    pub says: String,
    /// What 1F says.
    pub floor_says: String,
    /// The rule of 1F; `None`: no rule says anything, and the built-in value counts.
    pub against: Option<String>,
}

/// What a company's rules would weaken: each value once, with the first of 1F's that is tighter.
pub fn weakenings(first: &[Rule], second: &[Rule]) -> Vec<Weakening> {
    let mut found = Vec::new();
    for (at, rule) in second.iter().enumerate() {
        for leaf in Leaf::ALL {
            let tighter = CORNERS.iter().find_map(|corner| against(leaf, rule, first, corner));
            found.extend(tighter.map(|(floor, weaker)| Weakening {
                rule: at,
                key: leaf.key(),
                says: weaker.says,
                floor_says: weaker.floor_says,
                against: floor.map(|rule| rule.name.clone()),
            }));
        }
    }
    found
}

/// The first of 1F's rules (`None`: the built-in value) that is tighter than the rule in a corner.
fn against<'a>(
    leaf: Leaf,
    rule: &Rule,
    first: &'a [Rule],
    corner: &Corner,
) -> Option<(Option<&'a Rule>, Weaker)> {
    leaf.compare(rule, None)?;
    if !corner.holds(rule) {
        return None;
    }
    for floor in first.iter().filter(|floor| leaf.said_by(floor)) {
        if !corner.holds(floor) || apart(rule, floor) {
            continue;
        }
        if let Some(Verdict::Weaker(weaker)) = leaf.compare(rule, Some(floor)) {
            return Some((Some(floor), weaker));
        }
        if implied(rule, floor) {
            return None;
        }
    }
    match leaf.compare(rule, None)? {
        Verdict::Weaker(weaker) => Some((None, weaker)),
        Verdict::Fine => None,
    }
}

/// One value each of the attributes that have few.
struct Corner {
    severity: Severity,
    environment: Environment,
    source: Source,
    sample: bool,
}

const SOURCES: [Source; 3] = [Source::SecurityHub, Source::GuardDuty, Source::Asff];
const CORNERS: [Corner; 60] = corners();

/// A company's accounts are production or development: an account nobody owns has no 2F.
const fn corners() -> [Corner; 60] {
    const EMPTY: Corner = Corner {
        severity: Severity::Informational,
        environment: Environment::Prod,
        source: Source::SecurityHub,
        sample: false,
    };
    let mut all = [EMPTY; 60];
    let mut at = 0;
    while at < all.len() {
        all[at] = Corner {
            severity: Severity::ALL[at / 12],
            environment: if at / 6 % 2 == 0 { Environment::Prod } else { Environment::Dev },
            source: SOURCES[at / 2 % 3],
            sample: at % 2 == 1,
        };
        at += 1;
    }
    all
}

impl Corner {
    /// Whether the rule's conditions on attributes with few values hold here.
    fn holds(&self, rule: &Rule) -> bool {
        rule.matchers.iter().all(|one| self.answers(one).unwrap_or(true))
    }

    /// `None` for an open attribute.
    fn answers(&self, matcher: &Matcher) -> Option<bool> {
        match matcher.attribute() {
            Attribute::Severity => Some(matcher.holds_severity(self.severity)),
            Attribute::Environment => Some(matcher.holds(self.environment.as_str())),
            Attribute::Source => Some(matcher.holds(self.source.as_str())),
            Attribute::Sample => Some(matcher.holds(if self.sample { "true" } else { "false" })),
            Attribute::Account
            | Attribute::AccountName
            | Attribute::Ou
            | Attribute::Region
            | Attribute::Control
            | Attribute::Resource
            | Attribute::ResourceKind
            | Attribute::Product
            | Attribute::Title
            | Attribute::Tag(_) => None,
        }
    }
}

fn open(rule: &Rule) -> impl Iterator<Item = &Matcher> {
    rule.matchers.iter().filter(|one| CORNERS[0].answers(one).is_none())
}

/// Whether open conditions of both can't hold together.
fn apart(one: &Rule, two: &Rule) -> bool {
    open(one).any(|a| open(two).any(|b| excludes(a, b)))
}

/// Whether the open conditions of `floor` hold wherever those of `rule` do.
fn implied(rule: &Rule, floor: &Rule) -> bool {
    open(floor).all(|b| open(rule).any(|a| implies(a, b)))
}

fn excludes(a: &Matcher, b: &Matcher) -> bool {
    if a.attribute() != b.attribute() {
        return false;
    }
    match (a.operator(), b.operator()) {
        (Operator::Is, _) => !b.holds(a.value()),
        (_, Operator::Is) => !a.holds(b.value()),
        (Operator::Like, Operator::Unlike) | (Operator::Unlike, Operator::Like) => {
            a.value() == b.value()
        }
        (
            Operator::IsNot
            | Operator::Like
            | Operator::Unlike
            | Operator::AtLeast
            | Operator::AtMost,
            _,
        ) => false,
    }
}

fn implies(a: &Matcher, b: &Matcher) -> bool {
    if a.attribute() != b.attribute() {
        return false;
    }
    match (a.operator(), b.operator()) {
        (one, two) if one == two && a.value() == b.value() => true,
        (Operator::Is, _) => b.holds(a.value()),
        // A text that keeps to a pattern is none that does not.
        (Operator::Like | Operator::Unlike, Operator::IsNot) => !a.holds(b.value()),
        (
            Operator::IsNot
            | Operator::Like
            | Operator::Unlike
            | Operator::AtLeast
            | Operator::AtMost,
            _,
        ) => false,
    }
}

/// A value that can be weaker. Who must approve can't: 2F's are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaf {
    Notify,
    Allowed,
    MaxDays,
    Modes,
    Mode,
    Runbooks,
    CompanyLeadAfter,
    CcoeAfter,
    Delay,
}

enum Verdict {
    Fine,
    Weaker(Weaker),
}

struct Weaker {
    says: String,
    floor_says: String,
}

impl Leaf {
    const ALL: [Self; 9] = [
        Self::Notify,
        Self::Allowed,
        Self::MaxDays,
        Self::Modes,
        Self::Mode,
        Self::Runbooks,
        Self::CompanyLeadAfter,
        Self::CcoeAfter,
        Self::Delay,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Allowed => "exception.allowed",
            Self::MaxDays => "exception.max_days",
            Self::Modes => "remediation.modes",
            Self::Mode => "remediation.default",
            Self::Runbooks => "remediation.runbooks",
            Self::CompanyLeadAfter => "escalate.company_lead_after",
            Self::CcoeAfter => "escalate.ccoe_after",
            Self::Delay => "delay_outside_hours",
        }
    }

    /// Whether a rule of 1F says what this is held against.
    fn said_by(self, floor: &Rule) -> bool {
        match self {
            Self::Notify => floor.notify.is_some(),
            Self::Allowed => floor.allowed().is_some(),
            Self::MaxDays => floor.max_days().is_some(),
            Self::Modes | Self::Mode => floor.modes().is_some(),
            Self::Runbooks => floor.runbooks().is_some(),
            Self::CompanyLeadAfter => floor.company_lead_after().is_some(),
            Self::CcoeAfter => floor.ccoe_after().is_some(),
            Self::Delay => floor.delay_outside_hours.is_some(),
        }
    }

    /// A company's value against that of 1F's rule (`None`: the built-in one). `None` if the
    /// company's rule does not say it.
    fn compare(self, rule: &Rule, floor: Option<&Rule>) -> Option<Verdict> {
        let yes = |value: bool| value.to_string();
        Some(match self {
            Self::Notify => {
                let (two, one) = (rule.notify?, floor.and_then(|floor| floor.notify));
                let one = one.unwrap_or(BuiltIn::NOTIFY);
                let word = |severity: Severity| severity.as_str().to_lowercase();
                verdict(two > one, word(two), word(one))
            }
            Self::Allowed => {
                let (two, one) = (rule.allowed()?, floor.and_then(Rule::allowed));
                let one = one.unwrap_or(BuiltIn::ALLOWED);
                verdict(two && !one, yes(two), yes(one))
            }
            Self::MaxDays => {
                let (two, one) = (rule.max_days()?, floor.and_then(Rule::max_days));
                let one = one.unwrap_or(BuiltIn::MAX_DAYS);
                verdict(two > one, two.to_string(), one.to_string())
            }
            Self::Modes => {
                let (two, one) = (rule.modes()?, may(floor));
                verdict(!two.is_subset(&one), modes(two), modes(&one))
            }
            Self::Mode => {
                let (two, one) = (rule.mode()?, may(floor));
                verdict(!one.contains(&two), two.as_str().to_owned(), modes(&one))
            }
            Self::Runbooks => {
                let none = BTreeSet::new();
                let (two, one) = (rule.runbooks()?, floor.and_then(Rule::runbooks));
                let one = one.unwrap_or(&none);
                verdict(!two.is_subset(one), list(two.iter()), list(one.iter()))
            }
            Self::CompanyLeadAfter => {
                let one = floor.and_then(Rule::company_lead_after);
                later(rule.company_lead_after()?, one)
            }
            Self::CcoeAfter => later(rule.ccoe_after()?, floor.and_then(Rule::ccoe_after)),
            Self::Delay => {
                let one = floor.and_then(|floor| floor.delay_outside_hours);
                let (two, one) = (rule.delay_outside_hours?, one.unwrap_or(BuiltIn::DELAY));
                verdict(two && !one, yes(two), yes(one))
            }
        })
    }
}

fn verdict(weaker: bool, says: String, floor_says: String) -> Verdict {
    if weaker { Verdict::Weaker(Weaker { says, floor_says }) } else { Verdict::Fine }
}

fn later(two: Wait, one: Option<Wait>) -> Verdict {
    let says = one.map_or_else(String::new, |one| one.to_string());
    verdict(one.is_some_and(|one| two > one), two.to_string(), says)
}

/// The modes that a rule of 1F lets be chosen.
fn may(floor: Option<&Rule>) -> BTreeSet<Mode> {
    let mut modes = floor.and_then(Rule::modes).cloned().unwrap_or_default();
    modes.insert(Mode::Notify);
    modes
}

fn modes(all: &BTreeSet<Mode>) -> String {
    list(all.iter().map(|one| one.as_str()))
}

fn list<T: AsRef<str>>(all: impl Iterator<Item = T>) -> String {
    let words: Vec<String> = all.map(|one| one.as_ref().to_owned()).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
