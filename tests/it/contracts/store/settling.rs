//! How an entry's work ends.

use monban::{
    domain::{
        Class, Delivery, Effect, Entry, EntryState, Escalation, EscalationStep, Lane, MessageTs,
        TellKind, Wait, WakeKind,
    },
    ports::{Claimed, Fault, Settled, Store},
};

use super::samples::{at, card, delivery, lane, lease, queue, show, team, tell};

fn done(delivery: Option<Delivery>) -> Settled {
    Settled::Done { delivery: delivery.map(Box::new), follow: vec![] }
}

async fn stands(store: &dyn Store, resource: &str) -> Option<Delivery> {
    let card = card(resource, "C1");
    store.delivery(&card.subject, card.episode, &card.receiver.lane).await.unwrap()
}

/// Queues one entry and takes the lease.
async fn ready(store: &dyn Store, entry: &Entry) -> Claimed {
    queue(store, "ready", vec![entry.clone()]).await;
    lease(store).await
}

pub async fn done_is_remembered_for_a_tell_and_forgotten_for_a_show(store: &dyn Store) {
    let (told, shown) = (tell("bucket", "C1", 2, at(0)), show("bucket", "C1", 8, at(0)));
    queue(store, "one", vec![told.clone(), shown.clone()]).await;
    let lease = lease(store).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    let card = delivery(card("bucket", "C1"), "1.1");
    store.settle(&lease, &sending, at(2), &done(Some(card.clone()))).await.unwrap();
    assert_eq!(stands(store, "bucket").await, Some(card.clone()));
    assert_eq!(store.entry(&team(), &told.id).await.unwrap().unwrap().state, EntryState::Done);
    let newer = Delivery { version: 2, at: at(3), ..card };
    store.settle(&lease, &shown, at(3), &done(Some(newer.clone()))).await.unwrap();
    assert_eq!(stands(store, "bucket").await, Some(newer));
    assert_eq!(store.entry(&team(), &shown.id).await.unwrap(), None);
    assert_eq!(store.summary().await.unwrap().deliveries, 1);
}

/// An entry that calls nobody: it waits in a lane of its own, counts as no message that is
/// held up, takes over what was decided last, and comes once.
pub async fn a_date_is_remembered_and_holds_nothing_up(store: &dyn Store) {
    let date = |after: &str, due| {
        let escalation = Escalation {
            step: EscalationStep::CompanyLead,
            ccoe_after: Wait::parse(after),
            ccoe_by: None,
            may_wait: true,
        };
        let what = WakeKind::Escalate(escalation);
        Entry::new(Effect::wake(card("bucket", "C1"), what), Class::DATE, due)
    };
    queue(store, "one", vec![date("4h", at(50))]).await;
    let summary = store.summary().await.unwrap();
    assert_eq!((summary.held, summary.held_oldest, summary.dates), (0, None, 1));
    queue(store, "two", vec![date("1h", at(20))]).await;
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), Some(at(20)));
    let dates = Lane::of_dates(&team());
    assert_eq!(store.lanes(&team(), at(19)).await.unwrap(), []);
    assert_eq!(store.due(&dates, at(19), 9).await.unwrap(), []);
    assert_eq!(store.lanes(&team(), at(20)).await.unwrap(), std::slice::from_ref(&dates));
    let due = store.due(&dates, at(20), 9).await.unwrap();
    assert_eq!(due.iter().map(|one| &one.effect).collect::<Vec<_>>(), [&date("1h", at(0)).effect]);
    let lease = lease(store).await;
    store.settle(&lease, &due[0], at(20), &done(None)).await.unwrap();
    queue(store, "three", vec![date("1h", at(30))]).await;
    assert_eq!(store.due(&dates, at(99), 9).await.unwrap(), []);
    assert_eq!(store.summary().await.unwrap().dates, 0);
}

