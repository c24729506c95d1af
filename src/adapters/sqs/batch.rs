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
    /// The messages are gone. A ten that fails does not keep the next from its answer; the first
    /// failure is told.
    pub(super) async fn delete(&self, receipts: &[Receipt]) -> PortResult<()> {
        let mut outcome = Ok(());
        for ten in receipts.chunks(BATCH) {
            outcome = outcome.and(self.delete_twice(ten).await);
        }
        outcome
    }

    async fn delete_twice(&self, ten: &[Receipt]) -> PortResult<()> {
        let mut left: Vec<&Receipt> = ten.iter().collect();
        for _ in 0..TRIES {
            let failed = self.delete_ten(&left).await?;
            left = again(&left, &failed);
            if left.is_empty() {
                return Ok(());
            }
        }
        // They come again, and change nothing then.
        tracing::warn!(messages = left.len(), "messages could not be acknowledged");
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
        let mut outcome = Ok(());
        for ten in receipts.chunks(BATCH) {
            outcome = outcome.and(self.show_twice(ten, after).await);
        }
        outcome
    }

    async fn show_twice(&self, ten: &[Receipt], after: Duration) -> PortResult<()> {
        let mut left: Vec<&Receipt> = ten.iter().collect();
        for _ in 0..TRIES {
            let failed = self.show_ten(&left, after).await?;
            left = again(&left, &failed);
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(PortError::new(AGAIN, format!("the queue did not take {} answers", left.len())))
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

/// What the service says of a receipt that is stale, or of a message that is gone.
const STALE: [&str; 3] = ["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"];

/// True if there is nothing left to answer. The service writes its codes with and without its
/// own name before them.
fn stale(entry: &BatchResultErrorEntry) -> bool {
    entry.sender_fault()
        && entry.code().rsplit('.').next().is_some_and(|code| STALE.contains(&code))
}

/// Those of the receipts whose answer was not taken though there was one to take.
fn again<'a>(receipts: &[&'a Receipt], failed: &[BatchResultErrorEntry]) -> Vec<&'a Receipt> {
    let mut left = Vec::new();
    for entry in failed {
        let receipt = entry.id().parse::<usize>().ok().and_then(|at| receipts.get(at));
        let Some(receipt) = receipt else { continue };
        if stale(entry) {
            tracing::debug!(message.id = receipt.id, code = entry.code(), "a stale receipt");
        } else {
            tracing::debug!(message.id = receipt.id, code = entry.code(), "an answer not taken");
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

    fn failed(id: &str, sender_fault: bool, code: &str) -> BatchResultErrorEntry {
        BatchResultErrorEntry::builder()
            .id(id)
            .sender_fault(sender_fault)
            .code(code)
            .build()
            .unwrap()
    }

    #[test]
    fn only_an_answer_that_counts_is_given_again() {
        let receipts: Vec<Receipt> =
            (0..7).map(|n| Receipt { id: format!("m{n}"), handle: format!("h{n}") }).collect();
        let all: Vec<&Receipt> = receipts.iter().collect();
        let answer = [
            failed("0", true, "ReceiptHandleIsInvalid"),
            failed("1", true, "AWS.SimpleQueueService.MessageNotInflight"),
            failed("2", false, "InternalError"),
            failed("3", true, "SomethingNew"),
            failed("4", false, "ReceiptHandleIsInvalid"),
            failed("5", true, "InvalidParameterValue"),
            // Ids that were never sent.
            failed("9", false, "InternalError"),
            failed("x", false, "InternalError"),
        ];
        assert_eq!(again(&all, &answer), [&receipts[2], &receipts[3], &receipts[4]]);
        assert!(again(&all, &[]).is_empty());
    }
}
