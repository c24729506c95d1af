//! The desk that acts are taken to. What was taken is worked on to its end, whether or not
//! somebody still waits for the answer.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, TryAcquireError, oneshot},
    task::JoinSet,
};

use super::{speaker::Speaker, tally::Tally};
use crate::domain::{Ack, Ask};

/// Takes an act and says what is answered at once.
pub type Take = Arc<dyn Fn(Ask) -> BoxFuture<'static, Ack> + Send + Sync>;

/// How long an answer is waited for: the chat service waits 3 s, and it must get there.
const ANSWER: Duration = Duration::from_millis(2500);
/// Acts in work at most. More means that the desk stands still.
const ROOM: u32 = 256;

/// The acts in work.
pub struct Work {
    take: OnceLock<Take>,
    pub(super) tally: Arc<Tally>,
    room: Arc<Semaphore>,
    tasks: Mutex<JoinSet<()>>,
    answer: Duration,
}

impl Work {
    /// Nothing is in work, and nothing is taken before [`Work::open`].
    pub fn new(tally: Arc<Tally>) -> Self {
        let room = Arc::new(Semaphore::new(ROOM as usize));
        Self { take: OnceLock::new(), tally, room, tasks: Mutex::default(), answer: ANSWER }
    }

    /// From now on acts are taken there. It is called once; a second desk would get nothing.
    pub fn open(&self, take: Take) {
        let _ = self.take.set(take);
    }

    /// Waits this long for answers.
    #[cfg(test)]
    pub(super) fn waiting(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    /// Begins to work on an act of which this app told. Nothing else begins one, so no way in can
    /// forget to ask whether the app may.
    pub(super) fn begin(
        &self,
        speaker: &Speaker,
        ask: Ask,
        now: Timestamp,
    ) -> Result<Answer, Untaken> {
        if speaker.may(&ask) {
            return self.start(ask).ok_or(Untaken::Now);
        }
        if let Some(refused) = self.tally.refuse_at("foreign", &speaker.to_string(), now) {
            tracing::warn!(
                door.why = "foreign",
                door.refused = refused,
                slack.app = %speaker,
                slack.team = %ask.team,
                slack.person.team = %ask.who.team,
                "an app told of acts in a workspace, or of a person of one, that it may not speak \
                 for: refused, counted in monban_door_refused"
            );
        }
        Err(Untaken::Foreign)
    }

    fn start(&self, ask: Ask) -> Option<Answer> {
        let Some(take) = self.take.get() else {
            self.tally.refuse("early");
            tracing::warn!("an act of a person is not taken: the bot has not started its work yet");
            return None;
        };
        let place = match Arc::clone(&self.room).try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::Closed) => return None,
            Err(TryAcquireError::NoPermits) => {
                self.tally.refuse("busy");
                tracing::error!("too many acts of people are in work: one is not taken");
                return None;
            }
        };
        self.tally.ask(&ask.act);
        let (say, answer) = oneshot::channel();
        let work = take(ask);
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let _place = place;
            // Whoever asked may be gone.
            let _ = say.send(work.await);
        });
        Some(Answer { answer, wait: self.answer })
    }

    /// Returns when nothing is in work. From then on nothing is taken.
    pub async fn finish(&self) {
        if let Ok(_all) = self.room.acquire_many(ROOM).await {
            self.room.close();
        }
    }
}

/// Why an act is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Untaken {
    /// Not now: whoever did it must be told "no".
    Now,
    /// The app that told of it may not speak for that workspace, or that person.
    Foreign,
}

/// What an act will be answered.
pub(super) struct Answer {
    answer: oneshot::Receiver<Ack>,
    wait: Duration,
}

impl Answer {
    /// The answer if it comes in time; else the act is taken, and its outcome follows.
    pub(super) async fn in_time(self) -> Ack {
        match tokio::time::timeout(self.wait, self.answer).await {
            Ok(Ok(ack)) => ack,
            Ok(Err(_)) => {
                tracing::error!("the work on a person's act broke off without an answer");
                Ack::Taken
            }
            Err(_) => {
                tracing::warn!("an act of a person is not answered in time: it is worked on");
                Ack::Taken
            }
        }
    }
}
