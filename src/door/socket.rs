//! The people's door over Socket Mode: the bot connects to Slack, and no port need be open to the
//! world.
//!
//! Not slack-morphism's: it acknowledges after the work and one at a time a socket, and its models
//! drop fields.

mod envelope;
mod session;
#[cfg(test)]
mod tests;

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{
    future::{BoxFuture, join_all},
    stream::{FuturesUnordered, StreamExt as _},
};
use jiff::Timestamp;
use rustls::ClientConfig;
use tokio::time::timeout;

use self::session::{End, Session};
use super::{speaker::Speaker, work::Work};
use crate::flow::Stop;

/// Asks Slack for the URL of a new connection, which is a secret. The error is one sentence
/// without it.
pub type Open = Arc<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// People who come over Socket Mode.
pub struct Sockets {
    /// The app that connects.
    pub speaker: Speaker,
    /// Connections kept open, 1 to 10. Slack sends each act over one of them.
    pub count: usize,
    /// Asks where to connect.
    pub open: Open,
    /// Whom to trust.
    pub tls: Arc<ClientConfig>,
    /// Where acts are taken to.
    pub work: Arc<Work>,
    /// Asked when the process is to end.
    pub stop: Arc<Stop>,
    /// Now.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// How many are open.
    pub standing: Arc<Standing>,
}

/// How many connections are open.
#[derive(Debug, Default)]
pub struct Standing(AtomicUsize);

impl Standing {
    /// Whether people can come.
    ///
    /// # Errors
    /// One sentence: no connection is open.
    pub fn check(&self) -> Result<(), String> {
        if self.open() == 0 {
            return Err("no connection to Slack is open: see the log".to_owned());
        }
        Ok(())
    }

    fn open(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn more(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn less(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
struct Timing {
    /// To connect and be greeted.
    open: Duration,
    /// Without a frame: then life is asked for, and after as long again the connection is dead.
    quiet: Duration,
    /// A connection that Slack announced to close is kept so long; it says so 10 s before.
    leave: Duration,
    /// The first pause after a failure; each is twice as long as the one before.
    pause: Duration,
    /// The longest.
    longest: Duration,
    /// A connection that stood so long was a good one.
    good: Duration,
}

const TIMING: Timing = Timing {
    open: Duration::from_secs(10),
    quiet: Duration::from_secs(30),
    leave: Duration::from_secs(15),
    pause: Duration::from_secs(1),
    longest: Duration::from_secs(30),
    good: Duration::from_secs(30),
};

struct House {
    parts: Sockets,
    timing: Timing,
}

impl Sockets {
    /// Keeps the connections open until asked to stop, and ends what is under way then.
    pub async fn run(self) {
        self.run_with(TIMING).await;
    }

    async fn run_with(self, timing: Timing) {
        let house = House { parts: self, timing };
        join_all((0..house.parts.count).map(|_| house.keep())).await;
    }
}

impl House {
    /// Keeps one connection open.
    async fn keep(&self) {
        let mut left = FuturesUnordered::new();
        let mut pause = self.timing.pause;
        while !self.parts.stop.asked() {
            let began = (self.parts.now)();
            let opened = tokio::select! {
                opened = beside(&mut left, Session::open(self)) => opened,
                () = self.parts.stop.wait() => break,
            };
            let end = match opened {
                Ok(mut session) => {
                    let (open, app) = (self.parts.standing.open(), &self.parts.speaker);
                    tracing::info!(open, slack.app = %app, "a socket to Slack is open");
                    let end = beside(&mut left, session.run(self)).await;
                    if end == End::Asked {
                        left.push(session.leave(self));
                    }
                    end
                }
                Err(why) => End::Broken(why),
            };
            let good = (self.parts.now)().duration_since(began).unsigned_abs() >= self.timing.good;
            if good {
                pause = self.timing.pause;
            }
            match end {
                End::Stopped => break,
                End::Asked if good => continue,
                End::Asked => {}
                End::Broken(why) => self.tell(&why),
            }
            let wait = beside(&mut left, self.parts.stop.wait());
            let _ = timeout(varied(pause), wait).await;
            pause = (pause * 2).min(self.timing.longest);
        }
        while left.next().await.is_some() {}
    }

    /// One broken connection among several is no matter; none at all needs a person.
    fn tell(&self, why: &str) {
        let app = &self.parts.speaker;
        match self.parts.standing.open() {
            0 => tracing::error!(
                slack.app = %app,
                "no socket to Slack is open for this app, so no click is heard: {why}"
            ),
            open => tracing::warn!(open, slack.app = %app, "a socket is opened anew: {why}"),
        }
    }
}

/// Awaits something while others go on.
async fn beside<T>(
    others: &mut FuturesUnordered<impl Future<Output = ()>>,
    one: impl Future<Output = T>,
) -> T {
    let mut one = std::pin::pin!(one);
    loop {
        tokio::select! {
            out = &mut one => return out,
            Some(()) = others.next() => {}
        }
    }
}

/// Between half of it and all of it, so that many do not come back at the same moment.
fn varied(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 1000;
    let random = u32::try_from(random).unwrap_or_default();
    pause / 2 + pause / 2 * random / 1000
}
