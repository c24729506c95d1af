//! What the store makes of AWS's bad days, which no emulator has: ordered at the wire.

use std::{sync::Arc, time::Duration};

use monban::{
    adapters::{aws::Aws, clock::OffsetClock, dynamo::DynamoStore},
    domain::{Identity, InputId},
    ports::{Committed, Fault, PortError, Settled, Store as _},
};
use serde_json::{Value, json};

use crate::{
    aws::emulator::{Emulator, settings, unique},
    contracts::store::samples::{alert, at, commit, lease, queue, show, state, team, tell},
    support::wire::{Order, Wire},
};

/// Attempts that the SDK makes by itself.
const ATTEMPTS: usize = 3;

struct World {
    wire: Wire,
    store: DynamoStore,
}

async fn world() -> Option<World> {
    let emulator = Emulator::find()?;
    let wire = Wire::before(&emulator.url).await;
    let aws = Aws::load(settings(&wire.url)).await;
    let clock = Arc::new(OffsetClock::new(Duration::ZERO));
    let store = DynamoStore::new(&aws, unique("faults"), clock);
    store.create_table().await.unwrap();
    Some(World { wire, store })
}

fn refusal(code: &str) -> Order {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    Order::Answer(400, json!({ "__type": kind, "message": "ordered" }))
}

/// Another transaction is at work on one of so many items.
fn contended(items: usize) -> Order {
    let mut reasons = vec![json!({ "Code": "None" }); items];
    reasons[0] = json!({ "Code": "TransactionConflict", "Message": "ordered" });
    Order::Answer(
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "message": "ordered", "CancellationReasons": reasons,
        }),
    )
}

fn class<T: std::fmt::Debug>(result: Result<T, PortError>) -> Fault {
    result.expect_err("it must fail").fault
}

fn is_retry<T: std::fmt::Debug>(result: Result<T, PortError>) -> bool {
    matches!(class(result), Fault::Retry { .. })
}

#[tokio::test]
async fn a_commit_that_meets_another_is_tried_again_and_then_a_conflict() {
    let Some(World { wire, store }) = world().await else { return };
    let first = commit("i1", alert("bucket", 1), vec![tell("bucket", "C1", 2, at(0))]);
    wire.order("TransactWriteItems", vec![contended(4); 3]);
    assert_eq!(store.commit(&first).await.unwrap(), Committed::Applied);
    assert_eq!(wire.asked("TransactWriteItems").len(), 4);
    wire.order("TransactWriteItems", vec![contended(4); 100]);
    let second = commit("i2", alert("bucket", 2), vec![]);
    assert_eq!(class(store.commit(&second).await), Fault::Conflict);
    wire.mend();
    assert_eq!(store.commit(&second).await.unwrap(), Committed::Applied);
}

