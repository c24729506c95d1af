//! One view: a modal of a person, or a person's App Home.

use serde_json::{Map, Value, json};

use super::Person;
use crate::sandbox::spec::TeamSpec;

/// What stands in the elements of a view or message: block id to action id to state.
pub(in crate::sandbox) type Values = Map<String, Value>;

/// A view as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct View {
    pub(in crate::sandbox) id: String,
    /// The team whose bot opened it; the person may be of another.
    pub(in crate::sandbox) team: String,
    pub(in crate::sandbox) person: Person,
    /// What the bot gave, with the ids Slack fills in.
    pub(in crate::sandbox) content: Value,
    pub(in crate::sandbox) values: Values,
    pub(in crate::sandbox) hash: String,
    pub(in crate::sandbox) root: String,
    pub(in crate::sandbox) previous: Option<String>,
    /// What the last submission was refused for: block id to words.
    pub(in crate::sandbox) errors: Map<String, Value>,
}

impl View {
    pub(in crate::sandbox) fn text(&self, name: &str) -> &str {
        self.content.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(in crate::sandbox) fn flag(&self, name: &str) -> bool {
        self.content.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(in crate::sandbox) fn blocks(&self) -> &Value {
        self.content.get("blocks").unwrap_or(&Value::Null)
    }

    pub(in crate::sandbox) fn is_home(&self) -> bool {
        self.text("type") == "home"
    }

    /// The view as Slack's API and payloads show it.
    pub(in crate::sandbox) fn api(&self, team: &TeamSpec) -> Value {
        let or_null = |name: &str| self.content.get(name).cloned().unwrap_or_default();
        json!({
            "id": self.id,
            "team_id": self.team,
            "type": self.text("type"),
            "blocks": self.blocks(),
            "private_metadata": self.text("private_metadata"),
            "callback_id": self.text("callback_id"),
            "external_id": self.text("external_id"),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": self.content.get("title").cloned().unwrap_or_else(no_title),
            "close": or_null("close"),
            "submit": or_null("submit"),
            "clear_on_close": self.flag("clear_on_close"),
            "notify_on_close": self.flag("notify_on_close"),
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": team.app_id,
            "app_installed_team_id": self.team,
            "bot_id": team.bot_id,
        })
    }
}

/// Slack's payloads carry this title where a home has none; clients rely on an object there.
fn no_title() -> Value {
    json!({"type": "plain_text", "text": "View Title", "emoji": true})
}
