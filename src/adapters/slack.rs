//! The chat port on Slack's Web API, one token a workspace.
//!
//! slack-morphism carries the calls. They are raw (JSON in, JSON out): its typed history fails as
//! a whole on one message with metadata that is no string, and our blocks are our own structs.

mod classify;
mod people;
mod socket;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use hyper_rustls::{ConfigBuilderExt, HttpsConnectorBuilder};
use jiff::Timestamp;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use slack_morphism::prelude::{
    SlackApiToken, SlackApiTokenValue, SlackClient, SlackClientHyperConnector, SlackHyperClient,
    SlackHyperHttpsConnector,
};
use tokio::sync::OnceCell;

use self::classify::{Kind, classify, no_answer, no_token, not_ok, other_workspace};
pub use self::socket::SlackSockets;
use crate::{
    domain::{Lane, Message, MessageTs, Secret, TeamId},
    ports::{Chat, PortError, PortResult},
};

/// Every call ends after this long; the library itself has no timeout.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Who we are is asked for within this time, so that the call behind it still ends in time.
const GREETING: Duration = Duration::from_secs(3);
/// Messages a page of history.
const PAGE: u32 = 100;
/// Pages looked through at most: the look reaches minutes back, not days.
const PAGES: usize = 20;
/// Names our messages in metadata.
const EVENT_TYPE: &str = "monban";

/// Why the adapter can't be built.
#[derive(Debug, thiserror::Error)]
pub enum SlackSetupError {
    /// Plain HTTP to anywhere but this machine.
    #[error("{url}: Slack's API must be https (http is only for 127.0.0.1 and localhost)")]
    Insecure {
        /// The URL given.
        url: String,
    },
    /// No usable TLS.
    #[error("TLS can't be set up: {detail}")]
    Tls {
        /// What failed.
        detail: String,
    },
}

/// Slack.
pub struct SlackChat {
    client: SlackHyperClient,
    /// What the URLs for private answers begin with.
    replies_at: String,
    workspaces: HashMap<TeamId, Workspace>,
}

struct Workspace {
    token: SlackApiToken,
    /// What `auth.test` said of us, asked for before anything is sent there.
    myself: OnceCell<Myself>,
}

#[derive(Debug, Clone)]
struct Myself {
    /// `https://company.slack.com/`
    url: String,
    bot_id: Option<String>,
}

impl SlackChat {
    /// An adapter for `api_url` (without a trailing slash), with the bot token of each workspace.
    ///
    /// # Errors
    /// Refuses plain HTTP to anywhere but this machine.
    pub fn new(api_url: &str, tokens: HashMap<TeamId, Secret>) -> Result<Self, SlackSetupError> {
        let connector = connector(api_url)?;
        let connector =
            SlackClientHyperConnector::with_connector(connector).with_slack_api_url(api_url);
        let workspace = |secret: Secret| Workspace {
            token: SlackApiToken::new(SlackApiTokenValue::new(secret.into_exposed())),
            myself: OnceCell::new(),
        };
        let workspaces = tokens.into_iter().map(|(team, secret)| (team, workspace(secret)));
        let replies_at = replies_at(api_url);
        let workspaces = workspaces.collect();
        Ok(Self { client: SlackClient::new(connector), replies_at, workspaces })
    }

    fn workspace(&self, team: &TeamId) -> PortResult<&Workspace> {
        self.workspaces.get(team).ok_or_else(|| no_token(team))
    }

    /// Sends something, once it is known that the token belongs to this workspace: a message must
    /// not reach another company.
    async fn send(
        &self,
        team: &TeamId,
        method: &str,
        body: &Value,
        kind: Kind,
    ) -> PortResult<Value> {
        let limit = if self.workspace(team)?.myself.initialized() {
            TIMEOUT
        } else {
            // Nothing was sent yet if this fails, so it may be tried again.
            tokio::time::timeout(GREETING, self.myself(team))
                .await
                .map_err(|_| no_answer("auth.test", Kind::Repeatable, GREETING))??;
            TIMEOUT.saturating_sub(GREETING)
        };
        self.post_json(team, method, body, kind, limit).await
    }

