use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::Moved;
use crate::{
    domain::{ChannelId, Lane, TeamId},
    flow::{Call, Limits, Pace},
    ports::Clock,
};

fn lane(team: &str, channel: &str) -> Lane {
    Lane { team: TeamId::new(team), channel: ChannelId::new(channel) }
}

fn pace() -> (Arc<Moved>, Pace) {
    let clock = Moved::new();
    let pace = Pace::new(&Limits::default(), Arc::clone(&clock) as Arc<dyn Clock>);
    (clock, pace)
}

/// Asks at every 10 ms for so many seconds; gives the times of the calls that went.
fn asked(seconds: u32, lanes: &[Lane], call: Call) -> Vec<Timestamp> {
    let (clock, pace) = pace();
    let mut went = Vec::new();
    for _ in 0..seconds * 100 {
        for lane in lanes {
            if pace.take(lane, call).is_ok() {
                went.push(clock.now());
            }
        }
        clock.advance(Duration::from_millis(10));
    }
    went
}

/// The most calls in any stretch of this length.
fn most(times: &[Timestamp], stretch: Duration) -> usize {
    let within = |from: &Timestamp| {
        times.iter().filter(|time| **time >= *from && **time < *from + stretch).count()
    };
    times.iter().map(within).max().unwrap_or(0)
}

const MINUTE: Duration = Duration::from_mins(1);

#[test]
fn a_channel_gets_a_post_every_so_often() {
    let (clock, pace) = pace();
    let here = lane("T1", "C1");
    let start = clock.now();
    assert_eq!(pace.take(&here, Call::Post), Ok(()));
    let until = pace.take(&here, Call::Post).unwrap_err();
    let wait = until.duration_since(start).unsigned_abs();
    assert!((1_100_000..=1_100_001).contains(&wait.as_micros()), "{wait:?}");
    assert_eq!(pace.take(&lane("T1", "C2"), Call::Post), Ok(()), "another channel");
    clock.advance_to(until - Duration::from_millis(1));
    assert!(pace.take(&here, Call::Post).is_err());
    clock.advance_to(until);
    assert_eq!(pace.take(&here, Call::Post), Ok(()), "when it said");
    assert_eq!(most(&asked(30, &[here], Call::Post), Duration::from_secs(1)), 1);
}

#[test]
fn a_workspace_stays_inside_slacks_numbers() {
    let lanes: Vec<Lane> = (0..12).map(|n| lane("T1", &format!("C{n}"))).collect();
    let posts = asked(180, &lanes, Call::Post);
    assert!((236..=244).contains(&most(&posts, MINUTE)), "{}", most(&posts, MINUTE));
    let urgent = asked(180, &lanes[..1], Call::UrgentUpdate);
    assert!((45..=48).contains(&most(&urgent, MINUTE)), "{}", most(&urgent, MINUTE));
    let bulk = asked(180, &lanes[..1], Call::BulkUpdate);
    assert!((30..=32).contains(&most(&bulk, MINUTE)), "{}", most(&bulk, MINUTE));
    let looks = asked(60, &lanes[..1], Call::Look);
    assert!((39..=41).contains(&looks.len()), "{}", looks.len());
    // In the long run, exactly the pace.
    assert!((132..=138).contains(&urgent.len()), "{}", urgent.len());
}

#[test]
fn what_changed_state_finds_room_beside_bulk_updates() {
    let (clock, pace) = pace();
    let here = lane("T1", "C1");
    let (mut bulk, mut urgent) = (0, 0);
    for tick in 0..6000 {
        bulk += u32::from(pace.take(&here, Call::BulkUpdate).is_ok());
        // One urgent update every five seconds: 12 of the 15 a minute that are kept for them.
        if tick % 500 == 499 {
            assert_eq!(pace.take(&here, Call::UrgentUpdate), Ok(()), "at once, tick {tick}");
            urgent += 1;
        }
        clock.advance(Duration::from_millis(10));
    }
    assert_eq!(urgent, 12);
    assert!((28..=32).contains(&bulk), "{bulk}");
}

#[test]
fn asking_in_vain_costs_nobody_anything() {
    let (clock, pace) = pace();
    let (busy, other) = (lane("T1", "C1"), lane("T1", "C2"));
    assert_eq!(pace.take(&busy, Call::Post), Ok(()));
    for _ in 0..100 {
        assert!(pace.take(&busy, Call::Post).is_err());
    }
    assert_eq!(pace.take(&other, Call::Post), Ok(()), "the workspace's turns are all there");
    // The same for updates: bulk ones that find the workspace's bucket empty keep their own.
    while pace.take(&other, Call::UrgentUpdate).is_ok() {}
    for _ in 0..100 {
        assert!(pace.take(&other, Call::BulkUpdate).is_err());
    }
    clock.advance(MINUTE);
    assert_eq!(pace.take(&other, Call::BulkUpdate), Ok(()));
    assert_eq!(pace.take(&other, Call::BulkUpdate), Ok(()));
}

#[test]
fn workspaces_do_not_share() {
    let (_, pace) = pace();
    while pace.take(&lane("T1", "C1"), Call::UrgentUpdate).is_ok() {}
    assert_eq!(pace.take(&lane("T2", "C1"), Call::UrgentUpdate), Ok(()));
    assert_eq!(pace.take(&lane("T1", "C1"), Call::Post), Ok(()));
    assert_eq!(pace.take(&lane("T2", "C1"), Call::Post), Ok(()));
}

#[test]
fn a_pause_is_of_one_method_in_one_workspace() {
    let (clock, pace) = pace();
    let (here, team) = (lane("T1", "C1"), TeamId::new("T1"));
    let until = clock.now() + Duration::from_secs(30);
    pace.pause(&team, Call::BulkUpdate, until);
    pace.pause(&team, Call::BulkUpdate, until - Duration::from_secs(20));
    assert_eq!(pace.take(&here, Call::BulkUpdate), Err(until), "the longer one holds");
    assert_eq!(pace.take(&here, Call::UrgentUpdate), Err(until), "the same method");
    assert_eq!(pace.take(&here, Call::Post), Ok(()));
    assert_eq!(pace.take(&here, Call::Look), Ok(()));
    assert_eq!(pace.take(&lane("T2", "C1"), Call::BulkUpdate), Ok(()));
    clock.advance_to(until - Duration::from_micros(1));
    assert_eq!(pace.take(&here, Call::UrgentUpdate), Err(until));
    clock.advance_to(until);
    assert_eq!(pace.take(&here, Call::UrgentUpdate), Ok(()));
}

#[test]
fn what_is_full_again_is_forgotten_without_harm() {
    let (clock, pace) = pace();
    let here = lane("T1", "C1");
    assert_eq!(pace.take(&here, Call::Post), Ok(()));
    pace.tidy();
    assert!(pace.take(&here, Call::Post).is_err(), "not yet full");
    clock.advance(MINUTE);
    pace.tidy();
    assert_eq!(pace.take(&here, Call::Post), Ok(()));
}
