//! The chat port's promises. A world is one adapter with a service behind it that a test can look
//! into and make stumble.

use std::{future::Future, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use monban::{
    domain::{Block, Color, Lane, Message, MessageTs, TeamId, Text},
    ports::{Chat, Fault, PortError, PortResult},
};

/// In the lane of every world stands a message of another bot with this key, posted just before
/// the world began.
pub const FOREIGN: &str = "tell/a-foreign/1/T1/C1/card";

/// A call of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Post,
    Update,
    Look,
    Delete,
}

/// What happens to the next call of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Refused for its pace, with the time to wait.
    Limited(Duration),
    /// Something before the service fails; nothing is carried out.
    Unavailable,
    /// Carried out, and the answer is lost.
    DropAnswer,
    /// The connection ends before anything is carried out.
    DropRequest,
    /// The service's own refusal.
    Refused(&'static str),
}

/// A message as it stands in the lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub ts: MessageTs,
    pub text: String,
    pub key: Option<String>,
    pub under: Option<MessageTs>,
}

/// An adapter with its service.
#[async_trait]
pub trait World: Send + Sync {
    /// The adapter.
    fn chat(&self) -> &dyn Chat;
    /// A channel the bot may post to.
    fn lane(&self) -> Lane;
    /// The service's time.
    fn now(&self) -> Timestamp;
    /// Time passes.
    fn pass(&self, by: Duration);
    /// What stands in the lane, oldest first, replies included, without the foreign message.
    async fn shown(&self) -> Vec<Shown>;
    /// The next call of this kind meets trouble.
    async fn order(&self, call: Call, trouble: Trouble);
}

/// Every promise, each in a world of its own.
pub async fn suite<W, F>(fresh: impl Fn() -> F)
where
    W: World,
    F: Future<Output = W>,
{
    posts_and_finds(&fresh().await).await;
    finds_nothing_that_is_not_there(&fresh().await).await;
    finds_replies_in_their_thread(&fresh().await).await;
    finds_all_of_a_key_over_many_pages(&fresh().await).await;
    updates_in_place(&fresh().await).await;
    deletes_once_and_again(&fresh().await).await;
    links_to_a_message(&fresh().await).await;
    waits_as_long_as_the_service_says(&fresh().await).await;
    tells_what_is_in_doubt(&fresh().await).await;
    tells_what_a_person_must_mend(&fresh().await).await;
    knows_its_workspaces(&fresh().await).await;
}

pub fn message(text: &str) -> Message {
    let block =
        Block::Section { text: Some(Text::Plain(text.into())), fields: vec![], accessory: None };
    Message { text: text.into(), color: Color("#e01e5a"), blocks: vec![block] }
}

/// Posts at the pace a channel bears.
async fn post(world: &dyn World, key: &str, under: Option<&MessageTs>) -> PortResult<MessageTs> {
    world.pass(Duration::from_millis(1100));
    world.chat().post(&world.lane(), &message(&format!("message {key}")), key, under).await
}

async fn find(world: &dyn World, key: &str) -> Vec<MessageTs> {
    let since = world.now() - Duration::from_hours(1);
    world.pass(Duration::from_secs(2));
    world.chat().find(&world.lane(), key, since, None).await.unwrap()
}

fn fault<T: std::fmt::Debug>(result: Result<T, PortError>) -> Fault {
    result.expect_err("it must fail").fault
}

async fn posts_and_finds(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    let other = post(world, "two", None).await.unwrap();
    assert!(other > ts, "in the order of their posting");
    let shown = world.shown().await;
    assert_eq!(shown.len(), 2);
    assert_eq!((&shown[0].ts, shown[0].text.as_str()), (&ts, "message one"));
    assert_eq!((shown[0].key.as_deref(), &shown[0].under), (Some("one"), &None));
    assert_eq!(find(world, "one").await, [ts]);
    assert_eq!(find(world, "two").await, [other]);
}

