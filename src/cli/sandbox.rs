//! `monban sandbox`: the whole bot on one machine, with a pretend Slack, an embedded store and a
//! clock that can be pushed forward. The real Slack adapter talks to the pretend Slack.

mod door;
mod rest;
mod samples;
mod workspace;

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::net::TcpListener;

use self::{
    door::{Door, DoorKind},
    rest::Pusher,
    samples::Samples,
};
use super::{owners, told_to_end};
use crate::{
    adapters::{
        clock::OffsetClock,
        slack::SlackChat,
        sqlite::{self, SqliteInbox, SqliteStore},
    },
    app::{App, DATA_FILE, LEASE, Parts, Queue, holder},
    domain::{Lang, OwnerMap, Secret, TeamId},
    flow::{Limits, Rest},
    intake::{self, Parsed},
    ports::{Clock, Inbox, People, Store},
    render::Words,
    sandbox::{self, Hooks},
};

/// The owner map used when none is given.
const SAMPLE_OWNERS: &str = include_str!("../../deploy/sample/owners.yaml");
/// How far the clock of a data directory was pushed ahead, in microseconds.
const CLOCK_FILE: &str = "clock";
/// Messages of the pretend Slack in a data directory.
const JOURNAL_FILE: &str = "slack.jsonl";

/// Run the whole bot here, with a pretend Slack: no AWS, no Slack account, no network
///
/// Open the page that is printed. Without --events, sample events flow in over the first minute.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep everything in this directory, over restarts; without it all is gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Feed this file instead of the samples: events or findings as `monban parse` takes them
    #[arg(long, value_name = "FILE")]
    events: Vec<PathBuf>,
    /// The owner map; default: the sample, or what the data directory holds
    #[arg(long, value_name = "FILE")]
    owners: Option<PathBuf>,
    /// When the bot looks at the owner map each day, in the CCoE's zone: 09:00, or `never`
    #[arg(long, value_name = "HH:MM", default_value = "09:00", value_parser = morning)]
    morning: Morning,
    /// Language of the page around the channels; cards are in their channel's language
    #[arg(long, value_name = "ja|en", default_value = "ja", value_parser = lang)]
    lang: Lang,
    /// How the pretend Slack reaches the bot with what people do
    #[arg(long, value_name = "DOOR", default_value = "http")]
    door: DoorKind,
}

fn lang(word: &str) -> Result<Lang, String> {
    Lang::from_code(word).ok_or_else(|| "use `ja` or `en`".to_owned())
}

/// A time of day, or none.
#[derive(Debug, Clone, Copy)]
struct Morning(Option<jiff::civil::Time>);

fn morning(word: &str) -> Result<Morning, String> {
    if word == "never" {
        return Ok(Morning(None));
    }
    let time = jiff::civil::Time::strptime("%H:%M", word);
    time.map(|time| Morning(Some(time))).map_err(|_| "use HH:MM or never".to_owned())
}

/// What the hooks share.
struct House {
    app: App,
    store: Arc<SqliteStore>,
    inbox: Arc<SqliteInbox>,
    clock: Arc<OffsetClock>,
    samples: Samples,
    data: PathBuf,
    /// One push of the clock at a time.
    advancing: tokio::sync::Mutex<()>,
}

/// Runs the verb until the process is told to end.
#[expect(clippy::print_stdout, reason = "the ready line that scripts wait for")]
pub async fn run(args: Args) -> Result<(), String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    // Without --data everything stands in a directory that goes with the process.
    let temporary = match &args.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|error| say(&error))?),
    };
    let data = match (&args.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => PathBuf::from("."),
    };
    super::directory(&data)?;
    let bodies = read_events(&args.events)?;
    let clock = Arc::new(OffsetClock::new(read_offset(&data.join(CLOCK_FILE))?));
    let (store, inbox) = sqlite::open(&data.join(DATA_FILE), Arc::clone(&clock) as Arc<dyn Clock>)
        .map_err(|error| say(&error))?;
    let map = choose_owners(&args, store.as_ref(), clock.as_ref()).await?;
    let listener = TcpListener::bind(("127.0.0.1", args.port))
        .await
        .map_err(|error| format!("127.0.0.1:{}: {error}; try --port 0", args.port))?;
    let address = listener.local_addr().map_err(|error| say(&error))?;

    let mut spec = workspace::spec(&map, args.lang)?;
    spec.journal = Some(data.join(JOURNAL_FILE));
    let tokens: HashMap<TeamId, Secret> = spec
        .teams
        .iter()
        .map(|team| (TeamId::new(team.id.clone()), Secret::new(team.bot_token.clone())))
        .collect();
    let mut teams: BTreeSet<TeamId> = tokens.keys().cloned().collect();
    let api = format!("http://{address}/api");
    let chat = Arc::new(SlackChat::new(&api, tokens).map_err(|error| say(&error))?);
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let door = Door::bind(args.door, &mut spec, &api, &shared).await?;
    // Also those that an earlier owner map knew: what waits for them must not wait unseen.
    teams.extend(store.teams().await.map_err(|error| say(&error))?);
    let teams = teams.into_iter().collect();
    let fresh = store.summary().await.map_err(|error| say(&error))?.identities == 0;
    let app = App::start(Parts {
        store: Arc::clone(&store) as Arc<dyn Store>,
        queues: vec![Queue {
            name: "inbox".to_owned(),
            inbox: Arc::clone(&inbox) as Arc<dyn Inbox>,
            pollers: 1,
        }],
        people: Arc::clone(&chat) as Arc<dyn People>,
        chat,
        asks: Box::new(|_| true),
        morning: args.morning.0,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        words: Arc::new(Words::embedded().map_err(|error| say(&error))?),
        teams,
        limits: Limits::default(),
        lease: LEASE,
        holder: holder(),
    });
    let samples = Samples::embedded()?;
    let advancing = tokio::sync::Mutex::new(());
    let house = Arc::new(House { app, store, inbox, clock, samples, data, advancing });
    for body in bodies {
        house.feed(body).await?;
    }
    if args.events.is_empty() && fresh {
        let house = Arc::clone(&house);
        #[expect(clippy::disallowed_methods, reason = "ends with the process")]
        tokio::spawn(async move { house.play().await });
    }
    let ended = told_to_end();
    println!("sandbox ready: http://{address}");
    let served = tokio::select! {
        served = sandbox::serve(listener, spec, hooks(&house), ended) => {
            served.map_err(|error| say(&error))
        }
        served = door.serve(&house.app) => served,
        () = house.app.ended() => Err("a loop of the bot has ended: see the log".to_owned()),
    };
    drop(temporary);
    served
}

