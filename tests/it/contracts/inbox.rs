//! The inbox port's promises, for an inbox that a test can put messages into.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use monban::ports::{Inbox, Received};

/// An inbox with its sending end and its time. Making it again must keep what is in it.
#[async_trait]
pub trait Post: Send + Sync {
    /// The receiving end.
    fn inbox(&self) -> &dyn Inbox;
    /// Puts a message in.
    async fn send(&self, body: &[u8]);
    /// Closes it and opens it again, as a restarted process would.
    async fn reopen(&mut self);
    /// Time passes.
    async fn pass(&self, by: Duration);
    /// How long before its time, and how long after it, something may still happen.
    fn slack(&self) -> Duration;
}

macro_rules! suite {
    ($adapter:ident, $fresh:expr) => {
        mod $adapter {
            use $crate::contracts::inbox::cases;
            use super::*;
            $crate::contracts::inbox::each!($fresh,
                an_empty_inbox_gives_nothing
                messages_come_once
                acknowledged_messages_are_gone
                an_unacknowledged_message_comes_again
                a_held_message_stays_away
                a_stale_receipt_does_nothing
                released_messages_come_after_their_pause
                a_restart_keeps_messages
                it_is_ready
            );
        }
    };
}

macro_rules! each {
    ($fresh:expr, $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            let Some(mut post) = $fresh else { return };
            cases::$case(post.as_mut()).await;
        }
    )*};
}

pub(super) use {each, suite};

fn bodies(received: &[Received]) -> BTreeSet<String> {
    let text = |one: &Received| String::from_utf8(one.body.clone()).unwrap();
    let set: BTreeSet<String> = received.iter().map(text).collect();
    assert_eq!(set.len(), received.len(), "each once");
    set
}

fn set(bodies: &[&str]) -> BTreeSet<String> {
    bodies.iter().map(|body| (*body).to_owned()).collect()
}

/// Receives until `count` messages are there.
async fn some(post: &dyn Post, count: usize) -> Vec<Received> {
    let mut all = Vec::new();
    for _ in 0..20 {
        all.extend(post.inbox().receive(10).await.unwrap());
        if all.len() >= count {
            break;
        }
    }
    assert_eq!(all.len(), count, "{all:?}");
    all
}

async fn one(post: &dyn Post) -> Received {
    some(post, 1).await.remove(0)
}

async fn nothing(post: &dyn Post) {
    assert_eq!(bodies(&post.inbox().receive(10).await.unwrap()), set(&[]));
}

/// The promises by name.
pub mod cases {
    use super::*;

    pub async fn an_empty_inbox_gives_nothing(post: &mut dyn Post) {
        nothing(post).await;
        post.inbox().ack(vec![]).await.unwrap();
        post.inbox().release(vec![], Duration::ZERO).await.unwrap();
        post.inbox().hold(&[]).await.unwrap();
    }

    pub async fn messages_come_once(post: &mut dyn Post) {
        let long = "\u{9580}".repeat((1 << 20) / 3);
        let all = ["{}", "one", "\u{9580}\u{756a} \u{1f6e1}", " ", "\\\"", &long, "seven"];
        for body in all {
            post.send(body.as_bytes()).await;
        }
        let first = post.inbox().receive(3).await.unwrap();
        assert!((1..=3).contains(&first.len()), "no more than asked for");
        assert!(first.iter().all(|one| one.receives == 1));
        let rest = some(post, all.len() - first.len()).await;
        let mut came = bodies(&first);
        came.extend(bodies(&rest));
        assert_eq!(came, set(&all), "every byte as it was");
        nothing(post).await;
    }

