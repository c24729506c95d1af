//! AWS Organizations, read as a whole.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use aws_sdk_organizations::{
    Client,
    config::{Builder, retry::RetryConfig, timeout::TimeoutConfig},
    types::{Account, AccountState, AccountStatus},
};

use super::aws::{AGAIN, Aws, port_error};
use crate::domain::{AccountId, OrgAccount, OrgUnit, Organization, Standing};

/// Organizations takes few calls a second, and those of everybody in the organization count:
/// more attempts than elsewhere, and the time for them. Nobody waits for it but a command line.
const ATTEMPTS: u32 = 6;
const OPERATION: Duration = Duration::from_mins(1);
/// Its one Region in the `aws` partition, if the machine has none.
const HOME: &str = "us-east-1";

/// Reads the organization that the credentials belong to.
pub struct AwsOrganizations {
    client: Client,
}

impl AwsOrganizations {
    /// A client of this account.
    pub fn new(aws: &Aws) -> Self {
        let timeouts = aws.config.timeout_config().map(TimeoutConfig::to_builder);
        let timeouts = timeouts.unwrap_or_default().operation_timeout(OPERATION).build();
        let mut builder = Builder::from(&aws.config)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .interceptor(aws.calls.clone());
        if aws.region().is_none() {
            builder = builder.region(aws_sdk_organizations::config::Region::new(HOME));
        }
        Self { client: Client::from_conf(builder.build()) }
    }

    /// The tree of units and all accounts. Nothing is told of one that can't be read whole.
    ///
    /// # Errors
    /// One sentence: what can't be read, and why.
    pub async fn read(&self) -> Result<Organization, String> {
        // The list comes first and decides which accounts there are: one that moves while the
        // tree is read may be in no unit's list, and must not be taken for gone.
        let mut accounts = self.accounts().await?;
        let mut ous = self.roots().await?;
        let mut parents = HashMap::new();
        let mut open: VecDeque<String> = ous.iter().map(|root| root.id.clone()).collect();
        while let Some(parent) = open.pop_front() {
            for account in self.accounts_in(&parent).await? {
                parents.insert(account, parent.clone());
            }
            let below = self.units_in(&parent).await?;
            open.extend(below.iter().map(|unit| unit.id.clone()));
            ous.extend(below);
        }
        for account in &mut accounts {
            account.parent = parents.remove(account.id.as_str());
        }
        Ok(Organization { ous, accounts })
    }

    async fn accounts(&self) -> Result<Vec<OrgAccount>, String> {
        let mut pages = self.client.list_accounts().into_paginator().send();
        let mut accounts = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| port_error("the accounts", &error, AGAIN).to_string())?;
            for account in page.accounts() {
                accounts.push(read(account)?);
            }
        }
        Ok(accounts)
    }

    async fn roots(&self) -> Result<Vec<OrgUnit>, String> {
        let mut pages = self.client.list_roots().into_paginator().send();
        let mut roots = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| port_error("the root", &error, AGAIN).to_string())?;
            for root in page.roots() {
                roots.push(unit(root.id(), root.name(), None)?);
            }
        }
        Ok(roots)
    }

    async fn units_in(&self, parent: &str) -> Result<Vec<OrgUnit>, String> {
        let what = format!("the units in {parent}");
        let call = self.client.list_organizational_units_for_parent().parent_id(parent);
        let mut pages = call.into_paginator().send();
        let mut units = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| port_error(&what, &error, AGAIN).to_string())?;
            for one in page.organizational_units() {
                units.push(unit(one.id(), one.name(), Some(parent))?);
            }
        }
        Ok(units)
    }

    /// The ids of the accounts directly in it.
    async fn accounts_in(&self, parent: &str) -> Result<Vec<String>, String> {
        let what = format!("the accounts in {parent}");
        let call = self.client.list_accounts_for_parent().parent_id(parent);
        let mut pages = call.into_paginator().send();
        let mut accounts = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| port_error(&what, &error, AGAIN).to_string())?;
            accounts.extend(page.accounts().iter().filter_map(|one| one.id().map(str::to_owned)));
        }
        Ok(accounts)
    }
}

fn unit(id: Option<&str>, name: Option<&str>, parent: Option<&str>) -> Result<OrgUnit, String> {
    let id = id.ok_or("AWS Organizations tells a unit without an id")?;
    let name = name.unwrap_or(id).to_owned();
    Ok(OrgUnit { id: id.to_owned(), name, parent: parent.map(str::to_owned) })
}

fn read(account: &Account) -> Result<OrgAccount, String> {
    let id = account.id().ok_or("AWS Organizations tells an account without an id")?;
    Ok(OrgAccount {
        id: AccountId::new(id),
        name: account.name().unwrap_or_default().to_owned(),
        standing: standing(account),
        parent: None,
    })
}

/// `State` takes the place of `Status`, which AWS stops telling. A word that this build does not
/// know closes no account: its alerts would lose their owner.
fn standing(account: &Account) -> Standing {
    match (account.state(), account.status()) {
        (Some(AccountState::Closed), _) => Standing::Closed,
        (Some(AccountState::Suspended), _) | (None, Some(AccountStatus::Suspended)) => {
            Standing::Suspended
        }
        (Some(AccountState::PendingClosure), _) | (None, Some(AccountStatus::PendingClosure)) => {
            Standing::Closing
        }
        (Some(_) | None, _) => Standing::Open,
    }
}

#[test]
fn only_a_known_word_closes_an_account() {
    let of = |state: Option<&str>, status: Option<&str>| {
        let account = Account::builder()
            .set_state(state.map(AccountState::from))
            .set_status(status.map(AccountStatus::from));
        standing(&account.build())
    };
    for (state, status, stands) in [
        (Some("ACTIVE"), Some("ACTIVE"), Standing::Open),
        (Some("PENDING_ACTIVATION"), None, Standing::Open),
        (Some("SUSPENDED"), None, Standing::Suspended),
        (Some("PENDING_CLOSURE"), Some("ACTIVE"), Standing::Closing),
        (Some("CLOSED"), Some("SUSPENDED"), Standing::Closed),
        (Some("HIBERNATING"), Some("SUSPENDED"), Standing::Open),
        (None, Some("SUSPENDED"), Standing::Suspended),
        (None, Some("PENDING_CLOSURE"), Standing::Closing),
        (None, Some("ACTIVE"), Standing::Open),
        (None, None, Standing::Open),
    ] {
        assert_eq!(of(state, status), stands, "{state:?} {status:?}");
    }
}
