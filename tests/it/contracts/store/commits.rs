//! States and commits.

use monban::{
    domain::{Entry, Identity, Subject},
    ports::{Committed, Fault, Store},
};

use super::samples::{alert, alert_id, at, commit, lane, show, state, team, tell};

fn fault<T: std::fmt::Debug>(result: Result<T, monban::ports::PortError>) -> Fault {
    result.expect_err("it must be refused").fault
}

pub async fn unknown_states_are_absent(store: &dyn Store) {
    assert!(store.states(&[]).await.unwrap().is_empty());
    store.put_state(&state("a", 1)).await.unwrap();
    store.put_state(&state("b", 1)).await.unwrap();
    // More than any service reads at once, with doubles.
    let mut ids: Vec<Identity> = (0..250).map(|n| Identity::new(format!("unknown-{n}"))).collect();
    ids.extend(["a", "b", "a"].map(Identity::new));
    let found = store.states(&ids).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&Identity::new("a")], state("a", 1));
    assert_eq!(found[&Identity::new("b")], state("b", 1));
}

pub async fn a_state_is_written_on_its_revision(store: &dyn Store) {
    assert_eq!(fault(store.put_state(&state("a", 2)).await), Fault::Conflict, "not stored yet");
    store.put_state(&state("a", 1)).await.unwrap();
    assert_eq!(fault(store.put_state(&state("a", 1)).await), Fault::Conflict, "stored meanwhile");
    assert_eq!(fault(store.put_state(&state("a", 3)).await), Fault::Conflict, "one was left out");
    store.put_state(&state("a", 2)).await.unwrap();
    let found = store.states(&[Identity::new("a")]).await.unwrap();
    assert_eq!(found[&Identity::new("a")], state("a", 2));
}

pub async fn a_commit_is_whole(store: &dyn Store) {
    let mut first = commit("i1", alert("bucket", 1), vec![tell("bucket", "C1", 2, at(0))]);
    first.states = vec![state("a", 1), state("b", 1)];
    assert_eq!(store.commit(&first).await.unwrap(), Committed::Applied);
    let stored = store.alert(&alert_id("bucket")).await.unwrap();
    assert_eq!(stored, Some(alert("bucket", 1)), "every character as it was");
    assert_eq!(store.alert(&alert_id("other")).await.unwrap(), None);
    let ids = [Identity::new("a"), Identity::new("b")];
    assert_eq!(store.states(&ids).await.unwrap().len(), 2);
    let entry = tell("bucket", "C1", 2, at(0));
    assert_eq!(store.entry(&team(), &entry.id).await.unwrap(), Some(entry));
    let second = commit("i2", alert("bucket", 2), vec![]);
    assert_eq!(store.commit(&second).await.unwrap(), Committed::Applied);
    assert_eq!(store.alert(&alert_id("bucket")).await.unwrap().unwrap().version, 2);
}

pub async fn a_repeated_input_gets_the_first_answer(store: &dyn Store) {
    let first = commit("i1", alert("bucket", 1), vec![tell("bucket", "C1", 2, at(0))]);
    store.commit(&first).await.unwrap();
    let before = store.summary().await.unwrap();
    let mut again = commit("i1", alert("bucket", 2), vec![show("bucket", "C1", 8, at(0))]);
    again.states = vec![state("a", 1)];
    again.answer = "another answer".into();
    for commit in [&first, &again] {
        let answer = store.commit(commit).await.unwrap();
        assert_eq!(answer, Committed::Repeated("answer to i1".into()));
    }
    assert_eq!(store.summary().await.unwrap(), before, "nothing of it was written");
    assert_eq!(store.alert(&alert_id("bucket")).await.unwrap().unwrap().version, 1);
}

