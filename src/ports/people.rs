//! The chat service towards single people and about them. None of it goes through the outbox: it
//! is asked once, and whoever waits for it learns how it ended.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::{Form, Home, Lane, Message, Person, Secret, TeamId, ViewId};

/// What the chat service knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFacts {
    /// As the person wants to be called.
    pub name: String,
    /// Language and region such as `ja-JP`, if it says.
    pub locale: Option<String>,
    /// The account was deactivated.
    pub deactivated: bool,
    /// A guest: may be barred from slash commands.
    pub guest: bool,
}

/// How a channel stands to the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelState {
    /// It can be posted to.
    Open,
    /// There is none of this id, or the bot can't see it.
    Missing,
    /// The bot is not in it.
    NotIn,
    /// It is archived.
    Archived,
}

/// The chat service towards single people. Every call ends within 8 s.
#[async_trait]
pub trait People: Send + Sync {
    /// What is known of a person; `None`: there is none of this id.
    async fn look_up(&self, who: &Person) -> PortResult<Option<PersonFacts>>;
    /// How a channel stands to the bot.
    async fn channel(&self, lane: &Lane) -> PortResult<ChannelState>;
    /// Shows a message to one person of a channel alone. It lasts until the person reloads.
    async fn whisper(&self, lane: &Lane, to: &Person, message: &Message) -> PortResult<()>;
    /// Answers an act privately where it was done; `to` came with the act.
    async fn reply(&self, to: &Secret, message: &Message) -> PortResult<()>;
    /// Opens a form; `trigger` came with an act less than 3 s ago and is used up by this.
    async fn open(&self, team: &TeamId, trigger: &Secret, form: &Form) -> PortResult<ViewId>;
    /// Puts another form in the place of an open one.
    async fn refill(&self, team: &TeamId, view: &ViewId, form: &Form) -> PortResult<()>;
    /// Shows a person's App Home.
    async fn home(&self, who: &Person, home: &Home) -> PortResult<()>;
}
