//! Where each record stands: partition and sort keys.

use jiff::Timestamp;

use crate::domain::{AccountId, Class, Entry, Identity, Lane, Subject, TeamId, digest};

/// A record's key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

/// The longest name used as it is; DynamoDB takes partition keys of 2,048 bytes.
const LONGEST: usize = 1000;

fn key(pk: String, sk: impl Into<String>) -> Key {
    Key { pk, sk: sk.into() }
}

/// A name that fits into a key whatever its source made of it.
fn fitting(name: &str) -> String {
    if name.len() <= LONGEST { name.to_owned() } else { format!("#{}", digest(&[name])) }
}

pub(super) fn alert(id: &str) -> Key {
    key(format!("ALERT#{}", fitting(id)), "ALERT")
}

/// The list of an account's open alerts.
pub(super) fn open_alerts(account: &AccountId) -> String {
    format!("OPEN#{}", fitting(account.as_str()))
}

pub(super) fn report(id: &str) -> Key {
    key(format!("REPORT#{}", fitting(id)), "REPORT")
}

pub(super) fn viewer(id: &str) -> Key {
    key(format!("VIEWER#{}", fitting(id)), "VIEWER")
}

pub(super) fn account(id: &str) -> Key {
    key(format!("ACCOUNT#{}", fitting(id)), "ACCOUNT")
}

/// The list of accounts with a record.
pub(super) const ACCOUNTS: &str = "ACCOUNTS";

pub(super) fn health(id: &str) -> Key {
    key(format!("HEALTH#{}", fitting(id)), "HEALTH")
}

pub(super) fn audit(aggregate: &str, version: u64) -> Key {
    key(format!("AUDIT#{}", fitting(aggregate)), format!("{version:012}"))
}

pub(super) fn state(identity: &Identity) -> Key {
    key(format!("STATE#{}", fitting(identity.as_str())), "STATE")
}

pub(super) fn input(id: &str) -> Key {
    key(format!("INPUT#{}", fitting(id)), "INPUT")
}

/// All entries of a workspace stand in one partition, so that two queries tell what is due first.
pub(super) fn outbox(team: &TeamId) -> String {
    format!("OUTBOX#{team}")
}

pub(super) fn entry(team: &TeamId, id: &str) -> Key {
    key(outbox(team), id)
}

pub(super) fn lease(team: &TeamId) -> Key {
    key(format!("LEASE#{team}"), "LEASE")
}

pub(super) fn delivery(subject: &Subject, episode: u32, lane: &Lane) -> Key {
    key(format!("CARD#{}", fitting(subject.as_str())), format!("{episode:010}#{lane}"))
}

/// Which revision of the owner map is the newest.
pub(super) fn owners() -> Key {
    key("OWNERS".to_owned(), "NEWEST")
}

/// A part of a revision's text.
pub(super) fn owners_part(revision: u64, part: usize) -> Key {
    key("OWNERS".to_owned(), format!("{revision:012}#{part:03}"))
}

pub(super) fn quarantine(id: &str) -> Key {
    key(format!("RAW#{}", fitting(id)), "RAW")
}

pub(super) fn quarantine_part(id: &str, part: usize) -> Key {
    key(format!("RAW#{}", fitting(id)), format!("{part:05}"))
}

/// Written and read to see whether that works.
pub(super) fn ready() -> Key {
    key("READY".to_owned(), "READY")
}

/// An entry's place in the order of its workspace: lane, class, due time, id.
pub(super) fn rank(entry: &Entry) -> String {
    let due = micros(entry.due).max(0);
    format!("{}{:03}#{due:020}#{}", lane(entry.lane()), entry.class.0, entry.id)
}

/// What the places of a lane begin with.
pub(super) fn lane(lane: &Lane) -> String {
    format!("{}#", lane.channel)
}

/// What stands behind all places of a workspace's dates that have come: they are of one class.
pub(super) fn dates_by(dates: &Lane, now: Timestamp) -> String {
    let due = micros(now).max(0);
    format!("{}{:03}#{due:020}$", lane(dates), Class::DATE.0)
}

/// What stands behind all places of a lane and before those of the next: `$` follows `#`.
pub(super) fn after_lane(channel: &str) -> String {
    format!("{channel}$")
}

/// The channel that a place belongs to.
pub(super) fn channel(rank: &str) -> &str {
    rank.split('#').next().unwrap_or_default()
}

pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{after_lane, channel, fitting, lane, rank};
    use crate::domain::{
        AlertId, Card, ChannelId, Class, Depth, Effect, Entry, Lane, Lang, Receiver, Subject,
        TeamId, TellKind,
    };

    fn entry(of: &str, class: u8, due: i64) -> Entry {
        let lane = Lane { team: TeamId::new("T1"), channel: ChannelId::new(of) };
        let receiver = Receiver {
            lane,
            lang: Lang::Ja,
            depth: Depth::Plain,
            time_zone: "Asia/Tokyo".into(),
            stands_in_for: None,
        };
        let card = Card { subject: Subject::Alert(AlertId::new("a-1")), episode: 1, receiver };
        let due = Timestamp::from_microsecond(due).unwrap();
        Entry::new(Effect::Tell { card, kind: TellKind::New }, Class(class), due)
    }

    #[test]
    fn places_sort_by_lane_class_and_time() {
        let places = [
            rank(&entry("C1", 0, 9_000_000_000_000_000)),
            rank(&entry("C1", 2, 5)),
            rank(&entry("C1", 2, 10)),
            rank(&entry("C1", 10, 1)),
            rank(&entry("C10", 0, 1)),
            rank(&entry("C2", 0, 1)),
        ];
        assert!(places.is_sorted(), "{places:#?}");
        for place in &places[..4] {
            assert!(place.starts_with(&lane(entry("C1", 0, 0).lane())));
            assert!(after_lane("C1").as_str() > place.as_str());
            assert_eq!(channel(place), "C1");
        }
        assert!(after_lane("C1").as_str() < places[4].as_str());
    }

    #[test]
    fn a_long_name_is_named_by_its_hash() {
        let long = "x".repeat(2000);
        assert!(fitting(&long).len() < 100);
        assert_ne!(fitting(&long), fitting(&"x".repeat(2001)));
        assert_eq!(fitting("short"), "short");
    }
}