/// Tries a commit that must conflict, and looks whether anything of it was written.
async fn conflicts(store: &dyn Store, refused: monban::ports::Commit, fresh: &Entry) {
    let subject = Subject::Alert(alert_id("bucket"));
    let before = (
        store.summary().await.unwrap(),
        store.alert(&alert_id("bucket")).await.unwrap(),
        store.alert(&alert_id("late")).await.unwrap(),
        store.states(&[Identity::new("a"), Identity::new("b")]).await.unwrap(),
    );
    assert_eq!(fault(store.commit(&refused).await), Fault::Conflict);
    let after = (
        store.summary().await.unwrap(),
        store.alert(&alert_id("bucket")).await.unwrap(),
        store.alert(&alert_id("late")).await.unwrap(),
        store.states(&[Identity::new("a"), Identity::new("b")]).await.unwrap(),
    );
    assert_eq!(before, after);
    assert_eq!(store.entry(&team(), &fresh.id).await.unwrap(), None);
    assert_eq!(store.delivery(&subject, 1, &lane("C1")).await.unwrap(), None);
    // The input was not taken either: decided anew, it goes through.
    let mut anew = refused;
    anew.aggregate = monban::ports::Aggregate::Alert(Box::new(alert("anew", 1)));
    anew.audit.aggregate = alert_id("anew").as_str().into();
    anew.audit.version = 1;
    anew.states.clear();
    assert_eq!(store.commit(&anew).await.unwrap(), Committed::Applied);
    assert!(store.entry(&team(), &fresh.id).await.unwrap().is_some());
}

pub async fn a_commit_on_an_old_version_changes_nothing(store: &dyn Store) {
    store.commit(&commit("i1", alert("bucket", 1), vec![])).await.unwrap();
    store.commit(&commit("i2", alert("bucket", 2), vec![])).await.unwrap();
    for (version, name) in [(1, "first"), (2, "second"), (4, "fourth")] {
        let fresh = tell(name, "C1", 2, at(0));
        let mut refused = commit(name, alert("bucket", version), vec![fresh.clone()]);
        refused.states = vec![state("b", 1)];
        // The same audit entry would be refused too; this is about the alert alone.
        refused.audit.aggregate = format!("unused-{name}");
        let same = fault(store.commit(&refused).await);
        assert_eq!(same, Fault::Conflict, "version {version}");
        assert_eq!(store.entry(&team(), &fresh.id).await.unwrap(), None);
    }
    let fresh = tell("late", "C1", 2, at(0));
    conflicts(store, commit("i3", alert("late", 2), vec![fresh.clone()]), &fresh).await;
}

pub async fn a_commit_with_a_moved_state_changes_nothing(store: &dyn Store) {
    store.put_state(&state("a", 1)).await.unwrap();
    let fresh = tell("late", "C1", 2, at(0));
    let mut refused = commit("i1", alert("late", 1), vec![fresh.clone()]);
    refused.states = vec![state("b", 1), state("a", 1)];
    conflicts(store, refused, &fresh).await;
}

pub async fn a_commit_with_a_known_audit_version_changes_nothing(store: &dyn Store) {
    store.commit(&commit("i1", alert("bucket", 1), vec![])).await.unwrap();
    let fresh = tell("late", "C1", 2, at(0));
    let mut refused = commit("i2", alert("late", 1), vec![fresh.clone()]);
    refused.audit.aggregate = alert_id("bucket").as_str().into();
    refused.states = vec![state("b", 1)];
    conflicts(store, refused, &fresh).await;
}

pub async fn a_commit_takes_25_items_and_no_more(store: &dyn Store) {
    // The alert, its audit entry and the input id are three of them.
    let with = |name: &str, entries: usize| {
        let told = (0..entries).map(|n| tell(&format!("{name}-{n}"), "C1", 2, at(0))).collect();
        let mut commit = commit(name, alert(name, 1), told);
        commit.states = (0..2).map(|n| state(&format!("{name}-{n}"), 1)).collect();
        commit
    };
    assert_eq!(store.commit(&with("most", 20)).await.unwrap(), Committed::Applied);
    assert_eq!(store.summary().await.unwrap().held, 20);
    assert_eq!(fault(store.commit(&with("more", 21)).await), Fault::Permanent);
    assert_eq!(store.summary().await.unwrap().held, 20);
    assert_eq!(store.alert(&alert_id("more")).await.unwrap(), None);
}
