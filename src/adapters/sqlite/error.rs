//! SQLite's errors in the ports' four classes.

use std::time::Duration;

use rusqlite::ErrorCode;

use crate::ports::{Fault, PortError};

/// How long to leave a full disk or a busy file alone.
const PAUSE: Duration = Duration::from_secs(5);

/// A statement failed: its savepoint is rolled back, so nothing happened.
pub(super) fn statement(error: &rusqlite::Error) -> PortError {
    let fault = match error.sqlite_error_code() {
        Some(
            ErrorCode::DiskFull
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly,
        ) => Fault::Retry { after: PAUSE },
        _ => Fault::Permanent,
    };
    PortError::new(fault, format!("data file: {error}"))
}

/// The COMMIT failed and was rolled back. Only an I/O error leaves open what reached the disk.
pub(super) fn commit(error: &rusqlite::Error) -> PortError {
    let fault = match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => Fault::InDoubt,
        _ => Fault::Retry { after: PAUSE },
    };
    PortError::new(fault, format!("data file: commit: {error}"))
}

/// A record that this build wrote and can't read: a bug or a damaged file.
pub(super) fn unreadable(what: &str, error: &serde_json::Error) -> PortError {
    PortError::new(Fault::Permanent, format!("data file: {what} can't be read: {error}"))
}

/// Somebody else was first.
pub(super) fn conflict(what: &str) -> PortError {
    PortError::new(Fault::Conflict, format!("{what} moved meanwhile"))
}

/// The writer thread is gone.
pub(super) fn stopped() -> PortError {
    PortError::new(Fault::Retry { after: PAUSE }, "data file: the writer has stopped")
}

/// SQLite ended the transaction by itself (a full disk does): nothing of the group happened.
pub(super) fn rolled_back() -> PortError {
    PortError::new(Fault::Retry { after: PAUSE }, "data file: no space left, or the file failed")
}
