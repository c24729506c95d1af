//! Records of accounts and mornings, and maps that are decided on.

use jiff::civil::date;
use monban::{
    domain::{
        AccountId, AccountRecord, AuditEntry, HealthId, InputId, MapHealth, Noted, OwnerMap, Stage,
    },
    owners,
    ports::{Aggregate, Commit, Committed, Fault, Store},
};

use super::samples::{alert, at, commit, lane, receiver, tell};

const MAP: &str = include_str!("../../../../deploy/sample/owners.yaml");

fn account(id: &str, version: u64) -> AccountRecord {
    let noted = Noted {
        company: None,
        stage: Stage::Baseline,
        receiver: receiver(lane("C1")),
        map_revision: 1,
        since: at(0),
    };
    AccountRecord { version, ..AccountRecord::new(AccountId::new(id), noted, at(0)) }
}

fn of(input: &str, aggregate: Aggregate) -> Commit {
    let mut commit = commit(input, alert("unused", 1), vec![tell("unused", "C1", 3, at(0))]);
    (commit.audit.aggregate, commit.audit.version) =
        (aggregate.id().into_owned(), aggregate.version());
    commit.aggregate = aggregate;
    commit
}

pub async fn an_account_has_one_record_with_versions(store: &dyn Store) {
    let id = AccountId::new("111122223333");
    assert_eq!(store.account(&id).await.unwrap(), None);
    assert!(store.accounts().await.unwrap().is_empty());
    let commit = |input: &str, record: &AccountRecord| {
        of(input, Aggregate::Account(Box::new(record.clone())))
    };
    let first = account("111122223333", 1);
    assert_eq!(store.commit(&commit("i1", &first)).await.unwrap(), Committed::Applied);
    let again = store.commit(&commit("i1", &account("111122223333", 2))).await.unwrap();
    assert_eq!(again, Committed::Repeated("answer to i1".into()));
    let mut second = account("111122223333", 2);
    second.name = Some("新しい名前".into());
    let early = store.commit(&commit("i3", &account("111122223333", 3))).await;
    assert_eq!(early.unwrap_err().fault, Fault::Conflict);
    assert_eq!(store.commit(&commit("i2", &second)).await.unwrap(), Committed::Applied);
    assert_eq!(store.account(&id).await.unwrap(), Some(second.clone()));
    let other = account("000011112222", 1);
    store.commit(&commit("i4", &other)).await.unwrap();
    for _ in 0..200 {
        // A list may be a moment behind.
        if store.accounts().await.unwrap().len() == 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(store.accounts().await.unwrap(), [other, second], "by id");
    assert_eq!(store.summary().await.unwrap().alerts, 0);
}

pub async fn a_morning_is_kept_once(store: &dyn Store) {
    let id = HealthId::new("health-2036-11-02");
    assert_eq!(store.health(&id).await.unwrap(), None);
    let health = MapHealth {
        id: id.clone(),
        version: 1,
        day: date(2036, 11, 2),
        map_revision: 1,
        gaps: vec![],
        counts: std::collections::BTreeMap::default(),
        unasked: 0,
        at: at(0),
        receiver: receiver(lane("C1")),
        audit_head: None,
    };
    let commit = |input: &str| of(input, Aggregate::Health(Box::new(health.clone())));
    assert_eq!(store.commit(&commit("health/1")).await.unwrap(), Committed::Applied);
    let repeated = store.commit(&commit("health/1")).await.unwrap();
    assert_eq!(repeated, Committed::Repeated("answer to health/1".into()));
    assert_eq!(store.commit(&commit("health/2")).await.unwrap_err().fault, Fault::Conflict);
    assert_eq!(store.health(&id).await.unwrap(), Some(health));
}

pub async fn a_map_decided_on_is_answered_once(store: &dyn Store) {
    let map: OwnerMap = owners::parse(MAP).unwrap();
    let audit = |version: u64, input: &str| AuditEntry {
        aggregate: "owners".into(),
        version,
        at: at(version),
        actor: "test".into(),
        action: "assigned".into(),
        reason: "a test".into(),
        input: InputId::new(input),
        previous: None,
    };
    assert_eq!(store.put_owners(MAP, &map, 0, &audit(1, "owners/1")).await.unwrap(), 1);
    let click = InputId::new("click/1");
    assert_eq!(store.answered(&click).await.unwrap(), None);
    let decided = |version: u64, input: &'static str, answer: &'static str| {
        let (map, audit) = (map.clone(), audit(version + 1, input));
        async move { store.decide_owners("second", &map, version, &audit, answer).await }
    };
    let stale = decided(0, "click/1", "no").await;
    assert_eq!(stale.unwrap_err().fault, Fault::Conflict);
    assert_eq!(store.answered(&click).await.unwrap(), None, "a conflict answers nothing");
    assert_eq!(decided(1, "click/1", "yes").await.unwrap(), Committed::Applied);
    assert_eq!(store.answered(&click).await.unwrap(), Some("yes".into()));
    for version in [1, 2] {
        let again = decided(version, "click/1", "other").await.unwrap();
        assert_eq!(again, Committed::Repeated("yes".into()), "asked at {version}");
    }
    let stored = store.owners().await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.text.as_str()), (2, "second"));
    assert_eq!(stored.audit_head, Some(audit(2, "click/1").hash()));
}
