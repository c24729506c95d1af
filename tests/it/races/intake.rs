//! Races between replicas over what is known.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use monban::ports::{Clock as _, Store as _};

use super::rig::{Rig, body, says};
use crate::sim::executor::{Actor, finish, poll};

#[test]
fn two_replicas_meet_one_new_finding_and_one_card_is_queued() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    let finding = says(1, "FAILED", "HIGH");
    let same = finding.clone();
    // The second decides and commits between the first's decision and its commit.
    rig.hooks.at("commit.before", move || {
        assert_eq!(two.handle(&same).unwrap().action, "new");
    });
    let late = one.handle(&finding).unwrap();
    assert_eq!((late.action.as_str(), late.repeated), ("new", true), "the first answer again");
    assert_eq!(rig.alert().version, 1);
    assert_eq!(rig.held(), 1);
}

#[test]
fn two_copies_of_one_problem_at_the_same_moment_become_one_alert() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    let first = says(1, "FAILED", "HIGH");
    let mut second = says(1, "FAILED", "HIGH");
    second.identity = monban::domain::Identity::new("asff:another-standard");
    let copy = second.clone();
    rig.hooks.at("commit.before", move || {
        assert_eq!(two.handle(&copy).unwrap().action, "new");
    });
    assert_eq!(one.handle(&first).unwrap().action, "another_copy");
    let alert = rig.alert();
    assert_eq!((alert.version, alert.members.len()), (2, 2));
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
}

#[test]
fn failed_passed_failed_over_two_replicas_is_open_again() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    assert_eq!(one.handle(&says(1, "FAILED", "HIGH")).unwrap().action, "new");
    assert_eq!(two.handle(&says(2, "PASSED", "HIGH")).unwrap().action, "resolved");
    // The first has seen exactly this state before; what it remembers must not count.
    assert_eq!(one.handle(&says(3, "FAILED", "HIGH")).unwrap().action, "reopened");
    assert!(rig.alert().is_open());
}

#[test]
fn a_late_passed_does_not_close_a_problem_that_was_confirmed_since() {
    let rig = Rig::new();
    let one = rig.replica();
    assert_eq!(one.handle(&says(1, "FAILED", "HIGH")).unwrap().action, "new");
    assert_eq!(one.handle(&says(30, "FAILED", "HIGH")).unwrap().action, "advanced");
    assert_eq!(one.handle(&says(20, "PASSED", "HIGH")).unwrap().action, "late");
    assert!(rig.alert().is_open());
}

#[test]
fn a_late_failed_does_not_open_a_problem_that_was_cleared_since() {
    let rig = Rig::new();
    let one = rig.replica();
    assert_eq!(one.handle(&says(1, "PASSED", "HIGH")).unwrap().action, "never_open");
    assert_eq!(one.handle(&says(30, "PASSED", "HIGH")).unwrap().action, "advanced");
    assert_eq!(one.handle(&says(20, "FAILED", "HIGH")).unwrap().action, "late");
    assert!(finish(rig.store.alerts()).unwrap().is_empty());
}

#[test]
fn a_commit_in_doubt_is_answered_as_the_first_time() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    let finding = says(1, "FAILED", "HIGH");
    let same = finding.clone();
    // The commit was applied and its answer lost: the same input comes again, elsewhere.
    rig.hooks.at("commit.after", move || {
        let again = two.handle(&same).unwrap();
        assert_eq!(again.action, "unchanged");
    });
    assert_eq!(one.handle(&finding).unwrap().action, "new");
    assert_eq!(rig.alert().version, 1);
    assert_eq!(rig.held(), 1);
}

#[test]
fn a_replica_that_dies_between_commit_and_acknowledgement_changes_nothing_the_second_time() {
    let rig = Rig::new();
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    let one = rig.replica();
    let reached = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&reached);
    let dice = rig.dice.clone();
    rig.hooks.at("commit.after", move || {
        flag.store(true, Ordering::SeqCst);
        dice.stall(true);
    });
    let mut dying: Actor = Box::pin(async move {
        let _ = one.poller.step().await;
    });
    for _ in 0..10_000 {
        poll(&mut dying);
        if reached.load(Ordering::SeqCst) {
            break;
        }
    }
    drop(dying);
    rig.dice.stall(false);
    assert!(reached.load(Ordering::SeqCst));
    assert_eq!(rig.alert().version, 1);
    assert_eq!(finish(rig.store.summary()).unwrap().inbox, 1, "acknowledged too early");

    let two = rig.replica();
    assert_eq!(two.poll().unwrap(), 0, "invisible until its timeout");
    rig.pass(61);
    assert_eq!(two.poll().unwrap(), 1);
    assert_eq!(two.counters.unchanged.get(), 1);
    assert_eq!(finish(rig.store.summary()).unwrap().inbox, 0);
    assert_eq!((rig.alert().version, rig.held()), (1, 1));
}

