//! People at the pretend Slack: they click, type and fill in, and see what only they see.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    sandbox::{Sandbox, Shown},
    serve::until,
};

/// Somebody in a workspace.
#[derive(Debug, Clone, Copy)]
pub struct Who {
    pub team: &'static str,
    pub user: &'static str,
}

impl Who {
    pub const fn of(team: &'static str, user: &'static str) -> Self {
        Self { team, user }
    }
}

impl Sandbox {
    fn act(&self, path: &str, who: Who, more: &Value) -> Value {
        let mut body = json!({ "team": who.team, "user": who.user });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = format!("/_sandbox/{path}");
        let answer = self.request("POST", &path, &[], body.to_string().as_bytes());
        let said = answer.json();
        assert_eq!(answer.status, 200, "{path} {body}: {said}");
        assert_eq!(said["error"], Value::Null, "{path} {body}: {said}");
        said
    }

    /// Presses a button of a message; `option` chooses from a menu.
    pub fn press(&self, who: Who, on: &Shown, action: &str, option: Option<&str>) -> Value {
        let channel = on.place.split('/').nth(1).unwrap();
        let mut body = json!({ "channel": channel, "ts": on.ts, "action_id": action });
        if let Some(option) = option {
            body["selected_option"] = json!(option);
        }
        self.act("click", who, &body)
    }

    /// Presses a button of a form or of the home.
    pub fn press_in(&self, who: Who, view: &Value, action: &str) -> Value {
        self.act("click", who, &json!({ "view_id": view["id"], "action_id": action }))
    }

    /// Types a command; what is answered at once, as text.
    pub fn command(&self, who: Who, channel: &str, words: &str) -> String {
        let body = json!({ "channel": channel, "command": "/guardrail", "text": words });
        let said = self.act("command", who, &body);
        assert_eq!(said["ack"]["body"]["response_type"], "ephemeral", "{said}");
        said["ack"]["body"].to_string()
    }

    /// Sends a form.
    pub fn submit(&self, who: Who, view: &Value, values: &Value) -> Value {
        self.act("submit", who, &json!({ "view_id": view["id"], "values": values }))
    }

    /// Opens the App Home and gives it back as it then is.
    pub fn home(&self, who: Who) -> Value {
        let before = self.views(who)["home"]["hash"].clone();
        self.act("home", who, &json!({}));
        until("the home is shown", || {
            let home = self.views(who)["home"].clone();
            (home.is_object() && home["hash"] != before).then_some(home)
        })
    }

    /// The forms and the home of a person.
    pub fn views(&self, who: Who) -> Value {
        self.get(&format!("/_sandbox/views?team={}&user={}", who.team, who.user))
    }

    /// The form on top, once it says this.
    pub fn form_saying(&self, who: Who, words: &str) -> Value {
        until(&format!("a form says {words}"), || {
            let views = self.views(who);
            let top = views["modals"].as_array()?.last()?.clone();
            top.to_string().contains(words).then_some(top)
        })
    }

    /// What a person alone sees in a channel, once it says this.
    pub fn whispered(&self, who: Who, channel: &str, words: &str) -> Value {
        until(&format!("{} is told {words}", who.user), || {
            self.whispers(who, channel).into_iter().find(|one| one.to_string().contains(words))
        })
    }

    /// What a person alone sees in a channel.
    pub fn whispers(&self, who: Who, channel: &str) -> Vec<Value> {
        let path =
            format!("/_sandbox/messages?team={}&channel={channel}&user={}", who.team, who.user);
        let all = self.get(&path)["messages"].as_array().unwrap().clone();
        all.into_iter().filter(|one| one["ephemeral_to"].is_string()).collect()
    }

    /// The message as it stands once it says this.
    pub fn says_in_time(&self, of: &Shown, words: &str) -> Shown {
        until(&format!("the card says {words}"), || {
            self.advance(1.0);
            let found = self.messages().into_iter().find(|one| one.ts == of.ts)?;
            found.says(words).then_some(found)
        })
    }
}

/// The id that a card's buttons carry.
pub fn alert_of(card: &Shown) -> String {
    let text = card.whole.to_string();
    let at = text.find("\"value\":\"a-").expect("a button with an id") + "\"value\":\"".len();
    text[at..].chars().take(34).collect()
}

/// Long enough for whatever would still come.
pub fn nothing_more() {
    std::thread::sleep(Duration::from_millis(300));
}
