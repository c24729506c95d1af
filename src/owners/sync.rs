//! The owner map brought up to date from AWS Organizations: whose an account is follows from the
//! units above it.
//!
//! Nothing is guessed. What the units do not say stays as it is in the map, and is told.

mod tree;

use std::collections::HashMap;

use self::tree::{Place, Tree};
use super::Problem;
use crate::domain::{
    Account, AccountId, Company, Environment, OrgAccount, Organization, OwnerMap, Settings, Stage,
    Standing,
};

/// Why a new account is in baseline.
const NEW: &str = "new in the organization: its stock is being taken";

/// The map as the organization has it, and what was seen on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// The new map.
    pub map: OwnerMap,
    /// What was seen, and why the map changes: account by account.
    pub seen: Vec<Seen>,
}

/// Something the CCoE must see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Of an account.
    Account {
        /// Which.
        id: AccountId,
        /// Its name in the organization; one that left it has the map's.
        name: String,
        /// What.
        what: What,
    },
    /// A company's unit is not in the organization.
    UnitGone {
        /// The company's id.
        company: String,
        /// The unit's id.
        unit: String,
    },
}

/// What was seen of an account. A `path` names the units from the root down to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new in a company's unit: it begins in baseline.
    Added {
        /// The company's id.
        company: String,
        /// As a unit above it says.
        environment: Environment,
        /// Where it is.
        path: String,
    },
    /// Its unit is another company's.
    Moved {
        /// The company that had it.
        from: String,
        /// The company whose unit it is in.
        to: String,
        /// Where it is.
        path: String,
        /// The level of the old company that it loses: the new one has none of this name.
        lost_ou: Option<String>,
        /// Whether the old company wrote something for this account, which is dropped.
        lost_settings: bool,
    },
    /// It has another name.
    Renamed {
        /// The name the map had.
        from: String,
    },
    /// Its units say another environment.
    Environment {
        /// What the map had.
        from: Environment,
        /// What they say.
        to: Environment,
        /// Where it is.
        path: String,
    },
    /// AWS says that it is closed, or on its way there: it leaves the map.
    Ended {
        /// The company that had it.
        company: String,
        /// What AWS says.
        standing: Standing,
    },
    /// It is not in the organization. It stays in the map: it may have been invited away and still
    /// be the company's, or the answer may be of another organization.
    Missing {
        /// The company that has it.
        company: String,
    },
    /// No unit above it says whether it is production or development.
    EnvironmentUnknown {
        /// The company whose unit it is in.
        company: String,
        /// What the map says and keeps; none: it is new, and is not added.
        kept: Option<Environment>,
        /// Where it is.
        path: String,
    },
    /// It is in no company's unit; in the map it stays as it is.
    Unassigned {
        /// The company that has it in the map.
        company: Option<String>,
        /// Where it is; none if it moved while the organization was read.
        path: Option<String>,
    },
}

/// The map with what the organization says.
///
/// # Errors
/// The organization is another one than the map's: it has none of its accounts.
pub fn with_organization(map: &OwnerMap, organization: &Organization) -> Result<Synced, Problem> {
    let tree = Tree::new(map, organization);
    let mapped = || map.companies().iter().flat_map(|company| &company.accounts);
    let known = |account: &OrgAccount| mapped().any(|one| one.id == account.id);
    if mapped().next().is_some() && !organization.accounts.iter().any(known) {
        return Err(Problem {
            key: "(organization)".to_owned(),
            what: "has none of the accounts in the owner map".to_owned(),
            mend: "Look at whose credentials these are: it seems to be another organization"
                .to_owned(),
        });
    }
    let mut seen = units_gone(map, &tree);
    let mut map = map.clone();
    let mut accounts: Vec<&OrgAccount> = organization.accounts.iter().collect();
    accounts.sort_by(|one, two| one.id.cmp(&two.id));
    map.change(|companies| {
        ended(companies, organization, &mut seen);
        for account in accounts.into_iter().filter(|one| one.standing == Standing::Open) {
            let what = place(companies, account, &tree.place(account));
            let of = |what| Seen::Account { id: account.id.clone(), name: named(account), what };
            seen.extend(what.into_iter().map(of));
        }
    });
    Ok(Synced { map, seen })
}