pub async fn a_show_asked_again_meanwhile_stays_queued(store: &dyn Store) {
    let (told, shown) = (tell("bucket", "C1", 2, at(0)), show("bucket", "C1", 8, at(0)));
    queue(store, "one", vec![told.clone(), shown.clone()]).await;
    let lease = lease(store).await;
    // Both are worked on as they stand now, and asked for anew before that work ends.
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    queue(store, "two", vec![tell("bucket", "C1", 2, at(1)), show("bucket", "C1", 8, at(1))]).await;
    store.settle(&lease, &sending, at(2), &done(None)).await.unwrap();
    assert_eq!(store.entry(&team(), &told.id).await.unwrap().unwrap().state, EntryState::Done);
    store.settle(&lease, &shown, at(2), &done(None)).await.unwrap();
    let stays = store.entry(&team(), &shown.id).await.unwrap().expect("asked for anew");
    assert_eq!((&stays.state, stays.generation), (&EntryState::Ready, 2));
    assert_eq!(store.due(&lane("C1"), at(2), 9).await.unwrap(), std::slice::from_ref(&stays));
    store.settle(&lease, &stays, at(3), &done(None)).await.unwrap();
    assert_eq!(store.entry(&team(), &shown.id).await.unwrap(), None);
}

pub async fn what_follows_is_queued(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let follow = vec![show("bucket", "C1", 4, at(2)), show("other", "C2", 4, at(2))];
    queue(store, "known", vec![show("other", "C2", 8, at(9))]).await;
    let settled = Settled::Done { delivery: None, follow };
    store.settle(&lease, &told, at(2), &settled).await.unwrap();
    assert_eq!(store.due(&lane("C1"), at(2), 9).await.unwrap(), [show("bucket", "C1", 4, at(2))]);
    let known = store.due(&lane("C2"), at(2), 9).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].class, known[0].generation), (Class(4), 2), "asked for anew");
}

pub async fn later_comes_later(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    store.settle(&lease, &sending, at(2), &Settled::Later { due: at(60) }).await.unwrap();
    let entry = store.entry(&team(), &told.id).await.unwrap().unwrap();
    assert_eq!((&entry.state, entry.due, entry.attempts), (&EntryState::Ready, at(60), 1));
    assert_eq!(store.due(&lane("C1"), at(59), 9).await.unwrap(), []);
    let sending = store.begin(&lease, &entry, at(60), at(70)).await.unwrap();
    assert_eq!(sending.attempts, 2);
}

pub async fn later_is_no_later_than_what_was_asked_meanwhile(store: &dyn Store) {
    let shown = show("bucket", "C1", 8, at(0));
    let lease = ready(store, &shown).await;
    queue(store, "two", vec![show("bucket", "C1", 1, at(5))]).await;
    store.settle(&lease, &shown, at(6), &Settled::Later { due: at(60) }).await.unwrap();
    let entry = store.entry(&team(), &shown.id).await.unwrap().unwrap();
    assert!(entry.due <= at(5), "{entry:?}");
    assert_eq!(entry.class, Class(1));
}

pub async fn in_doubt_counts_its_looks(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    for looks in 0..3 {
        let due = at(11 + u64::from(looks) * 5);
        let doubt = Settled::InDoubt { started: at(1), looks, due };
        store.settle(&lease, &sending, at(9), &doubt).await.unwrap();
        let entry = store.entry(&team(), &told.id).await.unwrap().unwrap();
        assert_eq!(entry.state, EntryState::InDoubt { started: at(1), looks });
        assert_eq!(entry.due, due);
        assert!(entry.waits());
        assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), Some(due));
    }
    store.settle(&lease, &sending, at(30), &Settled::Later { due: at(30) }).await.unwrap();
    assert_eq!(store.entry(&team(), &told.id).await.unwrap().unwrap().state, EntryState::Ready);
}

pub async fn after_raises_what_it_waits_for(store: &dyn Store) {
    let posting = tell("bucket", "C1", 6, at(30));
    let worse =
        Effect::Tell { card: card("bucket", "C1"), kind: TellKind::SeverityUp { version: 2 } };
    let reply = Entry::new(worse, Class(0), at(0));
    queue(store, "one", vec![posting.clone(), reply.clone()]).await;
    let lease = lease(store).await;
    let raise = Box::new(Entry { class: Class(0), due: at(1), ..posting.clone() });
    let after = Settled::After { due: at(3), raise };
    store.settle(&lease, &reply, at(1), &after).await.unwrap();
    let raised = store.entry(&team(), &posting.id).await.unwrap().unwrap();
    assert_eq!((raised.class, raised.due), (Class(0), at(1)));
    let waits = store.entry(&team(), &reply.id).await.unwrap().unwrap();
    assert_eq!((&waits.state, waits.due), (&EntryState::Ready, at(3)));
    assert_eq!(store.due(&lane("C1"), at(2), 9).await.unwrap(), [raised]);
}

