//! One commit: an aggregate with everything that belongs to it, or nothing.

use jiff::Timestamp;

use super::{
    DynamoStore,
    client::{Condition, Put},
    item::{
        self, Item, STATE_KEPT_SECONDS, is_forgotten, json, keyed, number, record, string, text,
    },
    key,
    overlay::{Known, Overlay, learn},
    shelf,
    transact::{Cancelled, Failed, MOST, Write},
};
use crate::{
    domain::{AuditEntry, FindingState, InputId},
    ports::{Aggregate, Commit, Committed, Fault, PortError, PortResult},
};

/// How often a commit is tried whose entries moved: each try knows more of them.
const TRIES: usize = 10;

impl DynamoStore {
    pub(super) async fn commit_all(&self, commit: &Commit) -> PortResult<Committed> {
        if commit.items() > Commit::ITEMS {
            let detail = format!("{}: {} items in one commit", commit.input, commit.items());
            return Err(PortError::new(Fault::Permanent, detail));
        }
        // In this order: the answer to a repeated input counts before everything else.
        let answer = self.answer(&commit.input, commit.audit.at, &commit.answer);
        let mut fixed = vec![answer, aggregate(&commit.aggregate)?];
        fixed.push(audit(&commit.audit)?);
        fixed.extend(commit.under_map.map(|revision| Write::Check {
            key: key::owners(),
            condition: Condition::version(revision),
        }));
        for state in &commit.states {
            fixed.push(self.state(state)?);
        }
        let mut known = Known::default();
        for _ in 0..TRIES {
            let mut overlay = Overlay::new(&known);
            commit.entries.iter().for_each(|entry| overlay.queue(entry));
            let (places, entries): (Vec<_>, Vec<_>) = overlay.writes()?.into_iter().unzip();
            let writes: Vec<Write> = fixed.iter().cloned().chain(entries).collect();
            debug_assert!(writes.len() <= MOST);
            let sent = self.transact("commit", &writes, Fault::InDoubt, Fault::Conflict).await;
            let failed = match sent {
                Ok(()) => return Ok(Committed::Applied),
                Err(Cancelled::Port(error)) => return Err(error),
                Err(Cancelled::Conditions(failed)) => failed,
            };
            if let Some(answer) = repeated(&failed)? {
                return Ok(answer);
            }
            let (before, entries) = failed.split_at(fixed.len().min(failed.len()));
            if before.iter().any(|one| one.failed) {
                return Err(item::conflict(&commit.aggregate.id()));
            }
            if !learn(&mut known, &places, entries, self.forgotten())? {
                return Err(item::conflict(commit.input.as_str()));
            }
        }
        Err(item::conflict(commit.input.as_str()))
    }

    /// The input with its answer, taken once, until it need not be kept any longer.
    pub(super) fn answer(&self, input: &InputId, at: Timestamp, answer: &str) -> Write {
        let mut item = keyed(&key::input(input.as_str()));
        item.insert("answer".to_owned(), text(answer));
        item.insert("ttl".to_owned(), number(item::kept_until(at)));
        let condition = Condition {
            expression: "attribute_not_exists(pk) OR #ttl <= :forgotten",
            names: vec![("#ttl", "ttl")],
            values: vec![(":forgotten", number(self.forgotten()))],
        };
        Write::Put { item, condition: Some(condition) }
    }

    /// What was answered to an input that need still be known.
    pub(super) async fn answer_to(&self, input: &InputId) -> PortResult<Option<String>> {
        let item = self.get("answer", &key::input(input.as_str())).await?;
        let item = item.filter(|item| !is_forgotten(item, self.forgotten()));
        Ok(item.as_ref().and_then(|item| string(item, "answer")).map(str::to_owned))
    }

    fn state(&self, state: &FindingState) -> PortResult<Write> {
        let condition = Some(Condition::version(state.revision.saturating_sub(1)));
        Ok(Write::Put { item: self.state_item(state)?, condition })
    }

    fn state_item(&self, state: &FindingState) -> PortResult<Item> {
        let mut item = record(&key::state(&state.identity), state.revision, "state", state)?;
        // The state of an open problem never expires, nor the bond of an identity to its alert.
        if !state.open && state.alert.is_none() {
            let until = self.clock.now().as_second().saturating_add(STATE_KEPT_SECONDS);
            item.insert("ttl".to_owned(), number(until));
        }
        Ok(item)
    }

    pub(super) async fn put_state_alone(&self, state: &FindingState) -> PortResult<()> {
        let condition = Condition::version(state.revision.saturating_sub(1));
        let item = self.state_item(state)?;
        match self.put("put_state", item, Some(&condition), Fault::InDoubt).await? {
            Put::Written => Ok(()),
            Put::Refused(_) => Err(item::conflict(state.identity.as_str())),
        }
    }
}

/// The first write is the input's: if that was refused, it was answered before.
pub(super) fn repeated(failed: &[Failed]) -> PortResult<Option<Committed>> {
    let Some(input) = failed.first().filter(|input| input.failed) else { return Ok(None) };
    let answer = input.stands.as_ref().and_then(|item| string(item, "answer"));
    let answer = answer.ok_or_else(|| item::unreadable("answer", "it is empty"))?;
    Ok(Some(Committed::Repeated(answer.to_owned())))
}

fn aggregate(aggregate: &Aggregate) -> PortResult<Write> {
    let version = aggregate.version();
    let item = match aggregate {
        Aggregate::Alert(alert) => {
            let mut item = record(&key::alert(&aggregate.id()), version, "alert", alert)?;
            let open = aws_sdk_dynamodb::types::AttributeValue::Bool(alert.is_open());
            item.insert("open".to_owned(), open);
            if alert.is_open() {
                let brief = alert.brief();
                let list = key::open_alerts(&brief.account);
                shelf::put_on(&mut item, list, brief.place(), &brief)?;
            }
            item
        }
        Aggregate::Report(report) => {
            record(&key::report(&aggregate.id()), version, "report", report)?
        }
        Aggregate::Viewer(viewer) => {
            record(&key::viewer(&aggregate.id()), version, "viewer", viewer)?
        }
        Aggregate::Account(account) => {
            let id = aggregate.id();
            let mut item = record(&key::account(&id), version, "account", account)?;
            shelf::put_on(&mut item, key::ACCOUNTS.to_owned(), id.into_owned(), account)?;
            item
        }
        Aggregate::Health(health) => {
            record(&key::health(&aggregate.id()), version, "health", health)?
        }
    };
    Ok(Write::Put { item, condition: Some(Condition::version(version.saturating_sub(1))) })
}

pub(super) fn audit(entry: &AuditEntry) -> PortResult<Write> {
    let mut item = keyed(&key::audit(&entry.aggregate, entry.version));
    item.insert("body".to_owned(), text(json("audit", entry)?));
    Ok(Write::Put { item, condition: Some(Condition::absent()) })
}

impl DynamoStore {
    /// An entry's item unless it was to be forgotten.
    pub(super) fn remembered(&self, item: Option<Item>) -> Option<Item> {
        item.filter(|item| !is_forgotten(item, self.forgotten()))
    }
}
