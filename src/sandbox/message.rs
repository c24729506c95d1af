//! One message, its timestamp, and the operations the journal keeps.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A message's name in its channel: microseconds since 1970, written `seconds.micros`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ts(u64);

impl Ts {
    /// Reads `seconds`, or `seconds.fraction` with up to six digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(seconds) || !digits(fraction) || fraction.len() > 6 {
            return None;
        }
        let seconds: u64 = seconds.parse().ok()?;
        let micros: u64 = format!("{fraction:0<6}").parse().ok()?;
        seconds.checked_mul(1_000_000)?.checked_add(micros).map(Self)
    }

    /// The moment itself; times before 1970 become its start.
    pub fn at(moment: SystemTime) -> Self {
        let since = moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }

    /// The smallest timestamp after this one.
    pub(super) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl TryFrom<String> for Ts {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("not a timestamp: {text}"))
    }
}

impl From<Ts> for String {
    fn from(ts: Ts) -> Self {
        ts.to_string()
    }
}

/// A stored message, thread replies included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub(super) team: String,
    pub(super) channel: String,
    pub(super) ts: Ts,
    pub(super) user: String,
    pub(super) bot_id: String,
    pub(super) app_id: String,
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) attachments: Option<Value>,
    pub(super) metadata: Option<Value>,
    pub(super) client_msg_id: Option<String>,
    pub(super) thread_ts: Option<Ts>,
    /// A reply that stands in the channel too.
    pub(super) broadcast: bool,
    pub(super) edited: Option<Ts>,
    /// A deleted parent whose replies stay.
    pub(super) tombstone: bool,
}

/// What the replies to a message add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Thread {
    pub(super) replies: usize,
    pub(super) latest: Option<Ts>,
}

impl Message {
    /// Whether it shows in the channel itself, not only in its thread.
    pub(super) fn in_channel(&self) -> bool {
        self.thread_ts.is_none() || self.broadcast
    }

    /// The message as Slack's API shows it.
    pub(super) fn api(&self, thread: &Thread, with_metadata: bool) -> Value {
        let mut out = json!({"type": "message"});
        if self.tombstone {
            out["subtype"] = "tombstone".into();
            out["hidden"] = true.into();
        } else if self.broadcast {
            out["subtype"] = "thread_broadcast".into();
        }
        out["user"] = self.user.as_str().into();
        if !self.tombstone {
            out["bot_id"] = self.bot_id.as_str().into();
            out["app_id"] = self.app_id.as_str().into();
        }
        out["team"] = self.team.as_str().into();
        out["ts"] = self.ts.to_string().into();
        out["text"] = self.text.as_str().into();
        let optional = [
            ("blocks", self.blocks.clone()),
            ("attachments", self.attachments.clone()),
            ("metadata", self.metadata.clone().filter(|_| with_metadata)),
            ("client_msg_id", self.client_msg_id.clone().map(Value::from)),
            ("edited", self.edited.map(|ts| json!({"user": self.user, "ts": ts.to_string()}))),
            ("thread_ts", self.thread_ts.map(|ts| ts.to_string().into())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                out[name] = value;
            }
        }
        if thread.replies > 0 {
            out["thread_ts"] = self.ts.to_string().into();
            out["reply_count"] = thread.replies.into();
            out["reply_users"] = json!([self.user]);
            out["reply_users_count"] = 1.into();
            out["latest_reply"] = thread.latest.map(|ts| ts.to_string()).into();
            out["is_locked"] = false.into();
            out["subscribed"] = false.into();
        }
        out
    }

    /// The message as the page and the tests read it: every key always there.
    pub(super) fn plain(&self, thread: &Thread) -> Value {
        json!({
            "team": self.team,
            "channel": self.channel,
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
            "ephemeral_to": null,
            "user": self.user,
            "edited": self.edited,
            "broadcast": self.broadcast,
            "tombstone": self.tombstone,
            "reply_count": thread.replies,
        })
    }
}

/// One line of the journal: what became of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum MessageOp {
    /// The message as it now stands, new or edited.
    Put {
        /// The whole message.
        message: Box<Message>,
    },
    /// The message is gone.
    Delete {
        /// Its team.
        team: String,
        /// Its channel.
        channel: String,
        /// Its timestamp.
        ts: Ts,
    },
}