#[tokio::test]
async fn a_settlement_that_keeps_meeting_others_is_tried_later() {
    let Some(World { wire, store }) = world().await else { return };
    let told = tell("bucket", "C1", 2, at(0));
    queue(&store, "one", vec![told.clone()]).await;
    let lease = lease(&store).await;
    wire.order("TransactWriteItems", vec![contended(2); 100]);
    // The lease is not lost for it: that would be a conflict.
    assert!(is_retry(store.begin(&lease, &told, at(1), at(11)).await));
    wire.mend();
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    wire.order("TransactWriteItems", vec![contended(2); 2]);
    let done = Settled::Done { delivery: None, follow: vec![show("other", "C1", 8, at(2))] };
    store.settle(&lease, &sending, at(2), &done).await.unwrap();
    assert_eq!(store.summary().await.unwrap().held, 1, "what followed is queued once");
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_asked_for_again_under_one_token() {
    let Some(World { wire, store }) = world().await else { return };
    let first = commit("i1", alert("bucket", 1), vec![tell("bucket", "C1", 2, at(0))]);
    wire.order("TransactWriteItems", vec![Order::Lose]);
    let answer = store.commit(&first).await;
    let asked = wire.asked("TransactWriteItems");
    let tokens: Vec<&Value> = asked.iter().map(|body| &body["ClientRequestToken"]).collect();
    assert!(tokens.iter().all(|token| token.is_string() && *token == tokens[0]), "{tokens:?}");
    match answer {
        Ok(answer) => assert_eq!(answer, Committed::Applied),
        Err(error) => assert_eq!(error.fault, Fault::InDoubt, "{error}"),
    }
    assert_eq!(store.commit(&first).await.unwrap(), Committed::Repeated("answer to i1".into()));
    assert_eq!(store.summary().await.unwrap().held, 1);
}

#[tokio::test]
async fn a_commit_that_is_never_answered_is_in_doubt_and_happens_once() {
    let Some(World { wire, store }) = world().await else { return };
    let first = commit("i1", alert("bucket", 1), vec![tell("bucket", "C1", 2, at(0))]);
    wire.order("TransactWriteItems", vec![Order::Lose; ATTEMPTS]);
    assert_eq!(class(store.commit(&first).await), Fault::InDoubt);
    wire.mend();
    assert_eq!(store.commit(&first).await.unwrap(), Committed::Repeated("answer to i1".into()));
    // Only the states' own revisions tell of a state that was written alone.
    wire.order("PutItem", vec![Order::Lose; ATTEMPTS]);
    assert_eq!(class(store.put_state(&state("a", 1)).await), Fault::InDoubt);
    wire.mend();
    assert_eq!(class(store.put_state(&state("a", 1)).await), Fault::Conflict, "it was written");
}

#[tokio::test]
async fn states_are_read_each_once_and_what_is_left_over_is_asked_for_again() {
    let Some(World { wire, store }) = world().await else { return };
    for name in ["a", "b", "c"] {
        store.put_state(&state(name, 1)).await.unwrap();
    }
    let ids: Vec<Identity> = ["a", "b", "a", "c", "c", "x"].map(Identity::new).to_vec();
    assert_eq!(store.states(&ids).await.unwrap().len(), 3);
    let asked = wire.asked("BatchGetItem").pop().unwrap();
    let (table, wanted) = asked["RequestItems"].as_object().unwrap().iter().next().unwrap();
    assert_eq!(wanted["Keys"].as_array().unwrap().len(), 4, "each once: {wanted}");
    assert_eq!(wanted["ConsistentRead"], true);
    // Twice the table has no time for any of them.
    let left = json!({ "Responses": {}, "UnprocessedKeys": { table.as_str(): wanted } });
    wire.order("BatchGetItem", vec![Order::Answer(200, left.clone()); 2]);
    assert_eq!(store.states(&ids).await.unwrap().len(), 3);
    assert_eq!(wire.asked("BatchGetItem").len(), 1 + 3);
    // A part of an answer is no answer: an unknown state would be taken for a new problem.
    wire.order("BatchGetItem", vec![Order::Answer(200, left); 100]);
    assert!(is_retry(store.states(&ids).await));
}

#[tokio::test]
async fn what_a_person_or_time_must_mend_is_never_permanent() {
    let Some(World { wire, store }) = world().await else { return };
    let first = commit("i1", alert("bucket", 1), vec![]);
    for code in [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
    ] {
        for operation in ["TransactWriteItems", "BatchGetItem", "GetItem", "PutItem", "Query"] {
            wire.order(operation, vec![refusal(code); ATTEMPTS]);
        }
        assert!(is_retry(store.commit(&first).await), "{code}");
        assert!(is_retry(store.states(&[Identity::new("a")]).await), "{code}");
        assert!(is_retry(store.alert(&alert("bucket", 1).id).await), "{code}");
        assert!(is_retry(store.put_state(&state("a", 1)).await), "{code}");
        assert!(is_retry(store.next_due(&team(), at(0)).await), "{code}");
        wire.mend();
    }
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let reasons = json!([{ "Code": code, "Message": "ordered" }, { "Code": "None" }]);
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        let body = json!({ "__type": kind, "message": "", "CancellationReasons": reasons });
        // The SDK tries such a one no second time; we do, before the message pays for it.
        let before = wire.asked("TransactWriteItems").len();
        wire.order("TransactWriteItems", vec![Order::Answer(400, body); 100]);
        assert!(is_retry(store.commit(&first).await), "{code}");
        assert_eq!(wire.asked("TransactWriteItems").len() - before, 8, "{code}");
        wire.mend();
    }
    wire.order("TransactWriteItems", vec![refusal("ValidationException")]);
    assert_eq!(class(store.commit(&first).await), Fault::Permanent);
    wire.mend();
    assert_eq!(store.commit(&first).await.unwrap(), Committed::Applied, "nothing was lost");
    assert!(store.ready().await.is_ok());
    wire.order("PutItem", vec![refusal("AccessDeniedException")]);
    assert!(is_retry(store.ready().await), "a table that can only be read is not ready");
}

