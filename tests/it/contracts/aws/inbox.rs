//! The inbox on SQS. Its time is real, so a message stays invisible for seconds here.

use std::time::Duration;

use async_trait::async_trait;
use monban::{
    adapters::{aws::Aws, sqs::SqsInbox},
    ports::Inbox,
};

use crate::{
    aws::emulator::{Emulator, unique},
    contracts::inbox::{self, Post},
};

const VISIBILITY: Duration = Duration::from_secs(4);
const WAIT: Duration = Duration::from_secs(1);

struct Queue {
    emulator: Emulator,
    aws: Aws,
    url: String,
    inbox: SqsInbox,
}

async fn queue() -> Option<Box<dyn Post>> {
    let emulator = Emulator::find()?;
    let aws = Aws::load(emulator.settings()).await;
    let url = emulator.queue(&unique("inbox"));
    let inbox = SqsInbox::waiting(&aws, url.clone(), VISIBILITY, WAIT);
    Some(Box::new(Queue { emulator, aws, url, inbox }))
}

#[async_trait]
impl Post for Queue {
    fn inbox(&self) -> &dyn Inbox {
        &self.inbox
    }

    async fn send(&self, body: &[u8]) {
        self.emulator.send(&self.url, std::str::from_utf8(body).unwrap());
    }

    async fn reopen(&mut self) {
        self.inbox = SqsInbox::waiting(&self.aws, self.url.clone(), VISIBILITY, WAIT);
    }

    #[expect(clippy::disallowed_methods, reason = "the service's time is real")]
    async fn pass(&self, by: Duration) {
        tokio::time::sleep(by).await;
    }

    /// A receive itself waits for a second.
    fn slack(&self) -> Duration {
        WAIT + Duration::from_millis(500)
    }
}

inbox::suite!(sqs, queue().await);
