//! Races between a card on its way and everything else.

use std::sync::{Arc, atomic::Ordering};

use monban::{
    domain::{Entry, EntryState, MessageTs, Subject},
    ports::Store as _,
};

use super::rig::{Rig, says};
use crate::sim::{
    chat::Standing,
    executor::{Actor, finish, poll},
};

fn shown(rig: &Rig) -> String {
    let messages = rig.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].text.clone()
}

#[test]
fn a_problem_that_is_over_while_its_card_is_posted_is_shown_as_over() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    rig.hooks.at("post.after", move || {
        assert_eq!(two.handle(&says(2, "PASSED", "HIGH")).unwrap().action, "resolved");
    });
    one.pump(&rig);
    assert!(shown(&rig).contains("解決"), "{}", shown(&rig));
    assert_eq!(one.counters.posted.get(), 1);
}

#[test]
fn a_card_that_is_asked_for_anew_while_it_is_updated_is_updated_again() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    one.handle(&says(2, "PASSED", "HIGH")).unwrap();
    rig.hooks.at("update.after", move || {
        assert_eq!(two.handle(&says(3, "FAILED", "HIGH")).unwrap().action, "reopened");
    });
    one.pump(&rig);
    let texts: Vec<String> = rig.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("続きは新しいカード"), "{texts:?}");
    assert!(texts[1].contains("再発"), "{texts:?}");
}

#[test]
fn a_change_between_update_and_settling_is_not_settled_away() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&says(1, "FAILED", "MEDIUM")).unwrap();
    one.pump(&rig);
    one.handle(&says(2, "FAILED", "LOW")).unwrap();
    rig.pass(31);
    rig.hooks.at("settle.before", move || {
        assert_eq!(two.handle(&says(3, "PASSED", "LOW")).unwrap().action, "resolved");
    });
    one.pump(&rig);
    assert!(shown(&rig).contains("解決"), "{}", shown(&rig));
}

#[test]
fn a_problem_that_is_over_before_its_card_was_posted_is_still_told() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.handle(&says(2, "PASSED", "HIGH")).unwrap();
    one.pump(&rig);
    assert!(shown(&rig).contains("解決"), "{}", shown(&rig));
}

#[test]
fn an_episode_that_was_over_before_it_was_shown_is_told_by_the_next() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.handle(&says(2, "PASSED", "HIGH")).unwrap();
    one.handle(&says(3, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    assert!(shown(&rig).contains("再発"), "{}", shown(&rig));
}

#[test]
fn a_problem_that_gets_worse_before_its_card_stands_is_told_once() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "LOW")).unwrap();
    one.handle(&says(2, "FAILED", "CRITICAL")).unwrap();
    one.pump(&rig);
    assert!(shown(&rig).contains("重大"), "{}", shown(&rig));
}

#[test]
fn a_problem_that_gets_worse_later_is_told_under_its_card() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "LOW")).unwrap();
    one.pump(&rig);
    one.handle(&says(2, "FAILED", "CRITICAL")).unwrap();
    one.pump(&rig);
    let messages = rig.messages();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(messages[1].thread.as_ref(), Some(&messages[0].ts));
    assert!(messages[0].text.contains("重大"), "{messages:?}");
}

#[test]
fn a_post_without_an_answer_that_arrived_is_adopted() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    rig.chat.lose_answer.store(true, Ordering::SeqCst);
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    assert_eq!((one.counters.in_doubt.get(), one.counters.adopted.get()), (1, 1));
    let alert = rig.alert();
    let subject = Subject::Alert(alert.id.clone());
    let delivery = finish(rig.store.delivery(&subject, 1, &rig.lane())).unwrap().unwrap();
    assert_eq!(delivery.ts, rig.messages()[0].ts);
    assert_eq!(delivery.hash, rig.messages()[0].hash);
}

#[test]
fn a_post_without_an_answer_that_never_arrived_is_sent_again_after_two_looks() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    rig.chat.lose_answer.store(true, Ordering::SeqCst);
    let chat = Arc::clone(&rig.chat);
    rig.hooks.at("post.after", move || chat.messages.lock().unwrap().clear());
    let begun = monban::ports::Clock::now(rig.clock.as_ref());
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    let waited = rig.messages()[0].at.duration_since(begun);
    // The deadline of 10 s, then two looks 5 s apart.
    assert!(waited.as_secs() >= 15, "{waited:?}");
    assert_eq!(one.counters.adopted.get(), 0);
}

#[test]
fn a_double_that_is_found_is_deleted_and_counted() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    rig.chat.lose_answer.store(true, Ordering::SeqCst);
    let chat = Arc::clone(&rig.chat);
    rig.hooks.at("post.after", move || {
        let mut messages = chat.messages.lock().unwrap();
        let mut double: Standing = messages[0].clone();
        double.ts = MessageTs::new("1999999999.000001");
        messages.push(double);
    });
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    assert_eq!((one.counters.adopted.get(), one.counters.doubles.get()), (1, 1));
}

