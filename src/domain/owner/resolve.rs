//! From the chain of levels to what counts, with the level that each value came from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    super::{AccountId, BusinessHours, Depth, Lane, Lang, Receiver, Severity, next_open},
    Account, Channel, ChannelId, Company, Contact, Environment, OwnerMap, Placement, Role,
    Settings, TeamId,
};

/// A level of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level<'a> {
    /// The group: the CCoE.
    Group,
    /// A company.
    Company(&'a Company),
    /// An organizational unit of it.
    Ou(&'a str),
    /// Production or development.
    Environment(Environment),
    /// An account.
    Account(&'a Account),
    /// Resources of the account with this tag.
    Tag {
        /// The tag's key.
        key: &'a str,
        /// Its value.
        value: &'a str,
    },
}

impl Level<'_> {
    /// The words of levels, the group's first.
    pub const WORDS: [&'static str; 6] =
        ["group", "company", "ou", "environment", "account", "tag"];

    /// One word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Company(_) => "company",
            Self::Ou(_) => "ou",
            Self::Environment(_) => "environment",
            Self::Account(_) => "account",
            Self::Tag { .. } => "tag",
        }
    }
}

/// Something a level may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Where it is told.
    Channel,
    /// In which language.
    Language,
    /// How much.
    Depth,
    /// In which time zone.
    TimeZone,
    /// When people are there.
    BusinessHours,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Channel, Self::Language, Self::Depth, Self::TimeZone, Self::BusinessHours];

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Language => "language",
            Self::Depth => "depth",
            Self::TimeZone => "time_zone",
            Self::BusinessHours => "business_hours",
        }
    }
}

/// The levels that count for a resource.
#[derive(Debug, Clone)]
pub struct Resolved<'a> {
    /// Who answers.
    pub placement: Placement<'a>,
    /// The levels, the group's first, each with what it says.
    pub levels: Vec<(Level<'a>, &'a Settings)>,
}

impl OwnerMap {
    /// What counts for a resource of an account with these tags.
    pub fn resolve<'a>(
        &'a self,
        account: &AccountId,
        tags: &BTreeMap<String, String>,
    ) -> Resolved<'a> {
        let placement = self.place(account);
        let mut resolved = self.group();
        resolved.placement = placement;
        let Placement::Owned(company, account) = placement else { return resolved };
        let levels = &mut resolved.levels;
        levels.push((Level::Company(company), &company.settings));
        let ou = account.ou.as_ref().and_then(|name| company.ous.get_key_value(name));
        levels.extend(ou.map(|(name, one)| (Level::Ou(name), one)));
        if let Some(environment) = company.environments.get(&account.environment) {
            levels.push((Level::Environment(account.environment), environment));
        }
        levels.push((Level::Account(account), &account.settings));
        if let Some(tag) = account.tags.iter().find(|tag| tags.get(&tag.key) == Some(&tag.value)) {
            levels.push((Level::Tag { key: &tag.key, value: &tag.value }, &tag.settings));
        }
        resolved
    }

    /// The group's level alone.
    pub fn group(&self) -> Resolved<'_> {
        let levels = vec![(Level::Group, &self.ccoe.settings)];
        Resolved { placement: Placement::Unowned, levels }
    }
}

impl<'a> Resolved<'a> {
    /// What the lowest level that says something says, and which level that is.
    fn lowest<T>(&self, read: impl Fn(&'a Settings) -> Option<T>) -> Option<(T, Level<'a>)> {
        self.levels.iter().rev().find_map(|(level, one)| Some((read(one)?, *level)))
    }

    /// The channel for a severity (`None`: for what has none), and the level that says so.
    pub fn channel(&self, severity: Option<Severity>) -> Option<(&'a Channel, Level<'a>)> {
        self.lowest(|one| one.channel_for(severity))
    }

    /// The level that a setting comes from.
    pub fn source(&self, setting: Setting, severity: Option<Severity>) -> Option<Level<'a>> {
        match setting {
            Setting::Channel => self.channel(severity).map(|(_, level)| level),
            Setting::Language => self.lowest(|one| one.language).map(|(_, level)| level),
            Setting::Depth => self.lowest(|one| one.depth).map(|(_, level)| level),
            Setting::TimeZone => self.lowest(|one| one.time_zone.as_ref()).map(|(_, level)| level),
            Setting::BusinessHours => self.business_hours().map(|(_, level)| level),
        }
    }

    /// Where it is told, and how. A checked map sets everything at the group's level; of one that
    /// does not, the channel is empty, and posting there fails where a person sees it.
    pub fn receiver(&self, severity: Option<Severity>) -> Receiver {
        let zone = self.lowest(|one| one.time_zone.as_ref()).map(|(zone, _)| zone.clone());
        Receiver {
            lane: self.channel(severity).map_or_else(nowhere, |(channel, _)| lane(channel)),
            lang: self.lowest(|one| one.language).map_or(Lang::Ja, |(lang, _)| lang),
            depth: self.lowest(|one| one.depth).map_or(Depth::Detailed, |(depth, _)| depth),
            time_zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            stands_in_for: None,
        }
    }

    /// When people are there; `None`: always.
    pub fn business_hours(&self) -> Option<(&'a BusinessHours, Level<'a>)> {
        self.lowest(|one| one.business_hours.as_ref())
    }

    /// When people are there next, now if they are.
    pub fn next_open(&self, now: Timestamp) -> Timestamp {
        let Some((hours, _)) = self.business_hours() else { return now };
        let zone = self.lowest(|one| one.time_zone.as_ref()).map_or("UTC", |(zone, _)| zone);
        next_open(now, &TimeZone::get(zone).unwrap_or(TimeZone::UTC), hours)
    }

    /// Every lane that alerts of this resource may be told in, whatever their severity.
    pub fn lanes(&self) -> Vec<Lane> {
        let all = Severity::ALL.into_iter().filter_map(|one| self.channel(Some(one)));
        all.map(|(channel, _)| lane(channel)).collect()
    }

    /// Those who answer for the company's security on that day.
    pub fn security_leads(&self, today: Date) -> impl Iterator<Item = &'a Contact> {
        let own = self.contacts().filter(|(_, level)| *level != Level::Group);
        let mut seen = BTreeSet::new();
        own.map(|(contact, _)| contact)
            .filter(move |contact| contact.has(Role::SecurityLead, today))
            .filter(move |contact| seen.insert(contact.person()))
    }

    /// Who answers, the group's people first, each with the level where it stands.
    pub fn contacts(&self) -> impl Iterator<Item = (&'a Contact, Level<'a>)> {
        let people = |(level, one): &(Level<'a>, &'a Settings)| {
            let level = *level;
            one.contacts.iter().map(move |contact| (contact, level))
        };
        self.levels.iter().flat_map(people)
    }
}

pub(super) fn lane(channel: &Channel) -> Lane {
    Lane { team: channel.team.clone(), channel: channel.id.clone() }
}

fn nowhere() -> Lane {
    Lane { team: TeamId::new(""), channel: ChannelId::new("") }
}
