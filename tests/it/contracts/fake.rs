//! The simulation's chat service, held to the same contract as Slack's adapter.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    domain::{ChannelId, Lane, MessageTs, TeamId},
    ports::{Chat, Clock},
};

use super::chat::{Call, FOREIGN, Shown, Trouble, World, message, suite};
use crate::sim::{
    chat::{SimChat, Standing},
    executor::{Dice, finish},
    faulty::Hooks,
    scenario::start,
    world::SimClock,
};

struct Fake {
    chat: SimChat,
    clock: Arc<SimClock>,
}

fn lane() -> Lane {
    Lane { team: TeamId::new("T1"), channel: ChannelId::new("C1") }
}

impl Fake {
    fn new() -> Self {
        let clock = Arc::new(SimClock::at(start()));
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let mut chat = SimChat::new(shared, Dice::new(7), Hooks::default());
        chat.only = Some(lane().team);
        let foreign = Standing {
            lane: lane(),
            ts: MessageTs::new("1000000000.000001"),
            key: FOREIGN.to_owned(),
            thread: None,
            hash: message("foreign").hash(),
            text: "foreign".to_owned(),
            at: clock.now(),
            ours: false,
        };
        chat.messages.lock().unwrap().push(foreign);
        Self { chat, clock }
    }
}

#[async_trait]
impl World for Fake {
    fn chat(&self) -> &dyn Chat {
        &self.chat
    }

    fn lane(&self) -> Lane {
        lane()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn shown(&self) -> Vec<Shown> {
        let messages = self.chat.messages.lock().unwrap();
        let ours = messages.iter().filter(|one| one.ours);
        let shown = |one: &Standing| Shown {
            ts: one.ts.clone(),
            text: one.text.clone(),
            key: Some(one.key.clone()),
            under: one.thread.clone(),
        };
        ours.map(shown).collect()
    }

    async fn order(&self, call: Call, trouble: Trouble) {
        self.chat.orders.lock().unwrap().push((call, trouble));
    }
}

#[test]
fn the_simulations_chat_keeps_the_contract() {
    finish(suite(|| async { Fake::new() }));
}
