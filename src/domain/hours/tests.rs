use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use serde_json::json;

use super::{BusinessHours, Holidays, TimeOfDay, is_open, next_open};

fn hours(days: &[&str], from: &str, to: &str, holidays: &str) -> BusinessHours {
    serde_json::from_value(json!({ "days": days, "from": from, "to": to, "holidays": holidays }))
        .unwrap()
}

const WEEK: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

fn next(hours: &BusinessHours, zone: &str, now: &str) -> String {
    let zone = TimeZone::get(zone).unwrap();
    let time: jiff::civil::DateTime = now.parse().unwrap();
    let now = zone.to_ambiguous_timestamp(time).compatible().unwrap();
    let open = next_open(now, &zone, hours);
    assert_eq!(is_open(now, &zone, hours), open == now);
    assert!(open == now || is_open(open, &zone, hours), "what is named is open");
    if open == now { "open".to_owned() } else { zone.to_datetime(open).to_string() }
}

#[test]
fn the_next_open_hour() {
    let office = hours(&WEEK, "09:00", "18:00", "jp");
    for (now, open) in [
        ("2026-11-24T08:59:59", "2026-11-24T09:00:00"),
        ("2026-11-24T09:00:00", "open"),
        ("2026-11-24T17:59:59.999", "open"),
        ("2026-11-24T18:00:00", "2026-11-25T09:00:00"),
        ("2026-11-27T20:00:00", "2026-11-30T09:00:00"), // over the weekend
        ("2026-11-20T18:30:00", "2026-11-24T09:00:00"), // 勤労感謝の日 on the Monday
        ("2026-05-01T19:00:00", "2026-05-07T09:00:00"), // ゴールデンウィーク, a substitute day last
        ("2026-09-18T19:00:00", "2026-09-24T09:00:00"), // シルバーウィーク, a day in between
        ("2026-12-31T19:00:00", "2027-01-04T09:00:00"),
    ] {
        assert_eq!(next(&office, "Asia/Tokyo", now), open, "{now}");
    }
    let plain = hours(&WEEK, "09:00", "18:00", "none");
    assert_eq!(next(&plain, "Asia/Tokyo", "2026-11-23T10:00:00"), "open");
    let always =
        hours(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "00:00", "24:00", "none");
    for now in ["2026-11-24T00:00:00", "2026-11-24T23:59:59"] {
        assert_eq!(next(&always, "Asia/Tokyo", now), "open");
    }
}

#[test]
fn clocks_that_jump_are_followed() {
    let zone = "America/New_York";
    let week = hours(&["sun", "mon"], "02:30", "18:00", "none");
    // 2027-03-14: 02:00 to 03:00 is left out.
    assert_eq!(next(&week, zone, "2027-03-14T01:00:00"), "2027-03-14T03:30:00");
    let night = hours(&["sun"], "01:30", "02:00", "none");
    // 2027-11-07: 01:00 to 02:00 comes twice, and people are there from the first 01:30 on.
    let zoned = TimeZone::get(zone).unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (first, second) = (at("2027-11-07T05:30:00Z"), at("2027-11-07T06:30:00Z"));
    assert!(is_open(first, &zoned, &night) && is_open(second, &zoned, &night));
    assert_eq!(next_open(at("2027-11-07T05:00:00Z"), &zoned, &night), first);
    let office = hours(&WEEK, "09:00", "18:00", "none");
    assert_eq!(next(&office, zone, "2027-03-12T18:00:00"), "2027-03-15T09:00:00");
    assert_eq!(
        next_open(at("2027-03-12T23:00:00Z"), &zoned, &office),
        at("2027-03-15T13:00:00Z"),
        "09:00 of summer time"
    );
}

#[test]
fn where_nobody_ever_is_nothing_waits() {
    let never = hours(&[], "09:00", "18:00", "none");
    assert_eq!(next(&never, "Asia/Tokyo", "2026-11-24T03:00:00"), "open");
}

#[test]
fn a_time_of_day_has_two_digits_twice() {
    for good in ["00:00", "09:00", "23:59", "24:00"] {
        assert_eq!(TimeOfDay::parse(good).unwrap().to_string(), good);
    }
    for bad in ["9:00", "09:60", "24:01", "25:00", "0900", "09:00:00", "+9:00", "", "09:0a"] {
        assert_eq!(TimeOfDay::parse(bad), None, "{bad}");
    }
}

/// The law's rules, written down once more: the data must keep to them.
fn by_law(year: i16) -> Vec<Date> {
    let nth_monday = |month, nth| date(year, month, 1).nth_weekday_of_month(nth, Weekday::Monday);
    let years = f64::from(year - 1980);
    let equinox = |base: f64| (base + 0.242_194 * years - (years / 4.0).floor()).floor();
    #[expect(clippy::cast_possible_truncation, reason = "a day of a month")]
    let day = |base| equinox(base) as i8;
    let mut days = vec![
        date(year, 1, 1),
        nth_monday(1, 2).unwrap(),
        date(year, 2, 11),
        date(year, 2, 23),
        date(year, 3, day(20.8431)),
        date(year, 4, 29),
        date(year, 5, 3),
        date(year, 5, 4),
        date(year, 5, 5),
        nth_monday(7, 3).unwrap(),
        date(year, 8, 11),
        nth_monday(9, 3).unwrap(),
        date(year, 9, day(23.2488)),
        nth_monday(10, 2).unwrap(),
        date(year, 11, 3),
        date(year, 11, 23),
    ];
    let own = days.clone();
    for one in own.iter().filter(|one| one.weekday() == Weekday::Sunday) {
        // The first day after it that is none itself.
        let mut free = one.series(1.day());
        days.push(free.find(|day| !own.contains(day)).unwrap());
    }
    for one in &own {
        let (next, after) = (*one + 1.day(), *one + 2.days());
        if own.contains(&after) && !days.contains(&next) {
            days.push(next);
        }
    }
    days.sort();
    days
}

#[test]
fn the_data_keeps_to_the_law() {
    let last = Holidays::Jp.last_known().unwrap();
    assert!(last.year() >= 2028);
    for year in 2026..=last.year() {
        let listed: Vec<Date> = date(year, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() == year)
            .filter(|day| Holidays::Jp.has(*day))
            .collect();
        assert_eq!(listed, by_law(year), "{year}");
    }
    assert!(!Holidays::Jp.has(last + 1.day()), "nothing is known after the end");
    assert!(!Holidays::None.has(date(2026, 1, 1)) && Holidays::None.last_known().is_none());
}
