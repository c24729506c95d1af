//! Lists and the App Home: the open problems of the accounts that a person answers for.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::{Desk, Outcome, said};
use crate::{
    decide,
    domain::{
        AccountId, Act, Ask, Brief, OwnerMap, Person, Refusal, Role, Severity, Surface, Told,
    },
    ports::{Owners, PortResult},
    render::{self, CompanyCount, Done, HomeFacts, LIST_PAGE, Listed, Reader, Slice},
};

/// Accounts asked for at once.
const ABREAST: usize = 16;
/// Open problems read of one account at most.
const OF_ACCOUNT: usize = 500;
/// Accounts asked for at most: of a larger group the rest is said to be there.
const ACCOUNTS: usize = 2_000;
/// Problems that the home shows.
const SHOWN: usize = 8;

/// The accounts that a person answers for.
#[derive(Default)]
struct Mine {
    /// Accounts with what they are called.
    accounts: Vec<(AccountId, String)>,
    /// What the person is, in any of them.
    roles: BTreeSet<Role>,
}

/// Open problems of accounts, the worst first.
struct Open {
    briefs: Vec<Brief>,
    /// There are more than were read.
    more: bool,
}

fn mine(map: &OwnerMap, who: &Person, now: Timestamp) -> Mine {
    let mut mine = Mine::default();
    let ccoe = decide::is_ccoe(map, who, now);
    if ccoe {
        mine.roles.insert(Role::Ccoe);
    }
    for company in map.companies() {
        for account in &company.accounts {
            let resolved = map.resolve(&account.id, &BTreeMap::new());
            let day = decide::today(&resolved, now);
            let has = decide::roles(&resolved, who, day);
            if ccoe || !has.is_empty() {
                mine.accounts.push((account.id.clone(), account.name.clone()));
            }
            mine.roles.extend(has);
        }
    }
    mine
}

impl Desk {
    async fn open_of(&self, accounts: &[(AccountId, String)]) -> PortResult<Open> {
        let each = accounts.iter().take(ACCOUNTS).map(|(account, _)| account.clone());
        let each: Vec<AccountId> = each.collect();
        let read = stream::iter(each)
            .map(|account| {
                let store = std::sync::Arc::clone(&self.parts.store);
                async move { store.open_alerts(&account, OF_ACCOUNT).await }
            })
            .buffered(ABREAST);
        let all: Vec<Vec<Brief>> = read.try_collect().await?;
        let more = accounts.len() > ACCOUNTS || all.iter().any(|one| one.len() >= OF_ACCOUNT);
        let mut briefs: Vec<Brief> = all.into_iter().flatten().collect();
        briefs.sort_by_key(Brief::place);
        Ok(Open { briefs, more })
    }

    /// A page of the open problems.
    pub(super) async fn list(
        &self,
        ask: &Ask,
        reader: &Reader,
        skip: usize,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        let mine = mine(&owners.map, &ask.who, now);
        if mine.accounts.is_empty() {
            let known = decide::contact(&owners.map, &ask.who).is_some();
            let refusal = if known { Refusal::NotYours } else { Refusal::Stranger };
            return Ok(self.refused(ask, reader, &refusal));
        }
        let open = self.open_of(&mine.accounts).await?;
        let skip = if skip < open.briefs.len() { skip } else { 0 };
        let shown = listed(&mine, open.briefs.iter().skip(skip).take(LIST_PAGE));
        let slice = Slice { skip, total: open.briefs.len(), more: open.more };
        let page = render::list(&self.parts.words, reader, &shown, slice);
        Ok(said(reader, page))
    }

    /// Shows the App Home as it is now.
    pub(super) async fn show_home(&self, ask: &Ask, reader: &Reader) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        let facts = self.home_facts(ask, &owners, now).await?;
        let home = render::home(&self.parts.words, reader, &facts, now);
        self.parts.people.home(&ask.who, &home).await?;
        Ok(match &ask.act {
            Act::Home | Act::Press { on: Surface::Home, .. } => Outcome::Shown,
            Act::Command(_) | Act::Press { .. } | Act::Submit { .. } => {
                said(reader, render::done(&self.parts.words, reader, &Done::Home))
            }
        })
    }

    async fn home_facts(
        &self,
        ask: &Ask,
        owners: &Owners,
        now: Timestamp,
    ) -> PortResult<HomeFacts> {
        let map = &owners.map;
        let name = decide::contact(map, &ask.who).map(|contact| contact.name.clone());
        let ccoe = decide::is_ccoe(map, &ask.who, now);
        let mine = mine(map, &ask.who, now);
        let open = self.open_of(&mine.accounts).await?;
        let waits = |one: &&Brief| {
            one.told == Told::Yes && one.acknowledged.is_none() && one.assignee.is_none()
        };
        let unacknowledged = open.briefs.iter().filter(waits).count();
        // First what nobody has seen yet.
        let (first, rest): (Vec<&Brief>, Vec<&Brief>) = open.briefs.iter().partition(waits);
        let shown = listed(&mine, first.into_iter().chain(rest).take(SHOWN));
        let companies = if ccoe { companies(map, &open.briefs) } else { vec![] };
        let unowned = if ccoe { self.unowned(owners).await? } else { vec![] };
        Ok(HomeFacts {
            name,
            roles: mine.roles.into_iter().collect(),
            open: shown,
            total: open.briefs.len(),
            more: open.more,
            unacknowledged,
            unowned,
            companies,
            ccoe,
            viewer: self.viewer(&ask.who).await,
        })
    }
}

fn listed<'a>(mine: &Mine, briefs: impl Iterator<Item = &'a Brief>) -> Vec<Listed> {
    let names: BTreeMap<&AccountId, &str> =
        mine.accounts.iter().map(|(id, name)| (id, name.as_str())).collect();
    let listed = |brief: &Brief| {
        let account = names.get(&brief.account).copied().unwrap_or(brief.account.as_str());
        Listed { brief: brief.clone(), account: account.to_owned() }
    };
    briefs.map(listed).collect()
}

/// Each company's open problems by severity, those with the worst first.
fn companies(map: &OwnerMap, briefs: &[Brief]) -> Vec<CompanyCount> {
    let mut by_account: BTreeMap<&AccountId, BTreeMap<Severity, usize>> = BTreeMap::new();
    for brief in briefs {
        *by_account.entry(&brief.account).or_default().entry(brief.severity).or_default() += 1;
    }
    let mut counted: Vec<(Vec<usize>, CompanyCount)> = Vec::new();
    for company in map.companies() {
        let of = |severity: Severity| -> usize {
            let accounts = company.accounts.iter();
            let counts = accounts.filter_map(|one| by_account.get(&one.id)?.get(&severity));
            counts.sum()
        };
        let all: Vec<(Severity, usize)> =
            Severity::ALL.into_iter().rev().map(|one| (one, of(one))).collect();
        let order = all.iter().map(|(_, count)| *count).collect();
        let counts = all.into_iter().filter(|(_, count)| *count > 0).collect();
        counted.push((order, CompanyCount { name: company.name.clone(), counts }));
    }
    counted.sort_by(|(one, _), (two, _)| two.cmp(one));
    counted.into_iter().map(|(_, company)| company).collect()
}
