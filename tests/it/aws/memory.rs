//! A replica's memory does not grow with the findings it has seen.

use std::fs;

use serde_json::Value;

use super::world::{Setup, World};
use crate::crash::statement;

/// Findings a message.
const PER_MESSAGE: u64 = 20;
/// Different problems: every one is seen over and over.
const PROBLEMS: u64 = 2_000;
/// Those of them that change with every round.
const COMING_AND_GOING: u64 = 10;

/// How many findings: few in a usual run, 200,000 where it is asked for.
#[expect(clippy::disallowed_methods, reason = "asked for from outside")]
fn findings() -> u64 {
    std::env::var("MONBAN_TEST_FINDINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(12_000)
}

/// Resident memory of a process in KiB.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// One message with many findings. A few of the problems come and go with every round, so that
/// cards are posted and updated; all others pass.
fn message(first: u64) -> String {
    let mut whole = statement(0, 0, false);
    let finding = |n: u64| {
        let (problem, round) = (n % PROBLEMS, n / PROBLEMS);
        let fails = problem < COMING_AND_GOING && round % 2 == 0;
        statement(problem, round * 60, fails)["detail"]["findings"][0].clone()
    };
    let findings: Vec<Value> = (first..first + PER_MESSAGE).map(finding).collect();
    whole["detail"]["findings"] = findings.into();
    whole.to_string()
}

#[test]
fn memory_does_not_grow_with_what_was_seen() {
    let Some(world) = World::new(&Setup::default()) else { return };
    let replica = world.replica();
    let quarters = 4;
    let each = findings() / quarters / PER_MESSAGE;
    let mut memory = Vec::new();
    let mut next = 0;
    for _ in 0..quarters {
        let bodies: Vec<String> = (0..each)
            .map(|_| {
                next += PER_MESSAGE;
                message(next - PER_MESSAGE)
            })
            .collect();
        for some in bodies.chunks(500) {
            world.emulator.send_all(&world.slow_queue, some);
            world.settle();
        }
        memory.push(resident(replica.id()));
    }
    println!("{next} findings, resident memory after each quarter: {memory:?} KiB");
    assert!(memory.iter().all(|kib| *kib > 0), "{memory:?}");
    // An allocator keeps some of what it had: 4 MiB more are no leak. A leak shows from 470 bytes a
    // finding on in a usual run, and from 28 in 200,000.
    let (first, last) = (memory[0], memory[memory.len() - 1]);
    assert!(last <= first + 4 * 1024, "{memory:?}");
}
