//! The queue loop on its bad days: a store that fails or hangs, and a process that ends.

use std::{sync::Arc, time::Duration};

use monban::{
    flow::Turn,
    ports::{Inbox as _, Store as _},
};

use super::{
    queue_rig::Loop,
    rig::{Rig, body},
};
use crate::sim::executor::finish;

const SECOND: Duration = Duration::from_secs(1);

/// Puts so many statements about the one problem into the inbox.
fn send(rig: &Rig, count: u8) {
    for second in 1..=count {
        finish(rig.inbox.send(body(i64::from(second), "FAILED", "HIGH"))).unwrap();
    }
}

/// No statement was decided on.
fn undecided(rig: &Rig) -> bool {
    finish(rig.store.summary()).unwrap().alerts == 0
}

#[test]
fn while_the_store_fails_nothing_is_received() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    let mut two = Loop::with(&rig, |poller| poller.health = Arc::clone(&one.poller.health));
    send(&rig, 1);
    rig.store_fails(true);
    one.go();
    assert_eq!(one.inbox.receives(), 1, "it finds out by a message");
    assert!(one.poller.health.failing());
    assert_eq!(one.inbox.released(), [(1, SECOND * 2)], "and puts it back");
    for _ in 0..60 {
        one.pass(&rig, SECOND);
        two.pass(&rig, SECOND);
    }
    assert_eq!(one.inbox.receives(), 1, "a good message must not use up its receipts");
    assert_eq!(two.inbox.receives(), 0, "the other poller of the process knows it too");
    assert!(one.poller.health.failing() && undecided(&rig));
    rig.store_fails(false);
    one.pass(&rig, SECOND * 2);
    assert!(!one.poller.health.failing());
    assert_eq!(one.inbox.acked(), 1);
    assert_eq!(rig.alert().version, 1);
    two.pass(&rig, SECOND * 2);
    assert!(two.inbox.receives() > 0);
}

#[test]
fn a_loop_that_waits_for_the_store_ends_when_asked() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    send(&rig, 1);
    rig.store_fails(true);
    one.pass(&rig, SECOND * 5);
    assert!(one.poller.health.failing() && !one.ended());
    one.ask_to_end();
    assert!(one.ended());
    assert_eq!(one.inbox.receives(), 1);
}

#[test]
fn messages_in_work_are_held_on_to() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    send(&rig, 3);
    let third = one.inbox.visibility() / 3;
    rig.dice.stall(true);
    one.go();
    for holds in 1..=9 {
        one.pass(&rig, third.saturating_sub(SECOND));
        assert_eq!(one.inbox.held().len(), holds - 1, "not before its time");
        one.pass(&rig, SECOND);
        assert_eq!(one.inbox.held(), vec![3; holds], "all of the batch, each third of the time");
        assert!(finish(rig.inbox.receive(10)).unwrap().is_empty(), "nobody else sees them");
    }
    rig.dice.stall(false);
    one.go();
    assert_eq!((one.inbox.acked(), one.inbox.released()), (3, vec![]));
    assert!(!undecided(&rig));
    one.pass(&rig, third * 2);
    assert_eq!(one.inbox.held().len(), 9, "what is dealt with is held no more");
}

#[test]
fn what_is_received_after_the_end_was_asked_for_goes_back_at_once() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    send(&rig, 2);
    one.inbox.shut(true);
    one.go();
    one.ask_to_end();
    assert!(!one.ended(), "a receipt under way is waited for");
    one.inbox.shut(false);
    one.go();
    assert!(one.ended());
    assert_eq!(one.inbox.released(), [(2, Duration::ZERO)]);
    assert_eq!(one.inbox.acked(), 0);
    assert!(undecided(&rig));
    let again = finish(rig.inbox.receive(10)).unwrap();
    assert_eq!(again.iter().map(|one| one.receives).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn a_receive_that_brings_nothing_is_left_after_a_second() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    one.inbox.shut(true);
    one.go();
    one.ask_to_end();
    one.pass(&rig, SECOND / 2);
    assert!(!one.ended());
    one.pass(&rig, SECOND / 2);
    assert!(one.ended());
}

#[test]
fn a_process_that_ends_puts_back_a_batch_that_is_stuck() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    send(&rig, 2);
    rig.dice.stall(true);
    one.go();
    one.ask_to_end();
    one.pass(&rig, SECOND / 2 * 9);
    assert!(!one.ended() && one.inbox.released().is_empty(), "it gets five seconds");
    one.pass(&rig, SECOND / 2);
    assert!(one.ended());
    assert_eq!((one.inbox.acked(), one.inbox.released()), (0, vec![(2, Duration::ZERO)]));
    // Another process takes them at once.
    rig.dice.stall(false);
    let mut other = Loop::new(&rig);
    other.go();
    assert_eq!(other.inbox.acked(), 2);
    assert_eq!(rig.alert().version, 1);
}

#[test]
fn a_process_that_ends_finishes_a_batch_that_goes_on() {
    let rig = Rig::new();
    let mut one = Loop::new(&rig);
    send(&rig, 2);
    rig.dice.stall(true);
    one.go();
    one.ask_to_end();
    one.pass(&rig, SECOND * 3);
    rig.dice.stall(false);
    one.go();
    assert!(one.ended());
    assert_eq!((one.inbox.acked(), one.inbox.released()), (2, vec![]));
    assert!(!undecided(&rig));
}

/// Two loops of one process, on an earlier and a later queue.
fn two_queues(rig: &Rig) -> (Loop, Loop) {
    let turn = Arc::new(Turn::new(2));
    let fast = Loop::with(rig, |poller| poller.turn = Arc::clone(&turn));
    let slow = Loop::with(rig, |poller| (poller.turn, poller.queue) = (Arc::clone(&turn), 1));
    (fast, slow)
}

#[test]
fn a_later_queue_receives_nothing_while_an_earlier_one_works() {
    let rig = Rig::new();
    let (mut fast, mut slow) = two_queues(&rig);
    send(&rig, 1);
    rig.dice.stall(true);
    fast.go();
    slow.go();
    assert_eq!((fast.inbox.receives(), slow.inbox.receives()), (1, 0));
    slow.pass(&rig, SECOND * 9);
    assert_eq!(slow.inbox.receives(), 0);
    slow.pass(&rig, SECOND);
    assert_eq!(slow.inbox.receives(), 1, "it does not starve");
}

#[test]
fn a_long_poll_of_an_earlier_queue_is_no_work() {
    let rig = Rig::new();
    let (mut fast, mut slow) = two_queues(&rig);
    fast.inbox.shut(true);
    fast.go();
    send(&rig, 1);
    slow.go();
    assert_eq!(slow.inbox.acked(), 1);
}

#[test]
fn who_is_asked_to_end_while_it_waits_for_its_turn_receives_nothing() {
    let rig = Rig::new();
    let (mut fast, mut slow) = two_queues(&rig);
    send(&rig, 1);
    rig.dice.stall(true);
    fast.go();
    slow.go();
    slow.poller.stop.ask();
    rig.dice.stall(false);
    fast.go();
    slow.go();
    assert!(slow.ended());
    assert_eq!(slow.inbox.receives(), 0);
}
