//! What a config says, checked.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use super::{DoorAt, SecretPlace, SlackDoor};
use crate::domain::TeamId;

/// A whole config.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where findings come from.
    pub inbox: InboxConfig,
    /// The durable memory.
    pub store: StoreConfig,
    /// The chat service.
    pub slack: SlackConfig,
    /// Where AWS is asked.
    pub aws: AwsConfig,
    /// Where probes, metrics and the embedded inbox are answered.
    pub listen: SocketAddr,
    /// Length of a workspace's lease, 20 to 300 s.
    pub lease: Duration,
    /// How fast Slack is called.
    pub pacing: Pacing,
    /// How long the loops may take to end.
    pub stop: Duration,
}

impl Config {
    /// Whether anything of it stands on AWS.
    pub fn on_aws(&self) -> bool {
        let managed = |place: &SecretPlace| matches!(place, SecretPlace::SecretsManager { .. });
        let token = match &self.inbox {
            InboxConfig::Sqs(_) => return true,
            InboxConfig::Embedded { token } => token.as_ref(),
        };
        let doors = self.slack.doors();
        let door = doors.iter().flat_map(DoorAt::secrets).map(|(_, place, _)| place);
        let bots = self.slack.workspaces.iter().map(|one| &one.bot_token);
        matches!(self.store, StoreConfig::Dynamodb { .. })
            || bots.chain(token).chain(door).any(managed)
    }
}

/// Where findings come from.
#[derive(Debug, Clone)]
pub enum InboxConfig {
    /// Two queues of SQS.
    Sqs(Sqs),
    /// A queue in the SQLite file, fed by `POST /events`.
    Embedded {
        /// What a sender must show; without one only this machine may send.
        token: Option<SecretPlace>,
    },
}

/// Two queues of SQS.
#[derive(Debug, Clone)]
pub struct Sqs {
    /// What is urgent.
    pub fast_queue_url: String,
    /// Everything else.
    pub slow_queue_url: String,
    /// Pollers on each.
    pub pollers_per_queue: usize,
    /// How long a received message stays invisible to others.
    pub visibility: Duration,
}

/// The durable memory.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// For any number of replicas.
    Dynamodb {
        /// The table's name.
        table: String,
    },
    /// For one process.
    Sqlite {
        /// The directory of the data file.
        data: PathBuf,
    },
}

/// The chat service.
#[derive(Debug, Clone)]
pub struct SlackConfig {
    /// The Web API, without a slash at the end.
    pub api_url: String,
    /// Each workspace the bot is in.
    pub workspaces: Vec<Workspace>,
    /// How people of the workspaces without a door of their own reach the bot.
    pub door: Option<SlackDoor>,
}

/// A workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its id.
    pub team: TeamId,
    /// Where its bot token stands.
    pub bot_token: SecretPlace,
    /// How its people reach the bot, if it has an app of its own.
    pub door: Option<SlackDoor>,
}

/// Where AWS is asked; what is not given comes from the machine.
#[derive(Debug, Clone, Default)]
pub struct AwsConfig {
    /// The Region.
    pub region: Option<String>,
    /// Another endpoint than AWS's own.
    pub endpoint_url: Option<String>,
}

/// How fast Slack is called: the same numbers as `flow::Limits` has.
#[derive(Debug, Clone, Copy)]
pub struct Pacing {
    /// Between two posts in one channel.
    pub post_every: Duration,
    /// Posts a minute in a workspace.
    pub posts_per_minute: NonZeroU32,
    /// Updates a minute in a workspace.
    pub updates_per_minute: NonZeroU32,
    /// How many of them bulk updates may use.
    pub bulk_updates_per_minute: NonZeroU32,
    /// Between two looks through a channel.
    pub look_every: Duration,
}
