//! The inbox on SQS: one queue, polled for long.
//!
//! A message that is received stays invisible to others for the visibility timeout, which the
//! poller extends while it works. Answers go out in tens.

mod batch;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    config::timeout::TimeoutConfig,
    types::{Message, MessageSystemAttributeName, QueueAttributeName},
};
use jiff::Timestamp;

use super::aws::{AGAIN, Aws, port_error};
use crate::ports::{Inbox, PortResult, Receipt, Received};

/// How long a receive waits for a message: the longest that the service offers.
const WAIT: Duration = Duration::from_secs(20);
/// A long poll is given up this much after its time.
const LATE: Duration = Duration::from_secs(8);
/// The service gives no more at once, and takes no more answers.
const BATCH: usize = 10;

/// One SQS queue.
pub struct SqsInbox {
    client: Client,
    /// For the long poll alone: its requests take their time.
    patient: Client,
    queue_url: String,
    visibility: Duration,
    wait: Duration,
    /// How the last receive went; `None`: there was none yet.
    last: Mutex<Option<PortResult<()>>>,
}

impl SqsInbox {
    /// An inbox on this queue; a received message stays invisible for `visibility` (whole
    /// seconds, at most 12 hours).
    pub fn new(aws: &Aws, queue_url: String, visibility: Duration) -> Self {
        Self::waiting(aws, queue_url, visibility, WAIT)
    }

    /// The same with another wait for messages (whole seconds, at most 20).
    pub fn waiting(aws: &Aws, queue_url: String, visibility: Duration, wait: Duration) -> Self {
        let config =
            || aws_sdk_sqs::config::Builder::from(&aws.config).interceptor(aws.calls.clone());
        let patience = TimeoutConfig::builder()
            .operation_attempt_timeout(wait + LATE)
            .operation_timeout(wait + LATE * 2)
            .build();
        Self {
            client: Client::from_conf(config().build()),
            patient: Client::from_conf(config().timeout_config(patience).build()),
            queue_url,
            visibility,
            wait,
            last: Mutex::default(),
        }
    }
}

#[async_trait]
impl Inbox for SqsInbox {
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>> {
        let answer = self
            .patient
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(i32::try_from(max.clamp(1, BATCH)).unwrap_or(1))
            .wait_time_seconds(seconds(self.wait))
            .visibility_timeout(seconds(self.visibility))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .send()
            .await
            .map_err(|error| port_error("receive", &error, AGAIN));
        let went = answer.as_ref().map(|_| ()).map_err(Clone::clone);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(went);
        Ok(answer?.messages.unwrap_or_default().into_iter().map(received).collect())
    }

    async fn ack(&self, messages: Vec<Received>) -> PortResult<()> {
        let receipts: Vec<Receipt> = messages.into_iter().map(|one| one.receipt).collect();
        self.delete(&receipts).await
    }

    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()> {
        let receipts: Vec<Receipt> = messages.into_iter().map(|one| one.receipt).collect();
        self.show_after(&receipts, after).await
    }

    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()> {
        self.show_after(receipts, self.visibility).await
    }

    fn visibility(&self) -> Duration {
        self.visibility
    }

    async fn next_visible(&self) -> PortResult<Option<Timestamp>> {
        Ok(Some(Timestamp::MIN))
    }

    /// What counts is whether messages can be received: as the last receive went. Before the first
    /// one has ended, whether there is such a queue.
    async fn ready(&self) -> PortResult<()> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(went) = last {
            return went;
        }
        self.client
            .get_queue_attributes()
            .queue_url(&self.queue_url)
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error("queue", &error, AGAIN))
    }
}

fn received(message: Message) -> Received {
    let receives = message
        .attributes()
        .and_then(|all| all.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse().ok());
    Received {
        receipt: Receipt {
            id: message.message_id.unwrap_or_default(),
            handle: message.receipt_handle.unwrap_or_default(),
        },
        body: message.body.unwrap_or_default().into_bytes(),
        receives: receives.unwrap_or(1),
    }
}

/// Whole seconds, rounded up: what is released comes no sooner than asked.
fn seconds(of: Duration) -> i32 {
    const MOST: u64 = 12 * 3600;
    let whole = of.as_secs() + u64::from(of.subsec_nanos() > 0);
    i32::try_from(whole.min(MOST)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::seconds;

    #[test]
    fn seconds_are_whole_and_not_too_many() {
        let table = [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (60_000, 60)];
        for (millis, expected) in table {
            assert_eq!(seconds(Duration::from_millis(millis)), expected, "{millis}");
        }
        assert_eq!(seconds(Duration::from_hours(24)), 43_200);
    }
}
