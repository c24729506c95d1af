//! Slack's pace, on the sandbox clock: so many calls a minute for each (team, method), and one
//! post a second for each channel with a short burst. A refused call costs nothing.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

const MINUTE: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);
/// A channel takes this many posts at once after a quiet time.
const POST_BURST: u32 = 2;

/// Calls a minute for a method of one team; none for methods without a window.
pub(super) fn per_minute(method: &str) -> Option<usize> {
    match method {
        "chat.postMessage" => Some(300),
        "auth.test" | "users.info" | "chat.postEphemeral" | "views.open" | "views.push"
        | "views.update" | "views.publish" => Some(100),
        "chat.update"
        | "chat.delete"
        | "conversations.history"
        | "conversations.replies"
        | "conversations.info"
        | "apps.connections.open" => Some(50),
        "conversations.list" | "users.list" => Some(20),
        _ => None,
    }
}

/// The windows of all teams.
#[derive(Default)]
pub(super) struct Limits {
    windows: HashMap<(String, String), VecDeque<SystemTime>>,
    /// When the channel's next post would be due if it kept the pace exactly.
    due: HashMap<(String, String), SystemTime>,
}

impl Limits {
    /// Takes a place for one call, or says after how many whole seconds there will be one.
    pub(super) fn take(
        &mut self,
        now: SystemTime,
        team: &str,
        method: &str,
        channel: Option<&str>,
    ) -> Result<(), u64> {
        let wait = self.window_wait(now, team, method).max(self.channel_wait(now, team, channel));
        if !wait.is_zero() {
            return Err(whole_seconds(wait));
        }
        if per_minute(method).is_some() {
            self.windows.entry(key(team, method)).or_default().push_back(now);
        }
        if let Some(channel) = channel {
            let due = self.due.entry(key(team, channel)).or_insert(now);
            *due = (*due).max(now) + SECOND;
        }
        Ok(())
    }

    fn window_wait(&mut self, now: SystemTime, team: &str, method: &str) -> Duration {
        let Some(most) = per_minute(method) else { return Duration::ZERO };
        let window = self.windows.entry(key(team, method)).or_default();
        while window.front().is_some_and(|first| *first + MINUTE <= now) {
            window.pop_front();
        }
        match window.front() {
            Some(first) if window.len() >= most => {
                (*first + MINUTE).duration_since(now).unwrap_or(Duration::ZERO)
            }
            Some(_) | None => Duration::ZERO,
        }
    }

    fn channel_wait(&self, now: SystemTime, team: &str, channel: Option<&str>) -> Duration {
        let due = channel.and_then(|channel| self.due.get(&key(team, channel)));
        let early = due.and_then(|due| due.duration_since(now).ok()).unwrap_or(Duration::ZERO);
        early.saturating_sub(SECOND * (POST_BURST - 1))
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn key(team: &str, name: &str) -> (String, String) {
    (team.to_owned(), name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(500_000) + Duration::from_millis(millis)
    }

    #[test]
    fn a_channel_takes_two_at_once_then_one_a_second() {
        let mut limits = Limits::default();
        let mut post = |millis: u64, channel: &str| {
            limits.take(at(millis), "T", "chat.postMessage", Some(channel))
        };
        assert_eq!(post(0, "C1"), Ok(()));
        assert_eq!(post(0, "C1"), Ok(()));
        assert_eq!(post(0, "C1"), Err(1));
        assert_eq!(post(0, "C2"), Ok(()), "another channel is not held up");
        assert_eq!(post(999, "C1"), Err(1));
        assert_eq!(post(1000, "C1"), Ok(()));
        assert_eq!(post(1000, "C1"), Err(1));
        assert_eq!(post(60_000, "C1"), Ok(()), "a long quiet saves up two, not sixty");
        assert_eq!(post(60_000, "C1"), Ok(()));
        assert_eq!(post(60_000, "C1"), Err(1));
    }

    #[test]
    fn windows_are_a_minute_long_for_each_team_and_method() {
        for (method, most) in [
            ("chat.postMessage", 300),
            ("chat.update", 50),
            ("chat.delete", 50),
            ("conversations.history", 50),
            ("conversations.replies", 50),
            ("conversations.info", 50),
            ("conversations.list", 20),
            ("users.list", 20),
            ("users.info", 100),
            ("auth.test", 100),
            ("chat.postEphemeral", 100),
            ("views.open", 100),
            ("views.push", 100),
            ("views.update", 100),
            ("views.publish", 100),
            ("apps.connections.open", 50),
        ] {
            let mut limits = Limits::default();
            for n in 0..most {
                assert_eq!(limits.take(at(n * 10), "T", method, None), Ok(()), "{method} {n}");
            }
            assert_eq!(limits.take(at(10_001), "T", method, None), Err(50), "{method}");
            assert_eq!(limits.take(at(10_001), "T", "other", None), Ok(()));
            assert_eq!(limits.take(at(10_001), "T2", method, None), Ok(()));
            assert_eq!(limits.take(at(59_999), "T", method, None), Err(1), "{method}");
            // A refused call took no place: exactly the first one's place is free again.
            assert_eq!(limits.take(at(60_000), "T", method, None), Ok(()), "{method}");
            assert_eq!(limits.take(at(60_000), "T", method, None), Err(1), "{method}");
        }
    }
}
