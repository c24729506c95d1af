//! One commit: an aggregate with everything that belongs to it, or nothing.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;

use super::{
    error::conflict,
    rows::{all, count, get, int, json, number, run},
};
use crate::{
    domain::{AccountId, Alert, AuditEntry, Brief, Entry, FindingState},
    ports::{Aggregate, Commit, Committed, Fault, PortError, PortResult},
};

pub(super) fn commit(connection: &Connection, commit: &Commit) -> PortResult<Committed> {
    // SQLite could take more; what works here must work on every store.
    if commit.items() > Commit::ITEMS {
        let detail = format!("{}: {} items in one commit", commit.input, commit.items());
        return Err(PortError::new(Fault::Permanent, detail));
    }
    if let Some(answer) = answer(connection, commit.input.as_str())? {
        return Ok(Committed::Repeated(answer));
    }
    if let Some(revision) = commit.under_map {
        let newest = number(connection, "SELECT coalesce(max(revision), 0) FROM owners", [])?;
        if count(newest) != revision {
            return Err(conflict("the owner map"));
        }
    }
    aggregate(connection, &commit.aggregate)?;
    for state in &commit.states {
        put_state(connection, state)?;
    }
    for entry in &commit.entries {
        queue(connection, entry)?;
    }
    audit(connection, &commit.audit)?;
    keep_answer(connection, commit.input.as_str(), commit.audit.at, &commit.answer)?;
    Ok(Committed::Applied)
}

fn aggregate(connection: &Connection, aggregate: &Aggregate) -> PortResult<()> {
    let (id, version) = (aggregate.id(), aggregate.version());
    let id = id.as_ref();
    let changed = match aggregate {
        Aggregate::Alert(alert) if version == 1 => run(
            connection,
            "INSERT OR IGNORE INTO alert (id, version, account, place, body)
             VALUES (?1, 1, ?2, ?3, ?4)",
            params![id, account(alert), place(alert), json("alert", alert)?],
        )?,
        Aggregate::Alert(alert) => run(
            connection,
            "UPDATE alert SET version = ?2, account = ?3, place = ?4, body = ?5
             WHERE id = ?1 AND version = ?2 - 1",
            params![id, int(version), account(alert), place(alert), json("alert", alert)?],
        )?,
        Aggregate::Report(report) if version == 1 => run(
            connection,
            "INSERT OR IGNORE INTO report (id, version, body) VALUES (?1, 1, ?2)",
            params![id, json("report", report)?],
        )?,
        Aggregate::Report(report) => run(
            connection,
            "UPDATE report SET version = ?2, body = ?3 WHERE id = ?1 AND version = ?2 - 1",
            params![id, int(version), json("report", report)?],
        )?,
        Aggregate::Viewer(viewer) => {
            put_record(connection, VIEWER, id, version, &json("viewer", viewer)?)?
        }
        Aggregate::Account(record) => {
            put_record(connection, ACCOUNT, id, version, &json("account", record)?)?
        }
        Aggregate::Health(health) => {
            put_record(connection, HEALTH, id, version, &json("health", health)?)?
        }
    };
    if changed == 1 { Ok(()) } else { Err(conflict(id)) }
}

/// Kinds of records.
/// What the table of records calls people.
pub(super) const VIEWER: &str = "viewer";
pub(super) const ACCOUNT: &str = "account";
pub(super) const HEALTH: &str = "health";

fn put_record(
    connection: &Connection,
    kind: &str,
    id: &str,
    version: u64,
    body: &str,
) -> PortResult<usize> {
    if version == 1 {
        let sql = "INSERT OR IGNORE INTO record (kind, id, version, body) VALUES (?1, ?2, 1, ?3)";
        return run(connection, sql, params![kind, id, body]);
    }
    let sql = "UPDATE record SET version = ?3, body = ?4
               WHERE kind = ?1 AND id = ?2 AND version = ?3 - 1";
    run(connection, sql, params![kind, id, int(version), body])
}

