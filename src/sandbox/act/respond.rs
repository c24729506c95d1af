//! Messages through a response address.

use std::time::SystemTime;

use serde_json::Value;

use crate::sandbox::args::Args;
use crate::sandbox::message::{Message, MessageOp, Ts};
use crate::sandbox::methods::{Content, kept};
use crate::sandbox::reply::Refusal;
use crate::sandbox::stage::{Deed, Ephemeral, ResponseUrl, Source};
use crate::sandbox::workspace::Workspace;

impl Workspace {
    /// Takes what was posted to a response address. Any try uses it up by one, as it does at
    /// Slack.
    pub(in crate::sandbox) fn respond(
        &mut self,
        now: SystemTime,
        team: &str,
        id: &str,
        body: Value,
    ) -> Result<Vec<MessageOp>, Refusal> {
        let used = self.stage.tickets.use_url(id, now).filter(|url| url.team == team);
        let url = used.ok_or_else(|| Refusal::new("expired_url"))?;
        let args = Args::new(body)?;
        if args.flag("delete_original")? {
            return self.unsay(&url);
        }
        if args.flag("replace_original")? {
            return self.resay(now, &url, &args);
        }
        self.say(now, (&url.team, &url.channel), &url.person, &args)
    }

    fn original(&self, url: &ResponseUrl) -> Result<&Message, Refusal> {
        let none = || Refusal::new("message_not_found");
        match url.source {
            Source::Command => Err(none()),
            Source::Message(ts) => self.shelf.get(&url.team, &url.channel, ts).ok_or_else(none),
            Source::Whisper(ts) => {
                let whisper = self.stage.whisper(&url.team, &url.channel, ts);
                whisper.map(|whisper| &whisper.message).ok_or_else(none)
            }
        }
    }

    fn unsay(&mut self, url: &ResponseUrl) -> Result<Vec<MessageOp>, Refusal> {
        let ts = self.original(url)?.ts;
        let (team, channel) = (url.team.clone(), url.channel.clone());
        if let Source::Whisper(_) = url.source {
            self.carry(Deed::Unwhisper { team, channel, ts });
            return Ok(Vec::new());
        }
        let op = MessageOp::Delete { team, channel, ts };
        self.shelf.apply(&op);
        Ok(vec![op])
    }

    fn resay(
        &mut self,
        now: SystemTime,
        url: &ResponseUrl,
        args: &Args,
    ) -> Result<Vec<MessageOp>, Refusal> {
        let mut message = self.original(url)?.clone();
        let content = Content::read(args, self.shelf.version())?;
        message.text = content.text.unwrap_or_default();
        message.blocks = kept(content.blocks);
        message.attachments = kept(content.attachments);
        message.edited = Some(Ts::at(now));
        if let Source::Whisper(_) = url.source {
            let to = url.person.user.clone();
            self.carry(Deed::Whisper(Box::new(Ephemeral { message, to })));
            return Ok(Vec::new());
        }
        let op = MessageOp::Put { message: Box::new(message) };
        self.shelf.apply(&op);
        Ok(vec![op])
    }
}
