//! What an owner map lacks, though it can be read: companies that could not decide, people whose
//! time is over, accounts that stay in baseline.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};

use crate::domain::{
    Attribute, Company, Contact, Gap, Operator, OwnerMap, Person, Role, Settings, Stage,
};

/// Approvers that a company needs: one who asked must not be the one who decides.
const APPROVERS: usize = 2;
/// How many days before its end a partner's time is told.
const SOON_DAYS: i64 = 30;
/// How many days before they run out the known holidays are told of.
const HOLIDAYS_DAYS: i64 = 180;

/// Every gap on that day, the group's first, then company by company.
pub fn gaps(map: &OwnerMap, today: Date) -> Vec<Gap> {
    let holidays = holidays_end(map, today).map(|until| Gap::HolidaysEnd { until });
    let companies = map.companies().iter().flat_map(|one| of(one, today));
    let mut gaps: Vec<Gap> = holidays.into_iter().chain(companies).collect();
    gaps.extend(shared(map));
    gaps
}

/// Channels that two companies have, or that have one name in one workspace.
fn shared(map: &OwnerMap) -> Vec<Gap> {
    let mut known: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for company in map.companies() {
        let levels = company.levels();
        let named = levels.iter().flat_map(|(_, settings)| settings.channels());
        for channel in named.chain(company.routes.iter().map(|route| &route.channel)) {
            // A name may have been given to a channel by one of the two alone.
            let name = channel.name.as_deref().unwrap_or_else(|| channel.id.as_str());
            known.entry((channel.team.as_str(), name)).or_default().insert(company.id.as_str());
        }
    }
    let twice = known.into_iter().filter(|(_, companies)| companies.len() > 1);
    twice
        .map(|((_, name), companies)| Gap::SharedChannel {
            channel: name.to_owned(),
            companies: companies.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// The last day up to which the public holidays are known that business hours of the map leave
/// out, if that is less than 180 days ahead.
pub fn holidays_end(map: &OwnerMap, today: Date) -> Option<Date> {
    let levels = map.levels();
    let hours = levels.iter().filter_map(|(_, settings)| settings.business_hours.as_ref());
    let until = hours.filter_map(|hours| hours.holidays.last_known()).min()?;
    let warned = until.checked_sub(HOLIDAYS_DAYS.days()).unwrap_or(Date::MIN);
    (today > warned).then_some(until)
}

fn of(company: &Company, today: Date) -> Vec<Gap> {
    let id = company.id.to_string();
    let people = people(company);
    let deciding = |contact: &&Contact| {
        contact.has(Role::Approver, today) || contact.has(Role::SecurityLead, today)
    };
    let mut gaps = Vec::new();
    let live = people.values().filter(deciding).count();
    if live < APPROVERS {
        gaps.push(Gap::TooFewApprovers { company: id.clone(), live });
    }
    if !people.values().any(|contact| contact.has(Role::SecurityLead, today)) {
        gaps.push(Gap::NoSecurityLead { company: id.clone() });
    }
    for partner in people.values().filter(|contact| contact.roles.contains(&Role::Partner)) {
        let (company, name) = (id.clone(), partner.name.clone());
        if let Some(until) = partner.until {
            let soon = today.checked_add(SOON_DAYS.days()).unwrap_or(Date::MAX);
            if partner.is_over(today) {
                let (company, name) = (company.clone(), name.clone());
                gaps.push(Gap::PartnerOver { company, name, until });
            } else if until <= soon {
                let (company, name) = (company.clone(), name.clone());
                gaps.push(Gap::PartnerEndsSoon { company, name, until });
            }
        }
        let vouches = partner.sponsor.as_ref().and_then(|sponsor| people.get(sponsor));
        if !vouches.as_ref().is_some_and(deciding) {
            gaps.push(Gap::SponsorDecidesNothing { company, name });
        }
    }
    for account in &company.accounts {
        if account.stage_on(today) == Stage::Baseline {
            let reason = account.stage_reason.clone().unwrap_or_default();
            let until = account.baseline_until;
            gaps.push(Gap::InBaseline { account: account.id.clone(), reason, until });
        }
    }
    let unused = |ou: &&String| !company.accounts.iter().any(|one| one.ou.as_ref() == Some(*ou));
    let unused = company.ous.keys().filter(unused);
    gaps.extend(unused.map(|ou| Gap::UnusedOu { company: id.clone(), ou: ou.clone() }));
    gaps.extend(lost_routes(company));
    gaps
}

/// Routes that name an account which the company has not, or has no longer.
fn lost_routes(company: &Company) -> impl Iterator<Item = Gap> {
    let matchers =
        company.routes.iter().flat_map(|route| route.matchers.iter().map(move |one| (route, one)));
    let lost = matchers.filter(|(_, matcher)| {
        *matcher.attribute() == Attribute::Account
            && matches!(matcher.operator(), Operator::Is | Operator::IsNot)
            && !company.accounts.iter().any(|one| one.id.as_str() == matcher.value())
    });
    lost.map(|(route, matcher)| Gap::RouteWithoutAccount {
        company: company.id.to_string(),
        route: route.name.clone(),
        account: matcher.value().to_owned(),
    })
}

/// The company's people, each once. Who stands at a level below the company counts for it as well:
/// it could ask them.
fn people(company: &Company) -> BTreeMap<Person, Contact> {
    let accounts = company
        .accounts
        .iter()
        .flat_map(|one| std::iter::once(&one.settings).chain(one.tags.iter().map(|t| &t.settings)));
    let levels = std::iter::once(&company.settings)
        .chain(company.ous.values())
        .chain(company.environments.values())
        .chain(accounts);
    let mut people: BTreeMap<Person, Contact> = BTreeMap::new();
    for contact in levels.flat_map(|level: &Settings| &level.contacts) {
        let known = people.entry(contact.person()).or_insert_with(|| contact.clone());
        known.roles.extend(&contact.roles);
        known.until = known.until.or(contact.until);
        known.sponsor = known.sponsor.take().or_else(|| contact.sponsor.clone());
    }
    people
}