    async fn post_json(
        &self,
        team: &TeamId,
        method: &str,
        body: &Value,
        kind: Kind,
        limit: Duration,
    ) -> PortResult<Value> {
        let session = self.client.open_session(&self.workspace(team)?.token);
        let call = session.http_session_api.http_post(method, body, None);
        let answer = tokio::time::timeout(limit, call)
            .await
            .map_err(|_| no_answer(method, kind, limit))?
            .map_err(|error| classify(method, kind, &error))?;
        checked(method, kind, answer)
    }

    async fn get(
        &self,
        team: &TeamId,
        method: &str,
        params: &[(&str, String)],
    ) -> PortResult<Value> {
        let kind = Kind::Repeatable;
        let session = self.client.open_session(&self.workspace(team)?.token);
        let query: Vec<(&str, Option<&str>)> =
            params.iter().map(|(key, value)| (*key, Some(value.as_str()))).collect();
        let call = session.http_session_api.http_get(method, &query, None);
        let answer = tokio::time::timeout(TIMEOUT, call)
            .await
            .map_err(|_| no_answer(method, kind, TIMEOUT))?
            .map_err(|error| classify(method, kind, &error))?;
        checked(method, kind, answer)
    }

    /// Pages through the channel or thread.
    async fn look_through(
        &self,
        lane: &Lane,
        key: &str,
        since: Timestamp,
        thread: Option<&MessageTs>,
    ) -> PortResult<Vec<MessageTs>> {
        let myself = self.myself(&lane.team).await?;
        let method =
            if thread.is_some() { "conversations.replies" } else { "conversations.history" };
        let mut params = vec![
            ("channel", lane.channel.to_string()),
            ("oldest", format!("{}.{:06}", since.as_second(), 0)),
            ("inclusive", "true".to_owned()),
            ("include_all_metadata", "true".to_owned()),
            ("limit", PAGE.to_string()),
        ];
        params.extend(thread.map(|ts| ("ts", ts.to_string())));
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let mut page = params.clone();
            page.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let answer = self.get(&lane.team, method, &page).await?;
            let messages = answer.get("messages").and_then(Value::as_array);
            let ours = messages.into_iter().flatten().filter(|one| is_ours(one, &myself, key));
            found.extend(ours.filter_map(|one| one.get("ts")?.as_str().map(MessageTs::new)));
            cursor = answer
                .pointer("/response_metadata/next_cursor")
                .and_then(Value::as_str)
                .filter(|cursor| !cursor.is_empty())
                .map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Who we are there: asked once, and again after a failure.
    async fn myself(&self, team: &TeamId) -> PortResult<Myself> {
        self.workspace(team)?.myself.get_or_try_init(|| self.greet(team)).await.cloned()
    }

    /// Asks who we are, and holds it against the workspace that the token was configured for.
    async fn greet(&self, team: &TeamId) -> PortResult<Myself> {
        let answer = self.get(team, "auth.test", &[]).await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
        // Where a whole organisation installed us, its own id may be answered.
        let one_workspace = |id: &str| id.starts_with('T');
        if let Some(answered) = text("team_id")
            && one_workspace(&answered)
            && one_workspace(team.as_str())
            && answered != team.as_str()
        {
            return Err(other_workspace(team, &answered));
        }
        Ok(Myself { url: text("url").unwrap_or_default(), bot_id: text("bot_id") })
    }
}

/// Slack's own place for private answers, or that of the service on this machine.
fn replies_at(api_url: &str) -> String {
    let local = api_url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    local.map_or_else(|| "https://hooks.slack.com/".to_owned(), |host| format!("http://{host}/"))
}

fn connector(api_url: &str) -> Result<SlackHyperHttpsConnector, SlackSetupError> {
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls(api_url)?);
    Ok(if is_secure(api_url) {
        builder.https_only().enable_all_versions().build()
    } else {
        builder.https_or_http().enable_http1().build()
    })
}

fn is_secure(api_url: &str) -> bool {
    api_url.starts_with("https://")
}

