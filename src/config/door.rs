//! How people reach the bot, workspace by workspace.

use super::{Config, SecretKind, SecretPlace, SlackConfig};
use crate::domain::TeamId;

/// How people reach the bot through one app of Slack's.
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

/// A door with where it stands in the file.
#[derive(Debug, Clone, Copy)]
pub struct DoorAt<'a> {
    /// The workspace whose own app it is, with its place in the list; `None` for the app of all
    /// that have none of their own.
    pub own: Option<(usize, &'a TeamId)>,
    /// The door.
    pub door: &'a SlackDoor,
}

impl<'a> DoorAt<'a> {
    /// The key of its secret.
    pub fn key(&self) -> String {
        let name = match self.door {
            SlackDoor::Http { .. } => "signing_secret",
            SlackDoor::Sockets { .. } => "app_token",
        };
        match self.own {
            Some((n, _)) => format!("slack.workspaces[{n}].{name}"),
            None => format!("slack.{name}"),
        }
    }

    /// Each of its secrets with its key in the file and what it is for.
    pub fn secrets(&self) -> Vec<(String, &'a SecretPlace, SecretKind)> {
        let key = self.key();
        match self.door {
            SlackDoor::Http { signing_secrets } => match signing_secrets.as_slice() {
                [one] => vec![(key, one, SecretKind::SigningSecret)],
                several => several
                    .iter()
                    .enumerate()
                    .map(|(n, one)| (format!("{key}[{n}]"), one, SecretKind::SigningSecret))
                    .collect(),
            },
            SlackDoor::Sockets { app_token, .. } => vec![(key, app_token, SecretKind::AppToken)],
        }
    }
}

impl SlackConfig {
    /// Every door: those of single workspaces in the order of the file, then the shared one.
    pub fn doors(&self) -> Vec<DoorAt<'_>> {
        let own = self.workspaces.iter().enumerate().filter_map(|(n, one)| {
            Some(DoorAt { own: Some((n, &one.team)), door: one.door.as_ref()? })
        });
        let shared = self.door.iter().map(|door| DoorAt { own: None, door });
        own.chain(shared).collect()
    }

    /// The door by which people of this workspace come: its own, or the shared one.
    pub fn door_of(&self, team: &TeamId) -> Option<DoorAt<'_>> {
        let doors = self.doors();
        let own = doors.iter().find(|one| one.own.is_some_and(|(_, own)| own == team));
        own.or_else(|| doors.iter().find(|one| one.own.is_none())).copied()
    }
}

impl Config {
    /// Whether people of this workspace reach the bot. If not, its cards must carry no buttons:
    /// they would do nothing.
    pub fn has_door(&self, team: &TeamId) -> bool {
        self.slack.door_of(team).is_some()
    }
}
