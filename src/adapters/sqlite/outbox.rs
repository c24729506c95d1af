//! Leases, lanes and entries.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    commit::{get_entry, put_entry, queue},
    error::{conflict, statement},
    rows::{all, count, get, int, json, run},
};
use crate::{
    domain::{ChannelId, Delivery, Entry, Lane, Subject, TeamId},
    ports::{Claimed, Leased, PortResult, Settled},
};

pub(super) fn lease(
    connection: &Connection,
    team: &TeamId,
    holder: &str,
    now: Timestamp,
    length: Duration,
) -> PortResult<Leased> {
    let held: Option<(String, i64, i64)> = connection
        .query_row(
            "SELECT holder, fence, until FROM lease WHERE team = ?1",
            [team.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .map_err(|error| statement(&error))?;
    let fence = match held {
        None => 1,
        Some((by, fence, until)) if by == holder && until > now.as_microsecond() => count(fence),
        // Expired, or left by an earlier process: a new fence shuts late work out.
        Some((_, fence, until)) if until <= now.as_microsecond() => count(fence) + 1,
        Some((_, _, until)) => {
            let until = Timestamp::from_microsecond(until).unwrap_or(Timestamp::MAX);
            return Ok(Leased::Theirs { until });
        }
    };
    let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
    run(
        connection,
        "INSERT OR REPLACE INTO lease (team, holder, fence, until) VALUES (?1, ?2, ?3, ?4)",
        params![team.as_str(), holder, int(fence), until.as_microsecond()],
    )?;
    Ok(Leased::Ours(Claimed { team: team.clone(), holder: holder.to_owned(), fence, until }))
}

/// The record stays, ended at once: the next holder's fence counts on from it.
pub(super) fn give_up(connection: &Connection, lease: &Claimed) -> PortResult<()> {
    run(
        connection,
        "UPDATE lease SET until = 0 WHERE team = ?1 AND holder = ?2 AND fence = ?3",
        params![lease.team.as_str(), lease.holder, int(lease.fence)],
    )
    .map(|_| ())
}

/// Work under a lease that is no longer held changes nothing.
fn held(connection: &Connection, lease: &Claimed, now: Timestamp) -> PortResult<()> {
    let found = connection
        .prepare_cached(
            "SELECT 1 FROM lease WHERE team = ?1 AND holder = ?2 AND fence = ?3 AND until > ?4",
        )
        .and_then(|mut query| {
            query.exists(params![
                lease.team.as_str(),
                lease.holder,
                int(lease.fence),
                now.as_microsecond()
            ])
        })
        .map_err(|error| statement(&error))?;
    if found { Ok(()) } else { Err(conflict("the lease")) }
}

pub(super) fn lanes(
    connection: &Connection,
    team: &TeamId,
    now: Timestamp,
) -> PortResult<Vec<Lane>> {
    let channels: Vec<String> = connection
        .prepare_cached(
            "SELECT DISTINCT channel FROM entry WHERE waits = 1 AND team = ?1 AND due <= ?2",
        )
        .and_then(|mut query| {
            query
                .query_map(params![team.as_str(), now.as_microsecond()], |row| row.get(0))?
                .collect()
        })
        .map_err(|error| statement(&error))?;
    let lane = |channel| Lane { team: team.clone(), channel: ChannelId::new(channel) };
    Ok(channels.into_iter().map(lane).collect())
}

pub(super) fn teams(connection: &Connection) -> PortResult<Vec<TeamId>> {
    let teams: Vec<String> = connection
        .prepare_cached("SELECT DISTINCT team FROM entry WHERE waits = 1 ORDER BY team")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .map_err(|error| statement(&error))?;
    Ok(teams.into_iter().map(TeamId::new).collect())
}

pub(super) fn due(
    connection: &Connection,
    lane: &Lane,
    now: Timestamp,
    limit: usize,
) -> PortResult<Vec<Entry>> {
    all(
        connection,
        "entry",
        "SELECT body FROM entry WHERE waits = 1 AND team = ?1 AND channel = ?2 AND due <= ?3
         ORDER BY class, due, id LIMIT ?4",
        params![
            lane.team.as_str(),
            lane.channel.as_str(),
            now.as_microsecond(),
            i64::try_from(limit).unwrap_or(i64::MAX)
        ],
    )
}

pub(super) fn begin(
    connection: &Connection,
    lease: &Claimed,
    entry: &Entry,
    now: Timestamp,
    deadline: Timestamp,
) -> PortResult<Entry> {
    held(connection, lease, now)?;
    let stored = get_entry(connection, entry.id.as_str())?;
    let next = stored.and_then(|stored| stored.begun(now, deadline));
    let next = next.ok_or_else(|| conflict(entry.id.as_str()))?;
    put_entry(connection, &next)?;
    Ok(next)
}

pub(super) fn settle(
    connection: &Connection,
    lease: &Claimed,
    entry: &Entry,
    now: Timestamp,
    outcome: &Settled,
) -> PortResult<()> {
    held(connection, lease, now)?;
    let stored = get_entry(connection, entry.id.as_str())?;
    let Some(next) = stored.filter(Entry::waits) else {
        return Err(conflict(entry.id.as_str()));
    };
    match outcome {
        Settled::Done { delivery, follow } => {
            if let Some(delivery) = delivery {
                put_delivery(connection, delivery)?;
            }
            finish(connection, entry, next, now)?;
            for entry in follow {
                queue(connection, entry)?;
            }
        }
        Settled::Later { due } => put_entry(connection, &next.put_off(entry, *due))?,
        Settled::InDoubt { started, looks, due } => {
            put_entry(connection, &next.doubted(*started, *looks, *due))?;
        }
        Settled::After { due, raise } => {
            put_entry(connection, &next.ready_at(*due))?;
            queue(connection, raise)?;
        }
        Settled::Replace { with } => {
            let card = entry.effect.card();
            let stands =
                get_delivery(connection, &card.subject, card.episode, &card.receiver.lane)?;
            if let Some(mut delivery) = stands {
                delivery.replaced_by = Some(with.id.clone());
                put_delivery(connection, &delivery)?;
            }
            finish(connection, entry, next, now)?;
            queue(connection, with)?;
        }
        Settled::Gone { follow } => {
            let card = entry.effect.card();
            run(
                connection,
                "DELETE FROM delivery
                 WHERE subject = ?1 AND episode = ?2 AND team = ?3 AND channel = ?4",
                params![
                    card.subject.as_str(),
                    card.episode,
                    card.receiver.lane.team.as_str(),
                    card.receiver.lane.channel.as_str()
                ],
            )?;
            finish(connection, entry, next, now)?;
            for entry in follow {
                queue(connection, entry)?;
            }
        }
        Settled::Dead { reason } => put_entry(connection, &next.dead(reason, now))?,
    }
    Ok(())
}

/// It happened, as it stood in `worked_on`.
fn finish(
    connection: &Connection,
    worked_on: &Entry,
    stored: Entry,
    now: Timestamp,
) -> PortResult<()> {
    let id = stored.id.clone();
    match stored.finished(worked_on, now) {
        Some(next) => put_entry(connection, &next),
        None => run(connection, "DELETE FROM entry WHERE id = ?1", [id.as_str()]).map(|_| ()),
    }
}

pub(super) fn get_delivery(
    connection: &Connection,
    subject: &Subject,
    episode: u32,
    lane: &Lane,
) -> PortResult<Option<Delivery>> {
    get(
        connection,
        "delivery",
        "SELECT body FROM delivery
         WHERE subject = ?1 AND episode = ?2 AND team = ?3 AND channel = ?4",
        params![subject.as_str(), episode, lane.team.as_str(), lane.channel.as_str()],
    )
}

fn put_delivery(connection: &Connection, delivery: &Delivery) -> PortResult<()> {
    let card = &delivery.card;
    run(
        connection,
        "INSERT OR REPLACE INTO delivery (subject, episode, team, channel, body)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            card.subject.as_str(),
            card.episode,
            card.receiver.lane.team.as_str(),
            card.receiver.lane.channel.as_str(),
            json("delivery", delivery)?
        ],
    )?;
    Ok(())
}
