//! Routes: who is told of what, beside and before the chain of levels.
//!
//! A company's routes are tried in order. The first that matches decides and ends the search; one
//! that goes on adds its channel and the next are tried. If none ended it, the chain's own channel
//! is told: the catch-all. The group's routes are tried in the same way for every account, owned
//! or not, and only add: the group can take a copy, never take one away.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    super::{AccountId, Depth, Finding, Lane, Lang, Receiver, Severity, Source},
    Channel, Level, OwnerMap, Placement, Resolved,
    matcher::{Attribute, Matcher},
    resolve::lane,
};

/// A rule: what matches is told in this channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Unique in its list: a-z, 0-9 and `-`.
    pub name: String,
    /// All of them must hold; none: it matches everything.
    #[serde(rename = "match")]
    pub matchers: Vec<Matcher>,
    /// Where it is told.
    pub channel: Channel,
    /// In which language; without it, the one that counts anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
    /// How much; without it, the depth that counts anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<Depth>,
    /// Whether the next routes are tried as well.
    #[serde(rename = "continue", default, skip_serializing_if = "is_false")]
    pub goes_on: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Whose route or rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Floor {
    /// The group's: 1F.
    Group,
    /// The company's: 2F.
    Company,
}

impl Floor {
    /// One word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Company => "company",
        }
    }

    /// As policies speak of it.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Group => "1F",
            Self::Company => "2F",
        }
    }
}

/// What a problem is routed by, beside what the map says of its account.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub account: &'a AccountId,
    /// Its Region.
    pub region: &'a str,
    /// Control id or finding type.
    pub control: &'a str,
    /// The resource's id.
    pub resource: &'a str,
    /// The source's word for the resource's kind.
    pub resource_kind: &'a str,
    /// Who spoke.
    pub source: Source,
    /// The product behind the source.
    pub product: &'a str,
    /// The source's title.
    pub title: &'a str,
    /// Whether somebody generated it as a sample.
    pub sample: bool,
    /// The resource's tags.
    pub tags: &'a BTreeMap<String, String>,
}

impl<'a> Facts<'a> {
    /// Of an account by itself: what would be asked of a problem there of which no more is known.
    pub const fn of_account(
        account: &'a AccountId,
        severity: Severity,
        tags: &'a BTreeMap<String, String>,
    ) -> Self {
        Self {
            severity,
            account,
            region: "",
            control: "",
            resource: "",
            resource_kind: "",
            source: Source::SecurityHub,
            product: "",
            title: "",
            sample: false,
            tags,
        }
    }

    /// Of a finding by itself.
    pub fn of(finding: &'a Finding) -> Self {
        Self {
            severity: finding.severity,
            account: &finding.account,
            region: finding.region.as_str(),
            control: &finding.control,
            resource: &finding.resource.id,
            resource_kind: &finding.resource.kind,
            source: finding.source,
            product: &finding.product,
            title: &finding.title,
            sample: finding.sample,
            tags: &finding.tags,
        }
    }

    /// Whether the matcher holds. An attribute that is not there is the empty text.
    pub(in super::super) fn hold(&self, matcher: &Matcher, placement: Placement<'_>) -> bool {
        let account = match placement {
            Placement::Owned(_, account) => Some(account),
            Placement::Unowned => None,
        };
        let text = match matcher.attribute() {
            Attribute::Severity => return matcher.holds_severity(self.severity),
            Attribute::Environment => account.map_or("", |one| one.environment.as_str()),
            Attribute::Account => self.account.as_str(),
            Attribute::AccountName => account.map_or("", |one| &one.name),
            Attribute::Ou => account.and_then(|one| one.ou.as_deref()).unwrap_or_default(),
            Attribute::Region => self.region,
            Attribute::Control => self.control,
            Attribute::Resource => self.resource,
            Attribute::ResourceKind => self.resource_kind,
            Attribute::Source => self.source.as_str(),
            Attribute::Product => self.product,
            Attribute::Title => self.title,
            Attribute::Sample if self.sample => "true",
            Attribute::Sample => "false",
            Attribute::Tag(key) => self.tags.get(key).map_or("", String::as_str),
        };
        matcher.holds(text)
    }
}

/// A route that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried<'a> {
    /// Whose it is.
    pub floor: Floor,
    /// The route.
    pub route: &'a Route,
    /// The first matcher that did not hold; `None`: it matched.
    pub failed: Option<&'a Matcher>,
}

