//! Where an alert is told and how its readers read.

use serde::{Deserialize, Serialize};

use super::{ChannelId, Depth, Lang, TeamId};

/// The entries of one channel form one lane.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Lane {
    /// The Slack workspace.
    pub team: TeamId,
    /// The channel in it.
    pub channel: ChannelId,
}

/// No channel of Slack's: those are written in capitals.
const DATES: &str = "dates";

impl Lane {
    /// Where a workspace's dates wait: apart from all channels, so that none is looked through for
    /// what is not due for days.
    pub fn of_dates(team: &TeamId) -> Self {
        Self { team: team.clone(), channel: ChannelId::new(DATES) }
    }

    /// Whether it is that one.
    pub fn is_of_dates(&self) -> bool {
        self.channel.as_str() == DATES
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.team, self.channel)
    }
}

/// A channel with the way its readers read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Receiver {
    /// Workspace and channel.
    pub lane: Lane,
    /// The channel's language.
    pub lang: Lang,
    /// How much it wants to know.
    pub depth: Depth,
    /// IANA time zone, checked when the owner map is read.
    pub time_zone: String,
    /// The channel this one stands in for, when a company's own could not be posted to.
    pub stands_in_for: Option<Lane>,
}
