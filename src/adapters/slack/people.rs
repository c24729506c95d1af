//! The people port on Slack's Web API.

use async_trait::async_trait;
use serde_json::Value;

use super::SlackChat;
use crate::{
    domain::{Lane, Person},
    ports::{ChannelState, Fault, People, PersonFacts, PortError, PortResult},
};

/// Slack's refusals that mean "there is none".
fn answered<T>(error: PortError, none: &[&str], answer: T) -> PortResult<T> {
    let says = |code: &&str| error.detail.ends_with(&format!(": {code}"));
    if none.iter().any(says) { Ok(answer) } else { Err(error) }
}

#[async_trait]
impl People for SlackChat {
    async fn look_up(&self, who: &Person) -> PortResult<Option<PersonFacts>> {
        let params = [("user", who.user.to_string()), ("include_locale", "true".to_owned())];
        match self.get(&who.team, "users.info", &params).await {
            Ok(answer) => Ok(answer.get("user").map(facts)),
            Err(error) => answered(error, &["user_not_found", "user_not_visible"], None),
        }
    }

    async fn channel(&self, lane: &Lane) -> PortResult<ChannelState> {
        let params = [("channel", lane.channel.to_string())];
        let answer = match self.get(&lane.team, "conversations.info", &params).await {
            Ok(answer) => answer,
            // There is no token for its workspace: the bot is not there.
            Err(error) if error.fault == Fault::Permanent => {
                return answered(error, &["channel_not_found"], ChannelState::Missing);
            }
            Err(error) => return Err(error),
        };
        let flag =
            |key: &str| answer.pointer(&format!("/channel/{key}")) == Some(&Value::Bool(true));
        Ok(match (flag("is_archived"), flag("is_member")) {
            (true, _) => ChannelState::Archived,
            (false, true) => ChannelState::Open,
            (false, false) => ChannelState::NotIn,
        })
    }
}

fn facts(user: &Value) -> PersonFacts {
    let text = |pointer: &str| {
        let text = user.pointer(pointer).and_then(Value::as_str);
        text.filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    let flag = |key: &str| user.get(key) == Some(&Value::Bool(true));
    let name = ["/profile/display_name", "/real_name", "/profile/real_name", "/name", "/id"];
    PersonFacts {
        name: name.iter().find_map(|pointer| text(pointer)).unwrap_or_default(),
        locale: text("/locale"),
        deactivated: flag("deleted"),
        guest: flag("is_restricted") || flag("is_ultra_restricted"),
    }
}
