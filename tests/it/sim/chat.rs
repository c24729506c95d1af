//! A chat service in memory that does what Slack may do: refuse, answer late, not answer at all.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    domain::{Digest, Lane, Message, MessageTs},
    ports::{Chat, Clock, Fault, PortError, PortResult},
};

use super::{
    executor::{Dice, breathe},
    faulty::Hooks,
};

/// A message as it stands in a channel.
#[derive(Debug, Clone)]
pub struct Standing {
    pub lane: Lane,
    pub ts: MessageTs,
    pub key: String,
    pub thread: Option<MessageTs>,
    pub hash: Digest,
    pub text: String,
    pub at: Timestamp,
}

/// The pretend service.
pub struct SimChat {
    pub messages: Mutex<Vec<Standing>>,
    /// Lanes that refuse everything for good.
    pub closed: Mutex<BTreeSet<Lane>>,
    pub faults: AtomicBool,
    /// The next post is carried out and its answer lost.
    pub lose_answer: AtomicBool,
    pub doubts: AtomicU64,
    pub refusals: AtomicU64,
    pub hooks: Hooks,
    clock: Arc<dyn Clock>,
    dice: Dice,
    next: AtomicU64,
}

impl SimChat {
    pub fn new(clock: Arc<dyn Clock>, dice: Dice, hooks: Hooks) -> Self {
        Self {
            messages: Mutex::new(Vec::new()),
            closed: Mutex::new(BTreeSet::new()),
            faults: AtomicBool::new(false),
            lose_answer: AtomicBool::new(false),
            doubts: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            hooks,
            clock,
            dice,
            next: AtomicU64::new(1),
        }
    }

    fn bad(&self, percent: u64) -> bool {
        self.faults.load(Ordering::SeqCst) && self.dice.roll().chance(percent)
    }

    fn refused(&self, lane: &Lane) -> PortResult<()> {
        if self.closed.lock().unwrap().contains(lane) {
            return Err(PortError::new(Fault::Permanent, "channel_not_found"));
        }
        if self.bad(10) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
            let after = Duration::from_secs(1 + self.dice.roll().below(5));
            return Err(PortError::new(Fault::Retry { after }, "429"));
        }
        Ok(())
    }

    /// The port's promise: a call ends within 8 s. What was held up longer never arrives.
    fn timed_out(&self, begun: Timestamp) -> bool {
        self.clock.now().duration_since(begun).as_secs() >= 8
    }

    fn doubt(&self) -> PortError {
        self.doubts.fetch_add(1, Ordering::SeqCst);
        PortError::new(Fault::InDoubt, "no answer")
    }
}

#[async_trait]
impl Chat for SimChat {
    async fn post(
        &self,
        lane: &Lane,
        message: &Message,
        key: &str,
        thread: Option<&MessageTs>,
    ) -> PortResult<MessageTs> {
        let begun = self.clock.now();
        breathe(&self.dice).await;
        if self.timed_out(begun) {
            return Err(self.doubt());
        }
        self.refused(lane)?;
        if let Some(thread) = thread {
            let messages = self.messages.lock().unwrap();
            if !messages.iter().any(|one| one.lane == *lane && one.ts == *thread) {
                return Err(PortError::new(Fault::Permanent, "thread_not_found"));
            }
        }
        self.hooks.pass("post.before");
        if self.bad(8) {
            return Err(self.doubt());
        }
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let at = self.clock.now();
        let ts = MessageTs::new(format!("{}.{number:06}", at.as_second()));
        self.messages.lock().unwrap().push(Standing {
            lane: lane.clone(),
            ts: ts.clone(),
            key: key.to_owned(),
            thread: thread.cloned(),
            hash: message.hash(),
            text: message.text.clone(),
            at,
        });
        self.hooks.pass("post.after");
        breathe(&self.dice).await;
        if self.bad(8) || self.lose_answer.swap(false, Ordering::SeqCst) {
            return Err(self.doubt());
        }
        Ok(ts)
    }

    async fn update(&self, lane: &Lane, ts: &MessageTs, message: &Message) -> PortResult<()> {
        let begun = self.clock.now();
        breathe(&self.dice).await;
        if self.timed_out(begun) {
            let after = Duration::from_secs(2);
            return Err(PortError::new(Fault::Retry { after }, "no answer to an update"));
        }
        self.refused(lane)?;
        {
            let mut messages = self.messages.lock().unwrap();
            let Some(found) = messages.iter_mut().find(|one| one.lane == *lane && one.ts == *ts)
            else {
                return Err(PortError::new(Fault::Permanent, "message_not_found"));
            };
            found.hash = message.hash();
            found.text.clone_from(&message.text);
        }
        self.hooks.pass("update.after");
        breathe(&self.dice).await;
        if self.bad(8) {
            let after = Duration::from_secs(2);
            return Err(PortError::new(Fault::Retry { after }, "no answer to an update"));
        }
        Ok(())
    }

    async fn find(
        &self,
        lane: &Lane,
        key: &str,
        since: Timestamp,
        thread: Option<&MessageTs>,
    ) -> PortResult<Vec<MessageTs>> {
        breathe(&self.dice).await;
        self.refused(lane)?;
        let messages = self.messages.lock().unwrap();
        let mut found: Vec<MessageTs> = messages
            .iter()
            .filter(|one| one.lane == *lane && one.key == key && one.at >= since)
            .filter(|one| thread.is_none_or(|thread| one.thread.as_ref() == Some(thread)))
            .map(|one| one.ts.clone())
            .collect();
        found.sort();
        Ok(found)
    }

    async fn delete(&self, lane: &Lane, ts: &MessageTs) -> PortResult<()> {
        breathe(&self.dice).await;
        self.messages.lock().unwrap().retain(|one| one.lane != *lane || one.ts != *ts);
        Ok(())
    }

    async fn permalink(&self, lane: &Lane, ts: &MessageTs) -> PortResult<String> {
        breathe(&self.dice).await;
        let ts = ts.as_str().replace('.', "");
        Ok(format!("https://sim.slack.com/archives/{}/p{ts}", lane.channel))
    }
}
