//! Japan's public holidays (国民の祝日に関する法律), substitute and in-between days included.
//!
//! 2026 and 2027 as the Cabinet Office published them; from 2028 on by the law's rules, with the
//! equinoxes as the National Astronomical Observatory computes them (they become official in the
//! February before). No kept crate serves: see ARCHITECTURE.md.

use jiff::civil::{Date, date};

/// The year and its holidays as (month, day), year by year.
const YEARS: [(i16, &[(i8, i8)]); 4] = [
    (
        2026,
        &[
            (1, 1),
            (1, 12),
            (2, 11),
            (2, 23),
            (3, 20),
            (4, 29),
            (5, 3),
            (5, 4),
            (5, 5),
            (5, 6),
            (7, 20),
            (8, 11),
            (9, 21),
            (9, 22),
            (9, 23),
            (10, 12),
            (11, 3),
            (11, 23),
        ],
    ),
    (
        2027,
        &[
            (1, 1),
            (1, 11),
            (2, 11),
            (2, 23),
            (3, 21),
            (3, 22),
            (4, 29),
            (5, 3),
            (5, 4),
            (5, 5),
            (7, 19),
            (8, 11),
            (9, 20),
            (9, 23),
            (10, 11),
            (11, 3),
            (11, 23),
        ],
    ),
    (
        2028,
        &[
            (1, 1),
            (1, 10),
            (2, 11),
            (2, 23),
            (3, 20),
            (4, 29),
            (5, 3),
            (5, 4),
            (5, 5),
            (7, 17),
            (8, 11),
            (9, 18),
            (9, 22),
            (10, 9),
            (11, 3),
            (11, 23),
        ],
    ),
    (
        2029,
        &[
            (1, 1),
            (1, 8),
            (2, 11),
            (2, 12),
            (2, 23),
            (3, 20),
            (4, 29),
            (4, 30),
            (5, 3),
            (5, 4),
            (5, 5),
            (7, 16),
            (8, 11),
            (9, 17),
            (9, 23),
            (9, 24),
            (10, 8),
            (11, 3),
            (11, 23),
        ],
    ),
];

/// Whether the day is a holiday, as far as they are known.
pub(super) fn japanese(day: Date) -> bool {
    let year = YEARS.iter().find(|(year, _)| *year == day.year());
    year.is_some_and(|(_, days)| days.contains(&(day.month(), day.day())))
}

/// The last day of the last year that is known.
pub(super) const fn last_known() -> Date {
    date(YEARS[YEARS.len() - 1].0, 12, 31)
}
