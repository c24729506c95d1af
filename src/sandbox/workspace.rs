//! The pretend Slack itself: no I/O and no clock, so a test can hold it in its hand.

use std::time::SystemTime;

use serde_json::Value;

use super::args::Args;
use super::limits::Limits;
use super::message::{Message, MessageOp};
use super::methods;
use super::reply::{Answer, Refusal, Reply};
use super::shelf::Shelf;
use super::spec::{ChannelSpec, TeamSpec, UserSpec, WorkspaceSpec};
use super::stage::Stage;

/// Teams, channels, people, messages and Slack's limits over them.
pub struct Workspace {
    pub(super) spec: WorkspaceSpec,
    pub(super) shelf: Shelf,
    pub(super) stage: Stage,
    limits: Limits,
    /// Where the sandbox answers, for the addresses it gives out: `127.0.0.1:8080`.
    pub(super) host: String,
    /// Makes the names of this run different from those of the last.
    pub(super) seed: u64,
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
        Self {
            spec,
            shelf: Shelf::default(),
            stage: Stage::default(),
            limits: Limits::default(),
            host: "127.0.0.1".into(),
            seed: 0,
        }
    }

    /// The same workspace at this address, with names of its own.
    pub(super) fn at(mut self, host: String, seed: u64) -> Self {
        self.host = host;
        self.seed = seed;
        self
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
        let mut reply = self.admit(&mut limits, now, token, method, args);
        self.limits = limits;
        for op in &reply.ops {
            self.shelf.apply(op);
        }
        for deed in std::mem::take(&mut reply.deeds) {
            self.carry(deed);
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
        if method == "apps.connections.open" {
            return self.admit_app(limits, now, token, method);
        }
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

    /// A call with an app's token instead of a bot's.
    fn admit_app(
        &self,
        limits: &mut Limits,
        now: SystemTime,
        token: Option<&str>,
        method: &str,
    ) -> Reply {
        let Some(token) = token else {
            return Reply::from_result(Err(Refusal::new("not_authed")));
        };
        let opened = methods::apps::open(self, token);
        if opened.is_ok()
            && let Err(seconds) = limits.take(now, token, method, None)
        {
            return Reply::limited(seconds);
        }
        Reply::from_result(opened)
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
}

fn find_channel<'a>(spec: &'a WorkspaceSpec, team: &str, name: &str) -> Option<&'a ChannelSpec> {
    let mut own = spec.channels.iter().filter(|channel| channel.team == team);
    own.find(|channel| channel.id == name || name.strip_prefix('#') == Some(&channel.name))
}

/// A Web API method: reads the workspace, answers, and names what becomes of messages.
pub(super) type Method = fn(&Workspace, &Call<'_>) -> Result<Answer, Refusal>;
