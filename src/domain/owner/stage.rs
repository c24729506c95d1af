//! Whether an account's problems are told as they come: derived from now, never stored.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{super::AccountId, Account, OwnerMap, Placement, Stage};

impl Account {
    /// Its stage on a day of its own zone: baseline ends by itself after its last day.
    pub fn stage_on(&self, today: Date) -> Stage {
        match (self.stage, self.baseline_until) {
            (Stage::Baseline, Some(until)) if today > until => Stage::Live,
            (stage, _) => stage,
        }
    }
}

impl OwnerMap {
    /// The account's stage at this moment, in its own time zone.
    pub fn stage(&self, account: &AccountId, now: Timestamp) -> Stage {
        match self.place(account) {
            // Most accounts have no date; then no zone need be looked up.
            Placement::Owned(_, one) if one.baseline_until.is_none() => one.stage,
            Placement::Owned(_, one) => {
                let zone = self.resolve(account, &std::collections::BTreeMap::new());
                let zone = zone.receiver(None).time_zone;
                let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
                one.stage_on(now.to_zoned_datetime(zone).date())
            }
            Placement::Unowned => self.ccoe.unknown_accounts.unwrap_or(Stage::Baseline),
        }
    }

    /// Today in the CCoE's zone.
    pub fn group_day(&self, now: Timestamp) -> Date {
        let zone = TimeZone::get(&self.ccoe_receiver().time_zone).unwrap_or(TimeZone::UTC);
        now.to_zoned_datetime(zone).date()
    }
}
