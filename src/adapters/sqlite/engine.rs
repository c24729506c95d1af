//! The one writer: a thread that commits in groups, or the caller's own thread.

use std::{
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{OpenError, error};
use crate::ports::{PortError, PortResult};

/// At most this many calls share a transaction.
const GROUP: usize = 256;

/// Tells a caller how the group's COMMIT went.
type Answer = Box<dyn FnOnce(Result<(), PortError>) + Send>;
/// Runs a call under its savepoint and leaves the answer for after the COMMIT.
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;

/// Runs calls on the one connection.
pub(super) enum Engine {
    /// On a thread of its own, grouped.
    Threaded {
        /// `None` only while it is dropped.
        jobs: Option<mpsc::Sender<Job>>,
        /// Joined on drop, so that the file is closed when the store is gone.
        thread: Option<JoinHandle<()>>,
    },
    /// On the caller's thread, one transaction a call.
    Inline(Mutex<Connection>),
}

impl Engine {
    pub(super) fn threaded(connection: Connection) -> Result<Self, OpenError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write(&connection, &queue))
            .map_err(|error: io::Error| OpenError::Unusable {
                path: PathBuf::from("writer thread"),
                source: error.into(),
            })?;
        Ok(Self::Threaded { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(super) const fn inline(connection: Connection) -> Self {
        Self::Inline(Mutex::new(connection))
    }

    /// Runs `call` in a transaction; it is answered after the COMMIT.
    pub(super) async fn run<T, F>(&self, call: F) -> PortResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> PortResult<T> + Send + 'static,
    {
        match self {
            Self::Inline(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                begin(&connection)?;
                let result = savepoint(&connection, call);
                commit(&connection).and(result)
            }
            Self::Threaded { jobs, .. } => {
                let (sender, receiver) = oneshot::channel();
                let job: Job = Box::new(move |connection| {
                    let result = savepoint(connection, call);
                    Box::new(move |committed| {
                        // A caller that no longer waits has its answer in the store.
                        let _ = sender.send(committed.and(result));
                    })
                });
                jobs.as_ref()
                    .ok_or_else(error::stopped)?
                    .send(job)
                    .map_err(|_| error::stopped())?;
                receiver.await.map_err(|_| error::stopped())?
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Self::Threaded { jobs, thread } = self {
            drop(jobs.take());
            if let Some(thread) = thread.take() {
                // A panicked writer has already answered everybody with an error.
                let _ = thread.join();
            }
        }
    }
}

fn write(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut group = std::iter::once(first).chain(queue.try_iter().take(GROUP - 1));
        let mut answers = Vec::new();
        let mut outcome = begin(connection);
        if outcome.is_ok() {
            for job in group.by_ref() {
                answers.push(job(connection));
                // A full disk ends the whole transaction: a further statement would commit alone.
                if connection.is_autocommit() {
                    break;
                }
            }
            outcome = commit(connection);
        }
        // Before anybody is answered: who calls again on the answer is no part of this group.
        if outcome.is_err() {
            answers.extend(group.map(|job| refuse(connection, job)));
        }
        for answer in answers {
            answer(outcome.clone());
        }
    }
}

/// Without a transaction nothing may run: the job is only made to take an error as its answer.
fn refuse(connection: &Connection, job: Job) -> Answer {
    // Under `query_only` no statement of the job can change anything.
    let _ = connection.pragma_update(None, "query_only", true);
    let answer = job(connection);
    let _ = connection.pragma_update(None, "query_only", false);
    answer
}

fn begin(connection: &Connection) -> PortResult<()> {
    connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| error::statement(&error))
}

fn commit(connection: &Connection) -> PortResult<()> {
    if connection.is_autocommit() {
        return Err(error::rolled_back());
    }
    connection.execute_batch("COMMIT").map_err(|error| {
        if !connection.is_autocommit() {
            // Leaves the connection usable; the group is answered with the error.
            let _ = connection.execute_batch("ROLLBACK");
        }
        error::commit(&error)
    })
}

fn savepoint<T>(
    connection: &Connection,
    call: impl FnOnce(&Connection) -> PortResult<T>,
) -> PortResult<T> {
    let run = |sql| connection.execute_batch(sql).map_err(|error| error::statement(&error));
    run("SAVEPOINT input")?;
    let result = call(connection);
    if result.is_err() && !connection.is_autocommit() {
        run("ROLLBACK TO input")?;
    }
    if !connection.is_autocommit() {
        run("RELEASE input")?;
    }
    result
}
