//! What a post or an update brings along: read, checked, and completed with the ids Slack adds.

use serde_json::{Value, json};

use crate::sandbox::args::Args;
use crate::sandbox::reply::Refusal;
use crate::sandbox::validate;

/// The content arguments; `None` means the caller said nothing about it.
pub(super) struct Content {
    pub(super) text: Option<String>,
    pub(super) blocks: Option<Value>,
    pub(super) attachments: Option<Value>,
    pub(super) metadata: Option<Value>,
}

impl Content {
    /// Reads and checks the content; `version` is the workspace's, which no other call shares.
    pub(super) fn read(args: &Args, version: u64) -> Result<Self, Refusal> {
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
}

/// Nothing to keep: absent, or an empty list or object, which is how a caller says "remove".
pub(super) fn kept(value: Option<Value>) -> Option<Value> {
    value.filter(|value| *value != json!([]) && *value != json!({}))
}

fn is_bare(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.as_array().is_some_and(Vec::is_empty))
}

fn items_mut(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

/// Ids for blocks and elements that came without one; different in every call, so that an edited
/// block is a new block.
struct Ids(u64);

impl Ids {
    /// A message has far fewer than a thousand ids of its own.
    fn from(version: u64) -> Self {
        Self(version.wrapping_mul(1000))
    }

    fn next(&mut self) -> Value {
        const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        // Odd and no multiple of three, hence one id for one number; it only looks random.
        const SPREAD: u64 = 1_610_612_741;
        let mut rest = (self.0 % 36_u64.pow(6)) * SPREAD % 36_u64.pow(6);
        self.0 = self.0.wrapping_add(1);
        let mut id = String::new();
        for _ in 0..6 {
            let digit = usize::try_from(rest % 36).unwrap_or_default();
            id.push(char::from(LETTERS[digit]));
            rest /= 36;
        }
        id.into()
    }

    fn fill(&mut self, blocks: &mut Value) {
        for block in items_mut(blocks) {
            if block.get("block_id").is_none() {
                block["block_id"] = self.next();
            }
            if block["type"] == "actions" {
                for element in block.get_mut("elements").into_iter().flat_map(items_mut) {
                    self.fill_action(element);
                }
            }
            for name in ["accessory", "element"] {
                if let Some(element) = block.get_mut(name) {
                    self.fill_action(element);
                }
            }
        }
    }

    fn fill_action(&mut self, element: &mut Value) {
        if element["type"] != "image" && element.get("action_id").is_none() {
            element["action_id"] = self.next();
        }
    }
}