    pub async fn acknowledged_messages_are_gone(post: &mut dyn Post) {
        let all: Vec<String> = (0..23).map(|n| format!("m{n}")).collect();
        for body in &all {
            post.send(body.as_bytes()).await;
        }
        let mut received = some(post, 23).await;
        let kept = received.pop().unwrap();
        let body = String::from_utf8(kept.body.clone()).unwrap();
        post.inbox().ack(received).await.unwrap();
        drop(kept);
        post.pass(post.inbox().visibility() + post.slack()).await;
        assert_eq!(bodies(&some(post, 1).await), set(&[&body]));
        nothing(post).await;
    }

    pub async fn an_unacknowledged_message_comes_again(post: &mut dyn Post) {
        post.send(b"a").await;
        let first = one(post).await;
        post.pass(post.inbox().visibility().saturating_sub(post.slack())).await;
        nothing(post).await;
        post.pass(post.slack() * 2).await;
        let again = one(post).await;
        assert_eq!((again.receives, &again.receipt.id), (2, &first.receipt.id));
        assert_ne!(again.receipt.handle, first.receipt.handle);
        post.pass(post.inbox().visibility() + post.slack()).await;
        assert_eq!(one(post).await.receives, 3);
    }

    pub async fn a_held_message_stays_away(post: &mut dyn Post) {
        let all: Vec<String> = (0..12).map(|n| format!("m{n}")).collect();
        for body in &all {
            post.send(body.as_bytes()).await;
        }
        let received = some(post, 12).await;
        let receipts: Vec<_> = received.iter().map(|one| one.receipt.clone()).collect();
        for _ in 0..2 {
            post.pass(post.inbox().visibility().saturating_sub(post.slack())).await;
            post.inbox().hold(&receipts).await.unwrap();
        }
        nothing(post).await;
        post.inbox().ack(received).await.unwrap();
        // Held after it was dealt with: it stays gone.
        let _ = post.inbox().hold(&receipts).await;
        post.pass(post.inbox().visibility() + post.slack()).await;
        nothing(post).await;
    }

    pub async fn a_stale_receipt_does_nothing(post: &mut dyn Post) {
        post.send(b"a").await;
        let released = one(post).await;
        post.pass(post.inbox().visibility() + post.slack()).await;
        let fresh = one(post).await;
        // A queue may refuse it or pass it over; it must not show the message.
        let _ = post.inbox().release(vec![released], Duration::ZERO).await;
        nothing(post).await;
        post.inbox().ack(vec![fresh]).await.unwrap();
        post.pass(post.inbox().visibility() + post.slack()).await;
        nothing(post).await;
    }

    pub async fn released_messages_come_after_their_pause(post: &mut dyn Post) {
        post.send(b"a").await;
        post.send(b"b").await;
        let pause = post.slack() * 2;
        let received = some(post, 2).await;
        post.inbox().release(received, pause).await.unwrap();
        nothing(post).await;
        post.pass(pause + post.slack()).await;
        let again = some(post, 2).await;
        assert!(again.iter().all(|one| one.receives == 2));
        post.inbox().release(again, Duration::ZERO).await.unwrap();
        assert!(some(post, 2).await.iter().all(|one| one.receives == 3), "at once");
    }

    pub async fn a_restart_keeps_messages(post: &mut dyn Post) {
        for body in ["a", "b", "c"] {
            post.send(body.as_bytes()).await;
        }
        let mut received = post.inbox().receive(2).await.unwrap();
        assert!(!received.is_empty());
        let acked = received.remove(0);
        let gone = String::from_utf8(acked.body.clone()).unwrap();
        let invisible = received.len();
        post.inbox().ack(vec![acked]).await.unwrap();
        post.reopen().await;
        let mut rest = set(&["a", "b", "c"]);
        rest.remove(&gone);
        let visible = some(post, 2 - invisible).await;
        assert!(bodies(&visible).is_subset(&rest), "what was received stays invisible");
        post.pass(post.inbox().visibility() + post.slack()).await;
        assert_eq!(bodies(&some(post, 2).await), rest);
    }

    pub async fn it_is_ready(post: &mut dyn Post) {
        post.inbox().ready().await.unwrap();
        nothing(post).await;
    }
}
