//! The answers to the inbox: what was committed is acknowledged, the rest goes back.

use std::{collections::BTreeMap, time::Duration};

use super::{Message, Poller};
use crate::{
    domain::Trouble,
    ports::{Fault, PortError, PortResult, Received},
};

/// How often a message comes again that fails for good.
const GIVEN_UP: u32 = 5;

impl Poller {
    /// Acknowledges what was committed, puts back what fails for its own fault, and gives back
    /// what the store refused.
    pub(super) async fn finish(&self, messages: Vec<Message>) -> Vec<Message> {
        let (mut done, mut refused) = (Vec::new(), Vec::new());
        let mut back: BTreeMap<Duration, Vec<Received>> = BTreeMap::new();
        for message in messages {
            let Message { received, failed, findings, events, counted } = message;
            let receives = received.receives;
            match failed {
                None => done.push(received),
                // It is the message, not the store: it must not come again for ever.
                Some(PortError { fault: Fault::Permanent, detail, .. }) => {
                    tracing::error!(
                        message.id = received.receipt.id,
                        message.receives = receives,
                        detail,
                        "a message can't be committed"
                    );
                    if receives >= GIVEN_UP && self.give_up(&received, &detail).await {
                        done.push(received);
                    } else {
                        back.entry(patience(receives)).or_default().push(received);
                    }
                }
                Some(error) => {
                    self.counters.refused.add();
                    tracing::error!(
                        message.id = received.receipt.id, port.error = %error,
                        "the store refuses a message: it is kept in hand, and intake waits"
                    );
                    let failed = Some(error);
                    refused.push(Message { received, findings, events, failed, counted });
                }
            }
        }
        let count = done.len();
        if count > 0 {
            let answer = self.inbox.ack(done).await;
            if answer.is_ok() {
                self.counters.acked.add_many(count);
            }
            unneeded(answer);
        }
        for (after, received) in back {
            unneeded(self.inbox.release(received, after).await);
        }
        refused
    }

    /// Keeps a message that can never be committed where a person sees it; false if that fails.
    async fn give_up(&self, received: &Received, detail: &str) -> bool {
        let reason = format!("given up after {} tries: {detail}", received.receives);
        let trouble = Trouble::Unreadable { reason };
        let told = async {
            let kept = self.quarantine(&trouble, received.body.clone()).await?;
            self.report(&received.receipt.id, trouble, 1, kept).await
        };
        let told: PortResult<()> = told.await;
        told.inspect_err(|error| tracing::warn!(port.error = %error, "a bad message comes again"))
            .is_ok()
    }
}

/// An answer that the inbox did not take: an unacknowledged message comes again by itself and
/// changes nothing the second time.
pub(super) fn unneeded(answer: PortResult<()>) {
    if let Err(error) = answer {
        tracing::warn!(port.error = %error, "the inbox did not take the answer");
    }
}

/// 30 s, 1 min, 2 min, 4 min: a record that only a newer build can read is met by one before its
/// message is given up.
fn patience(receives: u32) -> Duration {
    Duration::from_secs(15 << receives.clamp(1, 4))
}

/// 2 s, 4 s, ... up to about a minute: what can't be committed must not spin.
pub(super) fn backoff(receives: u32) -> Duration {
    Duration::from_secs(1 << receives.clamp(1, 6))
}
