//! Opening the App Home.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::json;

use super::payload::TOKEN;
use super::{After, Cannot, Kind, Outgoing};
use crate::sandbox::message::Ts;
use crate::sandbox::workspace::Workspace;

/// `POST /_sandbox/home`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct HomeOrder {
    team: String,
    user: String,
}

impl Workspace {
    /// What the bot is sent when a person opens its home.
    pub(in crate::sandbox) fn open_home(
        &mut self,
        now: SystemTime,
        order: &HomeOrder,
    ) -> Result<Outgoing, Cannot> {
        let team = self.team_named(&order.team)?.clone();
        let user = self.actor(&order.team, &order.user)?.clone();
        if user.team != team.id {
            return Err(Cannot::because("the app's home is for people of its own workspace"));
        }
        let mut event = json!({
            "type": "app_home_opened",
            "user": user.id,
            "channel": format!("D{}", user.id.get(1..).unwrap_or_default()),
            "tab": "home",
            "event_ts": Ts::at(now),
        });
        if let Some(home) = self.stage.homes.get(&(team.id.clone(), user.person())) {
            event["view"] = home.api(&team);
        }
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let payload = json!({
            "token": TOKEN,
            "team_id": team.id,
            "api_app_id": team.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": format!("Ev{:016X}", self.fresh()),
            "event_time": seconds,
            "authorizations": [{
                "enterprise_id": null,
                "team_id": team.id,
                "user_id": team.bot_user_id,
                "is_bot": true,
                "is_enterprise_install": false,
            }],
            "is_ext_shared_channel": false,
        });
        Ok(Outgoing { kind: Kind::Events, team: team.id, payload, after: After::Nothing })
    }
}
