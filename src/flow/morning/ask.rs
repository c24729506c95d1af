//! What a round looks at: the map alone, then everybody and every channel it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::civil::Date;

use super::Morning;
use crate::{
    domain::{
        AccountRecord, AccountStanding, ChannelTrouble, Contact, Gap, Lane, OwnerMap, Person,
        Placement,
    },
    owners,
    ports::{ChannelState, People, PortResult, Store},
};

/// Between two questions to the chat service.
pub const ASK_EVERY: Duration = Duration::from_millis(1300);
/// Open problems of an account without owner that are counted.
const COUNTED: usize = 1000;

impl Morning {
    /// Everything the map lacks that day, the most pressing first, and how many questions stayed
    /// without an answer; `None` if it was asked to end first.
    pub(super) async fn look(
        &self,
        map: &OwnerMap,
        day: Date,
    ) -> PortResult<Option<(Vec<Gap>, usize)>> {
        let mut gaps = unmapped(self.store.as_ref(), map).await?;
        let pause = || -> BoxFuture<'_, ()> { Box::pin(self.pause()) };
        let asking = map_gaps(map, day, self.people.as_ref(), &pause);
        // A round that is asked to end asks nothing more and records nothing.
        let (found, unasked) = tokio::select! {
            biased;
            () = self.stop.wait() => return Ok(None),
            found = asking => found,
        };
        gaps.extend(found);
        Ok(Some((gaps, unasked)))
    }

    async fn pause(&self) {
        let until = self.later(ASK_EVERY);
        while self.clock.now() < until && !self.stop.asked() {
            self.rest(Some(until)).await;
        }
    }
}

/// Accounts without owner in which something is open, as gaps.
pub async fn unmapped(store: &dyn Store, map: &OwnerMap) -> PortResult<Vec<Gap>> {
    let found = unmapped_accounts(store, map).await?;
    let gap = |(record, open): (AccountRecord, usize)| Gap::Unmapped {
        account: record.account,
        name: record.name,
        open,
    };
    Ok(found.into_iter().map(gap).collect())
}

/// Accounts without owner in which something is open, with how much.
pub async fn unmapped_accounts(
    store: &dyn Store,
    map: &OwnerMap,
) -> PortResult<Vec<(AccountRecord, usize)>> {
    let mut found = Vec::new();
    for record in store.accounts().await? {
        let gone = record.standing != AccountStanding::Active;
        if gone || map.place(&record.account) != Placement::Unowned {
            continue;
        }
        let open = store.open_alerts(&record.account, COUNTED).await?;
        let open = open.iter().filter(|brief| !brief.sample).count();
        if open > 0 {
            found.push((record, open));
        }
    }
    Ok(found)
}

/// What the map lacks by itself and by what the chat service says of the people and channels it
/// names; also how many of them there was no answer about. `pause` is waited for after each
/// question, [`ASK_EVERY`] long where many are asked.
pub async fn map_gaps<'a>(
    map: &OwnerMap,
    day: Date,
    people: &dyn People,
    pause: &(dyn Fn() -> BoxFuture<'a, ()> + Sync),
) -> (Vec<Gap>, usize) {
    let (mut gaps, mut unasked) = (Vec::new(), 0);
    for channel in map.channels() {
        let lane = Lane { team: channel.team.clone(), channel: channel.id.clone() };
        let answer = people.channel(&lane).await;
        pause().await;
        let trouble = match answer {
            Ok(ChannelState::Open) => continue,
            Ok(ChannelState::Missing) => ChannelTrouble::Missing,
            Ok(ChannelState::NotIn) => ChannelTrouble::NotIn,
            Ok(ChannelState::Archived) => ChannelTrouble::Archived,
            Err(error) => {
                tracing::warn!(slack.lane = %lane, port.error = %error, "no answer about it");
                unasked += 1;
                continue;
            }
        };
        gaps.push(Gap::Channel { lane, name: channel.name.clone(), trouble });
    }
    let mut gone = Vec::new();
    for (who, (name, company)) in everybody(map) {
        let answer = people.look_up(&who).await;
        pause().await;
        match answer {
            Ok(Some(facts)) if !facts.deactivated => {}
            Ok(Some(_) | None) => gone.push(Gap::PersonGone { who, name, company }),
            Err(error) => {
                tracing::warn!(slack.user = %who.user, port.error = %error, "no answer about them");
                unasked += 1;
            }
        }
    }
    // Who is gone decides nothing.
    let live = without(map, &gone);
    gaps.extend(gone);
    gaps.extend(owners::gaps(&live, day));
    (gaps, unasked)
}

/// Everybody the map names, each once, with the first company that does.
fn everybody(map: &OwnerMap) -> BTreeMap<Person, (String, Option<String>)> {
    let mut people = BTreeMap::new();
    let group = map.ccoe.settings.contacts.iter().map(|contact| (contact, None));
    let of_companies = map.companies().iter().flat_map(|company| {
        let levels = company.levels();
        let contacts = levels.into_iter().flat_map(|(_, settings)| &settings.contacts);
        contacts.map(|contact| (contact, Some(company.id.to_string())))
    });
    for (contact, company) in group.chain(of_companies) {
        let known = (contact.name.clone(), company);
        people.entry(contact.person()).or_insert(known);
    }
    people
}

/// The map without those who are gone.
fn without(map: &OwnerMap, gone: &[Gap]) -> OwnerMap {
    let gone: BTreeSet<&Person> = gone
        .iter()
        .filter_map(|gap| if let Gap::PersonGone { who, .. } = gap { Some(who) } else { None })
        .collect();
    let mut map = map.clone();
    let keep = |contacts: &mut Vec<Contact>| contacts.retain(|one| !gone.contains(&one.person()));
    keep(&mut map.ccoe.settings.contacts);
    map.change(|companies| {
        for company in companies {
            keep(&mut company.settings.contacts);
            company.ous.values_mut().for_each(|one| keep(&mut one.contacts));
            company.environments.values_mut().for_each(|one| keep(&mut one.contacts));
            for account in &mut company.accounts {
                keep(&mut account.settings.contacts);
                account.tags.iter_mut().for_each(|one| keep(&mut one.settings.contacts));
            }
        }
    });
    map
}
