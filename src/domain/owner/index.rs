//! Finding an account without going through all of them.

use std::{collections::HashMap, sync::OnceLock};

use super::{Account, AccountId, Company};

/// Where each account stands: company and account by their places. It is made when it is first
/// asked for, and belongs to one map: a copy makes its own.
#[derive(Debug, Default)]
pub(super) struct Index(OnceLock<HashMap<AccountId, (usize, usize)>>);

impl Index {
    pub fn find<'a>(
        &self,
        companies: &'a [Company],
        account: &AccountId,
    ) -> Option<(&'a Company, &'a Account)> {
        let index = self.0.get_or_init(|| {
            let mut index = HashMap::new();
            for (at, company) in companies.iter().enumerate() {
                for (place, account) in company.accounts.iter().enumerate() {
                    // A checked map has each once; otherwise the first counts.
                    index.entry(account.id.clone()).or_insert((at, place));
                }
            }
            index
        });
        let (at, place) = *index.get(account)?;
        let company = companies.get(at)?;
        Some((company, company.accounts.get(place)?))
    }
}

impl Clone for Index {
    /// The copy's companies may be changed before it is asked.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Index {
    /// It says nothing that the companies do not say.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}
