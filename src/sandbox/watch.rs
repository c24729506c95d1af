//! What tests and the page see of the workspace.

use serde_json::{Value, json};

use super::message::Message;
use super::spec::TeamSpec;
use super::stage::{Person, View};
use super::workspace::Workspace;

/// Whose ephemeral messages are shown among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whispers<'a> {
    /// Nobody's.
    None,
    /// Those of the person with this user id.
    Of(&'a str),
    /// Everybody's.
    All,
}

impl Workspace {
    /// Messages of one channel, or of all, as `GET /_sandbox/messages` gives them.
    pub fn messages(
        &self,
        team: Option<&str>,
        channel: Option<&str>,
        whispers: Whispers<'_>,
    ) -> Value {
        let wanted = |message: &Message| {
            team.is_none_or(|team| message.team == team)
                && channel.is_none_or(|channel| message.channel == channel)
        };
        let mut list: Vec<_> = self
            .shelf
            .all()
            .into_iter()
            .filter(|message| wanted(message))
            .map(|message| (message.ts, message.plain(&self.shelf.thread(message))))
            .collect();
        let seen = self.stage.whispers.iter().filter(|one| {
            wanted(&one.message)
                && match whispers {
                    Whispers::None => false,
                    Whispers::Of(user) => one.to == user,
                    Whispers::All => true,
                }
        });
        for whisper in seen {
            let mut plain = whisper.message.plain(&super::message::Thread::default());
            plain["ephemeral_to"] = whisper.to.as_str().into();
            list.push((whisper.message.ts, plain));
        }
        list.sort_by_key(|(ts, _)| *ts);
        let list: Vec<_> = list.into_iter().map(|(_, plain)| plain).collect();
        json!({"messages": list})
    }

    /// The modals of a person, the top one last, and their home in one workspace.
    pub fn views(&self, team: &str, user: &str) -> Value {
        let person = Person { team: team.to_owned(), user: user.to_owned() };
        let shown = |view: &View| {
            let team = self.spec.teams.iter().find(|team| team.id == view.team);
            let mut shown = team.map_or(Value::Null, |team| view.api(team));
            shown["errors"] = view.errors.clone().into();
            shown
        };
        let home = self.stage.homes.get(&(team.to_owned(), person.clone()));
        let modals: Vec<_> = self.stage.stack(&person).iter().map(shown).collect();
        json!({"modals": modals, "home": home.map(shown)})
    }

    /// What the page draws its frame from; tokens and secrets stay out of it.
    pub fn describe(&self) -> Value {
        let team = |team: &TeamSpec| {
            json!({
                "id": team.id,
                "name": team.name,
                "domain": team.domain,
                "app_id": team.app_id,
                "bot_user_id": team.bot_user_id,
                "bot_name": team.bot_name(),
            })
        };
        json!({
            "teams": self.spec.teams.iter().map(team).collect::<Vec<_>>(),
            "channels": self.spec.channels,
            "users": self.spec.users,
            "commands": self.spec.commands,
            "labels": self.spec.labels,
            "lang": self.spec.lang,
        })
    }

    /// The version now, and the channels and people whose view changed after an earlier one. A
    /// version from the future belongs to an earlier run of the server: everything changed.
    pub fn changes(&self, since: u64) -> Value {
        let version = self.shelf.version();
        let since = if since > version { 0 } else { since };
        let channels: Vec<_> = self
            .shelf
            .changed_since(since)
            .map(|(team, channel)| json!({"team": team, "channel": channel}))
            .collect();
        let people: Vec<_> = self.stage.changed_since(since).collect();
        json!({"version": version, "channels": channels, "people": people})
    }
}
