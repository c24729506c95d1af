//! Records as JSON in rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params};
use serde::{Serialize, de::DeserializeOwned};

use super::error::{statement, unreadable};
use crate::ports::PortResult;

/// One record, or none. The statement selects one text column.
pub(super) fn get<T: DeserializeOwned>(
    connection: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> PortResult<Option<T>> {
    let text: Option<String> = connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_row(params, |row| row.get(0)).optional())
        .map_err(|error| statement(&error))?;
    text.map(|text| parse(what, &text)).transpose()
}

/// Every record of the statement.
pub(super) fn all<T: DeserializeOwned>(
    connection: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> PortResult<Vec<T>> {
    let texts: Vec<String> = connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_map(params, |row| row.get(0))?.collect())
        .map_err(|error| statement(&error))?;
    texts.iter().map(|text| parse(what, text)).collect()
}

/// Runs a statement and says how many rows it changed.
pub(super) fn run(connection: &Connection, sql: &str, params: impl Params) -> PortResult<usize> {
    connection
        .prepare_cached(sql)
        .and_then(|mut query| query.execute(params))
        .map_err(|error| statement(&error))
}

/// One number.
pub(super) fn number(connection: &Connection, sql: &str, params: impl Params) -> PortResult<i64> {
    connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_row(params, |row| row.get(0)))
        .map_err(|error| statement(&error))
}

/// One time in microseconds, or none.
pub(super) fn time(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> PortResult<Option<Timestamp>> {
    let micros: Option<i64> = connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_row(params, |row| row.get(0)))
        .map_err(|error| statement(&error))?;
    Ok(micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

pub(super) fn parse<T: DeserializeOwned>(what: &str, text: &str) -> PortResult<T> {
    serde_json::from_str(text).map_err(|error| unreadable(what, &error))
}

pub(super) fn json<T: Serialize>(what: &str, record: &T) -> PortResult<String> {
    serde_json::to_string(record).map_err(|error| unreadable(what, &error))
}

/// A `u64` counter as SQLite's integer; our counters stay far below its end.
pub(super) fn int(counter: u64) -> i64 {
    i64::try_from(counter).unwrap_or(i64::MAX)
}

/// SQLite's integer as a counter.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
