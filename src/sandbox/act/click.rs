//! A click on an element of a message, a modal or a home.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};

use super::modal::{Typed, typed};
use super::payload::interaction;
use super::state::{elements, field, gather, read, set, word};
use super::{After, Cannot, Kind, Outgoing};
use crate::sandbox::message::{Message, Ts};
use crate::sandbox::spec::{TeamSpec, UserSpec};
use crate::sandbox::stage::{Person, Source, Values};
use crate::sandbox::workspace::Workspace;

/// `POST /_sandbox/click`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::sandbox) struct ClickOrder {
    pub(super) team: String,
    pub(super) user: String,
    pub(super) channel: Option<String>,
    pub(super) ts: Option<String>,
    pub(super) view_id: Option<String>,
    pub(super) action_id: String,
    pub(super) block_id: Option<String>,
    pub(super) value: Option<Value>,
    pub(super) selected_option: Option<Value>,
    pub(super) selected_options: Option<Value>,
    pub(super) selected_date: Option<Value>,
    pub(super) selected_time: Option<Value>,
    pub(super) selected_date_time: Option<Value>,
    pub(super) selected_user: Option<Value>,
    pub(super) selected_users: Option<Value>,
    pub(super) selected_channel: Option<Value>,
    pub(super) selected_channels: Option<Value>,
    pub(super) selected_conversation: Option<Value>,
    pub(super) selected_conversations: Option<Value>,
    /// In a view: what was typed there and not yet sent.
    pub(super) values: Typed,
    /// Sends the same action in two requests at once.
    pub(in crate::sandbox) twice: bool,
}

impl ClickOrder {
    /// What was picked, by the field it stands in.
    fn picks(&self) -> Vec<(&'static str, &Value)> {
        let all = [
            ("value", &self.value),
            ("selected_option", &self.selected_option),
            ("selected_options", &self.selected_options),
            ("selected_date", &self.selected_date),
            ("selected_time", &self.selected_time),
            ("selected_date_time", &self.selected_date_time),
            ("selected_user", &self.selected_user),
            ("selected_users", &self.selected_users),
            ("selected_channel", &self.selected_channel),
            ("selected_channels", &self.selected_channels),
            ("selected_conversation", &self.selected_conversation),
            ("selected_conversations", &self.selected_conversations),
        ];
        all.into_iter().filter_map(|(name, given)| Some((name, given.as_ref()?))).collect()
    }

    /// The one pick that this kind of element takes.
    fn pick(&self, kind: &str) -> Result<&Value, Cannot> {
        let wanted = field(kind).unwrap_or_default();
        match self.picks()[..] {
            [(name, given)] if name == wanted => Ok(given),
            _ => Err(Cannot::because(format!("a {kind} takes `{wanted}` and nothing else"))),
        }
    }

    /// The element in these blocks, with its block.
    fn find<'a>(&self, blocks: &'a Value) -> Option<(&'a Value, &'a Value)> {
        elements(blocks).find(|(block, element)| {
            word(element, "action_id") == self.action_id
                && self.block_id.as_deref().is_none_or(|id| word(block, "block_id") == id)
        })
    }
}

/// What a click found, and what it does.
struct Clicked {
    action: Value,
    /// Block id, action id and state of an element that keeps what was picked.
    kept: Option<(String, String, Value)>,
}

impl Clicked {
    fn keep(&self, values: &mut Values) {
        if let Some((block_id, action_id, state)) = &self.kept {
            set(values, block_id, action_id, state.clone());
        }
    }
}

fn clicked(
    order: &ClickOrder,
    (block, element): (&Value, &Value),
    at: Ts,
) -> Result<Clicked, Cannot> {
    let kind = word(element, "type");
    let (block_id, action_id) = (word(block, "block_id"), word(element, "action_id"));
    let mut action = json!({"type": kind, "action_id": action_id, "block_id": block_id});
    for name in ["text", "value", "style", "placeholder", "initial_option", "initial_date"] {
        if let Some(own) = element.get(name) {
            action[name] = own.clone();
        }
    }
    let mut kept = None;
    if kind == "button" || kind == "workflow_button" {
        let own = element.get("value");
        if order.picks().iter().any(|(name, given)| *name != "value" || Some(*given) != own) {
            return Err(Cannot::because("a button carries its own value, no other"));
        }
    } else {
        if block["type"] == "input" && block["dispatch_action"] != true {
            return Err(Cannot::because("this input sends nothing until the form is submitted"));
        }
        let mut state = read(element, order.pick(kind)?).map_err(Cannot::because)?;
        if kind != "overflow" {
            kept = Some((block_id.to_owned(), action_id.to_owned(), state.clone()));
        }
        if let Some(name) = field(kind) {
            action[name] = state[name].take();
        }
    }
    action["action_ts"] = at.to_string().into();
    Ok(Clicked { action, kept })
}

impl Workspace {
    /// Finds what is clicked and says what the bot is sent.
    pub(in crate::sandbox) fn click(
        &mut self,
        now: SystemTime,
        order: &ClickOrder,
    ) -> Result<Outgoing, Cannot> {
        let team = self.team_named(&order.team)?.clone();
        let user = self.actor(&order.team, &order.user)?.clone();
        match (&order.view_id, &order.channel, &order.ts) {
            (Some(id), None, None) => self.click_in_view(now, order, &team, &user, id),
            (None, Some(channel), Some(ts)) => {
                let ts = Ts::parse(ts).ok_or_else(|| Cannot::because("ts is no timestamp"))?;
                self.click_in_message(now, order, &team, &user, (channel, ts))
            }
            _ => Err(Cannot::because("give `channel` and `ts`, or `view_id`")),
        }
    }

