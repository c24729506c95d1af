//! From a message to its findings. What can't be used is kept and reported before anything else.

use super::{
    Message, Poller,
    bad::{Bad, Told},
};
use crate::{
    decide::Input,
    domain::{Example, InputId, Trouble, digest},
    intake::{self, Parsed},
    ports::{PortResult, Quarantined, Received},
};

impl Poller {
    /// Parses a message.
    pub(super) async fn read(&self, message: &mut Message) {
        let mut bad = Bad::default();
        for parsed in intake::parse(&message.received.body) {
            match parsed {
                Parsed::Finding(finding) => message.findings.push(*finding),
                Parsed::Event(event) => message.events.push(*event),
                Parsed::Unreadable(unreadable) => {
                    if !message.counted {
                        self.counters.unreadable.add();
                    }
                    bad.unreadable(unreadable);
                }
                Parsed::Unknown(unknown) => {
                    if !message.counted {
                        self.counters.not_understood.add();
                    }
                    bad.unknown(unknown);
                }
            }
        }
        message.counted = true;
        if let Err(error) = self.tell(&message.received, bad).await {
            message.fail(error);
        }
    }

    /// Keeps and reports what can't be used; the whole message is kept once, if at all.
    async fn tell(&self, received: &Received, bad: Bad) -> PortResult<()> {
        let mut whole: Option<String> = None;
        for Told { trouble, count, raw } in bad.sorted() {
            let id = match (raw, &whole) {
                (Some(raw), _) => self.quarantine(&trouble, raw).await?,
                (None, Some(kept)) => kept.clone(),
                (None, None) => {
                    let id = self.quarantine(&trouble, received.body.clone()).await?;
                    whole.insert(id).clone()
                }
            };
            self.report(&received.receipt.id, trouble, count, id).await?;
        }
        Ok(())
    }

    /// Keeps bytes; says under which id.
    pub(super) async fn quarantine(&self, trouble: &Trouble, raw: Vec<u8>) -> PortResult<String> {
        let id = format!("q-{}", digest(&[raw.as_slice()]));
        let (at, reason) = (self.clock.now(), reason(trouble));
        self.store.quarantine(&Quarantined { id: id.clone(), at, reason, raw }).await?;
        Ok(id)
    }

    pub(super) async fn report(
        &self,
        message: &str,
        trouble: Trouble,
        count: u64,
        kept: String,
    ) -> PortResult<()> {
        let reason = reason(&trouble);
        let input = digest(&[message.as_bytes(), kept.as_bytes(), reason.as_bytes()]);
        let example = Example { at: self.clock.now(), trouble, count, quarantine: Some(kept) };
        let input = InputId::new(format!("trouble/{input}"));
        self.gate.handle(&input, &Input::Trouble(example)).await.map(|_| ())
    }
}

/// Why something can't be used, in English.
fn reason(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Unreadable { reason } | Trouble::Undelivered { reason, .. } => reason.clone(),
        Trouble::NotUnderstood(unknown) => format!("not understood: {unknown:?}"),
    }
}
