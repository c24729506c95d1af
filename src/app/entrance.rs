//! The ways by which people reach the bot, one for each app of Slack's.

use std::sync::Arc;

use futures::future::BoxFuture;
use rustls::ClientConfig;

use crate::{
    adapters::slack::SlackSockets,
    config::{Config, SlackDoor},
    domain::{Secret, TeamId},
};

/// An app of Slack's by which people come.
pub struct Entrance {
    /// The workspace whose own app it is; `None` for the app of all that have none.
    pub own: Option<TeamId>,
    /// The key of the config that names its secret.
    pub key: String,
    /// How they come.
    pub way: WayIn,
}

/// How people reach the bot through an app.
pub enum WayIn {
    /// Slack sends requests that it signs with one of these.
    Http(Vec<Secret>),
    /// The bot connects to Slack.
    Sockets {
        /// Asks where to connect. The URL is a secret; the error, one sentence, holds none.
        open: Arc<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>,
        /// Whom to trust.
        tls: Arc<ClientConfig>,
        /// Connections.
        count: usize,
    },
}

/// Every way in of the config, with its secrets as they were read, by their keys.
pub(super) fn entrances(
    config: &Config,
    read: &[(String, Secret)],
) -> Result<Vec<Entrance>, String> {
    let doors = config.slack.doors();
    let mut known: Vec<(usize, &str, &Secret)> = Vec::new();
    let mut entrances = Vec::new();
    for (n, door) in doors.iter().enumerate() {
        let mut secrets = Vec::new();
        for (key, _, _) in door.secrets() {
            let (key, secret) = read
                .iter()
                .find(|(of, _)| *of == key)
                .ok_or_else(|| format!("{key}: was not read"))?;
            // Of two apps with one secret nobody could say which of them speaks.
            let same = |other: &Secret| secret.matches(other.expose().as_bytes());
            if let Some((_, first, _)) = known.iter().find(|(of, _, one)| *of != n && same(one)) {
                return Err(format!(
                    "{key}: is the secret of {first} too. Give each workspace's own app its own; \
                     an app that is installed in several workspaces stands under `slack` alone"
                ));
            }
            known.push((n, key, secret));
            secrets.push(secret.clone());
        }
        let way = match door.door {
            SlackDoor::Http { .. } => WayIn::Http(secrets),
            SlackDoor::Sockets { count, .. } => {
                let key = door.key();
                let token = secrets.pop().ok_or_else(|| format!("{key}: was not read"))?;
                sockets(&config.slack.api_url, (key, token), *count)?
            }
        };
        let own = door.own.map(|(_, team)| team.clone());
        entrances.push(Entrance { own, key: door.key(), way });
    }
    Ok(entrances)
}

/// Connections of Socket Mode, opened with the app's own token, which stands at this key.
///
/// # Errors
/// One sentence: the API can't be called.
pub fn sockets(
    api_url: &str,
    (key, app_token): (String, Secret),
    count: usize,
) -> Result<WayIn, String> {
    let sockets = SlackSockets::new(api_url, app_token).map_err(|error| error.to_string())?;
    let key: Arc<str> = key.into();
    let sockets = Arc::new(sockets);
    let tls = sockets.tls();
    let open = move || -> BoxFuture<'static, _> {
        let (sockets, key) = (Arc::clone(&sockets), Arc::clone(&key));
        Box::pin(async move { sockets.open().await.map_err(|error| format!("{key}: {error}")) })
    };
    Ok(WayIn::Sockets { open: Arc::new(open), tls, count })
}

#[test]
fn two_apps_with_one_secret_are_refused_without_quoting_it() {
    let config = |slack: &str| {
        crate::config::parse(&format!(
            "{{inbox: {{embedded: {{}}}}, store: {{sqlite: {{data: /tmp/x}}}}, slack: {{{slack}, \
             workspaces: [{{team_id: T1, bot_token: {{env: X}}, signing_secret: [{{env: A}}, \
             {{env: B}}]}}, {{team_id: T2, bot_token: {{env: X}}}}]}}}}"
        ))
        .unwrap()
    };
    let key = |key: &str, secret: &str| (key.to_owned(), Secret::new(secret));
    let read = |last: &str| {
        let own = "slack.workspaces[0].signing_secret";
        [
            key(&format!("{own}[0]"), "hush-1"),
            key(&format!("{own}[1]"), "hush-1"),
            key("slack.signing_secret", last),
        ]
    };
    let config = config("signing_secret: {env: C}");
    let ways = entrances(&config, &read("hush-2")).unwrap();
    let ways: Vec<_> = ways.iter().map(|one| (one.own.as_ref(), one.key.as_str())).collect();
    let own = TeamId::new("T1");
    let wanted =
        [(Some(&own), "slack.workspaces[0].signing_secret"), (None, "slack.signing_secret")];
    assert_eq!(ways, wanted);
    let error = entrances(&config, &read("hush-1")).err().unwrap();
    let start = "slack.signing_secret: is the secret of slack.workspaces[0].signing_secret[0] too";
    assert!(error.starts_with(start) && !error.contains("hush"), "{error}");
    let error = entrances(&config, &read("hush-2")[..2]).err().unwrap();
    assert_eq!(error, "slack.signing_secret: was not read");
}
