use std::{sync::mpsc, time::Duration};

use rusqlite::Connection;

use super::{Opened, fresh, wait};
use crate::{
    adapters::sqlite::{engine::Engine, error::conflict},
    ports::{Fault, PortResult},
};

/// Puts a named row with so many bytes in.
fn put(connection: &Connection, name: &str, bytes: usize) -> PortResult<()> {
    connection
        .execute(
            "INSERT INTO quarantine (id, at, reason, chunks) VALUES (?1, 0, ?2, 0)",
            (name, "x".repeat(bytes)),
        )
        .map(|_| ())
        .map_err(|error| super::super::error::statement(&error))
}

async fn row(engine: &Engine, name: &'static str, bytes: usize) -> PortResult<()> {
    engine.run(move |connection| put(connection, name, bytes)).await
}

/// The names that are stored.
async fn names(engine: &Engine) -> Vec<String> {
    let sql = "SELECT id FROM quarantine ORDER BY id";
    engine
        .run(move |connection| {
            let mut query = connection.prepare(sql).unwrap();
            let names = query.query_map([], |row| row.get(0)).unwrap();
            Ok(names.map(Result::unwrap).collect())
        })
        .await
        .unwrap()
}

async fn statement(engine: &Engine, sql: &'static str) {
    let run = |connection: &Connection| {
        let mut query = connection.prepare(sql).unwrap();
        let mut rows = query.query([]).unwrap();
        while rows.next().unwrap().is_some() {}
    };
    engine
        .run(move |connection| {
            run(connection);
            Ok(())
        })
        .await
        .unwrap();
}

/// Holds the writer until what comes after was queued: all of it is one group.
async fn held(engine: &Engine, release: mpsc::Receiver<()>) -> PortResult<()> {
    engine
        .run(move |_| {
            release.recv_timeout(Duration::from_mins(1)).unwrap();
            Ok(())
        })
        .await
}

fn engine(opened: &Opened) -> &Engine {
    opened.0.engine()
}

/// Queues three calls while the writer is held, and gives their answers.
fn grouped<A, B, C>(engine: &Engine, a: A, b: B, c: C) -> (A::Output, B::Output, C::Output)
where
    A: Future,
    B: Future,
    C: Future,
{
    let (sender, release) = mpsc::channel();
    // Polled in this order: each call is queued at its first poll, then the writer goes on.
    let go = async { sender.send(()).unwrap() };
    let (_, a, b, c, ()) = wait(async { tokio::join!(biased; held(engine, release), a, b, c, go) });
    (a, b, c)
}

fn retries(result: &PortResult<()>) -> bool {
    matches!(result, Err(error) if matches!(error.fault, Fault::Retry { .. }))
}

#[test]
fn a_call_that_fails_leaves_its_neighbours() {
    let (_folder, opened) = fresh();
    let engine = engine(&opened);
    let failing = engine.run(|connection| {
        put(connection, "half", 10)?;
        Err::<(), _>(conflict("it"))
    });
    let (a, b, c) = grouped(engine, row(engine, "a", 10), failing, row(engine, "c", 10));
    assert!(a.is_ok() && c.is_ok());
    assert_eq!(b.unwrap_err().fault, Fault::Conflict);
    assert_eq!(wait(names(engine)), ["a", "c"]);
}

#[test]
fn a_group_that_sqlite_rolled_back_is_answered_so() {
    let (_folder, opened) = fresh();
    let engine = engine(&opened);
    // As a full disk may: the transaction is gone in the middle of the group.
    let rolled_back = engine.run(|connection| {
        put(connection, "b", 10)?;
        connection.execute_batch("ROLLBACK").unwrap();
        Ok(())
    });
    let (a, b, c) = grouped(engine, row(engine, "a", 10), rolled_back, row(engine, "c", 10));
    for answer in [&a, &b, &c] {
        assert!(retries(answer), "{answer:?}");
    }
    assert_eq!(wait(names(engine)), Vec::<String>::new(), "nobody was told otherwise");
    wait(row(engine, "d", 10)).unwrap();
    assert_eq!(wait(names(engine)), ["d"]);
}

#[test]
fn a_full_disk_loses_nothing_that_was_promised() {
    let (_folder, opened) = fresh();
    let engine = engine(&opened);
    wait(row(engine, "before", 10)).unwrap();
    // No page more than there are now.
    wait(statement(engine, "PRAGMA max_page_count = 1"));
    let (a, b, c) = grouped(
        engine,
        row(engine, "a", 10),
        row(engine, "b", 1_000_000),
        row(engine, "c", 1_000_000),
    );
    for answer in [&a, &b, &c] {
        assert!(retries(answer), "the whole group: {answer:?}");
    }
    assert_eq!(wait(names(engine)), ["before"], "nothing half-written");
    // Room was made.
    wait(statement(engine, "PRAGMA max_page_count = 1073741823"));
    wait(row(engine, "b", 1_000_000)).unwrap();
    assert_eq!(wait(names(engine)), ["b", "before"]);
}

#[test]
fn without_a_transaction_nothing_runs() {
    let (_folder, opened) = fresh();
    let engine = engine(&opened);
    // The next BEGIN IMMEDIATE is refused.
    wait(engine.run(|connection| {
        connection.pragma_update(None, "query_only", true).unwrap();
        Ok(())
    }))
    .unwrap();
    let refused = wait(row(engine, "a", 10));
    assert!(retries(&refused), "{refused:?}");
    assert_eq!(wait(names(engine)), Vec::<String>::new());
    wait(row(engine, "b", 10)).unwrap();
    assert_eq!(wait(names(engine)), ["b"], "and it works again");
}

#[test]
fn a_caller_that_leaves_holds_nobody_up() {
    let (_folder, opened) = fresh();
    let engine = engine(&opened);
    let (sender, release) = mpsc::channel();
    wait(async {
        let mut held = std::pin::pin!(held(engine, release));
        assert!(futures::poll!(held.as_mut()).is_pending());
        let mut gone = Box::pin(row(engine, "gone", 10));
        assert!(futures::poll!(gone.as_mut()).is_pending(), "the writer is held");
        drop(gone);
        sender.send(()).unwrap();
        held.await.unwrap();
        row(engine, "b", 10).await.unwrap();
        assert_eq!(names(engine).await, ["b", "gone"], "it was queued, so it happens");
    });
}