async fn finds_nothing_that_is_not_there(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    assert_eq!(find(world, "two").await, []);
    assert_eq!(find(world, "on").await, []);
    assert_eq!(find(world, FOREIGN).await, [], "another bot's message is not ours");
    world.pass(Duration::from_secs(10));
    let now = world.now();
    let since = |since| world.chat().find_since("one", since, world.lane());
    assert_eq!(since(now).await, [], "posted before");
    assert_eq!(since(now - Duration::from_mins(1)).await, [ts]);
}

/// A look with a beginning, for the sake of short lines.
trait FindSince {
    async fn find_since(&self, key: &str, since: Timestamp, lane: Lane) -> Vec<MessageTs>;
}

impl FindSince for dyn Chat + '_ {
    async fn find_since(&self, key: &str, since: Timestamp, lane: Lane) -> Vec<MessageTs> {
        self.find(&lane, key, since, None).await.unwrap()
    }
}

async fn finds_replies_in_their_thread(world: &dyn World) {
    let card = post(world, "card", None).await.unwrap();
    let other = post(world, "other", None).await.unwrap();
    let reply = post(world, "reply", Some(&card)).await.unwrap();
    let shown = world.shown().await;
    assert_eq!(shown.iter().find(|one| one.ts == reply).unwrap().under, Some(card.clone()));
    let since = world.now() - Duration::from_hours(1);
    let lane = world.lane();
    let look = |under: MessageTs, key: &'static str| {
        let lane = &lane;
        async move { world.chat().find(lane, key, since, Some(&under)).await.unwrap() }
    };
    assert_eq!(look(card.clone(), "reply").await, [reply]);
    assert_eq!(look(other, "reply").await, [], "a reply belongs to one thread");
    assert_eq!(look(card, "no reply").await, []);
}

async fn finds_all_of_a_key_over_many_pages(world: &dyn World) {
    let mut expected = Vec::new();
    for number in 0..230 {
        let wanted = [0, 99, 100, 101, 229].contains(&number);
        let ts = post(world, if wanted { "wanted" } else { "other" }, None).await.unwrap();
        if wanted {
            expected.push(ts);
        }
    }
    assert_eq!(find(world, "wanted").await, expected, "all of them, oldest first");
    let card = expected[0].clone();
    let mut replies = Vec::new();
    for number in 0..130 {
        let wanted = [0, 129].contains(&number);
        let key = if wanted { "reply" } else { "other" };
        let ts = post(world, key, Some(&card)).await.unwrap();
        if wanted {
            replies.push(ts);
        }
    }
    let since = world.now() - Duration::from_hours(1);
    let found = world.chat().find(&world.lane(), "reply", since, Some(&card)).await.unwrap();
    assert_eq!(found, replies);
}

async fn updates_in_place(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    world.chat().update(&world.lane(), &ts, &message("after")).await.unwrap();
    world.chat().update(&world.lane(), &ts, &message("after")).await.unwrap();
    let shown = world.shown().await;
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0].ts, shown[0].text.as_str()), (&ts, "after"));
    assert_eq!(find(world, "one").await, [ts], "it keeps its key");
    let gone = MessageTs::new("1111111111.000001");
    let update = world.chat().update(&world.lane(), &gone, &message("x")).await;
    assert_eq!(fault(update), Fault::Permanent, "there is nothing to update");
}

async fn deletes_once_and_again(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    world.chat().delete(&world.lane(), &ts).await.unwrap();
    assert_eq!(world.shown().await, []);
    assert_eq!(find(world, "one").await, []);
    world.chat().delete(&world.lane(), &ts).await.unwrap();
    let update = world.chat().update(&world.lane(), &ts, &message("x")).await;
    assert_eq!(fault(update), Fault::Permanent);
    assert_eq!(fault(post(world, "reply", Some(&ts)).await), Fault::Permanent);
}

async fn links_to_a_message(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    let link = world.chat().permalink(&world.lane(), &ts).await.unwrap();
    assert!(link.starts_with("https://"), "{link}");
    let place = format!("/archives/{}/p{}", world.lane().channel, ts.as_str().replace('.', ""));
    assert!(link.ends_with(&place), "{link}");
}

