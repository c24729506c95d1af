//! What the port's contract can't see: groups, full disks, and files that are not ours.

mod files;
mod groups;
mod raw;

use std::{future::Future, path::Path, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use tempfile::TempDir;

use super::{OpenError, SqliteInbox, SqliteStore, open};
use crate::ports::Clock;

/// Time stands still.
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn sleep_until(&self, _until: Timestamp) {
        std::future::pending::<()>().await;
    }
}

type Opened = (Arc<SqliteStore>, Arc<SqliteInbox>);

fn opened(file: &Path) -> Result<Opened, OpenError> {
    open(file, Arc::new(Still))
}

/// A fresh store in a folder that must live as long.
fn fresh() -> (TempDir, Opened) {
    let folder = tempfile::tempdir().unwrap();
    let opened = opened(&folder.path().join("monban.db")).unwrap();
    (folder, opened)
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}
