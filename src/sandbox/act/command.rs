//! A slash command.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::json;

use super::payload::TOKEN;
use super::{After, Cannot, Kind, Outgoing};
use crate::sandbox::stage::Source;
use crate::sandbox::workspace::Workspace;

/// `POST /_sandbox/command`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct CommandOrder {
    team: String,
    user: String,
    channel: String,
    command: String,
    #[serde(default)]
    text: String,
}

impl Workspace {
    /// What the bot is sent for a command.
    pub(in crate::sandbox) fn command(
        &mut self,
        now: SystemTime,
        order: &CommandOrder,
    ) -> Result<Outgoing, Cannot> {
        let team = self.team_named(&order.team)?.clone();
        let user = self.actor(&order.team, &order.user)?.clone();
        // The app's commands stand in the workspace that installed it, for its full members.
        if user.is_restricted || user.team != team.id {
            return Err(Cannot::because("restricted_action"));
        }
        let mut channels = self.spec.channels.iter();
        let channel = channels.find(|one| one.team == team.id && one.id == order.channel);
        let channel = channel.ok_or_else(|| Cannot::because("channel_not_found"))?.clone();
        if channel.is_archived {
            return Err(Cannot::because("is_archived"));
        }
        if !self.spec.commands.iter().any(|known| known.command == order.command) {
            let why = format!("{} is not a valid command", order.command);
            return Err(Cannot::because(why));
        }
        let person = user.person();
        let payload = json!({
            "token": TOKEN,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": order.command,
            "text": order.text.trim(),
            "api_app_id": team.app_id,
            "is_enterprise_install": "false",
            "response_url":
                self.give_response_url(now, &team.id, &channel.id, &person, Source::Command),
            "trigger_id": self.give_trigger(now, &team.id, &person, false),
        });
        let after = After::Command { channel: channel.id, person };
        Ok(Outgoing { kind: Kind::Commands, team: team.id, payload, after })
    }
}
