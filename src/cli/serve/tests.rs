//! What the verb does while what it needs is away.

use std::{
    io::{Error, ErrorKind},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{LOOK_EVERY, answered, unheard};
use crate::ports::Clock;

/// A clock that jumps to whatever is waited for.
struct Jumping(Mutex<Timestamp>);

#[async_trait]
impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, until: Timestamp) {
        *self.0.lock().unwrap() = until;
    }
}

#[tokio::test]
async fn what_fails_for_a_while_is_asked_again() {
    let start = Timestamp::from_second(0).unwrap();
    let (clock, asked) = (Jumping(Mutex::new(start)), AtomicU32::new(0));
    let answer =
        answered(&clock, "it can't be read", async || match asked.fetch_add(1, Ordering::SeqCst) {
            2 => Ok("here"),
            _ => Err("away".to_owned()),
        });
    assert_eq!(answer.await, "here");
    assert_eq!(clock.now().duration_since(start).unsigned_abs(), LOOK_EVERY * 2);
}

#[test]
fn an_address_that_can_not_be_used_names_its_key() {
    let listen = "127.0.0.1:9464".parse().unwrap();
    let said = unheard(listen, &Error::from(ErrorKind::AddrInUse));
    assert!(said.starts_with("http.listen: 127.0.0.1:9464: "), "{said}");
    assert!(said.ends_with("another process listens there: change `http.listen`"), "{said}");
}
