//! What the bot's acknowledgement brings: a message for a command, the next step of a modal.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::state::gather;
use super::{After, Outgoing};
use crate::sandbox::args::Args;
use crate::sandbox::message::MessageOp;
use crate::sandbox::methods::{Content, views};
use crate::sandbox::reply::Refusal;
use crate::sandbox::stage::{Deed, Ephemeral, MODALS, Person};
use crate::sandbox::validate;
use crate::sandbox::workspace::Workspace;

impl Workspace {
    /// Applies an acknowledgement. Gives the messages to keep, or Slack's error for an answer that
    /// makes no sense.
    pub(in crate::sandbox) fn acknowledged(
        &mut self,
        now: SystemTime,
        sent: &Outgoing,
        body: &Value,
    ) -> Result<Vec<MessageOp>, Refusal> {
        match &sent.after {
            After::Nothing => Ok(Vec::new()),
            After::Command { channel, person } => {
                let args = match body {
                    Value::Null => return Ok(Vec::new()),
                    Value::String(text) if text.trim().is_empty() => return Ok(Vec::new()),
                    Value::String(text) => json!({"text": text}),
                    other => other.clone(),
                };
                if args == json!({}) {
                    return Ok(Vec::new());
                }
                self.say(now, (&sent.team, channel), person, &Args::new(args)?)
            }
            After::Submission { view_id } => {
                self.submitted(now, view_id, body)?;
                Ok(Vec::new())
            }
        }
    }

    /// Says something in answer to a person: to them alone, or to all in the channel.
    pub(super) fn say(
        &mut self,
        now: SystemTime,
        (team, channel): (&str, &str),
        person: &Person,
        args: &Args,
    ) -> Result<Vec<MessageOp>, Refusal> {
        let content = Content::read(args, self.shelf.version())?;
        let all = match args.text("response_type")? {
            None | Some("ephemeral") => false,
            Some("in_channel") => true,
            Some(_) => return Err(Refusal::new("invalid_arguments")),
        };
        let ts = self.shelf.next_ts(team, now);
        let team = self.team_named(team).map_err(|_| Refusal::new("team_not_found"))?;
        let mut message = content.message(team, channel, ts);
        message.thread_ts = args.ts("thread_ts")?;
        if all {
            let op = MessageOp::Put { message: Box::new(message) };
            self.shelf.apply(&op);
            return Ok(vec![op]);
        }
        self.carry(Deed::Whisper(Box::new(Ephemeral { message, to: person.user.clone() })));
        Ok(Vec::new())
    }

    fn submitted(&mut self, now: SystemTime, id: &str, body: &Value) -> Result<(), Refusal> {
        let gone = || Refusal::new("not_found");
        let mut view = self.stage.view(id).ok_or_else(gone)?.clone();
        let person = view.person.clone();
        let action = body.get("response_action").and_then(Value::as_str);
        view.errors = Map::new();
        match action {
            Some("errors") => {
                let errors = body.get("errors").and_then(Value::as_object);
                let errors = errors.filter(|errors| !errors.is_empty());
                let errors = errors.ok_or_else(|| Refusal::new("invalid_arguments"))?;
                let input = |id: &str| {
                    let mut blocks = view.blocks().as_array().into_iter().flatten();
                    blocks.any(|block| block["type"] == "input" && block["block_id"] == id)
                };
                if !errors.iter().all(|(id, words)| input(id) && words.is_string()) {
                    return Err(Refusal::new("invalid_arguments"));
                }
                view.errors.clone_from(errors);
                self.carry(Deed::Replace { view: Box::new(view) });
            }
            Some("update") => {
                let content = body.get("view").cloned().unwrap_or_default();
                validate::view(&content, "modal")?;
                self.looks(now, &mut view, content);
                self.carry(Deed::Replace { view: Box::new(view) });
            }
            Some("push") => {
                let content = body.get("view").cloned().unwrap_or_default();
                validate::view(&content, "modal")?;
                if self.stage.stack(&person).len() >= MODALS {
                    return Err(Refusal::new("push_limit_reached"));
                }
                self.carry(Deed::Replace { view: Box::new(view.clone()) });
                view.previous = Some(std::mem::take(&mut view.id));
                view.id = views::id_of(self.fresh());
                view.values = Map::new();
                self.looks(now, &mut view, content);
                self.carry(Deed::Push { trigger: String::new(), view: Box::new(view) });
            }
            None | Some("clear") => {
                let top = self.stage.stack(&person).last().is_some_and(|top| top.id == id);
                if action.is_some() || top {
                    self.stage.close(&person, action.is_some());
                }
                let version = self.shelf.bump();
                self.stage.touch(person, version);
            }
            Some(_) => return Err(Refusal::new("invalid_arguments")),
        }
        Ok(())
    }

    /// Gives a view another content and what follows from it.
    fn looks(&mut self, now: SystemTime, view: &mut crate::sandbox::stage::View, content: Value) {
        let version = self.shelf.bump();
        view.content = views::filled(content, version);
        view.values = gather(view.blocks(), &view.values);
        view.hash = views::hash_of(now, self.name_of(version));
    }

    /// Carries out a deed under a version of its own.
    pub(in crate::sandbox) fn carry(&mut self, deed: Deed) {
        let version = match &deed {
            Deed::Whisper(whisper) => {
                let message = &whisper.message;
                self.shelf.note_ts(&message.team, message.ts);
                self.shelf.touch(&message.team, &message.channel);
                self.shelf.version()
            }
            Deed::Unwhisper { team, channel, .. } => {
                self.shelf.touch(team, channel);
                self.shelf.version()
            }
            Deed::Open { .. }
            | Deed::Push { .. }
            | Deed::Replace { .. }
            | Deed::Publish { .. }
            | Deed::Link { .. } => self.shelf.bump(),
        };
        self.stage.apply(deed, version);
    }
}
