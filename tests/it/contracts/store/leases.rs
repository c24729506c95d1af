//! Who may drive a workspace, and what may begin.

use std::time::Duration;

use monban::{
    domain::{EntryState, TeamId},
    ports::{Claimed, Fault, Leased, Settled, Store},
};

use super::samples::{at, lane, lease, ours, queue, team, tell};

const LENGTH: Duration = Duration::from_secs(30);

async fn take(store: &dyn Store, holder: &str, seconds: u64) -> Option<Claimed> {
    ours(store.lease(&team(), holder, at(seconds), LENGTH).await.unwrap())
}

pub async fn a_lease_is_held_by_one(store: &dyn Store) {
    let first = take(store, "one", 0).await.expect("nobody holds it");
    assert_eq!((first.until, first.holder.as_str()), (at(30), "one"));
    assert_eq!(take(store, "two", 0).await, None);
    assert_eq!(take(store, "two", 29).await, None, "until its last moment");
    let longer = take(store, "one", 20).await.expect("its holder extends it");
    assert_eq!((longer.until, longer.fence), (at(50), first.fence));
    assert_eq!(take(store, "two", 49).await, None);
    let other = store.lease(&TeamId::new("T2"), "two", at(0), LENGTH).await.unwrap();
    assert!(ours(other).is_some(), "another workspace is another lease");
}

pub async fn who_waits_for_a_lease_is_told_until_when(store: &dyn Store) {
    take(store, "one", 0).await.expect("nobody holds it");
    for seconds in [0, 29] {
        let theirs = store.lease(&team(), "two", at(seconds), LENGTH).await.unwrap();
        assert_eq!(theirs, Leased::Theirs { until: at(30) });
    }
    take(store, "one", 20).await.expect("its holder extends it");
    let theirs = store.lease(&team(), "two", at(30), LENGTH).await.unwrap();
    assert_eq!(theirs, Leased::Theirs { until: at(50) });
}

pub async fn a_lease_given_up_is_free_at_once(store: &dyn Store) {
    let first = take(store, "one", 0).await.unwrap();
    let stranger = Claimed { holder: "two".into(), ..first.clone() };
    store.give_up(&stranger).await.unwrap();
    assert_eq!(take(store, "two", 1).await, None, "only its holder can give it up");
    store.give_up(&first).await.unwrap();
    let second = take(store, "two", 1).await.expect("it is free");
    assert!(second.fence > first.fence);
    // Too late: it changes nothing.
    store.give_up(&first).await.unwrap();
    assert_eq!(take(store, "three", 2).await, None);
}

pub async fn a_store_that_works_is_ready(store: &dyn Store) {
    let before = store.summary().await.unwrap();
    store.ready().await.unwrap();
    store.ready().await.unwrap();
    assert_eq!(store.summary().await.unwrap(), before, "nobody sees that it was tried");
}

pub async fn a_lease_that_ended_changes_its_fence(store: &dyn Store) {
    let first = take(store, "one", 0).await.unwrap();
    let second = take(store, "two", 30).await.expect("it has ended");
    assert!(second.fence > first.fence);
    assert_eq!(take(store, "one", 31).await, None);
    let again = take(store, "two", 60).await.expect("it has ended");
    assert!(again.fence > second.fence, "even to the same holder: work may be late");
}

pub async fn nothing_begins_without_the_lease(store: &dyn Store) {
    let entry = tell("bucket", "C1", 2, at(0));
    queue(store, "one", vec![entry.clone()]).await;
    let first = take(store, "one", 0).await.unwrap();
    let forged = [
        Claimed { fence: first.fence + 1, ..first.clone() },
        Claimed { holder: "two".into(), ..first.clone() },
        Claimed { team: TeamId::new("T2"), ..first.clone() },
    ];
    let refused = |lease: Claimed, seconds| {
        let entry = entry.clone();
        async move {
            let begun = store.begin(&lease, &entry, at(seconds), at(seconds + 10)).await;
            assert_eq!(begun.unwrap_err().fault, Fault::Conflict, "{lease:?}");
        }
    };
    for lease in forged {
        refused(lease, 1).await;
    }
    // The end counts by the store's record, whatever the holder believes.
    refused(Claimed { until: at(999), ..first.clone() }, 30).await;
    let second = take(store, "two", 30).await.unwrap();
    refused(first, 31).await;
    assert_eq!(store.entry(&team(), &entry.id).await.unwrap(), Some(entry.clone()), "untouched");
    store.begin(&second, &entry, at(31), at(41)).await.unwrap();
}

pub async fn only_a_ready_entry_begins(store: &dyn Store) {
    let entry = tell("bucket", "C1", 2, at(0));
    let lease = lease(store).await;
    let unknown = store.begin(&lease, &entry, at(1), at(11)).await;
    assert_eq!(unknown.unwrap_err().fault, Fault::Conflict);
    queue(store, "one", vec![entry.clone()]).await;
    let sending = store.begin(&lease, &entry, at(1), at(11)).await.unwrap();
    for step in [
        None,
        Some(Settled::InDoubt { started: at(1), looks: 0, due: at(11) }),
        Some(Settled::Done { delivery: None, follow: vec![] }),
    ] {
        if let Some(outcome) = step {
            store.settle(&lease, &sending, at(2), &outcome).await.unwrap();
        }
        let again = store.begin(&lease, &entry, at(2), at(12)).await;
        assert_eq!(again.unwrap_err().fault, Fault::Conflict);
    }
}

pub async fn a_started_entry_is_due_at_its_deadline(store: &dyn Store) {
    let entry = tell("bucket", "C1", 2, at(0));
    queue(store, "one", vec![entry.clone()]).await;
    let lease = lease(store).await;
    let sending = store.begin(&lease, &entry, at(1), at(11)).await.unwrap();
    assert_eq!(sending.state, EntryState::Sending { started: at(1), deadline: at(11) });
    assert_eq!((sending.attempts, sending.generation), (1, 1));
    assert_eq!(store.entry(&team(), &entry.id).await.unwrap(), Some(sending.clone()));
    assert_eq!(store.due(&lane("C1"), at(10), 9).await.unwrap(), []);
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), Some(at(11)));
    assert_eq!(store.due(&lane("C1"), at(11), 9).await.unwrap(), std::slice::from_ref(&sending));
    // Asked for anew meanwhile: what is on the wire stays so.
    queue(store, "two", vec![tell("bucket", "C1", 0, at(3))]).await;
    let asked = store.entry(&team(), &entry.id).await.unwrap().unwrap();
    assert_eq!((&asked.state, asked.due), (&sending.state, at(11)));
    assert_eq!(asked.generation, 2);
}