#[tokio::test]
async fn a_record_too_large_for_an_item_fails_alone_and_for_good() {
    let Some(World { store, wire: _wire }) = world().await else { return };
    let mut large = alert("large", 1);
    large.description = "x".repeat(500_000);
    assert_eq!(class(store.commit(&commit("i1", large, vec![])).await), Fault::Permanent);
    let other = commit("i2", alert("bucket", 1), vec![]);
    assert_eq!(store.commit(&other).await.unwrap(), Committed::Applied);
}

#[tokio::test]
async fn the_table_as_it_is_held_against_its_definition() {
    let Some(World { wire, store }) = world().await else { return };
    store.check_table().await.unwrap();
    store.create_table().await.expect("there is one already, and it is right");
    let table = wire.asked("DescribeTable").pop().unwrap()["TableName"].clone();
    let bare = json!({ "Table": {
        "TableName": table, "TableStatus": "ACTIVE",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
            { "AttributeName": "rank", "AttributeType": "S" },
            { "AttributeName": "due", "AttributeType": "N" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    }});
    let mut wrong = bare.clone();
    wrong["Table"]["AttributeDefinitions"][3]["AttributeType"] = json!("S");
    wire.order("DescribeTable", vec![Order::Answer(200, wrong)]);
    assert!(store.check_table().await.unwrap_err().contains("due is not of type N"));
    wire.order("DescribeTable", vec![Order::Answer(200, bare)]);
    assert!(store.check_table().await.unwrap_err().contains("local index rank"));
    let off = json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "DISABLED" } });
    wire.order("DescribeTimeToLive", vec![Order::Answer(200, off)]);
    assert!(store.check_table().await.unwrap_err().contains("no time to live by `ttl`"));
    wire.order("DescribeTimeToLive", vec![refusal("AccessDeniedException")]);
    store.check_table().await.expect("the right to look is no condition");
    wire.order("DescribeTable", vec![refusal("ResourceNotFoundException")]);
    assert!(store.check_table().await.unwrap_err().contains("monban store init"));
    wire.order("DescribeTable", vec![refusal("AccessDeniedException")]);
    assert!(store.check_table().await.unwrap_err().contains("AccessDenied"));
}

