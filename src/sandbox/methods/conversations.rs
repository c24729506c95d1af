//! `conversations.*`: reading channels and what stands in them.

use serde_json::{Value, json};

use super::page;
use crate::sandbox::message::{Message, Ts};
use crate::sandbox::reply::{Answer, Refusal};
use crate::sandbox::spec::ChannelSpec;
use crate::sandbox::workspace::{Call, Workspace};

/// Messages between two moments; both ends are left out unless `inclusive`.
struct Span {
    oldest: Option<Ts>,
    latest: Option<Ts>,
    inclusive: bool,
}

impl Span {
    fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        // "0" is how callers say "from the beginning".
        let oldest = call.args.ts("oldest")?;
        let latest = call.args.ts("latest")?;
        Ok(Self { oldest, latest, inclusive: call.args.flag("inclusive")? })
    }

    fn holds(&self, ts: Ts) -> bool {
        let after = |oldest| ts > oldest || (self.inclusive && ts == oldest);
        let before = |latest| ts < latest || (self.inclusive && ts == latest);
        self.oldest.is_none_or(after) && self.latest.is_none_or(before)
    }
}

pub(super) fn history(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let channel = space.joined_channel(call)?;
    let span = Span::read(call)?;
    let limit = call.args.limit(100, 999)?;
    let cursor = ts_cursor(call)?;
    let mut found = space.shelf.channel(&call.team.id, &channel.id);
    found.reverse();
    found.retain(|message| {
        message.in_channel()
            && span.holds(message.ts)
            && cursor.is_none_or(|first| message.ts <= first)
    });
    let next = found.get(limit).map(|message| message.ts);
    found.truncate(limit);
    Ok(messages(space, call, &found, next)?.into_answer(&json!({"pin_count": 0})))
}

pub(super) fn replies(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let channel = space.joined_channel(call)?;
    let name = call.args.need_text("ts")?;
    let parent = Ts::parse(name)
        .and_then(|ts| space.shelf.get(&call.team.id, &channel.id, ts))
        .ok_or_else(|| Refusal::new("thread_not_found"))?;
    let span = Span::read(call)?;
    let limit = call.args.limit(999, 999)?;
    let cursor = ts_cursor(call)?;
    let mut found = space.shelf.channel(&call.team.id, &channel.id);
    found.retain(|message| {
        message.thread_ts == Some(parent.ts)
            && span.holds(message.ts)
            && cursor.is_none_or(|first| message.ts >= first)
    });
    let next = found.get(limit).map(|message| message.ts);
    found.truncate(limit);
    // Slack opens every page with the parent, whatever the span says.
    found.insert(0, parent);
    Ok(messages(space, call, &found, next)?.into_answer(&json!({})))
}

struct Found {
    list: Vec<Value>,
    next: Option<Ts>,
}

impl Found {
    fn into_answer(self, more: &Value) -> Answer {
        let mut body = json!({"messages": self.list, "has_more": self.next.is_some()});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        if let Some(next) = self.next {
            body["response_metadata"] = json!({"next_cursor": format!("next_ts:{next}=")});
        }
        Answer::new(body)
    }
}

fn messages(
    space: &Workspace,
    call: &Call<'_>,
    found: &[&Message],
    next: Option<Ts>,
) -> Result<Found, Refusal> {
    let metadata = call.args.flag("include_all_metadata")?;
    let list = found.iter().map(|message| space.message_json(message, metadata)).collect();
    Ok(Found { list, next })
}

/// A cursor names the message the next page starts with. It holds `:` and `=`, as Slack's do
/// `=`, so that a client which forgets to encode it is found out.
fn ts_cursor(call: &Call<'_>) -> Result<Option<Ts>, Refusal> {
    let Some(cursor) = call.args.text("cursor")? else { return Ok(None) };
    let ts = cursor.strip_prefix("next_ts:").and_then(|rest| rest.strip_suffix('='));
    ts.and_then(Ts::parse).map(Some).ok_or_else(|| Refusal::new("invalid_cursor"))
}

pub(super) fn list(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let limit = call.args.limit(100, 999)?;
    let skip = offset_cursor(call)?;
    let no_archived = call.args.flag("exclude_archived")?;
    let types = call.args.text("types")?.unwrap_or("public_channel");
    let public = types.split(',').any(|kind| kind.trim() == "public_channel");
    let own = space.spec.channels.iter().filter(|channel| {
        public && channel.team == call.team.id && !(no_archived && channel.is_archived)
    });
    let (part, next) = page(own.map(channel_json).collect(), skip, limit);
    Ok(Answer::new(json!({
        "channels": part,
        "response_metadata": {"next_cursor": offset_name(next)},
    })))
}

pub(super) fn info(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::new(json!({"channel": channel_json(space.channel(call)?)})))
}

pub(super) fn offset_cursor(call: &Call<'_>) -> Result<usize, Refusal> {
    let Some(cursor) = call.args.text("cursor")? else { return Ok(0) };
    let offset = cursor.strip_prefix("offset:").and_then(|rest| rest.strip_suffix('='));
    offset.and_then(|digits| digits.parse().ok()).ok_or_else(|| Refusal::new("invalid_cursor"))
}

pub(super) fn offset_name(next: Option<usize>) -> String {
    next.map_or_else(String::new, |offset| format!("offset:{offset}="))
}

fn channel_json(channel: &ChannelSpec) -> Value {
    json!({
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": true,
        "is_group": false,
        "is_im": false,
        "is_mpim": false,
        "is_private": false,
        "is_archived": channel.is_archived,
        "is_general": false,
        "is_shared": false,
        "is_ext_shared": false,
        "is_org_shared": false,
        "is_member": channel.bot_is_member,
        "context_team_id": channel.team,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    })
}
