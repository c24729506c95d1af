//! What the CCoE does with the owner map from the chat service.

use super::{Desk, Outcome, said};
use crate::{
    decide::{self, AssignOwner, AssignRefused, Input},
    domain::{
        AccountId, AccountRecord, Ask, Company, Environment, Gap, OwnerMap, Placement, Refusal,
        Said, ViewId,
    },
    flow::morning::{unmapped, unmapped_accounts},
    owners,
    ports::{Owners, PortResult},
    render::{self, Done, Picks, Reader},
};

impl Desk {
    /// What is wrong with the map: what it says by itself now, and what the last morning round
    /// heard of channels and people.
    pub(super) async fn gaps(&self, ask: &Ask, reader: &Reader) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        if let Err(refusal) = decide::may_for_group(&owners.map, &ask.who, now) {
            return Ok(self.refused(ask, reader, &refusal));
        }
        let day = owners.map.group_day(now);
        let mut gaps = unmapped(self.parts.store.as_ref(), &owners.map).await?;
        gaps.extend(owners::gaps(&owners.map, day));
        let mut health = self.parts.store.health(&decide::health_id(day)).await?;
        if health.is_none()
            && let Ok(before) = day.yesterday()
        {
            health = self.parts.store.health(&decide::health_id(before)).await?;
        }
        let heard = health.into_iter().flat_map(|one| one.gaps);
        gaps.extend(heard.filter(|gap| match gap {
            Gap::Channel { .. } | Gap::PersonGone { .. } => true,
            Gap::Unmapped { .. }
            | Gap::SharedChannel { .. }
            | Gap::TooFewApprovers { .. }
            | Gap::NoSecurityLead { .. }
            | Gap::PartnerOver { .. }
            | Gap::PartnerEndsSoon { .. }
            | Gap::SponsorDecidesNothing { .. }
            | Gap::HolidaysEnd { .. }
            | Gap::InBaseline { .. }
            | Gap::UnusedOu { .. }
            | Gap::RouteWithoutAccount { .. } => false,
        }));
        gaps.sort_by_key(Gap::rank);
        let page = render::gaps(&self.parts.words, reader, &gaps);
        self.present(ask, reader, page).await
    }

    /// A form to say who answers for an account.
    pub(super) async fn choose_owner(
        &self,
        ask: &Ask,
        reader: &Reader,
        account: &AccountId,
    ) -> PortResult<Outcome> {
        let Some(view) = self.opened(ask, reader).await? else {
            return Ok(self.refused(ask, reader, &Refusal::Unavailable));
        };
        let filled = self.owner_form(ask, reader, account, &view).await;
        self.filled(ask, reader, &view, filled).await
    }

    async fn owner_form(
        &self,
        ask: &Ask,
        reader: &Reader,
        account: &AccountId,
        view: &ViewId,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        if let Err(refusal) = decide::may_for_group(&owners.map, &ask.who, now) {
            return self.refuse_in(ask, reader, view, &refusal).await;
        }
        if let Placement::Owned(company, _) = owners.map.place(account) {
            let refusal = Refusal::Owned { company: company.name.clone() };
            return self.refuse_in(ask, reader, view, &refusal).await;
        }
        let record = self.parts.store.account(account).await?;
        let suggested = Suggested::by(record.as_ref(), &owners.map);
        let all = owners.map.companies().iter();
        let picks = Picks {
            all: all.map(|one| (one.id.to_string(), one.name.clone())).collect(),
            first: suggested.company.map(|company| company.id.to_string()),
        };
        let name = record.and_then(|record| record.name).unwrap_or_default();
        let words = &self.parts.words;
        let environment = suggested.environment;
        let form = render::owner_form(words, reader, account, &picks, environment, &name);
        self.parts.people.refill(&ask.team, view, &form).await?;
        Ok(Outcome::Shown)
    }

    /// Says who answers for an account.
    pub(super) async fn assign_owner(
        &self,
        ask: &Ask,
        reader: &Reader,
        asked: AssignOwner,
    ) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let done = Done::Owner {
            account: asked.account.clone(),
            company: name_of(&owners, &asked).to_owned(),
        };
        let (account, company) = (asked.account.clone(), asked.company.clone());
        let decided = self.parts.gate.handle(&ask.id, &Input::AssignOwner(Box::new(asked))).await?;
        let Some(refused) = AssignRefused::of(&decided.action) else {
            return Ok(said(reader, render::done(&self.parts.words, reader, &done)));
        };
        let refusal = match refused {
            AssignRefused::NotCcoe => {
                let now = self.parts.clock.now();
                match decide::may_for_group(&owners.map, &ask.who, now) {
                    Err(refusal) => refusal,
                    // The rights changed this very moment.
                    Ok(_) => Refusal::Unavailable,
                }
            }
            AssignRefused::UnknownCompany => Refusal::NoCompany(company),
            AssignRefused::NoAccount => Refusal::NoAccount(account),
            AssignRefused::OwnedByAnother => {
                let company = match self.map().await?.map.place(&account) {
                    Placement::Owned(company, _) => company.name.clone(),
                    Placement::Unowned => String::new(),
                };
                Refusal::Owned { company }
            }
        };
        Ok(self.refused(ask, reader, &refusal))
    }

    /// Accounts without owner, with their open problems; those with most of them first.
    pub(super) async fn unowned(&self, owners: &Owners) -> PortResult<Vec<(AccountId, usize)>> {
        let mut found = unmapped_accounts(self.parts.store.as_ref(), &owners.map).await?;
        found.sort_by_key(|(_, open)| std::cmp::Reverse(*open));
        Ok(found.into_iter().map(|(record, open)| (record.account, open)).collect())
    }
}

fn name_of<'a>(owners: &'a Owners, asked: &'a AssignOwner) -> &'a str {
    let mut companies = owners.map.companies().iter();
    let company = companies.find(|one| one.id == asked.company);
    company.map_or(asked.company.as_str(), |company| &company.name)
}

/// What AWS said of the account suggests an owner; a person decides.
struct Suggested<'a> {
    company: Option<&'a Company>,
    environment: Option<Environment>,
}

impl<'a> Suggested<'a> {
    fn by(record: Option<&AccountRecord>, map: &'a OwnerMap) -> Self {
        let unit = record.and_then(|record| record.unit.as_ref());
        let company = unit.and_then(|unit| {
            let mut companies = map.companies().iter();
            companies.find(|company| company.organizational_units.contains(&unit.id))
        });
        let said = unit.and_then(|unit| Said::by(unit.name.as_deref()?));
        let environment = match said {
            Some(Said::One(environment)) => Some(environment),
            Some(Said::Another) | None => None,
        };
        Self { company, environment }
    }
}
