//! The store port's promises.

mod accounts;
mod briefs;
mod commits;
mod entries;
mod leases;
mod records;
pub mod samples;
mod settling;

use std::{any::Any, sync::Arc};

use monban::ports::Store;

/// A fresh, empty store, with whatever must live as long as it does.
pub struct Fresh {
    pub store: Arc<dyn Store>,
    pub keep: Box<dyn Any + Send>,
}

/// One test a promise: `suite!(name, factory)` makes a module of them.
macro_rules! suite {
    ($adapter:ident, $fresh:expr) => {
        mod $adapter {
            use $crate::contracts::store::{cases, Fresh};
            use super::*;
            $crate::contracts::store::each!($fresh,
                unknown_states_are_absent
                a_state_is_written_on_its_revision
                a_commit_is_whole
                a_repeated_input_gets_the_first_answer
                a_commit_on_an_old_version_changes_nothing
                a_commit_with_a_moved_state_changes_nothing
                a_commit_with_a_known_audit_version_changes_nothing
                a_commit_takes_25_items_and_no_more
                an_entry_asked_again_is_the_sooner_of_both
                an_entry_asked_again_in_one_commit_is_one
                a_sent_tell_is_never_sent_again
                a_dead_show_comes_back_and_a_dead_tell_does_not
                due_entries_come_by_class_time_and_id
                lanes_and_next_due_are_of_one_workspace
                a_lease_is_held_by_one
                a_lease_that_ended_changes_its_fence
                who_waits_for_a_lease_is_told_until_when
                a_lease_given_up_is_free_at_once
                a_store_that_works_is_ready
                nothing_begins_without_the_lease
                only_a_ready_entry_begins
                a_started_entry_is_due_at_its_deadline
                done_is_remembered_for_a_tell_and_forgotten_for_a_show
                a_date_is_remembered_and_holds_nothing_up
                a_show_asked_again_meanwhile_stays_queued
                what_follows_is_queued
                later_comes_later
                later_is_no_later_than_what_was_asked_meanwhile
                in_doubt_counts_its_looks
                after_raises_what_it_waits_for
                replace_names_the_new_card
                dead_is_over
                a_settled_entry_settles_once
                nothing_settles_without_the_lease
                a_card_is_found_by_episode_and_lane
                owner_maps_are_numbered_and_audited
                quarantine_keeps_the_same_once
                large_raw_bytes_are_kept
                open_alerts_are_listed_most_severe_first_then_oldest
                an_open_alert_leaves_the_list_when_it_is_over
                an_account_has_one_record_with_versions
                a_morning_is_kept_once
                a_map_decided_on_is_answered_once
                the_summary_counts
                the_sweep_forgets_what_is_over
                a_person_decides_under_the_newest_map_only
                a_persons_wishes_are_kept
            );
        }
    };
}

macro_rules! each {
    ($fresh:expr, $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            let Some(Fresh { store, keep }) = $fresh else { return };
            cases::$case(store.as_ref()).await;
            drop(store);
            drop(keep);
        }
    )*};
}

pub(super) use {each, suite};

/// The promises by name.
pub mod cases {
    pub use super::{
        accounts::*, briefs::*, commits::*, entries::*, leases::*, records::*, settling::*,
    };
}
