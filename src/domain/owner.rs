//! The owner map: which company answers for which account, and where it is told.

use serde::{Deserialize, Serialize};

use super::{AccountId, ChannelId, CompanyId, Depth, Lane, Lang, Receiver, TeamId, UserId};

/// Production or development: the two OUs under each company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// `T...`
    pub team: TeamId,
    /// `C...`
    pub id: ChannelId,
    /// Name without `#`, for people who read the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Somebody who answers for a company. A person is (team, user): other workspaces work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// As colleagues write it.
    pub name: String,
    /// The workspace of the Slack user.
    pub team: TeamId,
    /// The Slack user in it.
    pub user: UserId,
}

/// The group's Cloud CoE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ccoe {
    /// As colleagues write it.
    pub name: String,
    /// Where accounts without owner and intake reports go.
    pub channel: Channel,
    /// The channel's language.
    pub language: Lang,
    /// How much it wants to know.
    pub depth: Depth,
    /// IANA time zone.
    pub time_zone: String,
    /// Who answers.
    #[serde(default)]
    pub contacts: Vec<Contact>,
}

/// A company of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Short id: lower case letters, digits, `-`.
    pub id: CompanyId,
    /// As colleagues write it.
    pub name: String,
    /// The company's channel.
    pub channel: Channel,
    /// The channel's language.
    pub language: Lang,
    /// How much it wants to know.
    pub depth: Depth,
    /// IANA time zone.
    pub time_zone: String,
    /// Who answers.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// The accounts it answers for.
    pub accounts: Vec<Account>,
}

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// 12 digits.
    pub id: AccountId,
    /// As the company calls it.
    pub name: String,
    /// Which OU it is in.
    pub environment: Environment,
    /// Live or baseline.
    pub stage: Stage,
    /// Why it is in this stage; asked for in baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_reason: Option<String>,
    /// A channel of its own, in place of the company's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// The whole map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerMap {
    /// Format of the file; 1.
    pub version: u32,
    /// The CCoE: the owner of last resort.
    pub ccoe: Ccoe,
    /// The companies.
    pub companies: Vec<Company>,
}

/// What the map says of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement<'a> {
    /// A company answers for it.
    Owned(&'a Company, &'a Account),
    /// Nobody does: the CCoE is told, at once and in full (notification fails open).
    Unowned,
}

impl OwnerMap {
    /// The format this build reads and writes.
    pub const VERSION: u32 = 1;

    /// Who answers for the account.
    pub fn place(&self, account: &AccountId) -> Placement<'_> {
        for company in &self.companies {
            if let Some(found) = company.accounts.iter().find(|one| &one.id == account) {
                return Placement::Owned(company, found);
            }
        }
        Placement::Unowned
    }

    /// Where the account's alerts are told.
    pub fn receiver(&self, account: &AccountId) -> Receiver {
        match self.place(account) {
            Placement::Owned(company, account) => receiver(
                account.channel.as_ref().unwrap_or(&company.channel),
                company.language,
                company.depth,
                &company.time_zone,
            ),
            Placement::Unowned => self.ccoe_receiver(),
        }
    }

    /// The CCoE's own channel.
    pub fn ccoe_receiver(&self) -> Receiver {
        receiver(&self.ccoe.channel, self.ccoe.language, self.ccoe.depth, &self.ccoe.time_zone)
    }

    /// Every channel the map names, the CCoE's first, each once.
    pub fn channels(&self) -> Vec<&Channel> {
        let mut all: Vec<&Channel> = vec![&self.ccoe.channel];
        for company in &self.companies {
            let own = company.accounts.iter().filter_map(|account| account.channel.as_ref());
            for channel in std::iter::once(&company.channel).chain(own) {
                if !all.iter().any(|seen| seen.team == channel.team && seen.id == channel.id) {
                    all.push(channel);
                }
            }
        }
        all
    }
}

fn receiver(channel: &Channel, lang: Lang, depth: Depth, time_zone: &str) -> Receiver {
    Receiver {
        lane: Lane { team: channel.team.clone(), channel: channel.id.clone() },
        lang,
        depth,
        time_zone: time_zone.to_owned(),
        stands_in_for: None,
    }
}
