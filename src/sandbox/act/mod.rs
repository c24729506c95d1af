//! What people do, and what Slack sends the bot for it. Pure: the payload is made here, `http`
//! carries it, and what the bot answers is applied here again.

mod answer;
mod click;
mod command;
mod home;
mod modal;
mod payload;
mod respond;
pub(super) mod state;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

pub(super) use self::click::ClickOrder;
pub(super) use self::command::CommandOrder;
pub(super) use self::home::HomeOrder;
pub(super) use self::modal::{CloseOrder, SubmitOrder};
use super::spec::{TeamSpec, UserSpec};
use super::stage::Person;
use super::workspace::Workspace;

/// Which of the app's addresses takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Clicks, submissions, closed modals.
    Interactions,
    /// Slash commands.
    Commands,
    /// Events.
    Events,
}

/// What is to be sent to the bot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outgoing {
    pub(super) kind: Kind,
    /// The team whose bot it goes to.
    pub(super) team: String,
    /// For a slash command, its form fields.
    pub(super) payload: Value,
    pub(super) after: After,
}

/// What the bot's answer means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum After {
    /// Nothing: a bare acknowledgement.
    Nothing,
    /// A message may come with it.
    Command { channel: String, person: Person },
    /// It closes the modal, or says what comes instead.
    Submission { view_id: String },
}

/// Why a person cannot do this: what Slack's client would not offer, or refuse.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cannot {
    pub(super) error: String,
    /// For a modal: block id to one word why.
    pub(super) errors: Map<String, Value>,
}

impl Cannot {
    fn because(error: impl Into<String>) -> Self {
        Self { error: error.into(), errors: Map::new() }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({"error": self.error});
        if !self.errors.is_empty() {
            body["errors"] = self.errors.clone().into();
        }
        body
    }
}

impl UserSpec {
    fn person(&self) -> Person {
        Person { team: self.team.clone(), user: self.id.clone() }
    }
}

impl Workspace {
    fn team_named(&self, id: &str) -> Result<&TeamSpec, Cannot> {
        let team = self.spec.teams.iter().find(|team| team.id == id);
        team.ok_or_else(|| Cannot::because(format!("there is no team {id}")))
    }

    /// The person who acts: of this team, or a guest from another over Slack Connect.
    fn actor(&self, team: &str, user: &str) -> Result<&UserSpec, Cannot> {
        let own = self.people(team).find(|one| one.id == user);
        let found = own.or_else(|| self.spec.users.iter().find(|one| one.id == user));
        let found = found.ok_or_else(|| Cannot::because(format!("there is no user {user}")))?;
        if found.deleted { Err(Cannot::because("account_inactive")) } else { Ok(found) }
    }
}