#[test]
fn one_message_twice_in_one_batch_is_one_statement() {
    let rig = Rig::new();
    for _ in 0..2 {
        finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    }
    let one = rig.replica();
    assert_eq!(one.poll().unwrap(), 2);
    assert_eq!((rig.alert().version, rig.held()), (1, 1));
    assert_eq!(finish(rig.store.summary()).unwrap().inbox, 0);
}

#[test]
fn an_acknowledgement_of_a_stale_receipt_does_not_take_the_message_from_another() {
    let rig = Rig::new();
    finish(rig.inbox.send(body(1, "FAILED", "HIGH"))).unwrap();
    let (one, two) = (rig.replica(), rig.replica());
    let inbox = Arc::clone(&rig.inbox);
    let clock = Arc::clone(&rig.clock);
    // The first is slow: the message becomes visible again and the second takes it, but has not
    // committed when the first acknowledges.
    rig.hooks.at("ack.before", move || {
        use monban::ports::Inbox as _;
        clock.advance(std::time::Duration::from_secs(61));
        let again = finish(inbox.receive(10)).unwrap();
        assert_eq!((again.len(), again[0].receives), (1, 2));
        assert!(clock.now() > crate::sim::scenario::start());
    });
    assert_eq!(one.poll().unwrap(), 1);
    assert_eq!(finish(rig.store.summary()).unwrap().inbox, 1);
    rig.pass(61);
    assert_eq!(two.poll().unwrap(), 1);
    assert_eq!(finish(rig.store.summary()).unwrap().inbox, 0);
    assert_eq!(rig.alert().version, 1);
}

/// The words of a scanner that gives no fresh times: no envelope, one `UpdatedAt` for all.
fn without_fresh_times(status: &str) -> Vec<u8> {
    let event: serde_json::Value = serde_json::from_slice(&body(1, status, "HIGH")).unwrap();
    event["detail"]["findings"][0].to_string().into_bytes()
}

#[test]
fn a_source_without_fresh_times_can_open_a_problem_again() {
    let rig = Rig::new();
    let one = rig.replica();
    for (status, open) in [("FAILED", true), ("PASSED", false), ("FAILED", true)] {
        finish(rig.inbox.send(without_fresh_times(status))).unwrap();
        assert_eq!(one.poll().unwrap(), 1);
        assert_eq!(rig.alert().is_open(), open);
    }
    assert_eq!(rig.alert().episode, 2);
}

#[test]
fn a_time_in_the_future_silences_nothing_after_it() {
    let rig = Rig::new();
    let one = rig.replica();
    let year = 365 * 24 * 3600;
    for (second, status) in [(70 * year, "PASSED"), (10, "FAILED")] {
        rig.pass(20);
        finish(rig.inbox.send(body(second, status, "HIGH"))).unwrap();
        assert_eq!(one.poll().unwrap(), 1);
    }
    // The second was said before the first was taken, so it waits for the next that is not.
    assert!(finish(rig.store.alerts()).unwrap().is_empty());
    finish(rig.inbox.send(body(60, "FAILED", "HIGH"))).unwrap();
    assert_eq!(one.poll().unwrap(), 1);
    assert!(rig.alert().is_open());
}

/// A day after a check passed, one batch brings its failure and its end: an automatic fix is
/// quick. What was read for the batch is no longer true for its second statement.
#[test]
fn a_failure_and_its_end_in_one_batch_are_both_taken() {
    let rig = Rig::new();
    let one = rig.replica();
    let day: u32 = 25 * 3600;
    finish(rig.inbox.send(body(1, "PASSED", "HIGH"))).unwrap();
    one.poll().unwrap();
    rig.pass(day.into());
    finish(rig.inbox.send(body(day.into(), "FAILED", "HIGH"))).unwrap();
    finish(rig.inbox.send(body(i64::from(day) + 60, "PASSED", "HIGH"))).unwrap();
    assert_eq!(one.poll().unwrap(), 2);
    let alert = rig.alert();
    assert!(!alert.is_open(), "{alert:?}");
    assert_eq!(alert.version, 2);
}
