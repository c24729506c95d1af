//! Every secret that a config names, read once at the start.

use std::collections::HashMap;

use super::build::needed;
use crate::{
    adapters::{aws::Aws, secrets::SecretsManager},
    config::{Config, DoorAt, InboxConfig, SecretKind, SecretPlace},
    domain::{Secret, TeamId},
};

/// What was read.
pub(super) struct Secrets {
    /// The bot token of each workspace.
    pub(super) bots: HashMap<TeamId, Secret>,
    /// What a sender of events must show.
    pub(super) events: Option<Secret>,
    /// Those of the people's doors, by their keys.
    pub(super) door: Vec<(String, Secret)>,
}

/// Every secret of the config; what is missing is named all at once, a line each.
pub(super) async fn secrets(config: &Config, aws: Option<&Aws>) -> Result<Secrets, String> {
    let mut missing = Vec::new();
    let mut read = async |key: &str, place: &SecretPlace, kind: Option<SecretKind>| {
        let read = secret(key, place, aws).await;
        let read = read.map_err(|error| missing.push(error)).ok()?;
        if let Some(doubt) = kind.and_then(|kind| place.doubt(kind, &read)) {
            tracing::warn!(config.key = key, "{doubt}");
        }
        Some(read)
    };
    let mut bots = HashMap::new();
    for (n, workspace) in config.slack.workspaces.iter().enumerate() {
        let key = format!("slack.workspaces[{n}].bot_token");
        let token = read(&key, &workspace.bot_token, Some(SecretKind::BotToken)).await;
        bots.extend(token.map(|token| (workspace.team.clone(), token)));
    }
    let mut door = Vec::new();
    for (key, place, kind) in config.slack.doors().iter().flat_map(DoorAt::secrets) {
        door.extend(read(&key, place, Some(kind)).await.map(|secret| (key, secret)));
    }
    let events = match &config.inbox {
        InboxConfig::Embedded { token: Some(place) } => {
            read("inbox.embedded.token", place, None).await
        }
        InboxConfig::Embedded { token: None } | InboxConfig::Sqs(_) => None,
    };
    if missing.is_empty() { Ok(Secrets { bots, events, door }) } else { Err(missing.join("\n")) }
}

/// Reads the secret that the config's key names; an error names the key and the place.
async fn secret(key: &str, place: &SecretPlace, aws: Option<&Aws>) -> Result<Secret, String> {
    let read = match (place.read_here(), place) {
        (Some(read), _) => read,
        (None, SecretPlace::SecretsManager { id, key }) => {
            let manager = SecretsManager::new(needed(aws)?);
            manager.read(id, key.as_deref()).await.and_then(|text| place.accept(&text))
        }
        (None, SecretPlace::Env(_) | SecretPlace::File(_)) => Err(format!("{place} is not here")),
    };
    read.map_err(|error| format!("{key}: {error}"))
}
