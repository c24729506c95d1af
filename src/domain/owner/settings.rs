//! What a level of the owner map may set.

use serde::{Deserialize, Serialize};

use super::{
    super::{BusinessHours, Depth, Lang, Severity},
    Channel, Contact,
};

/// A channel for some severities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRule {
    /// The severities that are told there.
    #[serde(with = "words")]
    pub severity: Vec<Severity>,
    /// The channel.
    #[serde(flatten)]
    pub channel: Channel,
}

/// What a level says. What it leaves out counts from the level above; its contacts are added to
/// those above.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Where some severities are told in its place; the first that names the severity counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelRule>,
    /// The channel's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
    /// How much its readers want to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<Depth>,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// When its people are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_hours: Option<BusinessHours>,
    /// Who answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

impl Settings {
    /// Every channel it names.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channel.iter().chain(self.channels.iter().map(|rule| &rule.channel))
    }

    /// The channel for a severity (`None`: for what has none).
    pub(super) fn channel_for(&self, severity: Option<Severity>) -> Option<&Channel> {
        let rule = |rule: &&ChannelRule| severity.is_some_and(|one| rule.severity.contains(&one));
        self.channels.iter().find(rule).map(|rule| &rule.channel).or(self.channel.as_ref())
    }
}

/// Severities as files write them, in small letters.
mod words {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::domain::Severity;

    pub fn serialize<S: Serializer>(all: &[Severity], serializer: S) -> Result<S::Ok, S::Error> {
        let words = all.iter().map(|one| one.as_str().to_lowercase());
        words.collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Severity>, D::Error> {
        let words: Vec<String> = Vec::deserialize(from)?;
        let read = |word: &String| {
            Severity::from_label(word).ok_or_else(|| D::Error::custom(format!("severity {word}")))
        };
        words.iter().map(read).collect()
    }
}
