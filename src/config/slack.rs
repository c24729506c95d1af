//! The config's part about Slack: where it is, the workspaces, and how people reach the bot.

use std::collections::HashMap;

use super::{
    SecretPlace, SlackConfig, SlackDoor, Workspace,
    file::keys,
    reader::{Reader, Section, quoted},
};
use crate::domain::TeamId;

/// Slack itself.
const SLACK: &str = "https://slack.com/api";
/// Connections of Socket Mode unless the file says otherwise: one may break.
const SOCKETS: u32 = 2;

impl Reader {
    pub(super) fn slack(&mut self, root: &Section<'_>) -> Option<SlackConfig> {
        let slack = self.section(root, "slack", keys("slack"))?;
        let api_url = if slack.has("api_url") {
            self.url(&slack, "api_url", SLACK)
        } else {
            Some(SLACK.to_owned())
        };
        let mut workspaces = Vec::new();
        let mut seen: HashMap<TeamId, String> = HashMap::new();
        let what = "a list with `team_id` and `bot_token` of each workspace";
        for (at, value) in self.list(&slack, "workspaces", what) {
            let Some(of) = self.mapping(value, at, keys("workspaces")) else { continue };
            let team = self.team(&of);
            if let Some(team) = &team
                && let Some(first) = seen.insert(team.clone(), of.path("team_id"))
            {
                let what = format!("`{team}` stands at {first} already");
                self.add(of.path("team_id"), what, "Keep one entry a workspace");
            }
            let bot_token = self.secret(&of, "bot_token");
            let door = self.door(&of);
            if let (Some(team), Some(bot_token)) = (team, bot_token) {
                workspaces.push(Workspace { team, bot_token, door });
            }
        }
        let door = self.door(&slack);
        let config = SlackConfig { api_url: api_url?, workspaces, door };
        self.doors_apart(&config);
        Some(config)
    }

    fn team(&mut self, of: &Section<'_>) -> Option<TeamId> {
        let id = self.text(of, "team_id", "the workspace's id that Slack shows")?;
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if id.len() < 2 || !id.starts_with(['T', 'E']) || !id.bytes().all(plain) {
            let what = format!("{} is no workspace id", quoted(id));
            let mend = "Copy it from Slack: capitals and digits, starting with `T` or `E`";
            self.add(of.path("team_id"), what, mend);
            return None;
        }
        Some(TeamId::new(id))
    }

    /// How people reach the bot through one app: one way, or none. It stands under `slack`, or at
    /// a workspace.
    fn door(&mut self, of: &Section<'_>) -> Option<SlackDoor> {
        let (signed, sockets) = (of.has("signing_secret"), of.has("app_token"));
        if of.has("sockets") && !sockets {
            let mend = format!("Remove it, or give `{}`", of.path("app_token"));
            self.add(of.path("sockets"), "belongs to Socket Mode", mend);
            return None;
        }
        match (signed, sockets) {
            (false, false) => None,
            (true, true) => {
                let mend = "Keep one: `signing_secret` if Slack sends requests to this listener, \
                            `app_token` if the bot connects to Slack (Socket Mode)";
                self.add(of.at(), "has both signing_secret and app_token", mend);
                None
            }
            (true, false) => {
                let signing_secrets = self.secrets(of, "signing_secret")?;
                Some(SlackDoor::Http { signing_secrets })
            }
            (false, true) => {
                let app_token = self.secret(of, "app_token");
                let count = self.number(Some(of), "sockets", &(1..=10), SOCKETS)?;
                let count = usize::try_from(count).ok()?;
                Some(SlackDoor::Sockets { app_token: app_token?, count })
            }
        }
    }

    /// Each door is another app's, and somebody comes by it.
    fn doors_apart(&mut self, slack: &SlackConfig) {
        let mut seen: Vec<(usize, String, &SecretPlace)> = Vec::new();
        let doors = slack.doors();
        for (n, door) in doors.iter().enumerate() {
            for (key, place, _) in door.secrets() {
                if let Some((_, first, _)) =
                    seen.iter().find(|(of, _, at)| *of != n && *at == place)
                {
                    let what = format!("is in the same place as {first}");
                    let mend = "Give each workspace's own app its own. An app that is installed in \
                                several workspaces stands under `slack` alone";
                    self.add(key.as_str(), what, mend);
                }
                seen.push((n, key, place));
            }
        }
        let all_own = slack.workspaces.iter().all(|one| one.door.is_some());
        if let Some(shared) = doors.iter().find(|door| door.own.is_none())
            && all_own
            && !slack.workspaces.is_empty()
        {
            let mend = "Remove it, or what the workspaces have of their own where this app is \
                        installed";
            self.add(shared.key(), "is for no workspace: each has an app of its own", mend);
        }
    }
}
