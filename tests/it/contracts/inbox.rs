//! The inbox port's promises, for an inbox that a test can put messages into.

use std::time::Duration;

use async_trait::async_trait;
use monban::{
    adapters::sqlite::VISIBILITY,
    ports::{Clock, Inbox, Received},
};

use crate::support::clock::ManualClock;

const SECOND: Duration = Duration::from_secs(1);

/// An inbox with its sending end. Dropping and making it again must keep what is in it.
#[async_trait]
pub trait Post: Send + Sync {
    /// The receiving end.
    fn inbox(&self) -> &dyn Inbox;
    /// Puts a message in.
    async fn send(&self, body: &[u8]);
    /// Closes it and opens it again, as a restarted process would.
    async fn reopen(&mut self);
}

macro_rules! suite {
    ($adapter:ident, $fresh:expr) => {
        mod $adapter {
            use super::super::inbox::cases;
            use super::*;
            $crate::contracts::inbox::each!($fresh,
                an_empty_inbox_gives_nothing
                messages_come_in_order_and_once
                an_acknowledged_message_is_gone
                an_unacknowledged_message_comes_again
                a_stale_receipt_does_nothing
                a_released_message_comes_after_its_pause
                a_restart_keeps_messages
            );
        }
    };
}

macro_rules! each {
    ($fresh:expr, $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            let clock = Arc::new(ManualClock::at("2026-11-02T01:00:00Z"));
            let mut post = $fresh(Arc::clone(&clock));
            cases::$case(post.as_mut(), &clock).await;
        }
    )*};
}

pub(super) use {each, suite};

fn bodies(received: &[Received]) -> Vec<&[u8]> {
    received.iter().map(|one| one.body.as_slice()).collect()
}

async fn one(post: &dyn Post) -> Received {
    let mut received = post.inbox().receive(10).await.unwrap();
    assert_eq!(received.len(), 1, "{received:?}");
    received.remove(0)
}

async fn nothing(post: &dyn Post) {
    assert_eq!(bodies(&post.inbox().receive(10).await.unwrap()), Vec::<&[u8]>::new());
}

/// The promises by name.
pub mod cases {
    use super::*;

    pub async fn an_empty_inbox_gives_nothing(post: &mut dyn Post, _: &ManualClock) {
        nothing(post).await;
        assert_eq!(post.inbox().next_visible().await.unwrap(), None);
    }

    pub async fn messages_come_in_order_and_once(post: &mut dyn Post, _: &ManualClock) {
        let all: Vec<Vec<u8>> =
            (0..5_u8).map(|n| vec![n, 0, 255]).chain([vec![], vec![b'x'; 1 << 20]]).collect();
        for body in &all {
            post.send(body).await;
        }
        let first = post.inbox().receive(3).await.unwrap();
        assert_eq!(bodies(&first), all[..3].iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert!(first.iter().all(|one| one.receives == 1));
        let rest = post.inbox().receive(10).await.unwrap();
        assert_eq!(bodies(&rest), all[3..].iter().map(Vec::as_slice).collect::<Vec<_>>());
        nothing(post).await;
    }

    pub async fn an_acknowledged_message_is_gone(post: &mut dyn Post, clock: &ManualClock) {
        post.send(b"a").await;
        post.send(b"b").await;
        let mut received = post.inbox().receive(10).await.unwrap();
        let second = received.pop().unwrap();
        post.inbox().ack(second).await.unwrap();
        drop(received);
        clock.advance(VISIBILITY);
        assert_eq!(one(post).await.body, b"a");
    }

    pub async fn an_unacknowledged_message_comes_again(post: &mut dyn Post, clock: &ManualClock) {
        post.send(b"a").await;
        let start = clock.now();
        let due = post.inbox().next_visible().await.unwrap().expect("there is one");
        assert!(due <= start);
        let first = one(post).await;
        let due = post.inbox().next_visible().await.unwrap().expect("it comes again");
        assert_eq!(due, start + VISIBILITY);
        clock.advance_to(due - SECOND);
        nothing(post).await;
        clock.advance_to(due);
        let again = one(post).await;
        assert_eq!((again.receives, &again.id), (2, &first.id));
        assert_ne!(again.receipt, first.receipt);
        clock.advance(VISIBILITY);
        assert_eq!(one(post).await.receives, 3);
    }

    pub async fn a_stale_receipt_does_nothing(post: &mut dyn Post, clock: &ManualClock) {
        post.send(b"a").await;
        let (acked, released) = (one(post).await, {
            clock.advance(VISIBILITY);
            one(post).await
        });
        clock.advance(VISIBILITY);
        let fresh = one(post).await;
        post.inbox().ack(acked).await.unwrap();
        post.inbox().release(released, Duration::ZERO).await.unwrap();
        nothing(post).await;
        clock.advance(VISIBILITY);
        let still = one(post).await;
        assert_eq!((still.receives, &still.id), (4, &fresh.id));
        post.inbox().ack(still).await.unwrap();
        clock.advance(VISIBILITY);
        nothing(post).await;
        assert_eq!(post.inbox().next_visible().await.unwrap(), None);
    }

    pub async fn a_released_message_comes_after_its_pause(
        post: &mut dyn Post,
        clock: &ManualClock,
    ) {
        post.send(b"a").await;
        let start = clock.now();
        let received = one(post).await;
        post.inbox().release(received, SECOND * 4).await.unwrap();
        assert_eq!(post.inbox().next_visible().await.unwrap(), Some(start + SECOND * 4));
        clock.advance(SECOND * 3);
        nothing(post).await;
        clock.advance(SECOND);
        let again = one(post).await;
        assert_eq!(again.receives, 2);
        post.inbox().release(again, Duration::ZERO).await.unwrap();
        assert_eq!(one(post).await.receives, 3, "at once");
    }

    pub async fn a_restart_keeps_messages(post: &mut dyn Post, clock: &ManualClock) {
        for body in [b"a", b"b", b"c"] {
            post.send(body).await;
        }
        let mut received = post.inbox().receive(2).await.unwrap();
        let acked = received.remove(0);
        post.inbox().ack(acked).await.unwrap();
        post.reopen().await;
        assert_eq!(one(post).await.body, b"c", "b is still invisible");
        clock.advance(VISIBILITY);
        let again = post.inbox().receive(10).await.unwrap();
        assert_eq!(bodies(&again), [b"b", b"c"]);
        assert!(again.iter().all(|one| one.receives == 2));
        let stale = received.remove(0);
        post.inbox().ack(stale).await.unwrap();
        clock.advance(VISIBILITY);
        assert_eq!(post.inbox().receive(10).await.unwrap().len(), 2, "a stale receipt");
    }
}
