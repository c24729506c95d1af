//! Answers to many messages, ten a call.

use std::time::Duration;

use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
};

use super::{BATCH, SqsInbox, seconds};
use crate::{
    adapters::aws::{AGAIN, port_error},
    ports::{Fault, PortError, PortResult, Receipt},
};

/// How often an answer that the service failed to take is given.
const TRIES: usize = 2;

impl SqsInbox {
    pub(super) async fn delete(&self, receipts: Vec<Receipt>) -> PortResult<()> {
        for ten in receipts.chunks(BATCH) {
            let mut left: Vec<&Receipt> = ten.iter().collect();
            for _ in 0..TRIES {
                let failed = self.delete_ten(&left).await?;
                left = again(&left, &failed);
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                // They come again, and change nothing then.
                tracing::warn!(messages = left.len(), "messages could not be acknowledged");
            }
        }
        Ok(())
    }

    async fn delete_ten(&self, receipts: &[&Receipt]) -> PortResult<Vec<BatchResultErrorEntry>> {
        let mut entries = Vec::with_capacity(receipts.len());
        for (id, receipt) in receipts.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(id.to_string())
                .receipt_handle(&receipt.handle)
                .build();
            entries.push(entry.map_err(|error| bad(&error))?);
        }
        let answer = self
            .client
            .delete_message_batch()
            .queue_url(&self.queue_url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| port_error("acknowledge", &error, AGAIN))?;
        Ok(answer.failed)
    }

    /// The messages are shown again after this time; a receipt that is stale changes nothing.
    pub(super) async fn show_after(&self, receipts: &[Receipt], after: Duration) -> PortResult<()> {
        for ten in receipts.chunks(BATCH) {
            let mut left: Vec<&Receipt> = ten.iter().collect();
            for _ in 0..TRIES {
                let failed = self.show_ten(&left, after).await?;
                left = again(&left, &failed);
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                let detail = format!("the queue did not take {} answers", left.len());
                return Err(PortError::new(AGAIN, detail));
            }
        }
        Ok(())
    }

    async fn show_ten(
        &self,
        receipts: &[&Receipt],
        after: Duration,
    ) -> PortResult<Vec<BatchResultErrorEntry>> {
        let mut entries = Vec::with_capacity(receipts.len());
        for (id, receipt) in receipts.iter().enumerate() {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(id.to_string())
                .receipt_handle(&receipt.handle)
                .visibility_timeout(seconds(after))
                .build();
            entries.push(entry.map_err(|error| bad(&error))?);
        }
        let answer = self
            .client
            .change_message_visibility_batch()
            .queue_url(&self.queue_url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| port_error("visibility", &error, AGAIN))?;
        Ok(answer.failed)
    }
}

/// Those of the receipts that are worth a second try: the service failed, not the receipt, which
/// is stale or of a message that is gone.
fn again<'a>(receipts: &[&'a Receipt], failed: &[BatchResultErrorEntry]) -> Vec<&'a Receipt> {
    let mut left = Vec::new();
    for entry in failed {
        let receipt = entry.id().parse::<usize>().ok().and_then(|at| receipts.get(at));
        let Some(receipt) = receipt else { continue };
        if entry.sender_fault() {
            tracing::debug!(message.id = receipt.id, code = entry.code(), "a stale receipt");
        } else {
            left.push(*receipt);
        }
    }
    left
}

fn bad(error: &dyn std::error::Error) -> PortError {
    PortError::new(Fault::Permanent, format!("queue: {error}"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::BatchResultErrorEntry;

    use super::again;
    use crate::ports::Receipt;

    fn failed(id: &str, sender_fault: bool) -> BatchResultErrorEntry {
        BatchResultErrorEntry::builder()
            .id(id)
            .sender_fault(sender_fault)
            .code("Code")
            .build()
            .unwrap()
    }

    #[test]
    fn only_what_the_service_failed_is_tried_again() {
        let receipts: Vec<Receipt> =
            (0..3).map(|n| Receipt { id: format!("m{n}"), handle: format!("h{n}") }).collect();
        let all: Vec<&Receipt> = receipts.iter().collect();
        let answer =
            [failed("0", true), failed("2", false), failed("9", false), failed("x", false)];
        assert_eq!(again(&all, &answer), [&receipts[2]]);
        assert!(again(&all, &[]).is_empty());
    }
}
