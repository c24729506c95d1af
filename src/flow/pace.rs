//! Pacing: Slack's limits as token buckets on the port's clock. The holder of a workspace's lease
//! drives all its lanes, so these buckets are exact in process.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};
use jiff::Timestamp;

use crate::{
    domain::{Lane, TeamId},
    ports::Clock,
};

/// How fast each kind of call may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Between two posts in one channel.
    pub post_every: Duration,
    /// Posts a minute in a workspace.
    pub posts_per_minute: NonZeroU32,
    /// Updates a minute in a workspace.
    pub updates_per_minute: NonZeroU32,
    /// How many of them bulk updates may use; the rest is kept for what changed state.
    pub bulk_updates_per_minute: NonZeroU32,
    /// Between two looks through a channel.
    pub look_every: Duration,
}

const fn per_minute(calls: u32) -> NonZeroU32 {
    match NonZeroU32::new(calls) {
        Some(calls) => calls,
        None => NonZeroU32::MIN,
    }
}

impl Default for Limits {
    /// Slack publishes one post a second for a channel, 50 updates a minute, and no number for
    /// the workspace ("several hundred" posts a minute were measured): all kept with a margin.
    fn default() -> Self {
        Self {
            post_every: Duration::from_millis(1100),
            posts_per_minute: per_minute(240),
            updates_per_minute: per_minute(45),
            bulk_updates_per_minute: per_minute(30),
            look_every: Duration::from_millis(1500),
        }
    }
}

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// A new message.
    Post,
    /// The update of a card that can wait.
    BulkUpdate,
    /// The update of a card whose state changed.
    UrgentUpdate,
    /// A look through a channel.
    Look,
}

/// The Slack method behind the call: a 429 pauses the method, not the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Method {
    Post,
    Update,
    History,
}

impl Call {
    const fn method(self) -> Method {
        match self {
            Self::Post => Method::Post,
            Self::BulkUpdate | Self::UrgentUpdate => Method::Update,
            Self::Look => Method::History,
        }
    }
}

type Bucket<K> = RateLimiter<K, DashMapStateStore<K>, PortClock, NoOpMiddleware<Nanos>>;

/// All buckets of the workspaces this process drives.
pub struct Pace {
    clock: PortClock,
    post_every: Duration,
    channel_posts: Bucket<Lane>,
    team_posts: Bucket<TeamId>,
    updates: Bucket<TeamId>,
    bulk_updates: Bucket<TeamId>,
    looks: Bucket<TeamId>,
    paused: Mutex<HashMap<(TeamId, Method), Timestamp>>,
    /// Until when a bucket is known to refuse: who asks before takes nothing from another one.
    empty: Mutex<HashMap<Key, Timestamp>>,
}

/// Names one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    ChannelPosts(Lane),
    TeamPosts(TeamId),
    Updates(TeamId),
    BulkUpdates(TeamId),
    Looks(TeamId),
}

impl Pace {
    /// Full buckets on this clock.
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        let clock = PortClock { start: clock.now(), clock };
        let one = NonZeroU32::MIN;
        let minute = |calls: NonZeroU32| Duration::from_mins(1) / calls.get();
        Self {
            post_every: limits.post_every,
            channel_posts: bucket(limits.post_every, one, &clock),
            team_posts: bucket(minute(limits.posts_per_minute), per_minute(4), &clock),
            updates: bucket(minute(limits.updates_per_minute), per_minute(3), &clock),
            bulk_updates: bucket(minute(limits.bulk_updates_per_minute), per_minute(2), &clock),
            looks: bucket(limits.look_every, one, &clock),
            paused: Mutex::new(HashMap::new()),
            empty: Mutex::new(HashMap::new()),
            clock,
        }
    }

    /// Takes what the call needs, or says when to ask again.
    pub fn take(&self, lane: &Lane, call: Call) -> Result<(), Timestamp> {
        let now = self.clock.clock.now();
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = paused.get(&(lane.team.clone(), call.method()))
            && *until > now
        {
            return Err(*until);
        }
        drop(paused);
        let team = &lane.team;
        let keys = match call {
            Call::Post => vec![Key::TeamPosts(team.clone()), Key::ChannelPosts(lane.clone())],
            Call::BulkUpdate => vec![Key::BulkUpdates(team.clone()), Key::Updates(team.clone())],
            Call::UrgentUpdate => vec![Key::Updates(team.clone())],
            Call::Look => vec![Key::Looks(team.clone())],
        };
        // What is taken from the first bucket is lost when the second refuses, and a lane with
        // much to say asks again and again: so both are asked first whether they are known empty.
        let mut empty = self.empty.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = keys.iter().filter_map(|key| empty.get(key)).max()
            && *until > now
        {
            return Err(*until);
        }
        for key in keys {
            if let Err(until) = self.check(&key) {
                empty.insert(key, until);
                return Err(until);
            }
        }
        if call == Call::Post
            && let Ok(next) = now.checked_add(self.post_every)
        {
            empty.insert(Key::ChannelPosts(lane.clone()), next);
        }
        Ok(())
    }

    /// Slack asked for a pause of this method in this workspace.
    pub fn pause(&self, team: &TeamId, call: Call, until: Timestamp) {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let known = paused.entry((team.clone(), call.method())).or_insert(until);
        *known = (*known).max(until);
    }

    /// Forgets channels whose bucket is full again.
    pub fn tidy(&self) {
        self.channel_posts.retain_recent();
        let now = self.clock.clock.now();
        self.empty.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
    }

    fn check(&self, key: &Key) -> Result<(), Timestamp> {
        let checked = match key {
            Key::ChannelPosts(lane) => self.channel_posts.check_key(lane),
            Key::TeamPosts(team) => self.team_posts.check_key(team),
            Key::Updates(team) => self.updates.check_key(team),
            Key::BulkUpdates(team) => self.bulk_updates.check_key(team),
            Key::Looks(team) => self.looks.check_key(team),
        };
        checked.map_err(|refused| {
            let wait = refused.wait_time_from(GovernorClock::now(&self.clock));
            // A microsecond more: our times are whole microseconds.
            let wait = wait + Duration::from_micros(1);
            self.clock.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX)
        })
    }
}

fn bucket<K: std::hash::Hash + Eq + Clone>(
    every: Duration,
    burst: NonZeroU32,
    clock: &PortClock,
) -> Bucket<K> {
    let every = every.max(Duration::from_millis(1));
    let quota = Quota::with_period(every)
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(burst);
    RateLimiter::dashmap_with_clock(quota, clock.clone())
}

/// The port's clock as governor wants it: nanoseconds since the start.
#[derive(Clone)]
struct PortClock {
    clock: Arc<dyn Clock>,
    start: Timestamp,
}

impl std::fmt::Debug for PortClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PortClock({})", self.start)
    }
}

impl GovernorClock for PortClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let since = self.clock.now().duration_since(self.start);
        Nanos::new(u64::try_from(since.as_nanos()).unwrap_or(0))
    }
}
