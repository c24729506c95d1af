//! Two replicas on one table and two queues, one of them killed with SIGKILL at random points,
//! fifty times, while statements come in and cards go out. Every statement that the queue took
//! must end as one card that shows its problem as it is.

use std::{collections::BTreeMap, thread, time::Duration};

use serde_json::Value;

use super::world::{Replica, Setup, World};
use crate::{
    crash::{each_is_told_once, statement},
    sim::executor::Rng,
};

/// How often one is killed.
const KILLS: u64 = 50;
/// Problems that come and go.
const PROBLEMS: u64 = 12;

#[test]
fn fifty_kills_lose_nothing_and_double_nothing() {
    let Some(world) = World::new(&Setup::default()) else { return };
    let mut rng = Rng::new(20_261_124);
    let mut failed: BTreeMap<u64, bool> = BTreeMap::new();
    let mut replicas: Vec<Replica> = vec![world.replica(), world.replica()];
    let mut serial = 0;
    for _ in 0..KILLS {
        for _ in 0..=rng.below(4) {
            serial += 1;
            let problem = rng.below(PROBLEMS);
            let now = failed.get(&problem).is_none_or(|failed| !failed);
            let queue = if now { &world.fast_queue } else { &world.slow_queue };
            world.emulator.send(queue, &statement(problem, serial, now).to_string());
            failed.insert(problem, now);
        }
        // Sometimes in the middle of the intake, sometimes of the delivery, sometimes long enough
        // for a dead holder's lease to end.
        let pause = if rng.chance(10) { 12_000 } else { rng.below(1_200) };
        for _ in 0..=pause / 400 {
            thread::sleep(Duration::from_millis(pause.min(400)));
            world.breathe();
        }
        let victim = usize::try_from(rng.below(2)).unwrap();
        replicas.remove(victim).kill();
        replicas.push(world.replica());
    }
    world.settle();
    let state = world.summary();
    let open = failed.values().filter(|failed| **failed).count();
    assert_eq!((state.open_alerts, state.held), (open as u64, 0), "{state:?}");
    let messages = world.sandbox.messages();
    println!("{serial} statements, {KILLS} kills, {} messages, {state:?}", messages.len());
    let whole: Vec<Value> = messages.into_iter().map(|message| message.whole).collect();
    each_is_told_once(&whole, &failed);
}
