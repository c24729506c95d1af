//! What a person, a sheet or an event of AWS says of one account, put into the map.

use jiff::civil::Date;

use super::{
    super::{AccountId, CompanyId},
    Account, Environment, OwnerMap, Settings, Stage,
};

/// What is said of an account; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The account.
    pub account: AccountId,
    /// The company that answers from now on.
    pub company: Option<CompanyId>,
    /// Production or development.
    pub environment: Option<Environment>,
    /// Live or baseline.
    pub stage: Option<Stage>,
    /// The last day of baseline.
    pub baseline_until: Option<Date>,
    /// Why it is in its stage.
    pub reason: Option<String>,
    /// The level of an organizational unit, one of the company's `ous`.
    pub ou: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl Assignment {
    /// Nothing is said yet.
    pub const fn of(account: AccountId) -> Self {
        Self {
            account,
            company: None,
            environment: None,
            stage: None,
            baseline_until: None,
            reason: None,
            ou: None,
            name: None,
        }
    }
}

/// Why what is said can't be put into the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassignable {
    /// The map has no such company.
    UnknownCompany,
    /// The account is in no company, and none is said.
    NoCompany,
    /// The account is new, and its environment is not said.
    NoEnvironment,
    /// The company has no such `ou`.
    UnknownOu,
    /// A last day of baseline is said of an account that is live.
    UntilOfLive,
    /// An account in baseline has no reason, and none is said.
    NoReason,
}

impl OwnerMap {
    /// The map with what is said. One that comes from another company takes nothing of it along;
    /// one that is new begins in baseline unless it is said otherwise.
    ///
    /// # Errors
    /// What is missing or unknown.
    pub fn assigned(&self, said: &Assignment) -> Result<Self, Unassignable> {
        let place = self.companies.iter().enumerate().find_map(|(at, company)| {
            Some((at, company.accounts.iter().position(|one| one.id == said.account)?))
        });
        let target = match (&said.company, place) {
            (Some(id), _) => self.companies.iter().position(|one| one.id == *id),
            (None, Some((at, _))) => Some(at),
            (None, None) => return Err(Unassignable::NoCompany),
        };
        let target = target.ok_or(Unassignable::UnknownCompany)?;
        let known = place.and_then(|(at, n)| self.companies.get(at)?.accounts.get(n));
        let mut account = match known {
            Some(known) => known.clone(),
            None => fresh(said)?,
        };
        let moves = place.is_some_and(|(at, _)| at != target);
        let mut companies = self.companies.clone();
        let Some(company) = companies.get(target) else { return Err(Unassignable::UnknownCompany) };
        if moves {
            account.hand_over(company);
        }
        if let Some(ou) = &said.ou {
            if !company.ous.contains_key(ou) {
                return Err(Unassignable::UnknownOu);
            }
            account.ou = Some(ou.clone());
        }
        say(&mut account, said)?;
        if let Some((at, n)) = place.filter(|_| moves)
            && let Some(old) = companies.get_mut(at)
        {
            old.accounts.remove(n);
        }
        if let Some(company) = companies.get_mut(target) {
            match company.accounts.iter_mut().find(|one| one.id == account.id) {
                Some(known) => *known = account,
                None => company.accounts.push(account),
            }
        }
        let mut next = self.clone();
        next.change(|all| *all = companies);
        Ok(next)
    }
}

fn fresh(said: &Assignment) -> Result<Account, Unassignable> {
    Ok(Account {
        id: said.account.clone(),
        name: said.account.to_string(),
        environment: said.environment.ok_or(Unassignable::NoEnvironment)?,
        ou: None,
        stage: Stage::Baseline,
        baseline_until: None,
        stage_reason: None,
        settings: Settings::default(),
        tags: Vec::new(),
    })
}

fn say(account: &mut Account, said: &Assignment) -> Result<(), Unassignable> {
    if let Some(name) = said.name.as_ref().filter(|name| !name.trim().is_empty()) {
        name.trim().clone_into(&mut account.name);
    }
    account.environment = said.environment.unwrap_or(account.environment);
    if let Some(stage) = said.stage.filter(|stage| *stage != account.stage) {
        account.stage = stage;
        // What was written of the other stage does not count for this one.
        (account.stage_reason, account.baseline_until) = (None, None);
    }
    if said.reason.is_some() {
        account.stage_reason.clone_from(&said.reason);
    }
    if said.baseline_until.is_some() {
        account.baseline_until = said.baseline_until;
    }
    match account.stage {
        Stage::Live if account.baseline_until.is_some() => Err(Unassignable::UntilOfLive),
        Stage::Baseline if account.stage_reason.is_none() => Err(Unassignable::NoReason),
        Stage::Live | Stage::Baseline => Ok(()),
    }
}
