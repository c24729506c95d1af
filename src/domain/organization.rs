//! What AWS Organizations knows: the tree of units, and the accounts in it.

use std::collections::HashMap;

use super::AccountId;

/// An organization at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// The root and all units below it.
    pub ous: Vec<OrgUnit>,
    /// All accounts, closed ones as long as AWS lists them.
    pub accounts: Vec<OrgAccount>,
}

/// The root, or an organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgUnit {
    /// `ou-...`, the root `r-...`.
    pub id: String,
    /// As people named it.
    pub name: String,
    /// The unit above; the root has none.
    pub parent: Option<String>,
}

/// An account of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgAccount {
    /// 12 digits.
    pub id: AccountId,
    /// As people named it.
    pub name: String,
    /// Whether it is in use.
    pub standing: Standing,
    /// The unit that holds it; none if it moved while the tree was read.
    pub parent: Option<String>,
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is, or will be soon.
    Open,
    /// It is being closed.
    Closing,
    /// AWS suspended it: closed, to be removed within 90 days.
    Suspended,
    /// It is closed.
    Closed,
}

impl Organization {
    /// The units that hold each unit's content: itself first, the root last.
    pub fn paths(&self) -> HashMap<&str, Vec<&OrgUnit>> {
        let by_id: HashMap<&str, &OrgUnit> =
            self.ous.iter().map(|unit| (unit.id.as_str(), unit)).collect();
        let path = |unit: &OrgUnit| {
            let mut path: Vec<&OrgUnit> = Vec::new();
            let mut next = Some(unit.id.as_str());
            // No tree is deeper than it has units: a ring, which AWS never tells, ends as well.
            while let Some(unit) = next.and_then(|id| by_id.get(id))
                && path.len() < self.ous.len()
            {
                path.push(unit);
                next = unit.parent.as_deref();
            }
            path
        };
        self.ous.iter().map(|unit| (unit.id.as_str(), path(unit))).collect()
    }
}
