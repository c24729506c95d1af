//! The embedded store and inbox, in each way they run.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use monban::{
    adapters::sqlite::{self, SqliteInbox, SqliteStore},
    ports::Inbox,
};
use tempfile::TempDir;

use super::{
    inbox::{self, Post},
    store,
};
use crate::support::clock::ManualClock;

type Opened = (Arc<SqliteStore>, Arc<SqliteInbox>);

#[derive(Clone, Copy)]
enum Way {
    Threaded,
    InlineFile,
}

struct File {
    way: Way,
    clock: Arc<ManualClock>,
    path: PathBuf,
    _folder: TempDir,
    opened: Option<Opened>,
}

impl File {
    fn new(way: Way, clock: Arc<ManualClock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("monban.db");
        let mut file = Self { way, clock, path, _folder: folder, opened: None };
        file.open();
        file
    }

    fn open(&mut self) {
        // What is open is closed first: the file has one user.
        self.opened = None;
        let clock = Arc::clone(&self.clock);
        self.opened = Some(match self.way {
            Way::Threaded => sqlite::open(&self.path, clock).unwrap(),
            Way::InlineFile => sqlite::open_inline(Some(&self.path), clock).unwrap(),
        });
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().unwrap()
    }
}

#[async_trait]
impl Post for File {
    fn inbox(&self) -> &dyn Inbox {
        self.opened().1.as_ref()
    }

    async fn send(&self, body: &[u8]) {
        self.opened().1.send(body.to_vec()).await.unwrap();
    }

    async fn reopen(&mut self) {
        self.open();
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-11-02T01:00:00Z"))
}

fn file(way: Way) -> Fresh {
    let file = File::new(way, clock());
    let store = Arc::clone(&file.opened().0);
    Fresh { store, keep: Box::new(file) }
}

fn memory() -> Fresh {
    let (store, inbox) = sqlite::open_inline(None, clock()).unwrap();
    Fresh { store, keep: Box::new(inbox) }
}

fn post(way: Way) -> impl Fn(Arc<ManualClock>) -> Box<dyn Post> {
    move |clock| Box::new(File::new(way, clock))
}

use store::Fresh;

store::suite!(store_threaded, file(Way::Threaded));
store::suite!(store_inline, file(Way::InlineFile));
store::suite!(store_memory, memory());
inbox::suite!(inbox_threaded, post(Way::Threaded));
inbox::suite!(inbox_inline, post(Way::InlineFile));
