//! The chat service towards single people and about them. None of it goes through the outbox: it
//! is asked once, and whoever waits for it learns how it ended.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::{Lane, Person};

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
}