fn units_gone(map: &OwnerMap, tree: &Tree<'_>) -> Vec<Seen> {
    let units = map.companies().iter().flat_map(|company| {
        company.organizational_units.iter().map(move |unit| (&company.id, unit))
    });
    units
        .filter(|(_, unit)| !tree.has(unit))
        .map(|(company, unit)| Seen::UnitGone { company: company.to_string(), unit: unit.clone() })
        .collect()
}

/// Takes out what AWS says is closed.
fn ended(companies: &mut [Company], organization: &Organization, seen: &mut Vec<Seen>) {
    let standing: HashMap<&AccountId, Standing> =
        organization.accounts.iter().map(|account| (&account.id, account.standing)).collect();
    for company in companies {
        let id = company.id.to_string();
        company.accounts.retain(|account| {
            let company = id.clone();
            let what = match standing.get(&account.id) {
                Some(Standing::Open) => return true,
                Some(standing) => What::Ended { company, standing: *standing },
                None => What::Missing { company },
            };
            let stays = matches!(what, What::Missing { .. });
            let (id, name) = (account.id.clone(), account.name.clone());
            seen.push(Seen::Account { id, name, what });
            stays
        });
    }
}

/// The map has no account without a name.
fn named(account: &OrgAccount) -> String {
    let name = account.name.trim();
    if name.is_empty() { account.id.to_string() } else { name.to_owned() }
}

/// Puts an account where its units say.
fn place(companies: &mut [Company], account: &OrgAccount, place: &Place<'_>) -> Vec<What> {
    let found = companies.iter().enumerate().find_map(|(at, company)| {
        Some((at, company.accounts.iter().position(|one| one.id == account.id)?))
    });
    let target = place.company.and_then(|id| companies.iter().position(|one| one.id == *id));
    let (Some(target), Some(path)) = (target, place.path.clone()) else {
        let company = found.map(|(at, _)| companies[at].id.to_string());
        return vec![What::Unassigned { company, path: place.path.clone() }];
    };
    if let Some(found) = found {
        return known(companies, found, target, account, place.environment, &path);
    }
    let company = companies[target].id.to_string();
    let Some(environment) = place.environment else {
        return vec![What::EnvironmentUnknown { company, kept: None, path }];
    };
    companies[target].accounts.push(Account {
        id: account.id.clone(),
        name: named(account),
        environment,
        ou: None,
        stage: Stage::Baseline,
        baseline_until: None,
        stage_reason: Some(NEW.to_owned()),
        settings: Settings::default(),
        tags: Vec::new(),
    });
    vec![What::Added { company, environment, path }]
}

/// An account of the map in a company's unit. Its stage stays as it is; what was written for it
/// stays as long as it is the same company's.
fn known(
    companies: &mut [Company],
    (from, at): (usize, usize),
    target: usize,
    account: &OrgAccount,
    environment: Option<Environment>,
    path: &str,
) -> Vec<What> {
    let mut seen = Vec::new();
    let path = || path.to_owned();
    let to = companies[target].id.to_string();
    let mut entry = companies[from].accounts[at].clone();
    let name = named(account);
    if entry.name != name {
        seen.push(What::Renamed { from: std::mem::replace(&mut entry.name, name) });
    }
    match environment {
        Some(environment) if environment != entry.environment => {
            let was = std::mem::replace(&mut entry.environment, environment);
            seen.push(What::Environment { from: was, to: environment, path: path() });
        }
        Some(_) => {}
        None => seen.push(What::EnvironmentUnknown {
            company: to.clone(),
            kept: Some(entry.environment),
            path: path(),
        }),
    }
    if from == target {
        companies[from].accounts[at] = entry;
        return seen;
    }
    companies[from].accounts.remove(at);
    let lost_settings = entry.settings != Settings::default() || !entry.tags.is_empty();
    let lost_ou = entry.hand_over(&companies[target]);
    companies[target].accounts.push(entry);
    let from = companies[from].id.to_string();
    seen.push(What::Moved { from, to, path: path(), lost_ou, lost_settings });
    seen
}