/// Why something is told in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because<'a> {
    /// A route says so.
    Route(Floor, &'a Route),
    /// No route ended the search: a level of the chain says so. `None` for a map that names no
    /// channel at all, which no checked one is.
    CatchAll(Option<Level<'a>>),
}

impl<'a> Because<'a> {
    /// The route's name or the level's word.
    pub fn word(&self) -> &'a str {
        match self {
            Self::Route(_, route) => &route.name,
            Self::CatchAll(level) => level.as_ref().map_or("nowhere", Level::word),
        }
    }

    /// Whether a route of this floor says so.
    fn is_of(&self, floor: Floor) -> bool {
        matches!(self, Self::Route(of, _) if *of == floor)
    }
}

/// Where a problem is told, and why.
#[derive(Debug, Clone)]
pub struct Routed<'a> {
    /// The levels that count for it.
    pub resolved: Resolved<'a>,
    /// Each lane once, the company's first.
    pub told: Vec<(Receiver, Because<'a>)>,
    /// The routes in the order they were tried.
    pub tried: Vec<Tried<'a>>,
}

impl Routed<'_> {
    /// Where it is told.
    pub fn receivers(self) -> Vec<Receiver> {
        self.told.into_iter().map(|(receiver, _)| receiver).collect()
    }
}

impl OwnerMap {
    /// The most channels one problem is told in at once, the CCoE's not counted where it was
    /// passed on to it. A change of an alert is one commit of at most 25 items: its record, audit
    /// entry, input and state, the date at which it is passed on, and for each channel that comes,
    /// one that goes, up to three entries.
    pub const CHANNELS_AT_ONCE: usize = 6;

    /// Where a problem is told, with every route that was tried.
    pub fn route<'a>(&'a self, facts: &Facts<'_>) -> Routed<'a> {
        let resolved = self.resolve(facts.account, facts.tags);
        let placement = resolved.placement;
        let mut told: Vec<(Receiver, Because<'a>)> = Vec::new();
        let mut tried = Vec::new();
        let usual = resolved.receiver(Some(facts.severity));
        let mut ended = false;
        if let Placement::Owned(company, _) = placement {
            let list = (Floor::Company, company.routes.as_slice());
            ended = attempt(list, facts, placement, &usual, &mut tried, &mut told);
        }
        if !ended {
            let level = resolved.channel(Some(facts.severity)).map(|(_, level)| level);
            told.push((usual, Because::CatchAll(level)));
        }
        let list = (Floor::Group, self.ccoe.routes.as_slice());
        let groups = self.ccoe_receiver();
        attempt(list, facts, placement, &groups, &mut tried, &mut told);
        // A lane is told once. Where a company's route and the group's name the same, it is told
        // as the group says: a company must not change what the group's readers read.
        let mut once: Vec<(Receiver, Because<'_>)> = Vec::new();
        for (receiver, because) in told {
            match once.iter_mut().find(|(known, _)| known.lane == receiver.lane) {
                None => once.push((receiver, because)),
                Some(known) if because.is_of(Floor::Group) && known.1.is_of(Floor::Company) => {
                    *known = (receiver, because);
                }
                Some(_) => {}
            }
        }
        let mut told = once;
        // No checked map can name more.
        told.truncate(Self::CHANNELS_AT_ONCE);
        Routed { resolved, told, tried }
    }

    /// Every lane that problems of a resource may be told in, whatever else they are: those of its
    /// levels and those of every route that counts for its account.
    pub fn lanes(&self, resolved: &Resolved<'_>) -> Vec<Lane> {
        let company = match resolved.placement {
            Placement::Owned(company, _) => company.routes.as_slice(),
            Placement::Unowned => &[],
        };
        let routes = company.iter().chain(&self.ccoe.routes).map(|route| lane(&route.channel));
        resolved.lanes().into_iter().chain(routes).collect()
    }
}

/// Tries the routes of a list in order; whether one of them ended the search. What a route leaves
/// out is as in `usual`.
fn attempt<'a>(
    (floor, routes): (Floor, &'a [Route]),
    facts: &Facts<'_>,
    placement: Placement<'_>,
    usual: &Receiver,
    tried: &mut Vec<Tried<'a>>,
    told: &mut Vec<(Receiver, Because<'a>)>,
) -> bool {
    for route in routes {
        let failed = route.matchers.iter().find(|one| !facts.hold(one, placement));
        tried.push(Tried { floor, route, failed });
        if failed.is_some() {
            continue;
        }
        let receiver = Receiver {
            lane: lane(&route.channel),
            lang: route.language.unwrap_or(usual.lang),
            depth: route.depth.unwrap_or(usual.depth),
            ..usual.clone()
        };
        told.push((receiver, Because::Route(floor, route)));
        if !route.goes_on {
            return true;
        }
    }
    false
}
