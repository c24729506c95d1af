//! What a post or an update brings along: read, checked, and completed with the ids Slack adds.

use serde_json::{Value, json};

use crate::sandbox::args::Args;
use crate::sandbox::ids::{Ids, items_mut};
use crate::sandbox::message::{Message, Ts};
use crate::sandbox::reply::Refusal;
use crate::sandbox::spec::TeamSpec;
use crate::sandbox::validate;

/// The content arguments; `None` means the caller said nothing about it.
pub(in crate::sandbox) struct Content {
    pub(in crate::sandbox) text: Option<String>,
    pub(in crate::sandbox) blocks: Option<Value>,
    pub(in crate::sandbox) attachments: Option<Value>,
    pub(in crate::sandbox) metadata: Option<Value>,
}

impl Content {
    /// Reads and checks the content; `version` is the workspace's, which no other call shares.
    pub(in crate::sandbox) fn read(args: &Args, version: u64) -> Result<Self, Refusal> {
        let text = args.text("text")?.map(str::to_owned);
        let mut blocks = args.structure("blocks", "invalid_blocks_format")?;
        let mut attachments = args.structure("attachments", "invalid_attachments")?;
        let metadata = args.structure("metadata", "invalid_metadata_format")?;
        if text.is_none() && is_bare(blocks.as_ref()) && is_bare(attachments.as_ref()) {
            return Err(Refusal::new("no_text"));
        }
        validate::text(text.as_deref().unwrap_or_default())?;
        validate::content(blocks.as_ref(), attachments.as_ref())?;
        if let Some(metadata) = metadata.as_ref().filter(|given| **given != json!({})) {
            validate::metadata(metadata)?;
        }
        let mut ids = Ids::from(version);
        if let Some(blocks) = &mut blocks {
            ids.fill(blocks);
        }
        for (index, item) in attachments.iter_mut().flat_map(items_mut).enumerate() {
            item["id"] = json!(index + 1);
            if item.get("fallback").is_none() {
                item["fallback"] = "[no preview available]".into();
            }
            if let Some(color) = item.get("color").and_then(Value::as_str) {
                item["color"] = color.trim_start_matches('#').into();
            }
            if let Some(blocks) = item.get_mut("blocks") {
                ids.fill(blocks);
            }
        }
        Ok(Self { text, blocks, attachments, metadata })
    }

    /// A new message of the team's bot with this content.
    pub(in crate::sandbox) fn message(self, team: &TeamSpec, channel: &str, ts: Ts) -> Message {
        Message {
            team: team.id.clone(),
            channel: channel.to_owned(),
            ts,
            user: team.bot_user_id.clone(),
            bot_id: team.bot_id.clone(),
            app_id: team.app_id.clone(),
            text: self.text.unwrap_or_default(),
            blocks: kept(self.blocks),
            attachments: kept(self.attachments),
            metadata: kept(self.metadata),
            client_msg_id: None,
            thread_ts: None,
            broadcast: false,
            edited: None,
            tombstone: false,
        }
    }
}

/// Nothing to keep: absent, or an empty list or object, which is how a caller says "remove".
pub(in crate::sandbox) fn kept(value: Option<Value>) -> Option<Value> {
    value.filter(|value| *value != json!([]) && *value != json!({}))
}

fn is_bare(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.as_array().is_some_and(Vec::is_empty))
}
