//! The file that keeps messages over a restart: JSON lines, one operation each, written before the
//! answer leaves. Plain writes are enough against a killed process; the machine's own death may
//! lose the tail, which a play-thing bears.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::message::MessageOp;

/// Why the journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file could not be read, cut or written.
    #[error("journal: {0}")]
    Io(#[from] io::Error),
    /// A whole line is no operation of ours: going on would lose messages silently.
    #[error("journal: line {line} cannot be read: {reason}")]
    Corrupt {
        /// Line number, from 1.
        line: usize,
        /// What the reader said.
        reason: String,
    },
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    /// Length up to the last whole line.
    len: u64,
}

impl Journal {
    /// Opens or makes the file, cuts off a half-written last line, and gives back what it holds.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<MessageOp>), JournalError> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        // A line without its end was never answered, so its message was never accepted.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut ops = Vec::new();
        for (index, line) in bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
            ops.push(serde_json::from_slice(line).map_err(|error| JournalError::Corrupt {
                line: index + 1,
                reason: error.to_string(),
            })?);
        }
        let len = whole as u64;
        if whole < bytes.len() {
            tracing::warn!(bytes = bytes.len() - whole, "cut a half-written line off the journal");
            file.set_len(len)?;
        }
        file.seek(SeekFrom::Start(len))?;
        Ok((Self { file, len }, ops))
    }

    /// Writes one operation as one line with one call. After a failed write the half line is cut
    /// off again, so that the next one starts clean.
    pub(super) fn append(&mut self, op: &MessageOp) -> io::Result<()> {
        let mut line = serde_json::to_vec(op)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.len)?;
            self.file.seek(SeekFrom::Start(self.len))?;
            return Err(error);
        }
        self.len += line.len() as u64;
        Ok(())
    }
}
