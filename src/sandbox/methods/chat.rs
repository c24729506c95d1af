//! `chat.*`: posting, editing, deleting.

use serde_json::{Value, json};

use super::content::{Content, kept};
use crate::sandbox::message::{Message, MessageOp, Ts};
use crate::sandbox::reply::{Answer, Refusal};
use crate::sandbox::spec::ChannelSpec;
use crate::sandbox::stage::{Deed, Ephemeral};
use crate::sandbox::workspace::{Call, Workspace};

pub(super) fn post(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let channel = space.joined_channel(call)?;
    if channel.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    for flag in ["unfurl_links", "unfurl_media", "mrkdwn", "link_names"] {
        call.args.flag(flag)?;
    }
    let thread_ts = call.args.ts("thread_ts")?;
    if let Some(parent) = thread_ts {
        let found = space.shelf.get(&call.team.id, &channel.id, parent);
        if found.is_none_or(|message| message.thread_ts.is_some()) {
            return Err(Refusal::new("thread_not_found"));
        }
    }
    let ts = space.shelf.next_ts(&call.team.id, call.now);
    let content = Content::read(call.args, space.shelf.version())?;
    let mut message = content.message(call.team, &channel.id, ts);
    message.client_msg_id = call.args.text("client_msg_id")?.map(str::to_owned);
    message.thread_ts = thread_ts;
    message.broadcast = call.args.flag("reply_broadcast")? && thread_ts.is_some();
    let shown = space.message_json(&message, true);
    let answer = Answer::new(json!({
        "channel": channel.id,
        "ts": ts,
        "message": shown,
    }));
    Ok(answer.did(MessageOp::Put { message: Box::new(message) }))
}

/// A message for one person: seen by nobody else, kept nowhere.
pub(super) fn whisper(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let channel = space.joined_channel(call)?;
    if channel.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    let user = call.args.need_text("user")?;
    let known = space.people(&call.team.id).any(|person| person.id == user && !person.deleted);
    if !known {
        return Err(Refusal::new("user_not_in_channel"));
    }
    let ts = space.shelf.next_ts(&call.team.id, call.now);
    let content = Content::read(call.args, space.shelf.version())?;
    let mut message = content.message(call.team, &channel.id, ts);
    message.thread_ts = call.args.ts("thread_ts")?;
    let whisper = Ephemeral { message, to: user.to_owned() };
    Ok(Answer::new(json!({"message_ts": ts})).staged(Deed::Whisper(Box::new(whisper))))
}

pub(super) fn update(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (channel, old) = own_message(space, call, "cant_update_message")?;
    if old.tombstone {
        return Err(Refusal::new("cant_update_message"));
    }
    let now = Ts::at(call.now);
    let content = Content::read(call.args, space.shelf.version())?;
    let mut message = old.clone();
    // Text or blocks alone replace both: a text without blocks removes the blocks.
    if content.text.is_some() || content.blocks.is_some() {
        message.text = content.text.unwrap_or_default();
        message.blocks = kept(content.blocks);
    }
    if content.attachments.is_some() {
        message.attachments = kept(content.attachments);
    }
    if content.metadata.is_some() {
        message.metadata = kept(content.metadata);
    }
    message.edited = Some(now);
    let answer = Answer::new(json!({
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": space.message_json(&message, true),
    }));
    Ok(answer.did(MessageOp::Put { message: Box::new(message) }))
}

pub(super) fn delete(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (channel, old) = own_message(space, call, "cant_delete_message")?;
    if old.tombstone {
        return Err(Refusal::new("message_not_found"));
    }
    let answer = Answer::new(json!({"channel": channel.id, "ts": old.ts}));
    let op = if space.shelf.thread(old).replies > 0 {
        let mut message = old.clone();
        message.tombstone = true;
        message.user = "USLACKBOT".into();
        message.text = "This message was deleted.".into();
        message.edited = None;
        (message.blocks, message.attachments, message.metadata) = (None, None, None);
        MessageOp::Put { message: Box::new(message) }
    } else {
        MessageOp::Delete { team: old.team.clone(), channel: old.channel.clone(), ts: old.ts }
    };
    Ok(answer.did(op))
}

pub(super) fn permalink(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let channel = space.channel(call)?;
    let name = call.args.need_text("message_ts")?;
    let message = Ts::parse(name)
        .and_then(|ts| space.shelf.get(&call.team.id, &channel.id, ts))
        .ok_or_else(|| Refusal::new("message_not_found"))?;
    let digits = message.ts.to_string().replace('.', "");
    let mut link =
        format!("https://{}.slack.com/archives/{}/p{digits}", call.team.domain, channel.id);
    if let Some(parent) = message.thread_ts {
        link = format!("{link}?thread_ts={parent}&cid={}", channel.id);
    }
    Ok(Answer::new(json!({"channel": channel.id, "permalink": Value::from(link)})))
}

/// The message an edit names, if the caller's bot wrote it.
fn own_message<'a>(
    space: &'a Workspace,
    call: &Call<'_>,
    foreign: &str,
) -> Result<(&'a ChannelSpec, &'a Message), Refusal> {
    let channel = space.channel(call)?;
    let name = call.args.need_text("ts")?;
    let message = Ts::parse(name)
        .and_then(|ts| space.shelf.get(&call.team.id, &channel.id, ts))
        .ok_or_else(|| Refusal::new("message_not_found"))?;
    if channel.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    if message.bot_id != call.team.bot_id {
        return Err(Refusal::new(foreign));
    }
    Ok((channel, message))
}
