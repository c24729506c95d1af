//! The pretend Slack itself: no I/O and no clock, so a test can hold it in its hand.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::args::Args;
use super::limits::Limits;
use super::message::{Message, MessageOp};
use super::methods;
use super::reply::{Answer, Refusal, Reply};
use super::shelf::Shelf;
use super::spec::{ChannelSpec, TeamSpec, UserSpec, WorkspaceSpec};

/// Teams, channels, people, messages and Slack's limits over them.
pub struct Workspace {
    pub(super) spec: WorkspaceSpec,
    pub(super) shelf: Shelf,
    limits: Limits,
}

/// One call after its token was recognised.
pub(super) struct Call<'a> {
    pub(super) now: SystemTime,
    pub(super) team: &'a TeamSpec,
    pub(super) args: &'a Args,
}

impl Workspace {
    /// An empty workspace; messages come back through [`Workspace::replay`].
    pub fn new(spec: WorkspaceSpec) -> Self {
        Self { spec, shelf: Shelf::default(), limits: Limits::default() }
    }

    /// Puts back what a journal remembers, in its order.
    pub fn replay(&mut self, op: &MessageOp) {
        self.shelf.apply(op);
    }

    /// Carries out one Web API call at a moment of the sandbox clock. The answer's operations are
    /// applied already; the caller makes them durable before it lets the answer go.
    pub fn call(
        &mut self,
        now: SystemTime,
        token: Option<&str>,
        method: &str,
        args: Value,
    ) -> Reply {
        // The limits are written while the teams are read, so they stand aside for the call.
        let mut limits = std::mem::take(&mut self.limits);
        let reply = self.admit(&mut limits, now, token, method, args);
        self.limits = limits;
        for op in &reply.ops {
            self.shelf.apply(op);
        }
        reply
    }

    /// Knows the caller, holds it to its pace, and lets the method answer.
    fn admit(
        &self,
        limits: &mut Limits,
        now: SystemTime,
        token: Option<&str>,
        method: &str,
        args: Value,
    ) -> Reply {
        let run = methods::find(method).ok_or_else(|| Refusal::new("unknown_method"));
        let args = run.and_then(|run| Ok((run, Args::new(args)?)));
        let called = args.and_then(|(run, args)| {
            let token = if token.is_some() { token } else { args.text("token")? };
            Ok((run, self.team_of(token)?, args))
        });
        let (run, team, args) = match called {
            Ok(called) => called,
            Err(refusal) => return Reply::from_result(Err(refusal)),
        };
        let post_channel = match (method, args.text("channel")) {
            ("chat.postMessage", Ok(Some(name))) => find_channel(&self.spec, &team.id, name),
            _ => None,
        };
        let channel = post_channel.map(|channel| channel.id.as_str());
        if let Err(seconds) = limits.take(now, &team.id, method, channel) {
            return Reply::limited(seconds);
        }
        Reply::from_result(run(self, &Call { now, team, args: &args }))
    }

    /// Team id behind a token, if there is one.
    pub fn team_id(&self, token: Option<&str>) -> Option<&str> {
        self.team_of(token).ok().map(|team| team.id.as_str())
    }

    fn team_of(&self, token: Option<&str>) -> Result<&TeamSpec, Refusal> {
        let token = token.ok_or_else(|| Refusal::new("not_authed"))?;
        // A team without a token must not be opened by an empty one.
        let team = self.spec.teams.iter().find(|t| !token.is_empty() && t.bot_token == token);
        team.ok_or_else(|| Refusal::new("invalid_auth"))
    }

    /// A channel of the caller's team by id, or by name where Slack still takes names.
    pub(super) fn channel(&self, call: &Call<'_>) -> Result<&ChannelSpec, Refusal> {
        let name = call.args.need_text("channel")?;
        find_channel(&self.spec, &call.team.id, name)
            .ok_or_else(|| Refusal::new("channel_not_found"))
    }

    /// A channel the bot was invited to.
    pub(super) fn joined_channel(&self, call: &Call<'_>) -> Result<&ChannelSpec, Refusal> {
        let channel = self.channel(call)?;
        if channel.bot_is_member { Ok(channel) } else { Err(Refusal::new("not_in_channel")) }
    }

    pub(super) fn people(&self, team: &str) -> impl Iterator<Item = &UserSpec> {
        self.spec.users.iter().filter(move |user| user.team == team)
    }

    pub(super) fn message_json(&self, message: &Message, with_metadata: bool) -> Value {
        message.api(&self.shelf.thread(message), with_metadata)
    }

    /// Messages of one channel, or of all, as `GET /_sandbox/messages` gives them.
    pub fn messages(&self, team: Option<&str>, channel: Option<&str>) -> Value {
        let wanted = |message: &&Message| {
            team.is_none_or(|team| message.team == team)
                && channel.is_none_or(|channel| message.channel == channel)
        };
        let all = self.shelf.all().into_iter().filter(wanted);
        let list: Vec<_> = all.map(|message| message.plain(&self.shelf.thread(message))).collect();
        json!({"messages": list})
    }

    /// What the page draws its frame from; tokens stay out of it.
    pub fn describe(&self) -> Value {
        let team = |team: &TeamSpec| {
            json!({
                "id": team.id,
                "name": team.name,
                "domain": team.domain,
                "bot_user_id": team.bot_user_id,
                "bot_name": team.bot_name(),
            })
        };
        json!({
            "teams": self.spec.teams.iter().map(team).collect::<Vec<_>>(),
            "channels": self.spec.channels,
            "users": self.spec.users,
            "labels": self.spec.labels,
            "lang": self.spec.lang,
        })
    }

    /// The version now, and the channels that changed after an earlier one. A version from the
    /// future belongs to an earlier run of the server: everything changed.
    pub fn changes(&self, since: u64) -> Value {
        let version = self.shelf.version();
        let since = if since > version { 0 } else { since };
        let channels: Vec<_> = self
            .shelf
            .changed_since(since)
            .map(|(team, channel)| json!({"team": team, "channel": channel}))
            .collect();
        json!({"version": version, "channels": channels})
    }
}

fn find_channel<'a>(spec: &'a WorkspaceSpec, team: &str, name: &str) -> Option<&'a ChannelSpec> {
    let mut own = spec.channels.iter().filter(|channel| channel.team == team);
    own.find(|channel| channel.id == name || name.strip_prefix('#') == Some(&channel.name))
}

/// A Web API method: reads the workspace, answers, and names what becomes of messages.
pub(super) type Method = fn(&Workspace, &Call<'_>) -> Result<Answer, Refusal>;
