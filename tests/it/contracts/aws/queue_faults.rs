//! What the inbox makes of a queue's bad days, ordered at the wire: no message may be lost, and
//! none given up, for what the queue does.

use std::time::Duration;

use monban::{
    adapters::{aws::Aws, sqs::SqsInbox},
    ports::{Fault, Inbox as _, PortResult, Receipt, Received},
};
use serde_json::{Value, json};

use crate::{
    aws::emulator::{Emulator, settings, unique},
    support::wire::{Order, Wire},
};

/// Attempts that the SDK makes by itself.
const ATTEMPTS: usize = 3;
/// An ordinary request is given up and sent again after four seconds.
const TOO_LATE: Duration = Duration::from_secs(5);
const DELETE: &str = "DeleteMessageBatch";
const SHOW: &str = "ChangeMessageVisibilityBatch";

struct World {
    wire: Wire,
    inbox: SqsInbox,
    emulator: Emulator,
    queue: String,
}

async fn world() -> Option<World> {
    waiting(Duration::from_secs(1)).await
}

async fn waiting(wait: Duration) -> Option<World> {
    let emulator = Emulator::find()?;
    let wire = Wire::before(&emulator.url).await;
    let aws = Aws::load(settings(&wire.url)).await;
    let queue = emulator.queue(&unique("queue-faults"));
    let inbox = SqsInbox::waiting(&aws, queue.clone(), Duration::from_secs(30), wait);
    Some(World { wire, inbox, emulator, queue })
}

impl World {
    /// So many messages, received.
    async fn received(&self, count: usize) -> Vec<Received> {
        let bodies: Vec<String> = (0..count).map(|n| format!("m{n}")).collect();
        self.emulator.send_all(&self.queue, &bodies);
        let mut all = Vec::new();
        for _ in 0..10 {
            if all.len() == count {
                break;
            }
            all.extend(self.inbox.receive(10).await.unwrap());
        }
        assert_eq!(all.len(), count);
        all
    }

    /// How many entries each request of a batch operation had.
    fn sizes(&self, operation: &str) -> Vec<usize> {
        let asked = self.wire.asked(operation);
        asked.iter().map(|body| body["Entries"].as_array().unwrap().len()).collect()
    }
}

fn receipts(received: &[Received]) -> Vec<Receipt> {
    received.iter().map(|one| one.receipt.clone()).collect()
}

fn refusal(code: &str) -> Order {
    let kind = format!("com.amazonaws.sqs#{code}");
    Order::Answer(400, json!({ "__type": kind, "message": "ordered" }))
}

/// Of a batch of two the second entry fails.
fn second_fails(code: &str, sender_fault: bool) -> Order {
    let failed = json!([{ "Id": "1", "SenderFault": sender_fault, "Code": code }]);
    Order::Answer(200, json!({ "Successful": [{ "Id": "0" }], "Failed": failed }))
}

/// A batch of one fails.
fn only_fails(code: &str, sender_fault: bool) -> Order {
    let failed = json!([{ "Id": "0", "SenderFault": sender_fault, "Code": code }]);
    Order::Answer(200, json!({ "Successful": [], "Failed": failed }))
}

fn is_retry<T: std::fmt::Debug>(result: PortResult<T>) -> bool {
    matches!(result.expect_err("it must fail").fault, Fault::Retry { .. })
}

#[tokio::test]
async fn what_a_queue_refuses_is_asked_again_later_and_never_permanent() {
    let Some(world) = world().await else { return };
    let received = world.received(1).await;
    let held = receipts(&received);
    for code in [
        "RequestThrottled",
        "ThrottlingException",
        "OverLimit",
        "AccessDeniedException",
        "ExpiredTokenException",
        "KmsAccessDenied",
        "QueueDoesNotExist",
    ] {
        for operation in ["ReceiveMessage", "GetQueueAttributes", SHOW] {
            world.wire.order(operation, vec![refusal(code); ATTEMPTS]);
        }
        assert!(is_retry(world.inbox.receive(10).await), "{code}");
        assert!(is_retry(world.inbox.ready().await), "{code}");
        assert!(is_retry(world.inbox.hold(&held).await), "{code}");
        world.wire.mend();
    }
    assert!(world.inbox.ready().await.is_err(), "the last receive failed");
    world.inbox.receive(10).await.unwrap();
    world.inbox.ready().await.unwrap();
    world.inbox.hold(&held).await.unwrap();
    world.inbox.ack(received).await.unwrap();
    assert_eq!(world.emulator.left(&world.queue), 0, "and then all is as it was");
}

