//! Business hours: when people are there, in their own time zone, holidays left out.

mod holidays;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// How many days ahead an open hour is looked for.
const DAYS_AHEAD: usize = 400;

/// When people are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessHours {
    /// The days of the week.
    pub days: BTreeSet<Day>,
    /// From then on.
    pub from: TimeOfDay,
    /// Until then, on the same day.
    pub to: TimeOfDay,
    /// The public holidays on which nobody is there.
    #[serde(default)]
    pub holidays: Holidays,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// 月
    Mon,
    /// 火
    Tue,
    /// 水
    Wed,
    /// 木
    Thu,
    /// 金
    Fri,
    /// 土
    Sat,
    /// 日
    Sun,
}

impl Day {
    /// Monday first.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }

    const fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

/// Whose public holidays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holidays {
    /// Japan's.
    Jp,
    /// None.
    #[default]
    None,
}

impl Holidays {
    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jp => "jp",
            Self::None => "none",
        }
    }

    /// Whether the day is one of them. After [`Self::last_known`] no day is known to be.
    pub fn has(self, date: Date) -> bool {
        match self {
            Self::Jp => holidays::japanese(date),
            Self::None => false,
        }
    }

    /// The last day up to which they are known; `None`: there is nothing to know.
    pub fn last_known(self) -> Option<Date> {
        match self {
            Self::Jp => Some(holidays::last_known()),
            Self::None => None,
        }
    }
}

/// A time of day to the minute: `09:00`; `24:00` is the day's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

impl TimeOfDay {
    /// Reads hours and minutes, two digits each.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |text: &str| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u16>().ok().filter(|_| digits)
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let all = hours.checked_mul(60)?.checked_add(minutes)?;
        (minutes < 60 && all <= DAY).then_some(Self { minutes: all })
    }

    /// That time of that day in the zone. One that the clocks jump over is as much later.
    fn on(self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let day = if self.minutes == DAY { date.checked_add(1.day()).ok()? } else { date };
        let (hours, minutes) = (self.minutes / 60 % 24, self.minutes % 60);
        let time = day.at(i8::try_from(hours).ok()?, i8::try_from(minutes).ok()?, 0, 0);
        zone.to_ambiguous_timestamp(time).compatible().ok()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("time of day {text}")))
    }
}

impl fmt::Display for BusinessHours {
    /// `mon, tue 09:00-18:00, holidays jp`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<&str> = self.days.iter().map(|day| day.as_str()).collect();
        let holidays = self.holidays.as_str();
        write!(f, "{} {}-{}, holidays {holidays}", days.join(", "), self.from, self.to)
    }
}

/// Whether people are there.
pub fn is_open(now: Timestamp, zone: &TimeZone, hours: &BusinessHours) -> bool {
    next_open(now, zone, hours) == now
}

/// When people are there next; now if they are. Where nobody ever is, now as well: what nobody
/// ever came for must not wait for ever.
pub fn next_open(now: Timestamp, zone: &TimeZone, hours: &BusinessHours) -> Timestamp {
    let today = zone.to_datetime(now).date();
    // A day's hours may reach into the next one where clocks jump.
    let first = today.checked_sub(1.day()).unwrap_or(today);
    let days = first.series(1.day()).take(DAYS_AHEAD);
    let working = days
        .filter(|date| hours.days.contains(&Day::of(date.weekday())) && !hours.holidays.has(*date));
    let mut open = working.filter_map(|date| {
        let (from, to) = (hours.from.on(date, zone)?, hours.to.on(date, zone)?);
        (now < to).then(|| from.max(now))
    });
    open.next().unwrap_or(now)
}