pub async fn replace_names_the_new_card(store: &dyn Store) {
    let shown = show("bucket", "C1", 4, at(0));
    let lease = ready(store, &shown).await;
    let card = card("bucket", "C1");
    let follow = vec![shown.clone()];
    let told = Settled::Done { delivery: Some(Box::new(delivery(card.clone(), "1.1"))), follow };
    store.settle(&lease, &shown, at(1), &told).await.unwrap();
    let shown = store.entry(&team(), &shown.id).await.unwrap().unwrap();
    let gone = TellKind::Replaced { gone: MessageTs::new("1.1") };
    let with = Entry::new(Effect::Tell { card, kind: gone }, Class(4), at(2));
    let replace = Settled::Replace { with: Box::new(with.clone()) };
    store.settle(&lease, &shown, at(2), &replace).await.unwrap();
    let old = stands(store, "bucket").await.unwrap();
    assert_eq!(old.replaced_by, Some(with.id.clone()));
    assert_eq!(old.ts, MessageTs::new("1.1"));
    assert_eq!(store.due(&lane("C1"), at(2), 9).await.unwrap(), [with]);
}

pub async fn dead_is_over(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    let dead = Settled::Dead { reason: "channel_not_found".into() };
    store.settle(&lease, &sending, at(2), &dead).await.unwrap();
    let entry = store.entry(&team(), &told.id).await.unwrap().unwrap();
    assert_eq!(entry.state, EntryState::Dead { reason: "channel_not_found".into() });
    assert_eq!(store.next_due(&team(), jiff::Timestamp::MIN).await.unwrap(), None);
    let summary = store.summary().await.unwrap();
    assert_eq!((summary.held, summary.entries.get("dead")), (0, Some(&1)));
}

pub async fn a_settled_entry_settles_once(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let card = delivery(card("bucket", "C1"), "1.1");
    store.settle(&lease, &told, at(1), &done(Some(card.clone()))).await.unwrap();
    let other = Delivery { ts: MessageTs::new("2.2"), ..card.clone() };
    for late in [done(Some(other)), Settled::Later { due: at(9) }, done(None)] {
        let again = store.settle(&lease, &told, at(2), &late).await;
        assert_eq!(again.unwrap_err().fault, Fault::Conflict, "{late:?}");
    }
    assert_eq!(stands(store, "bucket").await, Some(card));
    assert_eq!(store.entry(&team(), &told.id).await.unwrap().unwrap().state, EntryState::Done);
}

pub async fn nothing_settles_without_the_lease(store: &dyn Store) {
    let told = tell("bucket", "C1", 2, at(0));
    let lease = ready(store, &told).await;
    let sending = store.begin(&lease, &told, at(1), at(11)).await.unwrap();
    let lost = [
        (Claimed { fence: lease.fence + 1, ..lease.clone() }, at(2)),
        (Claimed { holder: "another".into(), ..lease.clone() }, at(2)),
        (lease.clone(), lease.until),
    ];
    let with = Entry::new(sending.effect.clone(), Class(0), at(2));
    for (lease, now) in &lost {
        for outcome in [
            Settled::Done {
                delivery: Some(Box::new(delivery(card("bucket", "C1"), "1.1"))),
                follow: vec![show("bucket", "C1", 4, at(2))],
            },
            Settled::Later { due: at(2) },
            Settled::InDoubt { started: at(1), looks: 1, due: at(2) },
            Settled::After { due: at(2), raise: Box::new(show("other", "C1", 0, at(2))) },
            Settled::Replace { with: Box::new(with.clone()) },
            Settled::Dead { reason: "no".into() },
        ] {
            let late = store.settle(lease, &sending, *now, &outcome).await;
            assert_eq!(late.unwrap_err().fault, Fault::Conflict, "{outcome:?}");
        }
    }
    assert_eq!(store.entry(&team(), &told.id).await.unwrap(), Some(sending));
    assert_eq!(stands(store, "bucket").await, None);
    assert_eq!(store.summary().await.unwrap().held, 1);
}
