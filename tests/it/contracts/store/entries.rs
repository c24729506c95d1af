//! Entries that are asked for again, and the order they come in.

use monban::{
    domain::{Class, Effect, Entry, EntryId, EntryState, Lane, TeamId},
    ports::{Settled, Store},
};

use super::samples::{SECOND, at, card, lane, lease, queue, receiver, show, team, tell};

async fn stored(store: &dyn Store, id: &EntryId) -> Entry {
    store.entry(&team(), id).await.unwrap().expect("it is in the outbox")
}

pub async fn an_entry_asked_again_is_the_sooner_of_both(store: &dyn Store) {
    let mut first = show("bucket", "C1", 4, at(60));
    first.due = at(60);
    queue(store, "one", vec![first.clone()]).await;
    queue(store, "two", vec![show("bucket", "C1", 8, at(30))]).await;
    let entry = stored(store, &first.id).await;
    assert_eq!((entry.due, entry.class, entry.generation), (at(30), Class(4), 2));
    assert_eq!(entry.created, at(60), "it was first queued then");
    let urgent = Effect::Show { card: card("bucket", "C1"), urgent: true };
    queue(store, "three", vec![Entry::new(urgent, Class(1), at(90))]).await;
    let entry = stored(store, &first.id).await;
    assert_eq!((entry.due, entry.class, entry.generation), (at(30), Class(1), 3));
    assert!(matches!(entry.effect, Effect::Show { urgent: true, .. }));
    queue(store, "four", vec![show("bucket", "C1", 8, at(120))]).await;
    let entry = stored(store, &first.id).await;
    assert!(matches!(entry.effect, Effect::Show { urgent: true, .. }), "urgent stays urgent");
    assert_eq!(store.due(&lane("C1"), at(30), 10).await.unwrap(), vec![entry], "once, and by then");
}

pub async fn an_entry_asked_again_in_one_commit_is_one(store: &dyn Store) {
    let twice = vec![show("bucket", "C1", 8, at(0)), show("bucket", "C1", 4, at(0))];
    queue(store, "one", twice.clone()).await;
    let entry = stored(store, &twice[0].id).await;
    assert_eq!((entry.class, entry.generation), (Class(4), 2));
    assert_eq!(store.summary().await.unwrap().held, 1);
}

const DONE: Settled = Settled::Done { delivery: None, follow: vec![] };

pub async fn a_sent_tell_is_never_sent_again(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    queue(store, "one", vec![told.clone()]).await;
    let lease = lease(store).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    store.settle(&lease, &sending, at(2), &DONE).await.unwrap();
    queue(store, "two", vec![tell("bucket", "C1", 0, at(5))]).await;
    assert_eq!(stored(store, &told.id).await.state, EntryState::Done);
    assert!(store.due(&lane("C1"), at(100), 10).await.unwrap().is_empty());
    assert!(store.lanes(&team(), at(100)).await.unwrap().is_empty());
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), None);
}

pub async fn a_dead_show_comes_back_and_a_dead_tell_does_not(store: &dyn Store) {
    let (told, shown) = (tell("bucket", "C1", 2, at(0)), show("bucket", "C1", 8, at(0)));
    queue(store, "one", vec![told.clone(), shown.clone()]).await;
    let lease = lease(store).await;
    let dead = Settled::Dead { reason: "channel_not_found".into() };
    for entry in [&told, &shown] {
        store.settle(&lease, entry, at(2), &dead).await.unwrap();
        assert!(matches!(stored(store, &entry.id).await.state, EntryState::Dead { .. }));
    }
    assert!(store.due(&lane("C1"), at(100), 10).await.unwrap().is_empty());
    queue(store, "two", vec![tell("bucket", "C1", 0, at(5)), show("bucket", "C1", 8, at(5))]).await;
    assert!(matches!(stored(store, &told.id).await.state, EntryState::Dead { .. }));
    let entry = stored(store, &shown.id).await;
    assert_eq!((&entry.state, entry.due), (&EntryState::Ready, at(5)));
    assert_eq!(store.due(&lane("C1"), at(5), 10).await.unwrap(), vec![entry]);
}

pub async fn due_entries_come_by_class_time_and_id(store: &dyn Store) {
    let expected = [
        tell("e", "C1", 0, at(9)),
        tell("d", "C1", 2, at(1)),
        // Two of one class and time: by id, which is a hash of the resource.
        tell("b", "C1", 2, at(3)),
        tell("c", "C1", 2, at(3)),
        tell("a", "C1", 8, at(0)),
    ];
    let mut expected = expected.to_vec();
    expected.sort_by_key(|entry| (entry.class, entry.due, entry.id.clone()));
    let mut shuffled = expected.clone();
    shuffled.rotate_left(2);
    shuffled.push(tell("f", "C2", 0, at(0)));
    shuffled.push(tell("g", "C1", 0, at(10)));
    queue(store, "one", shuffled).await;
    assert_eq!(store.due(&lane("C1"), at(9), 10).await.unwrap(), expected);
    assert_eq!(store.due(&lane("C1"), at(9), 2).await.unwrap(), expected[..2]);
    assert_eq!(store.due(&lane("C1"), at(9), 0).await.unwrap(), []);
    // What is due later does not count, however pressing.
    let early = store.due(&lane("C1"), at(2), 10).await.unwrap();
    assert_eq!(early.iter().map(|entry| entry.class.0).collect::<Vec<_>>(), [2, 8]);
    assert_eq!(store.due(&lane("C3"), at(9), 10).await.unwrap(), []);
}

pub async fn lanes_and_next_due_are_of_one_workspace(store: &dyn Store) {
    let elsewhere = Lane { team: TeamId::new("T2"), channel: lane("C1").channel };
    let mut foreign = card("bucket", "C1");
    foreign.receiver = receiver(elsewhere.clone());
    let foreign = Effect::Tell { card: foreign, kind: monban::domain::TellKind::New };
    queue(
        store,
        "one",
        vec![
            tell("a", "C1", 2, at(5)),
            tell("b", "C1", 2, at(6)),
            tell("a", "C2", 2, at(7)),
            Entry::new(foreign, Class(0), at(1)),
        ],
    )
    .await;
    let lanes = |seconds| async move {
        let mut lanes = store.lanes(&team(), at(seconds)).await.unwrap();
        lanes.sort();
        lanes
    };
    assert_eq!(lanes(4).await, []);
    assert_eq!(lanes(6).await, [lane("C1")], "each once");
    assert_eq!(lanes(7).await, [lane("C1"), lane("C2")]);
    assert_eq!(
        store.lanes(&TeamId::new("T2"), at(1)).await.unwrap(),
        std::slice::from_ref(&elsewhere)
    );
    assert_eq!(store.due(&elsewhere, at(1), 9).await.unwrap().len(), 1);
    assert_eq!(store.next_due(&team(), at(5)).await.unwrap(), Some(at(6)), "later than that");
    assert_eq!(store.teams().await.unwrap(), [team(), TeamId::new("T2")]);
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), Some(at(5)));
    assert_eq!(
        store.next_due(&TeamId::new("T2"), jiff::Timestamp::MIN).await.unwrap(),
        Some(at(1))
    );
    assert_eq!(store.next_due(&TeamId::new("T3"), jiff::Timestamp::MIN).await.unwrap(), None);
    let lease = lease(store).await;
    let entry = tell("a", "C1", 2, at(5));
    store
        .settle(&lease, &entry, at(5), &Settled::Later { due: at(5) + SECOND * 10 })
        .await
        .unwrap();
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), Some(at(6)));
}