async fn waits_as_long_as_the_service_says(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    let after = Duration::from_secs(17);
    for call in [Call::Post, Call::Update, Call::Look, Call::Delete] {
        world.order(call, Trouble::Limited(after)).await;
        assert_eq!(attempt(world, call, &ts).await, Some(Fault::Retry { after }), "{call:?}");
    }
    assert_eq!(world.shown().await.len(), 1, "nothing was carried out");
    for call in [Call::Post, Call::Update, Call::Look, Call::Delete] {
        assert_eq!(attempt(world, call, &ts).await, None, "{call:?}: it was only once");
    }
}

/// One call of this kind, and the class of its failure.
async fn attempt(world: &dyn World, call: Call, ts: &MessageTs) -> Option<Fault> {
    let (chat, lane) = (world.chat(), world.lane());
    world.pass(Duration::from_millis(2500));
    let result = match call {
        Call::Post => chat.post(&lane, &message("x"), "attempt", None).await.map(|_| ()),
        Call::Update => chat.update(&lane, ts, &message("x")).await,
        Call::Look => {
            let since = world.now() - Duration::from_hours(1);
            chat.find(&lane, "attempt", since, None).await.map(|_| ())
        }
        Call::Delete => chat.delete(&lane, ts).await,
    };
    result.err().map(|error| error.fault)
}

async fn tells_what_is_in_doubt(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    let retry = |fault: Option<Fault>| matches!(fault, Some(Fault::Retry { .. }));
    for trouble in [Trouble::Unavailable, Trouble::DropRequest, Trouble::DropAnswer] {
        world.order(Call::Post, trouble).await;
        let failed = attempt(world, Call::Post, &ts).await;
        assert_eq!(failed, Some(Fault::InDoubt), "a post that may have happened: {trouble:?}");
        for call in [Call::Update, Call::Look] {
            world.order(call, trouble).await;
            let failed = attempt(world, call, &ts).await;
            assert!(retry(failed), "{call:?} may be done twice: {trouble:?}: {failed:?}");
        }
    }
    let posted: Vec<Shown> = world.shown().await.split_off(1);
    assert_eq!(posted.len(), 1, "only the lost answer's post was carried out");
    assert_eq!(find(world, "attempt").await, [posted[0].ts.clone()]);
    assert_eq!(attempt(world, Call::Post, &ts).await, None, "it works again");
}

async fn tells_what_a_person_must_mend(world: &dyn World) {
    let ts = post(world, "one", None).await.unwrap();
    for code in ["token_revoked", "invalid_auth", "account_inactive", "missing_scope"] {
        for call in [Call::Post, Call::Update, Call::Look] {
            world.order(call, Trouble::Refused(code)).await;
            let failed = attempt(world, call, &ts).await;
            assert!(matches!(failed, Some(Fault::Retry { .. })), "{code}: {failed:?}");
        }
    }
    for code in ["channel_not_found", "not_in_channel", "is_archived", "invalid_blocks"] {
        world.order(Call::Post, Trouble::Refused(code)).await;
        assert_eq!(attempt(world, Call::Post, &ts).await, Some(Fault::Permanent), "{code}");
    }
    for code in ["message_not_found", "edit_window_closed", "cant_update_message"] {
        world.order(Call::Update, Trouble::Refused(code)).await;
        assert_eq!(attempt(world, Call::Update, &ts).await, Some(Fault::Permanent), "{code}");
    }
    assert_eq!(world.shown().await.len(), 1);
}

async fn knows_its_workspaces(world: &dyn World) {
    let lane = Lane { team: TeamId::new("T0UNKNOWN"), ..world.lane() };
    let post = world.chat().post(&lane, &message("x"), "one", None).await;
    assert_eq!(fault(post), Fault::Permanent);
    let look = world.chat().find(&lane, "one", world.now(), None).await;
    assert_eq!(fault(look), Fault::Permanent);
    assert_eq!(world.shown().await, []);
}
