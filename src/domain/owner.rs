//! The owner map: which company answers for which account, and where it is told.
//!
//! It is one chain of levels, from the group down to a resource's tag. Each may say where and how
//! its readers are told; what it leaves out counts from the level above. People add up: who
//! answers for a company answers for each of its accounts.

mod assign;
mod index;
mod matcher;
mod people;
mod resolve;
mod route;
mod said;
mod settings;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::index::Index;
use super::{AccountId, ChannelId, CompanyId, Lane, Receiver, Rule, TeamId};

pub use assign::{Assignment, Unassignable};
pub use matcher::{Attribute, Matcher, MatcherFault, Operator};
pub use people::{Contact, Person, Role};
pub use resolve::{Level, Resolved, Setting};
pub use route::{Because, Facts, Floor, Route, Routed, Tried};
pub use said::Said;
pub use settings::{ChannelRule, Settings};

/// Production or development: the two OUs under each company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// 本番
    Prod,
    /// 開発
    Dev,
}

impl Environment {
    /// `prod` or `dev`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Dev => "dev",
        }
    }
}

/// Whether the account's alerts are told as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Alerts get cards.
    Live,
    /// Findings are recorded without cards, save for what can't wait.
    Baseline,
}

/// A Slack channel by ids; the name is for people only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// `T...`
    pub team: TeamId,
    /// `C...`
    pub id: ChannelId,
    /// Name without `#`, for people who read the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The group's Cloud CoE: the top of the chain. Its level sets everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ccoe {
    /// As colleagues write it.
    pub name: String,
    /// Where accounts without owner and intake reports go, and what counts for everybody who
    /// says nothing else.
    #[serde(flatten)]
    pub settings: Settings,
    /// The stage of accounts without owner; baseline unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_accounts: Option<Stage>,
    /// Routes that are tried for every account and only add channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// 1F: what holds for every problem of the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<Rule>,
}

/// A company of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Short id: lower case letters, digits, `-`.
    pub id: CompanyId,
    /// As colleagues write it.
    pub name: String,
    /// The company's level.
    #[serde(flatten)]
    pub settings: Settings,
    /// The ids (`ou-...`) of its organizational units in AWS: everything below them is the
    /// company's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizational_units: Vec<String>,
    /// Levels of organizational units, by the names that accounts use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ous: BTreeMap<String, Settings>,
    /// Levels of the environments.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environments: BTreeMap<Environment, Settings>,
    /// Its routes; the first that matches decides, unless it goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// 2F: what the company tightens for its own problems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<Rule>,
    /// The accounts it answers for.
    pub accounts: Vec<Account>,
}

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// 12 digits.
    pub id: AccountId,
    /// As the company calls it.
    pub name: String,
    /// Production or development.
    pub environment: Environment,
    /// The organizational unit, one of the company's `ous`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ou: Option<String>,
    /// Live or baseline, as it is written; [`OwnerMap::stage`] says what counts.
    pub stage: Stage,
    /// The last day of baseline; then it is live by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_until: Option<Date>,
    /// Why it is in this stage; asked for in baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_reason: Option<String>,
    /// The account's level.
    #[serde(flatten)]
    pub settings: Settings,
    /// Levels of resources with a tag; the first that a resource has counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagLevel>,
}

impl Account {
    /// What becomes of it in another company's hands: what the old one wrote for it (channels,
    /// contacts, tags) must not speak there, for its people would go on reading and deciding.
    /// Gives the organizational unit that it loses, if the new company has none of this name.
    pub fn hand_over(&mut self, to: &Company) -> Option<String> {
        self.settings = Settings::default();
        self.tags.clear();
        self.ou.take_if(|ou| !to.ous.contains_key(ou.as_str()))
    }
}

/// The level of an account's resources that carry a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagLevel {
    /// The tag's key.
    pub key: String,
    /// Its value, exactly.
    pub value: String,
    /// What counts for them.
    #[serde(flatten)]
    pub settings: Settings,
}

/// The whole map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerMap {
    /// Format of the file; 1.
    pub version: u32,
    /// The CCoE: the owner of last resort.
    pub ccoe: Ccoe,
    /// The companies; changed by [`Self::change`] alone, for the index's sake.
    companies: Vec<Company>,
    /// Where each account stands; made when it is first asked for.
    #[serde(skip)]
    index: Index,
}

/// What the map says of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement<'a> {
    /// A company answers for it.
    Owned(&'a Company, &'a Account),
    /// Nobody does: the CCoE is told (notification fails open), in one summary an account unless
    /// the map says that such accounts are live.
    Unowned,
}

impl OwnerMap {
    /// The format this build reads and writes.
    pub const VERSION: u32 = 1;

    /// A map of these companies.
    pub fn new(ccoe: Ccoe, companies: Vec<Company>) -> Self {
        Self { version: Self::VERSION, ccoe, companies, index: Index::default() }
    }

    /// The companies.
    pub fn companies(&self) -> &[Company] {
        &self.companies
    }

    /// Changes the companies.
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<Company>)) {
        change(&mut self.companies);
        self.index = Index::default();
    }

    /// Who answers for the account.
    pub fn place(&self, account: &AccountId) -> Placement<'_> {
        let found = self.index.find(&self.companies, account);
        found.map_or(Placement::Unowned, |(company, account)| Placement::Owned(company, account))
    }

    /// The CCoE's own channel.
    pub fn ccoe_receiver(&self) -> Receiver {
        self.group().receiver(None)
    }

    /// Every level with its place in the map, the group's first.
    pub fn levels(&self) -> Vec<(Level<'_>, &Settings)> {
        let companies = self.companies.iter().flat_map(Company::levels);
        std::iter::once((Level::Group, &self.ccoe.settings)).chain(companies).collect()
    }

    /// Every route of the map, the group's first.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.ccoe.routes.iter().chain(self.companies.iter().flat_map(|one| &one.routes))
    }

    /// A channel as people know it: `#name`, or its id where the map has no name.
    pub fn called(&self, lane: &Lane) -> String {
        let mut all = self.channels().into_iter();
        let named = all.find(|one| one.team == lane.team && one.id == lane.channel);
        match named.and_then(|one| one.name.as_ref()) {
            Some(name) => format!("#{name}"),
            None => lane.channel.to_string(),
        }
    }

    /// Every channel the map names, the CCoE's first, those of routes last, each once.
    pub fn channels(&self) -> Vec<&Channel> {
        let mut seen = BTreeSet::new();
        let named = self.levels().into_iter().flat_map(|(_, settings)| settings.channels());
        let named = named.chain(self.routes().map(|route| &route.channel));
        named.filter(|channel| seen.insert((&channel.team, &channel.id))).collect()
    }
}

impl Company {
    /// Its levels, its own first.
    pub fn levels(&self) -> Vec<(Level<'_>, &Settings)> {
        let mut all = vec![(Level::Company(self), &self.settings)];
        all.extend(self.ous.iter().map(|(name, one)| (Level::Ou(name), one)));
        let environments = self.environments.iter();
        all.extend(environments.map(|(name, one)| (Level::Environment(*name), one)));
        for account in &self.accounts {
            all.push((Level::Account(account), &account.settings));
            let tags = account.tags.iter();
            all.extend(
                tags.map(|tag| (Level::Tag { key: &tag.key, value: &tag.value }, &tag.settings)),
            );
        }
        all
    }
}
