//! Deliveries, owner maps, the quarantine, counts and the sweep.

use std::{collections::HashMap, time::Duration};

use monban::{
    domain::{
        AuditEntry, Card, InputId, IntakeReport, Lang, OwnerMap, Person, ReportId, Subject, TeamId,
        UserId, Viewer,
    },
    owners,
    ports::{Aggregate, Commit, Committed, Fault, Quarantined, Settled, Store},
};

use super::samples::{
    alert, at, card, commit, delivery, lane, lease, queue, receiver, show, state, team, tell,
};

const MAP: &str = include_str!("../../../../deploy/sample/owners.yaml");

pub async fn a_card_is_found_by_episode_and_lane(store: &dyn Store) {
    let lease = lease(store).await;
    let places = [(1, "C1", "1.1"), (2, "C1", "2.2"), (1, "C2", "3.3")];
    for (episode, channel, ts) in places {
        let entry = show(ts, channel, 8, at(0));
        queue(store, ts, vec![entry.clone()]).await;
        let card = Card { episode, ..card("bucket", channel) };
        let stands = Some(Box::new(delivery(card, ts)));
        let done = Settled::Done { delivery: stands, follow: vec![] };
        store.settle(&lease, &entry, at(1), &done).await.unwrap();
    }
    let subject = card("bucket", "C1").subject;
    for (episode, channel, ts) in places {
        let found = store.delivery(&subject, episode, &lane(channel)).await.unwrap().unwrap();
        assert_eq!((found.ts.as_str(), found.card.episode), (ts, episode));
    }
    assert_eq!(store.delivery(&subject, 3, &lane("C1")).await.unwrap(), None);
    assert_eq!(store.delivery(&subject, 2, &lane("C2")).await.unwrap(), None);
    let other = Subject::Report(ReportId::new("report-2026-11-02"));
    assert_eq!(store.delivery(&other, 1, &lane("C1")).await.unwrap(), None);
}

fn imported(revision: u64, previous: Option<monban::domain::AuditHash>) -> AuditEntry {
    AuditEntry {
        aggregate: "owners".into(),
        version: revision,
        at: at(revision),
        actor: "test".into(),
        action: "import".into(),
        reason: "a test".into(),
        input: InputId::new(format!("owners/{revision}")),
        previous,
    }
}

pub async fn owner_maps_are_numbered_and_audited(store: &dyn Store) {
    assert!(store.owners().await.unwrap().is_none());
    let map: OwnerMap = owners::parse(MAP).unwrap();
    let first = imported(1, None);
    assert_eq!(store.put_owners(MAP, &map, 0, &first).await.unwrap(), 1);
    let stored = store.owners().await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.text.as_str(), &stored.map), (1, MAP, &map));
    assert_eq!(stored.audit_head, Some(first.hash()), "the next entry chains to it");
    for expected in [0, 2] {
        let late = store.put_owners("late", &map, expected, &imported(expected + 1, None)).await;
        assert_eq!(late.unwrap_err().fault, Fault::Conflict, "expected {expected}");
    }
    assert_eq!(store.owners().await.unwrap().unwrap().text, MAP);
    let mut smaller = map.clone();
    smaller.change(Vec::clear);
    let second = imported(2, stored.audit_head);
    assert_eq!(store.put_owners("smaller", &smaller, 1, &second).await.unwrap(), 2);
    let stored = store.owners().await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.map), (2, smaller));
    assert_eq!(stored.audit_head, Some(second.hash()));
    assert_ne!(second.hash(), imported(2, None).hash(), "the hash covers the entry before");
}

fn raw(id: &str, bytes: Vec<u8>) -> Quarantined {
    Quarantined { id: id.into(), at: at(0), reason: "no JSON".into(), raw: bytes }
}

pub async fn quarantine_keeps_the_same_once(store: &dyn Store) {
    for _ in 0..3 {
        store.quarantine(&raw("q-1", b"{".to_vec())).await.unwrap();
    }
    assert_eq!(store.summary().await.unwrap().quarantined, 1);
    store.quarantine(&raw("q-2", vec![])).await.unwrap();
    assert_eq!(store.summary().await.unwrap().quarantined, 2);
}

pub async fn large_raw_bytes_are_kept(store: &dyn Store) {
    // Bytes that do not shrink: far over one chunk however they are packed.
    let mut seed = 1_u32;
    let noise = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    });
    store.quarantine(&raw("q-1", noise.take(1024 * 1024).collect())).await.unwrap();
    store.quarantine(&raw("q-2", vec![b'x'; 16 * 1024 * 1024])).await.unwrap();
    assert_eq!(store.summary().await.unwrap().quarantined, 2);
}

