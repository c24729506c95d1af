//! What a pretend workspace is made of when it opens.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Everything the pretend Slack knows at its start.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceSpec {
    /// Workspaces; each has one bot with one token.
    pub teams: Vec<TeamSpec>,
    /// Channels of all teams.
    pub channels: Vec<ChannelSpec>,
    /// People of all teams.
    pub users: Vec<UserSpec>,
    /// Language code to label key to words: the chrome of the page.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
    /// Language the page opens in, a key of `labels`.
    pub lang: String,
    /// File that keeps messages over a restart; none keeps them in memory only.
    pub journal: Option<PathBuf>,
    /// Where the bot's door listens for signed requests; none leaves only Socket Mode.
    pub requests: Option<RequestUrls>,
    /// Slash commands of the app, in every team.
    pub commands: Vec<CommandSpec>,
}

/// The addresses a Slack app names for what people do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestUrls {
    /// Clicks, submissions and closed modals.
    pub interactions: String,
    /// Slash commands.
    pub commands: String,
    /// Events, of which the sandbox sends `app_home_opened`.
    pub events: String,
}

/// One slash command.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommandSpec {
    /// With its slash: `/guardrail`.
    pub command: String,
    /// What it does, in a line.
    pub description: String,
    /// What may stand after it.
    pub usage_hint: String,
}

/// One workspace and the bot installed in it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TeamSpec {
    /// Team id, `T...`.
    pub id: String,
    /// Name a person reads.
    pub name: String,
    /// Sub-domain: the team's address is `https://DOMAIN.slack.com/`.
    pub domain: String,
    /// Token the bot calls with.
    pub bot_token: String,
    /// The bot's user id, `U...`.
    pub bot_user_id: String,
    /// The bot's own id, `B...`.
    pub bot_id: String,
    /// The app's id, `A...`.
    pub app_id: String,
    /// Name beside the bot's messages; empty means "bot".
    pub bot_name: String,
    /// What requests to the bot are signed with; empty signs none, and no door takes them.
    pub signing_secret: String,
    /// `xapp-...`: opens Socket Mode connections. One app in several teams has one for all.
    pub app_token: String,
}

impl TeamSpec {
    /// Name to show for the bot.
    pub(super) fn bot_name(&self) -> &str {
        if self.bot_name.is_empty() { "bot" } else { &self.bot_name }
    }
}

/// One channel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelSpec {
    /// Team it belongs to.
    pub team: String,
    /// Channel id, `C...`.
    pub id: String,
    /// Name without `#`.
    pub name: String,
    /// Topic line.
    pub topic: String,
    /// Whether the bot was invited; posting needs it.
    pub bot_is_member: bool,
    /// Whether it is closed for posts.
    pub is_archived: bool,
}

/// One person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserSpec {
    /// Team the person belongs to.
    pub team: String,
    /// User id, `U...`.
    pub id: String,
    /// Handle.
    pub name: String,
    /// Name as written.
    pub real_name: String,
    /// Language and region, as `ja-JP`.
    pub locale: String,
    /// IANA time zone.
    pub tz: String,
    /// What part the person plays in the sandbox (approver, outsider, ...); Slack has no such
    /// field, so no Web API answer shows it.
    pub persona: String,
    /// Whether the account was closed: such a person does nothing any more.
    pub deleted: bool,
    /// Whether the person is a guest, who may not use slash commands.
    pub is_restricted: bool,
}