fn read_events(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, String> {
    let read = |file: &PathBuf| {
        std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
    };
    files.iter().map(read).collect()
}

fn read_offset(file: &Path) -> Result<Duration, String> {
    match std::fs::read_to_string(file) {
        Ok(text) => text.trim().parse().map(Duration::from_micros).map_err(|error| {
            format!("{}: {error}; remove the file to go back to real time", file.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Duration::ZERO),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}

/// The file given, else what the store holds, else the sample.
async fn choose_owners(
    args: &Args,
    store: &SqliteStore,
    clock: &OffsetClock,
) -> Result<OwnerMap, String> {
    let stored = store.owners().await.map_err(|error| error.to_string())?;
    let (text, map) = match (&args.owners, stored) {
        (Some(file), _) => owners::read(file)?,
        (None, Some(stored)) => return Ok(stored.map),
        (None, None) => (SAMPLE_OWNERS.to_owned(), owners::parse("the sample", SAMPLE_OWNERS)?),
    };
    owners::import(store, clock, &text, &map, "sandbox", "given at the start").await?;
    Ok(map)
}

fn hooks(house: &Arc<House>) -> Hooks {
    let (clock, feed, more) = (Arc::clone(house), Arc::clone(house), Arc::clone(house));
    let (advance, state) = (Arc::clone(house), Arc::clone(house));
    Hooks {
        now: Arc::new(move || {
            let micros = u64::try_from(clock.clock.now().as_microsecond()).unwrap_or(0);
            SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
        }),
        feed: Arc::new(move |body| {
            let house = Arc::clone(&feed);
            Box::pin(async move { house.feed(body).await })
        }),
        feed_more: Arc::new(move || {
            let house = Arc::clone(&more);
            Box::pin(async move {
                let body = house.samples.more(house.clock.now())?;
                house.feed(body).await
            })
        }),
        advance: Arc::new(move |by| {
            let house = Arc::clone(&advance);
            Box::pin(async move { house.advance(by).await })
        }),
        state: Arc::new(move || {
            let house = Arc::clone(&state);
            Box::pin(async move { house.state().await })
        }),
    }
}

impl House {
    /// Puts a body into the inbox; it is durable when this returns.
    async fn feed(&self, body: Vec<u8>) -> Result<serde_json::Value, String> {
        let (mut findings, mut events, mut unknown, mut unreadable) = (0_u64, 0_u64, 0_u64, 0_u64);
        for parsed in intake::parse(&body) {
            match parsed {
                Parsed::Finding(_) => findings += 1,
                Parsed::Event(_) => events += 1,
                Parsed::Unknown(_) => unknown += 1,
                Parsed::Unreadable(_) => unreadable += 1,
            }
        }
        self.inbox.send(body).await.map_err(|error| error.to_string())?;
        self.app.announce();
        Ok(serde_json::json!({
            "queued": true, "findings": findings, "account_events": events, "unknown": unknown, "unreadable": unreadable
        }))
    }

    /// Sample events over the first minute.
    async fn play(&self) {
        let start = self.clock.now();
        for position in 0.. {
            let Some(body) = self.samples.when_due(&self.clock, start, position).await else {
                return;
            };
            if let Err(error) = self.feed(body).await {
                tracing::error!(error, "a sample event could not be fed");
            }
        }
    }

    /// Pushes the clock forward, stopping wherever something is due, so that all that would have
    /// happened in this time has happened when it returns.
    async fn advance(&self, by: Duration) -> Result<serde_json::Value, String> {
        let _one = self.advancing.lock().await;
        // Written first, and whole: after a kill in the middle the clock must not go back.
        let target = self.clock.offset().saturating_add(by).as_micros().to_string();
        let (file, fresh) = (self.data.join(CLOCK_FILE), self.data.join("clock.new"));
        std::fs::write(&fresh, target)
            .and_then(|()| std::fs::rename(&fresh, &file))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let pusher = Pusher { app: &self.app, samples: &self.samples, clock: &self.clock };
        let whole = pusher.advance(by).await;
        Ok(serde_json::json!({ "now": self.clock.now().to_string(), "at_rest": whole }))
    }

    async fn state(&self) -> serde_json::Value {
        let now = self.clock.now();
        let summary = match self.store.summary().await {
            Ok(summary) => summary,
            Err(error) => return serde_json::json!({ "error": error.to_string() }),
        };
        let resting = self.app.resting(now).and(self.samples.resting(now)) != Rest::Working;
        let age = summary.held_oldest.map(|oldest| now.duration_since(oldest).as_secs().max(0));
        let mut state = serde_json::to_value(&summary).unwrap_or_default();
        state["held_oldest_seconds"] = age.into();
        state["at_rest"] = resting.into();
        state["now"] = now.to_string().into();
        state["counters"] = serde_json::to_value(self.app.counters.read()).unwrap_or_default();
        state
    }
}
