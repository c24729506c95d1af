//! What an owner map lacks, though it can be read, and the day's record of it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{AccountId, AuditHash, HealthId, Lane, Person, Receiver};

/// Why a channel can't be posted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelTrouble {
    /// There is none of this id, or the bot can't see it.
    Missing,
    /// The bot is not in it.
    NotIn,
    /// It is archived.
    Archived,
}

/// One gap. Companies go by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "gap")]
pub enum Gap {
    /// An account with open problems is in no company.
    Unmapped {
        /// The account.
        account: AccountId,
        /// Its name, as AWS says it.
        name: Option<String>,
        /// How many of its problems are open.
        open: usize,
    },
    /// A channel of the map can't be posted to.
    Channel {
        /// The channel.
        lane: Lane,
        /// Its name in the map.
        name: Option<String>,
        /// Why.
        trouble: ChannelTrouble,
    },
    /// Somebody of the map is no longer in the chat service, or never was.
    PersonGone {
        /// Who.
        who: Person,
        /// The name in the map.
        name: String,
        /// The company; none: the CCoE.
        company: Option<String>,
    },
    /// Two companies have the same channel, or different ones of one name: one of them is wrong,
    /// or each reads what is the other's.
    SharedChannel {
        /// Its name, or its id where it has none.
        channel: String,
        /// The companies.
        companies: Vec<String>,
    },
    /// Fewer than two people of the company could decide.
    TooFewApprovers {
        /// The company's id.
        company: String,
        /// How many there are.
        live: usize,
    },
    /// Nobody answers for the company's security when nobody else reacts.
    NoSecurityLead {
        /// The company's id.
        company: String,
    },
    /// A partner's last day has passed.
    PartnerOver {
        /// The company's id.
        company: String,
        /// The partner's name.
        name: String,
        /// The last day.
        until: Date,
    },
    /// A partner's last day comes soon.
    PartnerEndsSoon {
        /// The company's id.
        company: String,
        /// The partner's name.
        name: String,
        /// The last day.
        until: Date,
    },
    /// Who vouches for a partner stands nowhere as one who decides for the company.
    SponsorDecidesNothing {
        /// The company's id.
        company: String,
        /// The partner's name.
        name: String,
    },
    /// The public holidays that business hours leave out are not known for long: after that day
    /// holidays count as working days.
    HolidaysEnd {
        /// The last day that is known.
        until: Date,
    },
    /// An account still in baseline.
    InBaseline {
        /// The account.
        account: AccountId,
        /// Why, as the map says.
        reason: String,
        /// The last day of it, if one is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// An organizational unit that no account names.
    UnusedOu {
        /// The company's id.
        company: String,
        /// Its name.
        ou: String,
    },
    /// A route names an account that the company does not have.
    RouteWithoutAccount {
        /// The company's id.
        company: String,
        /// The route's name.
        route: String,
        /// The account.
        account: String,
    },
}

impl Gap {
    /// Every kind's word, the most pressing first.
    pub const KINDS: [&'static str; 13] = [
        "unmapped",
        "channel",
        "person_gone",
        "shared_channel",
        "too_few_approvers",
        "no_security_lead",
        "partner_over",
        "sponsor_decides_nothing",
        "route_without_account",
        "partner_ends_soon",
        "holidays_end",
        "unused_ou",
        "in_baseline",
    ];

    /// How pressing its kind is; the least number is the most pressing.
    pub fn rank(&self) -> usize {
        Self::KINDS.iter().position(|kind| *kind == self.kind()).unwrap_or(Self::KINDS.len())
    }

    /// How many there are of each kind.
    pub fn counts(gaps: &[Self]) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for gap in gaps {
            *counts.entry(gap.kind().to_owned()).or_default() += 1;
        }
        counts
    }

    /// One word for counts.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unmapped { .. } => "unmapped",
            Self::Channel { .. } => "channel",
            Self::PersonGone { .. } => "person_gone",
            Self::SharedChannel { .. } => "shared_channel",
            Self::TooFewApprovers { .. } => "too_few_approvers",
            Self::NoSecurityLead { .. } => "no_security_lead",
            Self::PartnerOver { .. } => "partner_over",
            Self::PartnerEndsSoon { .. } => "partner_ends_soon",
            Self::SponsorDecidesNothing { .. } => "sponsor_decides_nothing",
            Self::HolidaysEnd { .. } => "holidays_end",
            Self::InBaseline { .. } => "in_baseline",
            Self::UnusedOu { .. } => "unused_ou",
            Self::RouteWithoutAccount { .. } => "route_without_account",
        }
    }
}

/// What one morning's round found: one card in the CCoE's channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapHealth {
    /// `health-YYYY-MM-DD` in the CCoE's time zone.
    pub id: HealthId,
    /// Counts the commits.
    pub version: u64,
    /// The day.
    pub day: Date,
    /// The revision of the map that was looked at.
    pub map_revision: u64,
    /// What it found, the most pressing first; no more than a record has room for.
    pub gaps: Vec<Gap>,
    /// How many it found of each kind.
    #[serde(default)]
    pub counts: BTreeMap<String, usize>,
    /// How many people and channels could not be asked about.
    pub unasked: usize,
    /// When.
    pub at: Timestamp,
    /// The CCoE's channel.
    pub receiver: Receiver,
    /// Head of its audit chain.
    pub audit_head: Option<AuditHash>,
}

impl MapHealth {
    /// How many of each kind it found. Older records have room for every gap and no counts.
    pub fn by_kind(&self) -> BTreeMap<String, usize> {
        if self.counts.is_empty() { Gap::counts(&self.gaps) } else { self.counts.clone() }
    }

    /// How many gaps it found.
    pub fn total(&self) -> usize {
        self.by_kind().values().sum()
    }
}
