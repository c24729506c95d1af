//! What the units above an account say of it: whose it is, and whether it is production.

use std::collections::HashMap;

use crate::domain::{CompanyId, Environment, OrgAccount, OrgUnit, Organization, OwnerMap, Said};

/// The organization's units with the companies that they belong to.
pub struct Tree<'a> {
    paths: HashMap<&'a str, Vec<&'a OrgUnit>>,
    companies: HashMap<&'a str, &'a CompanyId>,
}

/// Where an account is.
#[derive(Debug, Clone, Default)]
pub struct Place<'a> {
    /// The units' names from the root down, and the id of the last.
    pub path: Option<String>,
    /// The company of the nearest unit that is one's.
    pub company: Option<&'a CompanyId>,
    /// As the nearest unit says that says any.
    pub environment: Option<Environment>,
}

impl<'a> Tree<'a> {
    pub fn new(map: &'a OwnerMap, organization: &'a Organization) -> Self {
        let companies = map.companies().iter().flat_map(|company| {
            company.organizational_units.iter().map(|unit| (unit.as_str(), &company.id))
        });
        Self { paths: organization.paths(), companies: companies.collect() }
    }

    pub fn has(&self, unit: &str) -> bool {
        self.paths.contains_key(unit)
    }

    pub fn place(&self, account: &OrgAccount) -> Place<'a> {
        let path = account.parent.as_deref().and_then(|parent| self.paths.get(parent));
        let Some(path) = path else { return Place::default() };
        let names: Vec<&str> = path.iter().rev().map(|unit| unit.name.as_str()).collect();
        let last = path.first().map_or("", |unit| unit.id.as_str());
        let company = path.iter().find_map(|unit| self.companies.get(unit.id.as_str()));
        Place {
            path: Some(format!("{} ({last})", names.join(" / "))),
            company: company.copied(),
            environment: match path.iter().find_map(|unit| Said::by(&unit.name)) {
                Some(Said::One(environment)) => Some(environment),
                Some(Said::Another) | None => None,
            },
        }
    }
}
