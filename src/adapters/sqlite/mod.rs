//! The embedded store and inbox: one SQLite file, one writer thread, for one process.
//!
//! WAL with `synchronous=FULL`: what was acknowledged survives a kill and a power cut. Calls that
//! arrive together share one transaction (one fsync), each under a savepoint of its own, so that
//! one that fails takes no other with it; answers leave only after the COMMIT.

mod commit;
mod engine;
mod error;
mod inbox;
mod open;
mod outbox;
mod records;
mod rows;
mod store;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc, time::Duration};

pub use inbox::SqliteInbox;
pub use open::OpenError;
pub use store::SqliteStore;

use crate::ports::Clock;

/// How long a received message stays invisible to others.
pub const VISIBILITY: Duration = Duration::from_mins(1);

/// Opens (or makes) the data file and starts its writer thread. Store and inbox share both.
///
/// # Errors
/// Refuses a file that is not ours, is of another version, is damaged or is in use.
pub fn open(
    file: &Path,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<SqliteStore>, Arc<SqliteInbox>), OpenError> {
    let engine = Arc::new(engine::Engine::threaded(open::file(file)?)?);
    Ok((Arc::new(SqliteStore::new(Arc::clone(&engine))), Arc::new(SqliteInbox::new(engine, clock))))
}

/// The same on the caller's own thread, one transaction a call: for verbs that run once and for
/// simulations, where every step must happen in a known order. `None` keeps it in memory.
///
/// # Errors
/// As [`open`].
pub fn open_inline(
    file: Option<&Path>,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<SqliteStore>, Arc<SqliteInbox>), OpenError> {
    let connection = match file {
        Some(file) => open::file(file)?,
        None => open::memory()?,
    };
    let engine = Arc::new(engine::Engine::inline(connection));
    Ok((Arc::new(SqliteStore::new(Arc::clone(&engine))), Arc::new(SqliteInbox::new(engine, clock))))
}
