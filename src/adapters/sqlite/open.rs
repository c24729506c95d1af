//! Opening the data file: what is ours is recognised before anything is written.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::commit::place_all;

/// "Monb": marks the file as ours.
const APPLICATION: i32 = 0x4d6f_6e62;
/// The layout this build reads and writes. A change of layout counts it up and migrates.
const LAYOUT: i32 = 2;

/// Why a data file is not used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or file can't be made or opened.
    #[error("{path}: can't be opened: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// SQLite's or the system's word.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another program's file, or no SQLite file at all.
    #[error("{path}: is not a Monban data file; nothing was changed. Name another directory")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A file of another build.
    #[error(
        "{path}: has layout {found}, this build reads layout {LAYOUT}; nothing was changed. \
         Use the build that made it, or name another directory"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i32,
    },
    /// Another process holds it.
    #[error("{path}: is in use by another Monban process; stop that one first")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// SQLite finds the file damaged.
    #[error("{path}: is damaged ({detail}); nothing was changed. Restore it from a copy")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
}

/// How long to wait for a file in use before it is said to be so; SQLite's wrapper would wait 5 s.
const BUSY: Duration = Duration::from_millis(200);

/// What a file of ours holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Nothing yet.
    Empty,
    /// This build's layout.
    Ours,
    /// Layout 1: open alerts are known by a flag, accounts have no records.
    First,
}

/// Opens the file, making it and its directory if need be.
pub(super) fn file(path: &Path) -> Result<Connection, OpenError> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(|error| unusable(path, error))?;
    }
    if path.metadata().is_ok_and(|file| file.len() > 0) {
        // Read-only first: opening another program's file for writing may already change it.
        recognise(&look(path)?, path)?;
    }
    let connection = Connection::open(path).map_err(|error| classify(path, error))?;
    connection.busy_timeout(BUSY).map_err(|error| classify(path, error))?;
    prepare(&connection, path)?;
    Ok(connection)
}

/// Opens the file to look at it alone. Without a log beside it, what it holds is all there is:
/// told so, SQLite makes no files of its own beside it, which a mere look could not remove again.
fn look(path: &Path) -> Result<Connection, OpenError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let mut flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let opened = if Path::new(&log).exists() {
        Connection::open_with_flags(path, flags)
    } else {
        flags |= OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(format!("file:{}?immutable=1", quoted(path)), flags)
    };
    opened
        .and_then(|opened| opened.busy_timeout(BUSY).map(|()| opened))
        .map_err(|error| classify(path, error))
}

/// A path as a URI has it.
fn quoted(path: &Path) -> String {
    let mut quoted = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            quoted.push(char::from(*byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(quoted, "%{byte:02X}");
        }
    }
    quoted
}

/// A store that ends with the process.
pub(super) fn memory() -> Result<Connection, OpenError> {
    let path = Path::new(":memory:");
    let connection = Connection::open_in_memory().map_err(|error| classify(path, error))?;
    prepare(&connection, path)?;
    Ok(connection)
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error| classify(path, error);
    // Only one process may answer from this file: the lock is taken and kept.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    let found = recognise(connection, path)?;
    connection
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0))
        .map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    match found {
        Found::Empty => connection
            .execute_batch(&format!(
                "BEGIN IMMEDIATE; {}; PRAGMA application_id={APPLICATION}; \
                 PRAGMA user_version={LAYOUT}; COMMIT",
                include_str!("layout.sql")
            ))
            .map_err(failed)?,
        Found::Ours => sound(connection, path)?,
        Found::First => {
            sound(connection, path)?;
            migrate(connection, path)?;
        }
    }
    // A real write takes the lock now rather than at the first commit. Nobody else has the file,
    // so a lease left by an earlier process is over; its fence still counts up.
    connection.execute_batch("UPDATE lease SET until = 0").map_err(failed)
}

fn sound(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let health: String =
        pragma(connection, "quick_check(1)").map_err(|error| classify(path, error))?;
    if health == "ok" {
        return Ok(());
    }
    Err(OpenError::Damaged { path: path.to_owned(), detail: health })
}

/// All or nothing: a process that dies in between leaves the file as it was.
fn migrate(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error| classify(path, error);
    let change = connection.unchecked_transaction().map_err(failed)?;
    change.execute_batch(include_str!("layout-1-to-2.sql")).map_err(failed)?;
    place_all(&change).map_err(|error| unusable(path, error))?;
    change.pragma_update(None, "user_version", LAYOUT).map_err(failed)?;
    change.commit().map_err(failed)?;
    tracing::info!(store.file = %path.display(), "the data file was brought to layout {LAYOUT}");
    Ok(())
}

/// What the file holds; refuses what is not ours.
fn recognise(connection: &Connection, path: &Path) -> Result<Found, OpenError> {
    let failed = |error| classify(path, error);
    let application: i32 = pragma(connection, "application_id").map_err(failed)?;
    let layout: i32 = pragma(connection, "user_version").map_err(failed)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(failed)?;
    match (application, layout, tables) {
        (0, 0, 0) => Ok(Found::Empty),
        (APPLICATION, LAYOUT, _) => Ok(Found::Ours),
        (APPLICATION, 1, _) => Ok(Found::First),
        (APPLICATION, found, _) => Err(OpenError::Version { path: path.to_owned(), found }),
        _ => Err(OpenError::Foreign { path: path.to_owned() }),
    }
}

fn pragma<T: rusqlite::types::FromSql>(connection: &Connection, name: &str) -> rusqlite::Result<T> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

fn unusable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> OpenError {
    OpenError::Unusable { path: path.to_owned(), source: error.into() }
}

fn classify(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign { path: path.to_owned() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            OpenError::InUse { path: path.to_owned() }
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            OpenError::Damaged { path: path.to_owned(), detail: error.to_string() }
        }
        _ => unusable(path, error),
    }
}
