//! Opening the data file: what is ours is recognised before anything is written.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// "Monb": marks the file as ours.
const APPLICATION: i32 = 0x4d6f_6e62;
/// The layout this build reads and writes: the number of its steps.
const LAYOUT: i32 = 2;
/// From an empty file to the layout, a step at a time. A step that was released stays as it is.
const STEPS: [&str; LAYOUT as usize] = [include_str!("layout.sql"), include_str!("layout2.sql")];

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
    let layout = recognise(connection, path)?;
    connection
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0))
        .map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    if layout > 0 {
        let health: String = pragma(connection, "quick_check(1)").map_err(failed)?;
        if health != "ok" {
            return Err(OpenError::Damaged { path: path.to_owned(), detail: health });
        }
    }
    let missing: Vec<&str> = STEPS.into_iter().skip(layout).collect();
    if !missing.is_empty() {
        let batch = format!(
            "BEGIN IMMEDIATE; {}; PRAGMA application_id={APPLICATION}; \
             PRAGMA user_version={LAYOUT}; COMMIT",
            missing.join(";\n")
        );
        connection.execute_batch(&batch).map_err(failed)?;
    }
    // A real write takes the lock now rather than at the first commit. Nobody else has the file,
    // so a lease left by an earlier process is over; its fence still counts up.
    connection.execute_batch("UPDATE lease SET until = 0").map_err(failed)
}

/// The layout of a file of ours, 0 of an empty one; refuses every other.
fn recognise(connection: &Connection, path: &Path) -> Result<usize, OpenError> {
    let failed = |error| classify(path, error);
    let application: i32 = pragma(connection, "application_id").map_err(failed)?;
    let layout: i32 = pragma(connection, "user_version").map_err(failed)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(failed)?;
    match (application, layout, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION, 1..=LAYOUT, _) => Ok(usize::try_from(layout).unwrap_or_default()),
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