#[tokio::test]
async fn a_throttled_receive_is_sent_again_before_it_fails() {
    let Some(world) = world().await else { return };
    world.wire.order("ReceiveMessage", vec![refusal("RequestThrottled"); ATTEMPTS - 1]);
    assert!(world.inbox.receive(10).await.unwrap().is_empty());
    assert_eq!(world.wire.asked("ReceiveMessage").len(), ATTEMPTS);
}

#[tokio::test]
async fn a_queue_that_is_not_there_may_come_yet() {
    let Some(emulator) = Emulator::find() else { return };
    let aws = Aws::load(emulator.settings()).await;
    let queue = emulator.queue(&unique("there"));
    let missing = format!("{queue}-not");
    let second = Duration::from_secs(1);
    let inbox = SqsInbox::waiting(&aws, missing, second * 30, second);
    assert!(is_retry(inbox.receive(10).await));
    assert!(is_retry(inbox.ready().await));
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_asked_again_later() {
    let second = Duration::from_secs(1);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    if Emulator::find().is_none() {
        return;
    }
    let aws = Aws::load(settings(&format!("http://{free}"))).await;
    let inbox = SqsInbox::waiting(&aws, format!("http://{free}/q"), second * 30, second);
    assert!(is_retry(inbox.receive(10).await));
    assert!(is_retry(inbox.ready().await));
}

#[tokio::test]
async fn a_receive_says_what_it_wants() {
    let Some(world) = world().await else { return };
    for (max, asked) in [(0, 1), (3, 3), (10, 10), (1000, 10)] {
        assert!(world.inbox.receive(max).await.unwrap().is_empty());
        let body = world.wire.asked("ReceiveMessage").pop().unwrap();
        assert_eq!(body["MaxNumberOfMessages"], asked);
        assert_eq!((&body["WaitTimeSeconds"], &body["VisibilityTimeout"]), (&json!(1), &json!(30)));
        assert_eq!(body["MessageSystemAttributeNames"], json!(["ApproximateReceiveCount"]));
    }
    let past = world.inbox.next_visible().await.unwrap();
    assert!(past.is_some_and(|time| time < "2000-01-01T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn a_long_poll_may_take_longer_than_other_requests() {
    let Some(world) = waiting(TOO_LATE).await else { return };
    assert!(world.inbox.receive(10).await.unwrap().is_empty());
    assert_eq!(world.wire.asked("ReceiveMessage").len(), 1, "it was not given up half way");
}

#[tokio::test]
async fn an_acknowledgement_the_service_fails_with_is_given_once_more() {
    let Some(world) = world().await else { return };
    let received = world.received(2).await;
    world.wire.order(DELETE, [second_fails("InternalError", false)]);
    world.inbox.ack(received).await.unwrap();
    assert_eq!(world.sizes(DELETE), [2, 1]);
    // Once, and no more: it comes again by itself.
    let received = world.received(1).await;
    world.wire.order(DELETE, vec![only_fails("InternalError", false); 9]);
    world.inbox.ack(received).await.unwrap();
    assert_eq!(world.sizes(DELETE), [2, 1, 1, 1]);
    world.wire.mend();
    // What is stale is not given again.
    let received = world.received(2).await;
    world.wire.order(DELETE, [second_fails("ReceiptHandleIsInvalid", true)]);
    world.inbox.ack(received).await.unwrap();
    assert_eq!(world.sizes(DELETE), [2, 1, 1, 1, 2]);
}

#[tokio::test]
async fn an_acknowledgement_whose_answer_is_lost_did_its_work() {
    let Some(world) = world().await else { return };
    let received = world.received(2).await;
    world.wire.order(DELETE, [Order::Lose]);
    // It may say so or not: the poller only notes it.
    let _ = world.inbox.ack(received).await;
    assert_eq!(world.emulator.left(&world.queue), 0, "they are gone");
    let received = world.received(1).await;
    world.wire.order(DELETE, vec![Order::Lose; 9]);
    let _ = world.inbox.ack(received).await;
    world.wire.mend();
    assert_eq!(world.emulator.left(&world.queue), 0);
    assert!(world.inbox.receive(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_acknowledgement_that_is_never_carried_out_leaves_the_message() {
    let Some(world) = world().await else { return };
    let received = world.received(1).await;
    world.wire.order(DELETE, vec![refusal("RequestThrottled"); ATTEMPTS]);
    assert!(is_retry(world.inbox.ack(received).await));
    assert_eq!(world.emulator.left(&world.queue), 1);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_asked_for_again() {
    let Some(world) = world().await else { return };
    let received = world.received(1).await;
    world.wire.order(DELETE, [Order::Hold(TOO_LATE)]);
    // Carried out twice: of the second the message is gone, which is what was wanted.
    world.inbox.ack(received).await.unwrap();
    assert_eq!(world.sizes(DELETE), [1, 1]);
    assert_eq!(world.emulator.left(&world.queue), 0);
}

#[tokio::test]
async fn a_failure_in_one_ten_does_not_stop_the_next() {
    let Some(world) = world().await else { return };
    let mut received = world.received(10).await;
    received.extend(world.received(5).await);
    world.wire.order(DELETE, vec![refusal("AccessDeniedException")]);
    assert!(is_retry(world.inbox.ack(received).await));
    assert_eq!(world.sizes(DELETE), [10, 5]);
    assert_eq!(world.emulator.left(&world.queue), 10, "the five are gone");
}

#[tokio::test]
async fn a_message_that_is_gone_can_be_held_and_released_for_nothing() {
    let Some(world) = world().await else { return };
    let received = world.received(2).await;
    let held = receipts(&received);
    for stale in ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"] {
        world.wire.order(SHOW, [second_fails(stale, true)]);
        world.inbox.hold(&held).await.unwrap();
        let longer = format!("AWS.SimpleQueueService.{stale}");
        world.wire.order(SHOW, [second_fails(&longer, true)]);
        world.inbox.hold(&held).await.unwrap();
    }
    assert_eq!(world.sizes(SHOW), [2; 6], "none was asked for twice");
    world.wire.order(SHOW, [second_fails("InternalError", false)]);
    world.inbox.hold(&held).await.unwrap();
    assert_eq!(world.sizes(SHOW)[6..], [2, 1], "the service failed: once more");
    // Anything else is a failure that is said.
    world
        .wire
        .order(SHOW, vec![second_fails("SomethingNew", true), only_fails("SomethingNew", true)]);
    assert!(is_retry(world.inbox.hold(&held).await));
    let twice = vec![second_fails("InternalError", false), only_fails("InternalError", false)];
    world.wire.order(SHOW, twice);
    assert!(is_retry(world.inbox.release(received, Duration::ZERO).await));
}

#[tokio::test]
async fn pauses_are_whole_seconds_and_no_longer_than_the_service_allows() {
    let Some(world) = world().await else { return };
    let table = [(0, 0), (1, 1), (1500, 2), (1000 * 3600 * 24, 43_200)];
    for (millis, seconds) in table {
        // The receipt counts for nothing here: what is asked for does.
        let receipt = Receipt { id: "m".to_owned(), handle: "none".to_owned() };
        let message = Received { receipt, body: vec![], receives: 1 };
        world.wire.order(SHOW, [Order::Answer(200, json!({ "Successful": [], "Failed": [] }))]);
        world.inbox.release(vec![message], Duration::from_millis(millis)).await.unwrap();
        let asked: Value = world.wire.asked(SHOW).pop().unwrap();
        assert_eq!(asked["Entries"][0]["VisibilityTimeout"], seconds, "{millis}");
    }
}