#[tokio::test]
async fn a_table_of_an_earlier_build_gets_its_index_and_its_lists() {
    let Some(World { wire, store }) = world().await else { return };
    let table = wire.asked("DescribeTable").pop().unwrap()["TableName"].clone();
    // Calls that the store itself never makes.
    let emulator = Emulator::find().unwrap();
    let raw = |what: &str, mut body: Value| {
        body["TableName"] = table.clone();
        emulator.call(&format!("DynamoDB_20120810.{what}"), &body);
    };
    let dropped = json!([{ "Delete": { "IndexName": "shelf" } }]);
    raw("UpdateTable", json!({ "GlobalSecondaryIndexUpdates": dropped }));
    let why = store.check_table().await.unwrap_err();
    assert!(why.contains("lacks the index shelf: `monban store init` adds it"), "{why}");
    let open = alert("bucket", 1);
    store.commit(&commit("i1", open.clone(), vec![])).await.unwrap();
    let key = json!({ "pk": { "S": format!("ALERT#{}", open.id) }, "sk": { "S": "ALERT" } });
    let bare = json!({ "Key": key, "UpdateExpression": "REMOVE shelf, place, brief" });
    raw("UpdateItem", bare);
    store.create_table().await.unwrap();
    store.check_table().await.unwrap();
    let found = store.open_alerts(&open.key.account, 10).await.unwrap();
    assert_eq!(found, [open.brief()]);
    let same = store.alert(&open.id).await.unwrap();
    assert_eq!(same, Some(open), "the record is as it was");
}

#[tokio::test]
async fn an_input_longer_than_a_key_is_named_by_its_hash() {
    let Some(World { store, wire: _wire }) = world().await else { return };
    let mut long = commit("i1", alert("bucket", 1), vec![]);
    long.input = InputId::new("x".repeat(5000));
    let mut known = state(&"y".repeat(5000), 1);
    known.open = false;
    long.states = vec![known.clone()];
    assert_eq!(store.commit(&long).await.unwrap(), Committed::Applied);
    assert!(matches!(store.commit(&long).await.unwrap(), Committed::Repeated(_)));
    let ids = [known.identity.clone()];
    assert_eq!(store.states(&ids).await.unwrap()[&known.identity], known);
}

/// The items of the last transaction, by the kind in their key.
fn written(wire: &Wire) -> Vec<(String, Value)> {
    let body = wire.asked("TransactWriteItems").pop().unwrap();
    let items = body["TransactItems"].as_array().unwrap().iter();
    items
        .map(|item| item["Put"]["Item"].clone())
        .filter(Value::is_object)
        .map(|item| {
            let pk = item["pk"]["S"].as_str().unwrap();
            (pk.split('#').next().unwrap().to_owned(), item)
        })
        .collect()
}

#[tokio::test]
async fn only_what_is_over_has_a_time_to_live() {
    let Some(World { wire, store, .. }) = world().await else { return };
    let (open, mut bound, mut clear) = (state("open", 1), state("bound", 1), state("clear", 1));
    (bound.open, clear.open, clear.alert) = (false, false, None);
    let told = tell("bucket", "C1", 2, at(0));
    let mut first = commit("i1", alert("bucket", 1), vec![told.clone()]);
    first.states = vec![open, bound, clear];
    store.commit(&first).await.unwrap();
    let mortal: Vec<String> = written(&wire)
        .into_iter()
        .filter(|(_, item)| item["ttl"].is_object())
        .map(|(_, item)| item["pk"]["S"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(mortal, ["INPUT#i1", "STATE#clear"], "not what stands, nor whose it is");
    let lease = lease(&store).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    let waits = written(&wire).remove(0).1;
    assert!(waits["ttl"].is_null() && waits["rank"].is_object(), "{waits}");
    let dead = Settled::Dead { reason: "no".into() };
    store.settle(&lease, &sending, at(2), &dead).await.unwrap();
    let dead = written(&wire).remove(0).1;
    assert!(dead["ttl"].is_null() && dead["rank"].is_null(), "a person must see it: {dead}");
    let other = tell("other", "C1", 2, at(0));
    queue(&store, "two", vec![other.clone()]).await;
    let done = Settled::Done { delivery: None, follow: vec![] };
    store.settle(&lease, &other, at(3), &done).await.unwrap();
    let done = written(&wire).remove(0).1;
    let days = (done["ttl"]["N"].as_str().unwrap().parse::<i64>().unwrap() - at(3).as_second())
        / (24 * 3600);
    assert_eq!((days, done["rank"].is_null()), (15, true), "{done}");
}
