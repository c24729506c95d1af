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
    domain::{Digest, Lane, Message, MessageTs, TeamId},
    ports::{Chat, Clock, Fault, PortError, PortResult},
};

use super::{
    executor::{Dice, breathe},
    faulty::Hooks,
};
use crate::contracts::chat::{Call, Trouble};

/// Refusals that wait for a person.
const MENDED_BY_PEOPLE: [&str; 4] =
    ["token_revoked", "invalid_auth", "account_inactive", "missing_scope"];

/// May or may not have happened.
const fn unclear(call: Call) -> Fault {
    match call {
        Call::Post => Fault::InDoubt,
        Call::Update | Call::Look | Call::Delete => Fault::Retry { after: Duration::from_secs(2) },
    }
}

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
    /// Another bot's messages are not found.
    pub ours: bool,
}

/// The pretend service.
pub struct SimChat {
    pub messages: Mutex<Vec<Standing>>,
    /// Lanes that refuse everything for good.
    pub closed: Mutex<BTreeSet<Lane>>,
    /// What the next call of a kind meets.
    pub orders: Mutex<Vec<(Call, Trouble)>>,
    /// The workspace there is a token for; `None`: every one.
    pub only: Option<TeamId>,
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
            orders: Mutex::default(),
            only: None,
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

    /// What was ordered for this call: `Ok(true)` loses its answer.
    fn ordered(&self, call: Call, lane: &Lane) -> PortResult<bool> {
        if self.only.as_ref().is_some_and(|only| *only != lane.team) {
            return Err(PortError::new(Fault::Permanent, "no token"));
        }
        let mut orders = self.orders.lock().unwrap();
        let Some(at) = orders.iter().position(|(of, _)| *of == call) else { return Ok(false) };
        let fault = match orders.remove(at).1 {
            Trouble::DropAnswer => return Ok(true),
            Trouble::Limited(after) => Fault::Retry { after },
            Trouble::Unavailable | Trouble::DropRequest => unclear(call),
            Trouble::Refused(code) if MENDED_BY_PEOPLE.contains(&code) => {
                Fault::Retry { after: Duration::from_mins(1) }
            }
            Trouble::Refused(_) => Fault::Permanent,
        };
        Err(PortError::new(fault, "ordered"))
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
        let lost = self.ordered(Call::Post, lane)?;
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
            ours: true,
        });
        self.hooks.pass("post.after");
        breathe(&self.dice).await;
        if lost || self.bad(8) || self.lose_answer.swap(false, Ordering::SeqCst) {
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
        let lost = self.ordered(Call::Update, lane)?;
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
        if lost || self.bad(8) {
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
        if self.ordered(Call::Look, lane)? {
            return Err(PortError::new(unclear(Call::Look), "ordered"));
        }
        self.refused(lane)?;
        let messages = self.messages.lock().unwrap();
        let mut found: Vec<MessageTs> = messages
            .iter()
            .filter(|one| one.ours && one.lane == *lane && one.key == key && one.at >= since)
            .filter(|one| thread.is_none_or(|thread| one.thread.as_ref() == Some(thread)))
            .map(|one| one.ts.clone())
            .collect();
        found.sort();
        Ok(found)
    }

    async fn delete(&self, lane: &Lane, ts: &MessageTs) -> PortResult<()> {
        breathe(&self.dice).await;
        self.ordered(Call::Delete, lane)?;
        self.messages.lock().unwrap().retain(|one| one.lane != *lane || one.ts != *ts);
        Ok(())
    }

    async fn ready(&self, team: &TeamId) -> PortResult<()> {
        match &self.only {
            Some(only) if only != team => Err(PortError::new(Fault::Permanent, "no token")),
            _ => Ok(()),
        }
    }

    async fn permalink(&self, lane: &Lane, ts: &MessageTs) -> PortResult<String> {
        breathe(&self.dice).await;
        let ts = ts.as_str().replace('.', "");
        Ok(format!("https://sim.slack.com/archives/{}/p{ts}", lane.channel))
    }
}
