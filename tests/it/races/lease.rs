//! The lease on a workspace, when its holder dies or leaves.

use std::time::Duration;

use monban::{app::LEASE, domain::TeamId, flow::Next, ports::Clock as _, ports::Store as _};

use super::rig::{Rig, says};
use crate::sim::executor::finish;

/// When the replica's pumps look again, at the soonest.
fn wakes(outcomes: Vec<monban::ports::PortResult<Next>>) -> Vec<jiff::Timestamp> {
    let time = |next| match next {
        Next::At(time) => Some(time),
        Next::Now | Next::WhenRung => None,
    };
    outcomes.into_iter().filter_map(|outcome| time(outcome.unwrap())).collect()
}

#[test]
fn a_dead_holders_workspace_waits_no_longer_than_its_lease() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    let start = rig.clock.now();
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    assert_eq!(rig.messages().len(), 1);
    // It dies with the lease in hand; then a problem gets worse, and nobody else may tell of it.
    let held_from = rig.clock.now();
    drop(one);
    two.handle(&says(2, "PASSED", "HIGH")).unwrap();
    let mut looks = 0;
    while rig.held() > 0 {
        looks += 1;
        assert!(looks < 100, "it never took over");
        let next = wakes(two.pump_once()).into_iter().min().expect("it waits for a time");
        assert!(next > rig.clock.now(), "it does not spin");
        assert!(next.duration_since(rig.clock.now()).as_secs() <= 5, "it looks every 5 s");
        rig.clock.advance(next.duration_since(rig.clock.now()).unsigned_abs());
        two.pump_once();
    }
    let idle = rig.clock.now().duration_since(held_from).unsigned_abs();
    assert!(idle <= LEASE, "idle for {idle:?}");
    assert!(rig.clock.now().duration_since(start).unsigned_abs() >= Duration::from_secs(20));
    let messages = rig.messages();
    assert_eq!(messages.len(), 1, "no double: {messages:?}");
    assert!(messages[0].text.contains("解決"), "{messages:?}");
}

#[test]
fn a_holder_that_leaves_hands_its_workspace_over_at_once() {
    let rig = Rig::new();
    let (one, two) = (rig.replica(), rig.replica());
    one.handle(&says(1, "FAILED", "HIGH")).unwrap();
    one.pump(&rig);
    two.handle(&says(2, "PASSED", "HIGH")).unwrap();
    two.pump_once();
    assert_eq!(rig.held(), 1, "the other holds the lease");
    one.leave();
    let before = rig.clock.now();
    for _ in 0..4 {
        two.pump_once();
    }
    assert_eq!((rig.held(), rig.clock.now()), (0, before), "in no time");
    // What the first one did late changes nothing.
    let team = TeamId::new(rig.lane().team.as_str());
    let leased = finish(rig.store.lease(&team, "three", before, LEASE)).unwrap();
    assert!(matches!(leased, monban::ports::Leased::Theirs { .. }), "{leased:?}");
}
