//! The owner map, the quarantine, counts and the sweep.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    commit::{answer, audit, keep_answer},
    error::{conflict, statement},
    rows::{count, get, int, json, number, parse, run, time},
};
use crate::{
    adapters::packed::{CHUNK, pack},
    domain::{AuditEntry, OwnerMap},
    ports::{Committed, Owners, PortResult, Quarantined, Summary},
};

/// How long answers and finished entries are kept.
const KEPT: Duration = Duration::from_hours(360);
/// The newest map; `known` if that still is the newest.
pub(super) fn owners(
    connection: &Connection,
    known: Option<Arc<Owners>>,
) -> PortResult<Option<Arc<Owners>>> {
    let newest = number(connection, "SELECT coalesce(max(revision), 0) FROM owners", [])?;
    if known.as_ref().is_some_and(|known| known.revision == count(newest)) {
        return Ok(known);
    }
    let row: Option<(i64, String, String)> = connection
        .query_row(
            "SELECT revision, text, map FROM owners ORDER BY revision DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .map_err(|error| statement(&error))?;
    row.map(|(revision, text, map)| {
        let audit: Option<AuditEntry> = get(
            connection,
            "audit",
            "SELECT body FROM audit WHERE aggregate = 'owners' ORDER BY version DESC LIMIT 1",
            [],
        )?;
        let audit_head = audit.as_ref().map(AuditEntry::hash);
        let action = audit.map(|entry| entry.action);
        let map = parse("owner map", &map)?;
        Ok(Arc::new(Owners { revision: count(revision), text, map, audit_head, action }))
    })
    .transpose()
}

pub(super) fn put_owners(
    connection: &Connection,
    text: &str,
    map: &OwnerMap,
    expected: u64,
    entry: &AuditEntry,
) -> PortResult<u64> {
    let newest = number(connection, "SELECT coalesce(max(revision), 0) FROM owners", [])?;
    if count(newest) != expected {
        return Err(conflict("the owner map"));
    }
    run(
        connection,
        "INSERT INTO owners (revision, text, map) VALUES (?1, ?2, ?3)",
        params![int(expected + 1), text, json("owner map", map)?],
    )?;
    audit(connection, entry)?;
    Ok(expected + 1)
}

pub(super) fn decide_owners(
    connection: &Connection,
    text: &str,
    map: &OwnerMap,
    expected: u64,
    entry: &AuditEntry,
    answered: &str,
) -> PortResult<Committed> {
    if let Some(answer) = answer(connection, entry.input.as_str())? {
        return Ok(Committed::Repeated(answer));
    }
    put_owners(connection, text, map, expected, entry)?;
    keep_answer(connection, entry.input.as_str(), entry.at, answered)?;
    Ok(Committed::Applied)
}

pub(super) fn quarantine(connection: &Connection, item: &Quarantined) -> PortResult<()> {
    let packed = pack(&item.raw);
    let chunks: Vec<&[u8]> = packed.chunks(CHUNK).collect();
    let fresh = run(
        connection,
        "INSERT OR IGNORE INTO quarantine (id, at, reason, chunks) VALUES (?1, ?2, ?3, ?4)",
        params![
            item.id,
            item.at.as_microsecond(),
            item.reason,
            i64::try_from(chunks.len()).unwrap_or(i64::MAX)
        ],
    )?;
    if fresh == 0 {
        return Ok(());
    }
    for (chunk, position) in chunks.iter().zip(0_i64..) {
        run(
            connection,
            "INSERT INTO quarantine_chunk (id, number, bytes) VALUES (?1, ?2, ?3)",
            params![item.id, position, chunk],
        )?;
    }
    Ok(())
}

pub(super) fn summary(connection: &Connection) -> PortResult<Summary> {
    let number = |sql| number(connection, sql, []).map(count);
    let mut entries = HashMap::new();
    let by_state: Vec<(String, i64)> = connection
        .prepare_cached("SELECT state, count(*) FROM entry GROUP BY state")
        .and_then(|mut query| query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(|error| statement(&error))?;
    for (state, how_many) in by_state {
        entries.insert(state, count(how_many));
    }
    Ok(Summary {
        open_alerts: number("SELECT count(*) FROM alert WHERE place IS NOT NULL")?,
        alerts: number("SELECT count(*) FROM alert")?,
        entries,
        held: number("SELECT count(*) FROM entry WHERE waits = 1 AND id NOT LIKE 'wake/%'")?,
        held_oldest: time(
            connection,
            "SELECT min(created) FROM entry WHERE waits = 1 AND id NOT LIKE 'wake/%'",
            [],
        )?,
        dates: number("SELECT count(*) FROM entry WHERE waits = 1 AND id LIKE 'wake/%'")?,
        deliveries: number("SELECT count(*) FROM delivery")?,
        identities: number("SELECT count(*) FROM state")?,
        quarantined: number("SELECT count(*) FROM quarantine")?,
        inbox: number("SELECT count(*) FROM inbox")?,
    })
}

/// Reads and writes. The row is an answer to no input, so old that the next sweep takes it.
pub(super) fn ready(connection: &Connection) -> PortResult<()> {
    let sql = "INSERT OR REPLACE INTO input (id, at, answer) VALUES ('ready', 0, '\"\"')";
    run(connection, sql, [])?;
    number(connection, "SELECT count(*) FROM input WHERE id = 'ready'", []).map(|_| ())
}

pub(super) fn sweep(connection: &Connection, now: Timestamp) -> PortResult<()> {
    let before = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
    run(connection, "DELETE FROM input WHERE at < ?1", [before])?;
    run(connection, "DELETE FROM entry WHERE waits = 0 AND state = 'done' AND due < ?1", [before])?;
    Ok(())
}
