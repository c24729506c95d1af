//! The embedded inbox: a queue in the same file, with a visibility timeout as SQS has one.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    VISIBILITY,
    engine::Engine,
    error::statement,
    rows::{run, time},
};
use crate::ports::{Clock, Inbox, PortResult, Receipt, Received};

/// The embedded inbox.
pub struct SqliteInbox {
    engine: Arc<Engine>,
    clock: Arc<dyn Clock>,
}

impl SqliteInbox {
    pub(super) const fn new(engine: Arc<Engine>, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock }
    }

    /// Puts a message in; it is durable when this returns.
    pub async fn send(&self, body: Vec<u8>) -> PortResult<()> {
        let now = self.clock.now().as_microsecond();
        self.engine
            .run(move |connection| {
                run(
                    connection,
                    "INSERT INTO inbox (body, visible, receives, receipt) VALUES (?1, ?2, 0, '')",
                    params![body, now],
                )
                .map(|_| ())
            })
            .await
    }

    /// Runs a statement for each receipt; `after`: its third parameter, as a time from now.
    async fn each(
        &self,
        receipts: Vec<Receipt>,
        sql: &'static str,
        after: Option<Duration>,
    ) -> PortResult<()> {
        let time = after.map(|after| self.clock.now().checked_add(after).unwrap_or(Timestamp::MAX));
        let time = time.map(Timestamp::as_microsecond);
        self.engine
            .run(move |connection| {
                for Receipt { id, handle } in receipts {
                    match time {
                        Some(time) => run(connection, sql, params![id, handle, time])?,
                        None => run(connection, sql, params![id, handle])?,
                    };
                }
                Ok(())
            })
            .await
    }
}

/// When a message is shown again; a stale receipt changes nothing.
const SHOW_AT: &str = "UPDATE inbox SET visible = ?3 WHERE id = ?1 AND receipt = ?2";

#[async_trait]
impl Inbox for SqliteInbox {
    async fn receive(&self, max: usize) -> PortResult<Vec<Received>> {
        let now = self.clock.now();
        self.engine.run(move |connection| receive(connection, now, max)).await
    }

    async fn ack(&self, messages: Vec<Received>) -> PortResult<()> {
        let receipts = messages.into_iter().map(|message| message.receipt).collect();
        self.each(receipts, "DELETE FROM inbox WHERE id = ?1 AND receipt = ?2", None).await
    }

    async fn release(&self, messages: Vec<Received>, after: Duration) -> PortResult<()> {
        let receipts = messages.into_iter().map(|message| message.receipt).collect();
        self.each(receipts, SHOW_AT, Some(after)).await
    }

    async fn hold(&self, receipts: &[Receipt]) -> PortResult<()> {
        self.each(receipts.to_vec(), SHOW_AT, Some(VISIBILITY)).await
    }

    fn visibility(&self) -> Duration {
        VISIBILITY
    }

    async fn next_visible(&self) -> PortResult<Option<Timestamp>> {
        self.engine
            .run(move |connection| time(connection, "SELECT min(visible) FROM inbox", []))
            .await
    }

    async fn ready(&self) -> PortResult<()> {
        self.next_visible().await.map(|_| ())
    }
}

fn receive(connection: &Connection, now: Timestamp, max: usize) -> PortResult<Vec<Received>> {
    let rows: Vec<(i64, Vec<u8>, u32)> = connection
        .prepare_cached(
            "SELECT id, body, receives FROM inbox WHERE visible <= ?1 ORDER BY id LIMIT ?2",
        )
        .and_then(|mut query| {
            query
                .query_map(
                    params![now.as_microsecond(), i64::try_from(max).unwrap_or(i64::MAX)],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )?
                .collect()
        })
        .map_err(|error| statement(&error))?;
    let until = now.checked_add(VISIBILITY).unwrap_or(Timestamp::MAX).as_microsecond();
    let mut messages = Vec::with_capacity(rows.len());
    for (id, body, receives) in rows {
        let receives = receives.saturating_add(1);
        let receipt = format!("{id}/{receives}");
        run(
            connection,
            "UPDATE inbox SET visible = ?2, receives = ?3, receipt = ?4 WHERE id = ?1",
            params![id, until, receives, receipt],
        )?;
        let receipt = Receipt { id: id.to_string(), handle: receipt };
        messages.push(Received { receipt, body, receives });
    }
    Ok(messages)
}