pub(super) fn get_record<T: DeserializeOwned>(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> PortResult<Option<T>> {
    get(connection, kind, "SELECT body FROM record WHERE kind = ?1 AND id = ?2", [kind, id])
}

/// The answer that was kept for an input.
pub(super) fn answer(connection: &Connection, input: &str) -> PortResult<Option<String>> {
    get(connection, "answer", "SELECT answer FROM input WHERE id = ?1", [input])
}

/// Keeps an answer.
pub(super) fn keep_answer(
    connection: &Connection,
    input: &str,
    at: Timestamp,
    answer: &str,
) -> PortResult<()> {
    run(
        connection,
        "INSERT INTO input (id, at, answer) VALUES (?1, ?2, ?3)",
        params![input, at.as_microsecond(), json("answer", &answer)?],
    )
    .map(|_| ())
}

fn account(alert: &Alert) -> &str {
    alert.key.account.as_str()
}

/// Its place among the open alerts of its account.
fn place(alert: &Alert) -> Option<String> {
    alert.is_open().then(|| alert.brief().place())
}

pub(super) fn open_alerts(
    connection: &Connection,
    account: &AccountId,
    limit: usize,
) -> PortResult<Vec<Brief>> {
    let alerts: Vec<Alert> = all(
        connection,
        "alert",
        "SELECT body FROM alert WHERE account = ?1 AND place IS NOT NULL ORDER BY place LIMIT ?2",
        params![account.as_str(), i64::try_from(limit).unwrap_or(i64::MAX)],
    )?;
    Ok(alerts.iter().map(Alert::brief).collect())
}

/// A file of layout 1 knows its open alerts by a flag alone.
pub(super) fn place_all(connection: &Connection) -> PortResult<()> {
    let alerts: Vec<Alert> = all(connection, "alert", "SELECT body FROM alert", [])?;
    for alert in alerts {
        let sql = "UPDATE alert SET account = ?2, place = ?3 WHERE id = ?1";
        run(connection, sql, params![alert.id.as_str(), account(&alert), place(&alert)])?;
    }
    Ok(())
}

pub(super) fn put_state(connection: &Connection, state: &FindingState) -> PortResult<()> {
    let (id, body) = (state.identity.as_str(), json("state", state)?);
    let changed = if state.revision <= 1 {
        run(
            connection,
            "INSERT OR IGNORE INTO state (identity, revision, body) VALUES (?1, 1, ?2)",
            params![id, body],
        )?
    } else {
        run(
            connection,
            "UPDATE state SET revision = ?2, body = ?3 WHERE identity = ?1 AND revision = ?2 - 1",
            params![id, int(state.revision), body],
        )?
    };
    if changed == 1 { Ok(()) } else { Err(conflict(id)) }
}

/// Puts an entry into the outbox, or asks for a queued one anew.
pub(super) fn queue(connection: &Connection, entry: &Entry) -> PortResult<()> {
    let stored: Option<Entry> = get_entry(connection, entry.id.as_str())?;
    let next = stored.map_or_else(|| entry.clone(), |stored| stored.asked_again(entry));
    put_entry(connection, &next)
}

pub(super) fn get_entry(connection: &Connection, id: &str) -> PortResult<Option<Entry>> {
    get(connection, "entry", "SELECT body FROM entry WHERE id = ?1", [id])
}

pub(super) fn put_entry(connection: &Connection, entry: &Entry) -> PortResult<()> {
    let lane = entry.lane();
    run(
        connection,
        "INSERT OR REPLACE INTO entry
           (id, team, channel, waits, class, due, created, state, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            entry.id.as_str(),
            lane.team.as_str(),
            lane.channel.as_str(),
            entry.waits(),
            entry.class.0,
            entry.due.as_microsecond(),
            entry.created.as_microsecond(),
            entry.state.as_str(),
            json("entry", entry)?
        ],
    )?;
    Ok(())
}

pub(super) fn audit(connection: &Connection, entry: &AuditEntry) -> PortResult<()> {
    let changed = run(
        connection,
        "INSERT OR IGNORE INTO audit (aggregate, version, body) VALUES (?1, ?2, ?3)",
        params![entry.aggregate, int(entry.version), json("audit", entry)?],
    )?;
    if changed == 1 { Ok(()) } else { Err(conflict(&entry.aggregate)) }
}