/// Whom to trust: those whom the machine trusts, by the process's one provider.
fn tls(api_url: &str) -> Result<ClientConfig, SlackSetupError> {
    let builder = ClientConfig::builder();
    if is_secure(api_url) {
        let trusting = builder.with_native_roots();
        let trusting =
            trusting.map_err(|error| SlackSetupError::Tls { detail: error.to_string() })?;
        return Ok(trusting.with_no_client_auth());
    }
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"]
        .iter()
        .any(|local| api_url.starts_with(local));
    if !local {
        return Err(SlackSetupError::Insecure { url: api_url.to_owned() });
    }
    // No certificate is ever looked at, so none need be installed.
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// A 200 without JSON comes back as an empty object, so `ok` is always looked at.
fn checked(method: &str, kind: Kind, answer: Value) -> PortResult<Value> {
    if answer.get("ok").and_then(Value::as_bool) == Some(true) {
        Ok(answer)
    } else {
        Err(not_ok(method, kind, &answer))
    }
}

#[async_trait]
impl Chat for SlackChat {
    async fn post(
        &self,
        lane: &Lane,
        message: &Message,
        key: &str,
        thread: Option<&MessageTs>,
    ) -> PortResult<MessageTs> {
        let mut body = content(lane, message);
        body["metadata"] = json!({ "event_type": EVENT_TYPE, "event_payload": { "key": key } });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
            body["reply_broadcast"] = json!(true);
        }
        let method = "chat.postMessage";
        let answer = self.send(&lane.team, method, &body, Kind::Once).await?;
        match answer.get("ts").and_then(Value::as_str) {
            Some(ts) => Ok(MessageTs::new(ts)),
            None => Err(not_ok(method, Kind::Once, &answer)),
        }
    }

    async fn update(&self, lane: &Lane, ts: &MessageTs, message: &Message) -> PortResult<()> {
        let mut body = content(lane, message);
        body["ts"] = json!(ts);
        self.send(&lane.team, "chat.update", &body, Kind::Repeatable).await.map(|_| ())
    }

    async fn find(
        &self,
        lane: &Lane,
        key: &str,
        since: Timestamp,
        thread: Option<&MessageTs>,
    ) -> PortResult<Vec<MessageTs>> {
        // All its pages together must end as any other call does.
        tokio::time::timeout(TIMEOUT, self.look_through(lane, key, since, thread))
            .await
            .map_err(|_| no_answer("conversations.history", Kind::Repeatable, TIMEOUT))?
    }

    async fn delete(&self, lane: &Lane, ts: &MessageTs) -> PortResult<()> {
        let body = json!({ "channel": lane.channel, "ts": ts });
        match self.send(&lane.team, "chat.delete", &body, Kind::Repeatable).await {
            Err(PortError { detail, .. }) if detail.ends_with(": message_not_found") => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn ready(&self, team: &TeamId) -> PortResult<()> {
        // Asked anew each time; what it says need not be asked again before the first post.
        let myself = self.greet(team).await?;
        let _ = self.workspace(team)?.myself.set(myself);
        Ok(())
    }

    async fn permalink(&self, lane: &Lane, ts: &MessageTs) -> PortResult<String> {
        let myself = self.myself(&lane.team).await?;
        let base = myself.url.trim_end_matches('/');
        Ok(format!("{base}/archives/{}/p{}", lane.channel, ts.as_str().replace('.', "")))
    }
}

fn content(lane: &Lane, message: &Message) -> Value {
    let mut body = serde_json::to_value(message).unwrap_or_else(|_| json!({}));
    body["channel"] = json!(lane.channel);
    body["unfurl_links"] = json!(false);
    body["unfurl_media"] = json!(false);
    body
}

fn is_ours(message: &Value, myself: &Myself, key: &str) -> bool {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    let by_us = match &myself.bot_id {
        Some(bot) => text("/bot_id") == Some(bot.as_str()),
        None => true,
    };
    by_us
        && text("/metadata/event_type") == Some(EVENT_TYPE)
        && text("/metadata/event_payload/key") == Some(key)
}