#[test]
fn a_replica_that_dies_after_its_post_leaves_it_to_be_adopted() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    let dice = rig.dice.clone();
    rig.hooks.at("post.after", move || dice.stall(true));
    let mut dying: Actor = Box::pin(async move {
        one.pump_once_until_dropped().await;
    });
    for _ in 0..10_000 {
        poll(&mut dying);
        if !rig.messages().is_empty() {
            break;
        }
    }
    drop(dying);
    rig.dice.stall(false);
    let entries = finish(rig.store.entries()).unwrap();
    assert!(matches!(entries[0].state, EntryState::Sending { .. }), "{entries:?}");

    let two = rig.replica();
    // The dead one's lease must run out first.
    rig.pass(31);
    two.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    assert_eq!((two.counters.posted.get(), two.counters.adopted.get()), (0, 1));
}

#[test]
fn a_replica_that_lost_its_lease_starts_no_call() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    let clock = Arc::clone(&rig.clock);
    // Frozen between its plan and its call, longer than its lease; another takes over.
    rig.hooks.at("begin.before", move || {
        clock.advance(std::time::Duration::from_secs(31));
        two.pump_once();
    });
    one.pump_once();
    assert_eq!(rig.messages().len(), 1);
    assert_eq!(one.counters.posted.get(), 0);
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
}

#[test]
fn a_late_answer_of_a_replica_that_lost_its_lease_changes_nothing() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), Arc::new(rig.replica()));
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    let clock = Arc::clone(&rig.clock);
    let other = Arc::clone(&two);
    // The post arrived; before it is settled the lease runs out and another adopts the message.
    rig.hooks.at("settle.before", move || {
        clock.advance(std::time::Duration::from_secs(31));
        other.pump_once();
        assert_eq!(other.counters.adopted.get(), 1);
    });
    one.pump_once();
    two.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    let entries = finish(rig.store.entries()).unwrap();
    let mut messages = entries.iter().filter(|one| !Entry::is_wake(one.id.as_str()));
    assert!(messages.all(|entry| entry.state == EntryState::Done), "{entries:?}");
}

#[test]
fn a_card_that_somebody_deleted_comes_back_at_the_next_change() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    rig.chat.messages.lock().unwrap().clear();
    one.handle(&says(2, "PASSED", "HIGH")).unwrap();
    one.pump(&rig);
    assert!(shown(&rig).contains("解決"), "{}", shown(&rig));
}

#[test]
fn an_update_that_was_never_settled_is_not_taken_for_what_was_there_before() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    one.handle(&says(2, "FAILED", "LOW")).unwrap();
    rig.pass(31);
    // The update arrives and its sender dies; then the problem is again as it was before.
    let dice = rig.dice.clone();
    rig.hooks.at("update.after", move || dice.stall(true));
    let mut dying: Actor = Box::pin(async move {
        one.pump_once_until_dropped().await;
    });
    for _ in 0..10_000 {
        poll(&mut dying);
        if rig.messages()[0].text.contains("低") {
            break;
        }
    }
    drop(dying);
    rig.dice.stall(false);
    assert!(shown(&rig).contains("低"), "{}", shown(&rig));
    let two = rig.replica();
    two.handle(&says(3, "FAILED", "HIGH")).unwrap();
    rig.pass(31);
    two.pump(&rig);
    assert!(rig.messages()[0].text.contains("高"), "{:?}", rig.messages());
}

#[test]
fn a_refusal_by_the_ccoe_is_reported_once_and_the_card_comes_when_it_is_mended() {
    let rig = Rig::new();
    let one = rig.replica();
    let mut nobodys = says(1, "FAILED", "CRITICAL");
    nobodys.account = monban::domain::AccountId::new("444455556666");
    one.handle(&nobodys).unwrap();
    let lane = rig.lane();
    rig.chat.closed.lock().unwrap().insert(lane.clone());
    for _ in 0..8 {
        one.pump_once();
        rig.pass(60);
    }
    assert!(rig.messages().is_empty());
    rig.chat.closed.lock().unwrap().remove(&lane);
    rig.pass(301);
    one.pump(&rig);
    // The card, and the day's report that says it was late.
    assert_eq!(rig.messages().len(), 2, "{:?}", rig.messages());
    assert!(rig.messages().iter().any(|message| message.text.contains("重大")));
}

#[test]
fn a_post_that_cannot_be_looked_for_gets_no_second_card_elsewhere() {
    let rig = Rig::new();
    let one = rig.replica();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    let lane = rig.lane();
    rig.chat.lose_answer.store(true, Ordering::SeqCst);
    let chat = Arc::clone(&rig.chat);
    let closed = lane.clone();
    rig.hooks.at("post.after", move || {
        chat.closed.lock().unwrap().insert(closed);
    });
    for _ in 0..20 {
        one.pump_once();
        rig.pass(6);
    }
    assert_eq!(rig.messages().len(), 1, "{:?}", rig.messages());
    rig.chat.closed.lock().unwrap().remove(&lane);
    rig.pass(61);
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1, "{:?}", rig.messages());
    assert_eq!(one.counters.adopted.get(), 1);
}
