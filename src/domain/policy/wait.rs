//! How long something is waited for: `30m`, `4h`, `2d`.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A whole number of minutes, hours or days; at least a minute, at most a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wait {
    minutes: u32,
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
/// The longest wait.
const LONGEST: u32 = 365 * DAY;

impl Wait {
    /// Reads a number with its unit. `None` if it is none, is nothing, or is more than a year.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = text.chars().last()?;
        let number = text.strip_suffix(unit)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let in_minutes = match unit {
            'm' => 1,
            'h' => HOUR,
            'd' => DAY,
            _ => return None,
        };
        let minutes = number.parse::<u32>().ok()?.checked_mul(in_minutes)?;
        (1..=LONGEST).contains(&minutes).then_some(Self { minutes })
    }

    /// So many minutes.
    pub const fn minutes(self) -> u32 {
        self.minutes
    }

    /// As a length of time.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.minutes as u64 * 60)
    }
}

impl fmt::Display for Wait {
    /// In the greatest unit that says it whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.minutes;
        match (minutes % DAY, minutes % HOUR) {
            (0, _) => write!(f, "{}d", minutes / DAY),
            (_, 0) => write!(f, "{}h", minutes / HOUR),
            _ => write!(f, "{minutes}m"),
        }
    }
}

impl Serialize for Wait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("wait {text}")))
    }
}
