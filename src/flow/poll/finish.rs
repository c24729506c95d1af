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
    /// Acknowledges what was committed and puts the rest back. An error: the store fails.
    pub(super) async fn finish(&self, messages: Vec<Message>) -> PortResult<()> {
        let mut failure = None;
        let mut done = Vec::new();
        let mut back: BTreeMap<Duration, Vec<Received>> = BTreeMap::new();
        for Message { received, failed, .. } in messages {
            let receives = received.receives;
            match failed {
                None => done.push(received),
                // It is the message, not the store: it must not come again for ever.
                Some(PortError { fault: Fault::Permanent, detail, .. }) if receives >= GIVEN_UP => {
                    match self.give_up(&received, &detail).await {
                        Ok(()) => done.push(received),
                        Err(error) => {
                            tracing::warn!(port.error = %error, "a bad message comes again");
                            back.entry(backoff(receives)).or_default().push(received);
                        }
                    }
                }
                Some(error) => {
                    self.counters.released.add();
                    tracing::error!(
                        message.id = received.receipt.id, message.receives = receives,
                        port.error = %error, "a message could not be committed: put back"
                    );
                    if error.fault != Fault::Permanent {
                        failure = Some(error);
                    }
                    back.entry(backoff(receives)).or_default().push(received);
                }
            }
        }
        if !done.is_empty() {
            self.counters.acked.add_many(done.len());
            unneeded(self.inbox.ack(done).await);
        }
        for (after, received) in back {
            unneeded(self.inbox.release(received, after).await);
        }
        failure.map_or(Ok(()), Err)
    }

    /// Keeps a message that can never be committed where a person sees it.
    async fn give_up(&self, received: &Received, detail: &str) -> PortResult<()> {
        let reason = format!("given up after {} tries: {detail}", received.receives);
        let trouble = Trouble::Unreadable { reason };
        let kept = self.quarantine(&trouble, received.body.clone()).await?;
        self.report(&received.receipt.id, trouble, 1, kept).await
    }
}

/// An answer that the inbox did not take: an unacknowledged message comes again by itself and
/// changes nothing the second time.
pub(super) fn unneeded(answer: PortResult<()>) {
    if let Err(error) = answer {
        tracing::warn!(port.error = %error, "the inbox did not take the answer");
    }
}

/// 2 s, 4 s, ... up to about a minute: a message that can't be committed must not spin.
fn backoff(receives: u32) -> Duration {
    Duration::from_secs(1 << receives.clamp(1, 6))
}
