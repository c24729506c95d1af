//! A Slack message as typed blocks: built from structs, serialised by serde, so that no text
//! can break out into structure. Only the blocks the bot uses.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Digest, Element, UserId, digest};

/// A text object whose content is already escaped for its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Slack's markup; `verbatim` is always set, so that Slack links nothing by itself.
    Mrkdwn(String),
    /// Literal text; emoji codes stay text.
    Plain(String),
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        match self {
            Self::Mrkdwn(text) => {
                map.serialize_entry("type", "mrkdwn")?;
                map.serialize_entry("text", text)?;
                map.serialize_entry("verbatim", &true)?;
            }
            Self::Plain(text) => {
                map.serialize_entry("type", "plain_text")?;
                map.serialize_entry("text", text)?;
                map.serialize_entry("emoji", &false)?;
            }
        }
        map.end()
    }
}

/// An element of a context block.
pub type ContextItem = Text;

/// Style of a literal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RichStyle {
    /// Bold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// Fixed width.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub code: bool,
}

/// A literal text or link of a rich text block: never parsed by Slack, so ids copy exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RichElement {
    /// Literal text.
    Text {
        /// The text.
        text: String,
        /// Its style.
        #[serde(skip_serializing_if = "is_plain")]
        style: RichStyle,
    },
    /// A link.
    Link {
        /// Where it leads (http or https).
        url: String,
        /// What it says.
        text: String,
    },
    /// A person who is called: Slack notifies them.
    User {
        /// The user in the message's own workspace.
        user_id: UserId,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_plain(style: &RichStyle) -> bool {
    *style == RichStyle::default()
}

/// One section of a rich text block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "rich_text_section")]
pub struct RichLine {
    /// Its elements.
    pub elements: Vec<RichElement>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Large plain text, at most 150 UTF-16 units.
    Header {
        /// The text.
        text: Text,
    },
    /// A paragraph, or up to ten short fields in two columns.
    Section {
        /// The paragraph.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        /// The fields.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Text>,
        /// What stands beside the paragraph.
        #[serde(skip_serializing_if = "Option::is_none")]
        accessory: Option<Element>,
    },
    /// Small print.
    Context {
        /// At most ten.
        elements: Vec<ContextItem>,
    },
    /// Literal text.
    RichText {
        /// Its sections.
        elements: Vec<RichLine>,
    },
    /// Buttons and menus.
    Actions {
        /// At most 25.
        elements: Vec<Element>,
    },
    /// A field of a form.
    Input {
        /// Names the field.
        block_id: String,
        /// What is asked for.
        label: Text,
        /// Where the answer goes.
        element: Element,
        /// Small print under it.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<Text>,
        /// It may be left out.
        optional: bool,
    },
    /// A line.
    Divider,
}

/// Colour of the bar beside a card, `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Color(pub &'static str);

/// A message: a first line, which is also the notification, and the card under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// First line and notification text; Slack's markup, escaped.
    pub text: String,
    /// Bar beside the blocks.
    pub color: Color,
    /// The card.
    pub blocks: Vec<Block>,
}

impl Serialize for Message {
    /// The part of `chat.postMessage` that is content. Blocks stand in one attachment: the only
    /// way to a colour bar.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("text", &self.text)?;
        let card = Attachment { color: self.color, fallback: &self.text, blocks: &self.blocks };
        let cards: &[Attachment<'_>] =
            if self.blocks.is_empty() { &[] } else { std::slice::from_ref(&card) };
        map.serialize_entry("attachments", cards)?;
        map.end()
    }
}

#[derive(Serialize)]
struct Attachment<'a> {
    color: Color,
    fallback: &'a str,
    blocks: &'a [Block],
}

impl Message {
    /// Hash of the content: two messages with one hash look the same.
    pub fn hash(&self) -> Digest {
        // Serialising our own structs to memory can't fail; an empty text would only mean one
        // update too many.
        digest(&[serde_json::to_string(self).unwrap_or_default()])
    }
}
