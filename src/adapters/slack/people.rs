//! The people port on Slack's Web API.

use async_trait::async_trait;
use serde_json::{Value, json};

use slack_morphism::prelude::{SlackClientApiCallContext, SlackClientHttpConnector as _};

use super::{Kind, SlackChat, TIMEOUT, classify, no_answer, not_ok};
use crate::{
    domain::{Form, Home, Lane, Message, Person, Secret, TeamId, ViewId},
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

    async fn whisper(&self, lane: &Lane, to: &Person, message: &Message) -> PortResult<()> {
        let mut body = serde_json::to_value(message).unwrap_or_else(|_| json!({}));
        body["channel"] = json!(lane.channel);
        body["user"] = json!(to.user);
        self.send(&lane.team, "chat.postEphemeral", &body, Kind::Once).await.map(|_| ())
    }

    async fn reply(&self, to: &Secret, message: &Message) -> PortResult<()> {
        let mut body = serde_json::to_value(message).unwrap_or_else(|_| json!({}));
        body["response_type"] = json!("ephemeral");
        body["replace_original"] = json!(false);
        self.post_url(to, &body).await
    }

    async fn open(&self, team: &TeamId, trigger: &Secret, form: &Form) -> PortResult<ViewId> {
        let method = "views.open";
        let body = json!({ "trigger_id": trigger.expose(), "view": form });
        let answer = self.send(team, method, &body, Kind::Once).await?;
        let id = answer.pointer("/view/id").and_then(Value::as_str).map(ViewId::new);
        id.ok_or_else(|| not_ok(method, Kind::Once, &answer))
    }

    async fn refill(&self, team: &TeamId, view: &ViewId, form: &Form) -> PortResult<()> {
        let body = json!({ "view_id": view.as_str(), "view": form });
        self.send(team, "views.update", &body, Kind::Repeatable).await.map(|_| ())
    }

    async fn home(&self, who: &Person, home: &Home) -> PortResult<()> {
        let body = json!({ "user_id": who.user, "view": home });
        self.send(&who.team, "views.publish", &body, Kind::Repeatable).await.map(|_| ())
    }
}

impl SlackChat {
    /// Posts to a URL that came with an act. It is the chat service's own, or nothing is sent: a
    /// message must not reach anybody who made us believe otherwise.
    async fn post_url(&self, url: &Secret, body: &Value) -> PortResult<()> {
        let method = "response_url";
        let known = url.expose().starts_with(&self.replies_at);
        let target = url.expose().parse().ok().filter(|_| known);
        let Some(target) = target else {
            let detail = "response_url: is none of the chat service's";
            return Err(PortError::new(Fault::Permanent, detail));
        };
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &tracing::Span::none(),
            is_sensitive_url: true,
        };
        let connector = &self.client.http_api.connector;
        // The answer is the bare word `ok`, or JSON; both come back as something.
        let call = connector.http_post_uri::<_, Value>(target, body, context);
        let answer = tokio::time::timeout(TIMEOUT, call)
            .await
            .map_err(|_| no_answer(method, Kind::Once, TIMEOUT))?
            .map_err(|error| classify(method, Kind::Once, &error))?;
        match answer.get("ok") {
            Some(Value::Bool(false)) => Err(not_ok(method, Kind::Once, &answer)),
            Some(_) | None => Ok(()),
        }
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
