//! A table that can be read and not written to, as with a right that is missing.

use std::{sync::Arc, time::Duration};

use monban::adapters::clock::OffsetClock;
use serde_json::json;

use super::{
    calls::Counted,
    emulator::{Emulator, unique},
};
use crate::{crash::statement, support::wire::Order};

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the service's time is real")]
async fn a_good_message_outlasts_a_missing_right() {
    let Some(emulator) = Emulator::find() else { return };
    let dead = emulator.queue(&unique("dead"));
    let arn =
        format!("arn:aws:sqs:ap-northeast-1:123456789012:{}", dead.rsplit('/').next().unwrap());
    let redrive = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 3 }).to_string();
    let body = json!({
        "QueueName": unique("refused"), "Attributes": { "RedrivePolicy": redrive },
    });
    let answer = emulator.call("AmazonSQS.CreateQueue", &body);
    let queue = answer["QueueUrl"].as_str().unwrap();
    let clock = Arc::new(OffsetClock::new(Duration::ZERO));
    let counted = Counted::new(&emulator, queue, clock).await;
    emulator.send(queue, &statement(1, 1, true).to_string());
    let kind = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
    let refusal = Order::Answer(400, json!({ "__type": kind, "message": "ordered" }));
    counted.wire.order("TransactWriteItems", vec![refusal; 1000]);
    let mut step = Box::pin(counted.poller.step());
    tokio::select! {
        _ = &mut step => panic!("it can't come to an end"),
        () = tokio::time::sleep(Duration::from_secs(8)) => {}
    }
    assert!(counted.poller.health.failing());
    assert!(counted.wire.asked("TransactWriteItems").len() >= 2, "it is tried again");
    counted.wire.mend();
    assert_eq!(step.await.unwrap(), 1);
    assert_eq!(counted.wire.asked("ReceiveMessage").len(), 1, "received once");
    assert_eq!((emulator.left(queue), emulator.left(&dead)), (0, 0));
    assert_eq!(counted.poller.counters.acked.get(), 1);
}
