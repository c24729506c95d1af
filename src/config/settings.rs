//! What a config says, checked.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use super::{SecretKind, SecretPlace};
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
        let door = self.slack.door.iter().flat_map(SlackDoor::secrets).map(|(_, place, _)| place);
        let bots = self.slack.workspaces.iter().map(|one| &one.bot_token);
        matches!(self.store, StoreConfig::Dynamodb { .. })
            || bots.chain(token).chain(door).any(managed)
    }

    /// Whether people reach the bot. If not, cards must carry no buttons: they would do nothing.
    pub fn has_door(&self) -> bool {
        self.slack.door.is_some()
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
    /// How people reach the bot; without one, buttons and commands do nothing.
    pub door: Option<SlackDoor>,
}

/// How people reach the bot.
#[derive(Debug, Clone)]
pub enum SlackDoor {
    /// Slack sends signed requests to the listener.
    Http {
        /// Where the signing secret stands; two while one takes the other's place.
        signing_secrets: Vec<SecretPlace>,
    },
    /// The bot connects to Slack (Socket Mode).
    Sockets {
        /// Where the app-level token stands.
        app_token: SecretPlace,
        /// Connections, 1 to 10.
        count: usize,
    },
}

impl SlackDoor {
    /// Each of its secrets with its key in the file and what it is for.
    pub fn secrets(&self) -> Vec<(String, &SecretPlace, SecretKind)> {
        match self {
            Self::Http { signing_secrets } => match signing_secrets.as_slice() {
                [one] => vec![("slack.signing_secret".into(), one, SecretKind::SigningSecret)],
                several => several
                    .iter()
                    .enumerate()
                    .map(|(n, one)| {
                        (format!("slack.signing_secret[{n}]"), one, SecretKind::SigningSecret)
                    })
                    .collect(),
            },
            Self::Sockets { app_token, .. } => {
                vec![("slack.app_token".into(), app_token, SecretKind::AppToken)]
            }
        }
    }
}

/// A workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its id.
    pub team: TeamId,
    /// Where its bot token stands.
    pub bot_token: SecretPlace,
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
