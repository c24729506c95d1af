//! Lists of open alerts.

use monban::{
    domain::{AccountId, Alert, Brief, Cause, Lifecycle, Severity, Told},
    ports::{Committed, Store},
};

use super::samples::{alert, at, commit, lane};

fn account() -> AccountId {
    alert("any", 1).key.account
}

async fn store_one(store: &dyn Store, alert: Alert) {
    let input = format!("{}/{}", alert.id, alert.version);
    let committed = store.commit(&commit(&input, alert, vec![])).await.unwrap();
    assert_eq!(committed, Committed::Applied);
}

/// Lists may be a moment behind: this many.
async fn listed(store: &dyn Store, account: &AccountId, wanted: usize) -> Vec<Brief> {
    for _ in 0..200 {
        let found = store.open_alerts(account, 100).await.unwrap();
        if found.len() == wanted {
            return found;
        }
        tokio::task::yield_now().await;
    }
    panic!("not {wanted}: {:?}", store.open_alerts(account, 100).await)
}

pub async fn open_alerts_are_listed_most_severe_first_then_oldest(store: &dyn Store) {
    assert!(store.open_alerts(&account(), 10).await.unwrap().is_empty());
    let wanted = [
        ("c1", Severity::Critical, 50),
        ("c2", Severity::Critical, 51),
        ("h1", Severity::High, 9),
        ("h2", Severity::High, 100),
        ("m", Severity::Medium, 1),
        ("l", Severity::Low, 1),
        ("i", Severity::Informational, 0),
    ];
    for at_in in [4, 1, 6, 0, 3, 2, 5] {
        let (name, severity, seen) = wanted[at_in];
        store_one(store, Alert { severity, first_seen: at(seen), ..alert(name, 1) }).await;
    }
    let mut elsewhere = alert("elsewhere", 1);
    elsewhere.key.account = AccountId::new("999900001111");
    elsewhere.id = elsewhere.key.id();
    store_one(store, elsewhere.clone()).await;
    let found = listed(store, &account(), wanted.len()).await;
    let names: Vec<&str> = found.iter().map(|brief| brief.resource.as_str()).collect();
    assert_eq!(names, wanted.map(|(name, ..)| name));
    assert_eq!(found[3], Alert { first_seen: at(100), ..alert("h2", 1) }.brief());
    assert_eq!((found[0].told, &found[0].lanes), (Told::Yes, &vec![lane("C1")]));
    let first = store.open_alerts(&account(), 2).await.unwrap();
    assert_eq!(first, found[..2]);
    assert_eq!(listed(store, &elsewhere.key.account, 1).await, [elsewhere.brief()]);
}

pub async fn an_open_alert_leaves_the_list_when_it_is_over(store: &dyn Store) {
    let (one, other) = (alert("one", 1), alert("other", 1));
    store_one(store, one.clone()).await;
    store_one(store, other.clone()).await;
    listed(store, &account(), 2).await;
    let worse = Alert { version: 2, severity: Severity::Critical, ..other.clone() };
    store_one(store, worse.clone()).await;
    let lifecycle = Lifecycle::Resolved { since: at(0), at: at(9), cause: Cause::Passed };
    store_one(store, Alert { version: 2, lifecycle, ..one.clone() }).await;
    assert_eq!(listed(store, &account(), 1).await, [worse.brief()], "once, as it is");
    store_one(store, Alert { version: 3, episode: 2, ..one.clone() }).await;
    let found = listed(store, &account(), 2).await;
    assert_eq!((found[1].episode, found[1].alert.clone()), (2, one.id));
}
