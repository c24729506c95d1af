//! Leases, and what is due.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;

use super::{
    DynamoStore,
    client::{Condition, Put},
    item::{Item, body, int, keyed, number, string, text},
    key,
    transact::Write,
};
use crate::{
    adapters::aws::{AGAIN, port_error},
    domain::{ChannelId, Entry, EntryId, Lane, TeamId},
    ports::{Claimed, Leased, PortResult},
};

/// Order within a workspace: lane, class, due time, id.
const RANK: &str = "rank";
/// Order by due time.
const DUE: &str = "due";
/// Items read at least where some of them may not be due yet.
const PAGE: usize = 25;
/// The value of an attribute.
type Value = (&'static str, AttributeValue);

impl DynamoStore {
    pub(super) async fn take_lease(
        &self,
        team: &TeamId,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> PortResult<Leased> {
        let alone = self.team(team);
        let _alone = alone.lock().await;
        let mut held = self.get("lease", &key::lease(team)).await?;
        let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
        // Who loses the race for it learns from the refusal who won.
        for _ in 0..2 {
            let (fence, condition) = match held.as_ref().map(Lease::read) {
                None => (1, Condition::absent()),
                Some(lease) if lease.holder == holder && lease.until > now => {
                    (lease.fence, lease.unmoved())
                }
                // Expired, or left by an earlier process: a new fence shuts late work out.
                Some(lease) if lease.until <= now => (lease.fence + 1, lease.unmoved()),
                Some(lease) => return Ok(Leased::Theirs { until: lease.until }),
            };
            let mut item = keyed(&key::lease(team));
            item.insert("holder".to_owned(), text(holder));
            item.insert("fence".to_owned(), number(fence));
            item.insert("until".to_owned(), number(key::micros(until)));
            match self.put("lease", item, Some(&condition), AGAIN).await? {
                Put::Written => {
                    let (team, holder) = (team.clone(), holder.to_owned());
                    return Ok(Leased::Ours(Claimed { team, holder, fence, until }));
                }
                Put::Refused(stands) => held = stands,
            }
        }
        let until = held.as_ref().map_or(now, |held| Lease::read(held).until);
        Ok(Leased::Theirs { until: until.max(now) })
    }

    pub(super) async fn end_lease(&self, lease: &Claimed) -> PortResult<()> {
        let alone = self.team(&lease.team);
        let _alone = alone.lock().await;
        let mut item = keyed(&key::lease(&lease.team));
        item.insert("holder".to_owned(), text(lease.holder.as_str()));
        item.insert("fence".to_owned(), number(lease.fence));
        item.insert("until".to_owned(), number(0));
        let condition = Condition {
            expression: "holder = :holder AND fence = :fence",
            names: vec![],
            values: vec![(":holder", text(lease.holder.as_str())), (":fence", number(lease.fence))],
        };
        self.put("give_up", item, Some(&condition), AGAIN).await.map(|_| ())
    }

    /// Work under a lease that is no longer held changes nothing.
    pub(super) fn held(lease: &Claimed, now: Timestamp) -> Write {
        let condition = Condition {
            expression: "holder = :holder AND fence = :fence AND #until > :now",
            names: vec![("#until", "until")],
            values: vec![
                (":holder", text(lease.holder.as_str())),
                (":fence", number(lease.fence)),
                (":now", number(key::micros(now))),
            ],
        };
        Write::Check { key: key::lease(&lease.team), condition }
    }

    /// Goes from lane to lane by its order: a query a lane with something in it, and no more.
    pub(super) async fn lanes_due(&self, team: &TeamId, now: Timestamp) -> PortResult<Vec<Lane>> {
        let mut lanes = Vec::new();
        let mut after = String::new();
        loop {
            let what = Asked {
                index: RANK,
                key: "pk = :pk AND #rank > :after",
                names: vec![("#rank", RANK)],
                values: vec![(":after", text(if after.is_empty() { " " } else { &after }))],
                due_by: None,
            };
            let page = self.query("lanes", &key::outbox(team), &what, 1, None).await?;
            let Some(first) = page.items.first() else { return Ok(lanes) };
            let channel = key::channel(string(first, RANK).unwrap_or_default()).to_owned();
            after = key::after_lane(&channel);
            let lane = Lane { team: team.clone(), channel: ChannelId::new(channel) };
            let due = int::<i64>(first, DUE).is_some_and(|due| due <= key::micros(now));
            // Dates stand in the order of their times: if the first has not come, none has.
            let may = !due && !lane.is_of_dates();
            if due || may && !self.lane_due(&lane, now, 1).await?.is_empty() {
                lanes.push(lane);
            }
        }
    }

    pub(super) async fn lane_due(
        &self,
        lane: &Lane,
        now: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<Entry>> {
        let mut what = Asked {
            index: RANK,
            key: "pk = :pk AND begins_with(#rank, :lane)",
            names: vec![("#rank", RANK)],
            values: vec![(":lane", text(key::lane(lane)))],
            due_by: Some(now),
        };
        // There may be many, most of them for days: what has not come is not even read.
        if lane.is_of_dates() {
            what.key = "pk = :pk AND #rank BETWEEN :lane AND :until";
            what.values.push((":until", text(key::dates_by(lane, now))));
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut next = None;
        while entries.len() < limit {
            let (pk, most) = (key::outbox(&lane.team), limit.max(PAGE));
            let page = self.query("due", &pk, &what, most, next.take()).await?;
            for item in &page.items {
                match body("entry", item) {
                    Ok(entry) if entries.len() < limit => entries.push(entry),
                    Ok(_) => break,
                    // One that a newer build wrote must not hold up all the others.
                    Err(error) => tracing::error!(
                        entry.id = string(item, "sk"), port.error = %error,
                        "an entry can't be read: it waits for a build that can"
                    ),
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(entries)
    }

    pub(super) async fn first_due(
        &self,
        team: &TeamId,
        after: Timestamp,
    ) -> PortResult<Option<Timestamp>> {
        let what = Asked {
            index: DUE,
            key: "pk = :pk AND #due > :after",
            names: vec![("#due", DUE)],
            values: vec![(":after", number(key::micros(after)))],
            due_by: None,
        };
        let page = self.query("next_due", &key::outbox(team), &what, 1, None).await?;
        let due = page.items.first().and_then(|item| int(item, DUE));
        Ok(due.and_then(|due| Timestamp::from_microsecond(due).ok()))
    }

    /// The index holds what waits and nothing else, so this reads little when little waits.
    pub(super) async fn teams_waiting(&self) -> PortResult<Vec<TeamId>> {
        let mut teams = BTreeSet::new();
        let mut next = None;
        loop {
            let answer = self
                .client
                .scan()
                .table_name(&self.table)
                .index_name(DUE)
                .consistent_read(true)
                .set_exclusive_start_key(next)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| port_error("teams", &error, AGAIN))?;
            self.units.read(answer.consumed_capacity());
            let outboxes = answer.items().iter().filter_map(|item| string(item, "pk"));
            let found = outboxes.filter_map(|pk| pk.strip_prefix("OUTBOX#"));
            teams.extend(found.map(TeamId::new));
            next = answer.last_evaluated_key;
            if next.is_none() {
                return Ok(teams.into_iter().collect());
            }
        }
    }

    pub(super) async fn entry_item(&self, team: &TeamId, id: &EntryId) -> PortResult<Option<Item>> {
        let found = self.get("entry", &key::entry(team, id.as_str())).await?;
        Ok(self.remembered(found))
    }

    async fn query(
        &self,
        what: &str,
        pk: &str,
        asked: &Asked,
        limit: usize,
        next: Option<Item>,
    ) -> PortResult<Page> {
        let mut values = asked.values.clone();
        values.push((":pk", text(pk)));
        let mut names = asked.names.clone();
        if let Some(by) = asked.due_by {
            values.push((":by", number(key::micros(by))));
            names.push(("#due", DUE));
        }
        let asking = Condition { expression: asked.key, names, values };
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(asked.index)
            .consistent_read(true)
            .key_condition_expression(asking.expression)
            .set_filter_expression(asked.due_by.map(|_| "#due <= :by".to_owned()))
            .set_expression_attribute_names(asking.names())
            .set_expression_attribute_values(asking.values())
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(next)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| port_error(what, &error, AGAIN))?;
        self.units.read(answer.consumed_capacity());
        Ok(Page { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
    }
}

/// A query in a workspace's outbox.
struct Asked {
    index: &'static str,
    key: &'static str,
    names: Vec<(&'static str, &'static str)>,
    values: Vec<Value>,
    /// Only what is due by then.
    due_by: Option<Timestamp>,
}

struct Page {
    items: Vec<Item>,
    next: Option<Item>,
}

/// A lease as it is stored.
struct Lease {
    holder: String,
    fence: u64,
    until: Timestamp,
    micros: i64,
}

impl Lease {
    fn read(item: &Item) -> Self {
        let micros = int(item, "until").unwrap_or_default();
        Self {
            holder: string(item, "holder").unwrap_or_default().to_owned(),
            fence: int(item, "fence").unwrap_or_default(),
            until: Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX),
            micros,
        }
    }

    /// It still stands as it was read.
    fn unmoved(&self) -> Condition {
        Condition {
            expression: "fence = :fence AND #until = :until",
            names: vec![("#until", "until")],
            values: vec![(":fence", number(self.fence)), (":until", number(self.micros))],
        }
    }
}
