//! The embedded store and inbox, in each way they run.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use monban::{
    adapters::sqlite::{self, SqliteInbox, SqliteStore, VISIBILITY},
    ports::{Clock, Inbox},
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

    async fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    fn slack(&self) -> Duration {
        Duration::from_secs(1)
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

fn post(way: Way) -> Box<dyn Post> {
    Box::new(File::new(way, clock()))
}

use store::Fresh;

store::suite!(store_threaded, Some(file(Way::Threaded)));
store::suite!(store_inline, Some(file(Way::InlineFile)));
store::suite!(store_memory, Some(memory()));
inbox::suite!(inbox_threaded, Some(post(Way::Threaded)));
inbox::suite!(inbox_inline, Some(post(Way::InlineFile)));

/// More than the port promises: bytes that are no text, their order, and the exact time of the
/// next message, by which the sandbox pushes its clock.
#[tokio::test]
async fn the_embedded_inbox_is_exact() {
    let file = File::new(Way::Threaded, clock());
    let inbox = file.inbox();
    assert_eq!(inbox.next_visible().await.unwrap(), None);
    let all: Vec<Vec<u8>> = (0..5_u8).map(|n| vec![n, 0, 255]).chain([vec![]]).collect();
    for body in &all {
        file.send(body).await;
    }
    let start = file.clock.now();
    assert!(inbox.next_visible().await.unwrap().expect("there are some") <= start);
    let received = inbox.receive(10).await.unwrap();
    let bodies: Vec<&[u8]> = received.iter().map(|one| one.body.as_slice()).collect();
    assert_eq!(bodies, all.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(inbox.next_visible().await.unwrap(), Some(start + VISIBILITY));
    file.clock.advance(Duration::from_secs(20));
    let receipts: Vec<_> = received.iter().map(|one| one.receipt.clone()).collect();
    inbox.hold(&receipts).await.unwrap();
    let held = start + Duration::from_secs(20) + VISIBILITY;
    assert_eq!(inbox.next_visible().await.unwrap(), Some(held));
    inbox.release(received, Duration::from_secs(4)).await.unwrap();
    let released = start + Duration::from_secs(24);
    assert_eq!(inbox.next_visible().await.unwrap(), Some(released));
    // A stale receipt acknowledges nothing.
    file.clock.advance_to(released);
    let stale = inbox.receive(10).await.unwrap();
    file.clock.advance(VISIBILITY);
    let fresh = inbox.receive(10).await.unwrap();
    inbox.ack(stale).await.unwrap();
    inbox.ack(fresh).await.unwrap();
    assert_eq!(inbox.next_visible().await.unwrap(), None);
}