    fn click_in_message(
        &mut self,
        now: SystemTime,
        order: &ClickOrder,
        team: &TeamSpec,
        user: &UserSpec,
        (channel, ts): (&str, Ts),
    ) -> Result<Outgoing, Cannot> {
        let person = user.person();
        let (message, whispered) = self.seen(&team.id, channel, ts, &person)?;
        let message = message.clone();
        let whole = self.message_json(&message, true);
        let attached = message.attachments.iter().filter_map(Value::as_array).flatten();
        let mut places =
            message.blocks.iter().map(|blocks| (None, blocks)).chain(
                attached.filter_map(|one| Some((one.get("id").cloned(), one.get("blocks")?))),
            );
        let found = places.find_map(|(attachment, blocks)| Some((attachment, order.find(blocks)?)));
        let (attachment, found) = found.ok_or_else(|| not_there(order))?;
        let clicked = clicked(order, found, Ts::at(now))?;

        let key = (team.id.clone(), channel.to_owned(), ts, person.clone());
        let blocks = all_blocks(&message);
        let mut values = gather(&blocks, self.stage.picks.get(&key).unwrap_or(&Values::new()));
        clicked.keep(&mut values);
        self.stage.picks.insert(key, values.clone());

        let mut payload = interaction("block_actions", team, user);
        let mut container = json!({
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": whispered,
        });
        if let Some(id) = attachment {
            container["type"] = "message_attachment".into();
            container["attachment_id"] = id;
            container["is_app_unfurl"] = false.into();
        }
        if let Some(thread) = message.thread_ts {
            container["thread_ts"] = thread.to_string().into();
        }
        payload["container"] = container;
        payload["trigger_id"] = self.give_trigger(now, &team.id, &person, false).into();
        payload["channel"] = json!({"id": channel, "name": self.channel_name(&team.id, channel)});
        // An ephemeral message is known to nobody but its reader, so it is not sent along.
        if !whispered {
            payload["message"] = whole;
        }
        payload["state"] = json!({"values": values});
        let source = if whispered { Source::Whisper(ts) } else { Source::Message(ts) };
        let url = self.give_response_url(now, &team.id, channel, &person, source);
        payload["response_url"] = url.into();
        payload["actions"] = json!([clicked.action]);
        Ok(outgoing(team, payload))
    }

    fn click_in_view(
        &mut self,
        now: SystemTime,
        order: &ClickOrder,
        team: &TeamSpec,
        user: &UserSpec,
        id: &str,
    ) -> Result<Outgoing, Cannot> {
        let person = user.person();
        let mut view = self.own_view(&team.id, &person, id)?.clone();
        let found = order.find(view.blocks()).ok_or_else(|| not_there(order))?;
        let clicked = clicked(order, found, Ts::at(now))?;
        view.values = typed(&view, &order.values)?;
        clicked.keep(&mut view.values);
        let mut payload = interaction("block_actions", team, user);
        payload["container"] = json!({"type": "view", "view_id": view.id});
        payload["trigger_id"] = self.give_trigger(now, &team.id, &person, !view.is_home()).into();
        payload["view"] = view.api(team);
        payload["state"] = json!({"values": view.values});
        payload["actions"] = json!([clicked.action]);
        if let Some(old) = self.stage.view_mut(id) {
            old.values = view.values;
        }
        Ok(outgoing(team, payload))
    }

    /// A message that this person sees, and whether nobody else does.
    fn seen(
        &self,
        team: &str,
        channel: &str,
        ts: Ts,
        person: &Person,
    ) -> Result<(&Message, bool), Cannot> {
        let whisper = self.stage.whisper(team, channel, ts);
        if let Some(whisper) = whisper.filter(|whisper| whisper.to == person.user) {
            return Ok((&whisper.message, true));
        }
        let message = self.shelf.get(team, channel, ts).filter(|message| !message.tombstone);
        message
            .map(|message| (message, false))
            .ok_or_else(|| Cannot::because(format!("{} sees no message {ts} there", person.user)))
    }

    pub(super) fn channel_name(&self, team: &str, channel: &str) -> &str {
        let mut all = self.spec.channels.iter();
        let found = all.find(|one| one.team == team && one.id == channel);
        found.map_or("", |channel| &channel.name)
    }
}

fn not_there(order: &ClickOrder) -> Cannot {
    Cannot::because(format!("there is no element {} to click", order.action_id))
}

fn outgoing(team: &TeamSpec, payload: Value) -> Outgoing {
    let team = team.id.clone();
    Outgoing { kind: Kind::Interactions, team, payload, after: After::Nothing }
}

/// The blocks of a message, those of its attachments as well.
fn all_blocks(message: &Message) -> Value {
    let own = message.blocks.iter().filter_map(Value::as_array);
    let attached = message.attachments.iter().filter_map(Value::as_array).flatten();
    let attached = attached.filter_map(|one| one["blocks"].as_array());
    own.chain(attached).flatten().cloned().collect()
}
