//! What is shown to one person alone: a form (modal) or the App Home.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Block, Text};

/// A form: it opens over the person's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Names its kind; comes back with what was filled in.
    pub callback: String,
    /// What it is about: ids and nothing else. Comes back with what was filled in.
    pub about: String,
    /// At most 24 UTF-16 units.
    pub title: Text,
    /// The button that sends it, at most 24 units; without one there is nothing to send.
    pub submit: Option<Text>,
    /// The button that closes it, at most 24 units.
    pub close: Text,
    /// Its content.
    pub blocks: Vec<Block>,
}

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "modal")?;
        map.serialize_entry("callback_id", &self.callback)?;
        map.serialize_entry("private_metadata", &self.about)?;
        map.serialize_entry("title", &self.title)?;
        if let Some(submit) = &self.submit {
            map.serialize_entry("submit", submit)?;
        }
        map.serialize_entry("close", &self.close)?;
        map.serialize_entry("blocks", &self.blocks)?;
        map.end()
    }
}

/// A person's App Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Its content, at most 100 blocks.
    pub blocks: Vec<Block>,
}

impl Serialize for Home {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", "home")?;
        map.serialize_entry("blocks", &self.blocks)?;
        map.end()
    }
}