pub async fn the_summary_counts(store: &dyn Store) {
    let empty = store.summary().await.unwrap();
    assert_eq!(empty, monban::ports::Summary::default());
    let mut first = commit("i1", alert("bucket", 1), vec![]);
    first.entries = vec![tell("bucket", "C1", 2, at(7)), show("bucket", "C1", 8, at(5))];
    first.states = vec![state("a", 1), state("b", 1)];
    store.commit(&first).await.unwrap();
    let mut over = alert("over", 1);
    over.lifecycle = monban::domain::Lifecycle::Resolved {
        since: at(0),
        at: at(1),
        cause: monban::domain::Cause::Passed,
    };
    store.commit(&commit("i2", over, vec![])).await.unwrap();
    let summary = store.summary().await.unwrap();
    assert_eq!((summary.open_alerts, summary.alerts, summary.identities), (1, 2, 2));
    assert_eq!((summary.held, summary.held_oldest), (2, Some(at(5))));
    assert_eq!(summary.entries, HashMap::from([("ready".to_owned(), 2)]));
    let lease = lease(store).await;
    store.begin(&lease, &first.entries[0], at(7), at(17)).await.unwrap();
    let dead = Settled::Dead { reason: "no".into() };
    store.settle(&lease, &first.entries[1], at(7), &dead).await.unwrap();
    let summary = store.summary().await.unwrap();
    let states = [("sending".to_owned(), 1), ("dead".to_owned(), 1)];
    assert_eq!(summary.entries, HashMap::from(states));
    assert_eq!((summary.held, summary.held_oldest), (1, Some(at(7))));
    // Reports are aggregates as well, and no alerts.
    let mut report =
        IntakeReport::new(ReportId::new("report-2026-11-02"), receiver(lane("C9")), at(0));
    report.version = 1;
    let mut told = commit("i3", alert("unused", 1), vec![]);
    told.audit.aggregate = report.id.as_str().into();
    told.aggregate = Aggregate::Report(Box::new(report.clone()));
    assert_eq!(store.commit(&told).await.unwrap(), Committed::Applied);
    assert_eq!(store.report(&report.id).await.unwrap(), Some(report));
    assert_eq!(store.report(&ReportId::new("report-2026-11-03")).await.unwrap(), None);
    assert_eq!(store.summary().await.unwrap().alerts, 2);
}

pub async fn the_sweep_forgets_what_is_over(store: &dyn Store) {
    let day = Duration::from_hours(24);
    let (told, waits) = (tell("bucket", "C1", 2, at(0)), tell("other", "C1", 2, at(0)));
    let dead = tell("dead", "C1", 2, at(0));
    let first = commit("i1", alert("bucket", 1), vec![told.clone(), waits.clone(), dead.clone()]);
    store.commit(&first).await.unwrap();
    let lease = lease(store).await;
    let done = Settled::Done { delivery: None, follow: vec![] };
    store.settle(&lease, &told, at(1), &done).await.unwrap();
    store.settle(&lease, &dead, at(1), &Settled::Dead { reason: "no".into() }).await.unwrap();
    store.sweep(at(0) + day * 15).await.unwrap();
    assert!(store.entry(&team(), &told.id).await.unwrap().is_some(), "kept for 15 days");
    let repeated = Committed::Repeated("answer to i1".into());
    assert_eq!(store.commit(&first).await.unwrap(), repeated);
    store.sweep(at(2) + day * 15).await.unwrap();
    assert_eq!(store.entry(&team(), &told.id).await.unwrap(), None);
    assert_eq!(
        store.entry(&team(), &waits.id).await.unwrap(),
        Some(waits),
        "what waits is never forgotten"
    );
    assert!(
        store.entry(&team(), &dead.id).await.unwrap().is_some(),
        "nor what nobody could deliver"
    );
    assert!(store.alert(&alert("bucket", 1).id).await.unwrap().is_some());
    // The answer is gone, and the version alone still keeps the input from happening twice.
    assert_eq!(store.commit(&first).await.unwrap_err().fault, Fault::Conflict);
}

pub async fn a_person_decides_under_the_newest_map_only(store: &dyn Store) {
    let map: OwnerMap = owners::parse(MAP).unwrap();
    let by = |input: &str, revision: u64| {
        let plain = commit(input, alert(input, 1), vec![]);
        Commit { under_map: Some(revision), ..plain }
    };
    let early = store.commit(&by("early", 1)).await.unwrap_err();
    assert_eq!(early.fault, Fault::Conflict, "there is no map yet");
    let first = imported(1, None);
    store.put_owners(MAP, &map, 0, &first).await.unwrap();
    assert_eq!(store.commit(&by("good", 1)).await.unwrap(), Committed::Applied);
    store.put_owners(MAP, &map, 1, &imported(2, Some(first.hash()))).await.unwrap();
    let late = store.commit(&by("late", 1)).await.unwrap_err();
    assert_eq!(late.fault, Fault::Conflict, "the rights may have changed");
    assert!(store.alert(&alert("late", 1).id).await.unwrap().is_none(), "nothing of it is kept");
    // What was decided stays decided: the first answer, whatever the map says since.
    let again = store.commit(&by("good", 1)).await.unwrap();
    assert_eq!(again, Committed::Repeated("answer to good".into()));
}

pub async fn a_persons_wishes_are_kept(store: &dyn Store) {
    let who = |user: &str| Person { team: TeamId::new("T1"), user: UserId::new(user) };
    let wish = |version: u64, lang: Lang| {
        let plain = commit(&format!("wish/{version}"), alert("a", 1), vec![]);
        let viewer = Viewer { version, lang: Some(lang), ..Viewer::new(who("U1")) };
        let audit = AuditEntry { aggregate: Viewer::id(&who("U1")), version, ..plain.audit };
        Commit { aggregate: Aggregate::Viewer(Box::new(viewer)), audit, ..plain }
    };
    assert_eq!(store.viewer(&who("U1")).await.unwrap(), None);
    store.commit(&wish(1, Lang::En)).await.unwrap();
    store.commit(&wish(2, Lang::Ja)).await.unwrap();
    let stored = store.viewer(&who("U1")).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.lang, stored.depth), (2, Some(Lang::Ja), None));
    assert_eq!(store.viewer(&who("U2")).await.unwrap(), None);
    let old = Commit { input: InputId::new("wish/other"), ..wish(2, Lang::En) };
    assert_eq!(store.commit(&old).await.unwrap_err().fault, Fault::Conflict);
}
