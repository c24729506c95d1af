//! Times as people write them, in the receiver's zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::escape::Context;
use super::words::Words;
use crate::domain::Lang;

/// Writes the times of one card in one manner.
pub(super) struct Calendar<'a> {
    words: &'a Words,
    lang: Lang,
    zone: TimeZone,
    with_year: bool,
    common_zone: Option<String>,
}

#[derive(Serialize)]
struct Stamp {
    year: Option<i16>,
    month: String,
    day: i8,
    weekday: String,
    time: String,
    zone: Option<String>,
}

#[derive(Serialize)]
struct Dated {
    month: String,
    day: i8,
    weekday: String,
}

#[derive(Serialize)]
struct Span {
    days: i64,
    hours: i64,
    minutes: i64,
}

impl<'a> Calendar<'a> {
    /// For the times a card shows: the year is written when they are not all of one year, the
    /// zone with each when they do not share one (summer time).
    pub(super) fn new(words: &'a Words, lang: Lang, zone: &str, times: &[Timestamp]) -> Self {
        // Zones are checked when the owner map is read; UTC, said as such, is never wrong.
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let mut years: Vec<i16> = Vec::new();
        let mut zones: Vec<String> = Vec::new();
        for time in times {
            years.push(zone.to_datetime(*time).year());
            zones.push(zone_word(&zone, *time));
        }
        years.dedup();
        zones.dedup();
        let common_zone = if zones.len() == 1 { zones.pop() } else { None };
        Self { words, lang, zone, with_year: years.len() > 1, common_zone }
    }

    /// The zone of all times, to be said once; `None` when each time says its own.
    pub(super) fn zone(&self) -> Option<String> {
        self.common_zone.clone()
    }

    /// A time to the minute, with its weekday.
    pub(super) fn stamp(&self, time: Timestamp) -> String {
        let local = self.zone.to_datetime(time);
        let zone = match self.common_zone {
            Some(_) => None,
            None => Some(zone_word(&self.zone, time)),
        };
        let weekday = local.weekday().to_monday_one_offset();
        let stamp = Stamp {
            year: self.with_year.then(|| local.year()),
            month: self.word(&format!("words.month.{}", local.month())),
            day: local.day(),
            weekday: self.word(&format!("words.weekday.{weekday}")),
            time: format!("{:02}:{:02}", local.hour(), local.minute()),
            zone,
        };
        self.words.render(self.lang, Context::Literal, "words.stamp", &stamp)
    }

    /// A day with its weekday.
    pub(super) fn day(&self, date: Date) -> String {
        let weekday = date.weekday().to_monday_one_offset();
        let dated = Dated {
            month: self.word(&format!("words.month.{}", date.month())),
            day: date.day(),
            weekday: self.word(&format!("words.weekday.{weekday}")),
        };
        self.words.render(self.lang, Context::Literal, "words.date", &dated)
    }

    /// How long something took, to the minute: the two greatest units.
    pub(super) fn span(&self, from: Timestamp, to: Timestamp) -> String {
        let minutes = to.as_second().saturating_sub(from.as_second()).max(0) / 60;
        let span = Span { days: minutes / 1_440, hours: minutes / 60 % 24, minutes: minutes % 60 };
        let key = match (span.days, span.hours, span.minutes) {
            (0, 0, 0) => "words.span.moment",
            (0, 0, _) => "words.span.minutes",
            (0, _, _) => "words.span.hours",
            (_, _, _) => "words.span.days",
        };
        self.words.render(self.lang, Context::Literal, key, &span)
    }

    fn word(&self, key: &str) -> String {
        self.words.render(self.lang, Context::Literal, key, &())
    }
}

/// `JST`, or the offset where the zone has no letters of its own (`UTC+8`).
fn zone_word(zone: &TimeZone, time: Timestamp) -> String {
    let info = zone.to_offset_info(time);
    let letters = info.abbreviation();
    if letters.chars().all(|c| c.is_ascii_alphabetic()) && !letters.is_empty() {
        return letters.to_owned();
    }
    let minutes = info.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Calendar;
    use crate::domain::Lang;
    use crate::render::Words;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn written(lang: Lang, zone: &str, times: &[&str]) -> Vec<String> {
        let words = Words::embedded().unwrap();
        let times: Vec<Timestamp> = times.iter().map(|time| at(time)).collect();
        let calendar = Calendar::new(&words, lang, zone, &times);
        let mut all: Vec<String> = times.iter().map(|time| calendar.stamp(*time)).collect();
        all.extend(calendar.zone());
        all
    }

    #[test]
    fn times_of_one_year_in_the_receivers_zone() {
        let one = ["2026-11-23T06:04:59Z"];
        assert_eq!(written(Lang::Ja, "Asia/Tokyo", &one), ["11月23日(月) 15:04", "JST"]);
        assert_eq!(written(Lang::En, "Asia/Tokyo", &one), ["Mon 23 Nov 15:04", "JST"]);
        assert_eq!(written(Lang::En, "Asia/Singapore", &one), ["Mon 23 Nov 14:04", "UTC+8"]);
        assert_eq!(written(Lang::En, "Asia/Kathmandu", &one), ["Mon 23 Nov 11:49", "UTC+5:45"]);
        assert_eq!(written(Lang::En, "Not/AZone", &one), ["Mon 23 Nov 06:04", "UTC"]);
    }

    #[test]
    fn the_year_is_written_when_it_differs_there() {
        // Both are of one year in UTC, not in Tokyo.
        let two = ["2026-12-31T14:59:00Z", "2026-12-31T15:00:00Z"];
        let tokyo = ["2026年12月31日(木) 23:59", "2027年1月1日(金) 00:00", "JST"];
        assert_eq!(written(Lang::Ja, "Asia/Tokyo", &two), tokyo);
        let english = ["Thu 31 Dec 14:59", "Thu 31 Dec 15:00", "UTC"];
        assert_eq!(written(Lang::En, "UTC", &two), english);
    }

    #[test]
    fn each_time_says_its_zone_when_they_differ() {
        let two = ["2026-07-01T12:00:00Z", "2026-12-01T12:00:00Z"];
        let paris = ["Wed 1 Jul 14:00 CEST", "Tue 1 Dec 13:00 CET"];
        assert_eq!(written(Lang::En, "Europe/Paris", &two), paris);
    }

    #[test]
    fn a_day_has_its_weekday_and_no_zone() {
        let words = Words::embedded().unwrap();
        for (lang, said) in [(Lang::Ja, "11月24日(火)"), (Lang::En, "Tue 24 Nov")] {
            let calendar = Calendar::new(&words, lang, "America/New_York", &[]);
            assert_eq!(calendar.day("2026-11-24".parse().unwrap()), said);
        }
    }

    #[test]
    fn spans_to_the_minute() {
        let words = Words::embedded().unwrap();
        for (seconds, ja, en) in [
            (-5, "1分未満", "less than a minute"),
            (59, "1分未満", "less than a minute"),
            (60, "1分", "1 min"),
            (3_600, "1時間", "1 h"),
            (3_660, "1時間1分", "1 h 1 min"),
            (86_400, "1日", "1 d"),
            (273_600, "3日4時間", "3 d 4 h"),
        ] {
            let from = at("2026-11-23T06:04:00Z");
            let to = Timestamp::from_second(from.as_second() + seconds).unwrap();
            for (lang, span) in [(Lang::Ja, ja), (Lang::En, en)] {
                let calendar = Calendar::new(&words, lang, "Asia/Tokyo", &[from]);
                assert_eq!(calendar.span(from, to), span, "{seconds}");
            }
        }
    }
}
