//! What the HTTP listener asks of the house, as plain closures.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::super::people::People;
use crate::{
    adapters::aws::Aws,
    app::{Built, Handle},
    config::{Config, StoreConfig},
    domain::TeamId,
    door::{Check, Events, Hooks, Numbers},
    flow::Counters,
    ports::{Clock, Store},
};

/// How far the process has come.
#[derive(Default)]
pub(super) struct State {
    app: OnceLock<Handle>,
    stopping: AtomicBool,
}

impl State {
    /// The loops run.
    pub(super) fn start(&self, app: Handle) {
        // It is called once; a second app would not be asked.
        let _ = self.app.set(app);
    }

    /// The loops are asked to end.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }
}

pub(super) fn hooks(
    built: &Built,
    config: &Config,
    clock: &Arc<dyn Clock>,
    state: &Arc<State>,
    people: &mut People,
) -> Hooks {
    let tally = people.tally.clone();
    let (now, alive, stopping) = (Arc::clone(clock), Arc::clone(state), Arc::clone(state));
    let (app, aws, units) = (Arc::clone(state), built.aws.clone(), built.units.clone());
    let events = built.feed.as_ref().map(|feed| {
        let (inbox, state) = (Arc::clone(&feed.inbox), Arc::clone(state));
        let token = feed.token.clone();
        let put = move |body: Vec<u8>| -> futures::future::BoxFuture<'static, _> {
            let (inbox, state) = (Arc::clone(&inbox), Arc::clone(&state));
            Box::pin(async move {
                inbox.send(body).await.map_err(|error| error.to_string())?;
                state.app.get().iter().for_each(|app| app.announce());
                Ok(())
            })
        };
        Events { token, put: Arc::new(put) }
    });
    Hooks {
        now: Arc::new(move || now.now()),
        alive: Box::new(move || alive.app.get().is_none_or(Handle::alive)),
        stopping: Box::new(move || stopping.stopping.load(Ordering::SeqCst)),
        checks: checks(built, config, state).into_iter().chain(people.checks()).collect(),
        numbers: Box::new(move || {
            let app = app.app.get();
            Numbers {
                counts: app.map_or_else(|| Counters::default().read(), |app| app.counters.read()),
                aws_requests: aws.as_ref().map(Aws::calls).unwrap_or_default(),
                table_units: units.as_ref().map(|units| units.read_and_write()),
                people: tally.clone(),
                map_gaps: app.map(|app| app.gaps.read()).unwrap_or_default(),
                store_failing: app.is_some_and(Handle::store_failing),
            }
        }),
        events,
        people: people.signed.take(),
    }
}

/// The store, the owner map, each queue and each workspace.
fn checks(built: &Built, config: &Config, state: &Arc<State>) -> Vec<Check> {
    let parts = &built.parts;
    let place = match config.store {
        StoreConfig::Dynamodb { .. } => "store.dynamodb.table",
        StoreConfig::Sqlite { .. } => "store.sqlite.data",
    };
    let store = Arc::clone(&parts.store);
    let mut checks = vec![check("store", place, move || {
        let store = Arc::clone(&store);
        async move { store.ready().await.map_err(|error| error.to_string()) }
    })];
    // The store may answer a trial and refuse what intake asks of it.
    let intake = Arc::clone(state);
    checks.push(check("intake", place, move || {
        let refused = intake.app.get().is_some_and(Handle::store_failing);
        let why = "the store refuses messages that are in hand: see the log";
        std::future::ready(if refused { Err(why.to_owned()) } else { Ok(()) })
    }));
    let (store, teams) = (Arc::clone(&parts.store), parts.teams.iter().cloned().collect());
    let teams: Arc<BTreeSet<TeamId>> = Arc::new(teams);
    checks.push(check("owners", "slack.workspaces", move || {
        let (store, teams) = (Arc::clone(&store), Arc::clone(&teams));
        async move { owners(store.as_ref(), &teams).await }
    }));
    checks.extend(parts.queues.iter().map(|queue| {
        let inbox = Arc::clone(&queue.inbox);
        let key = match queue.name.strip_prefix("inbox.") {
            Some(name) => format!("inbox.sqs.{name}_queue_url"),
            None => "inbox.embedded".to_owned(),
        };
        check(&queue.name, &key, move || {
            let inbox = Arc::clone(&inbox);
            async move { inbox.ready().await.map_err(|error| error.to_string()) }
        })
    }));
    checks.extend(parts.teams.iter().enumerate().map(|(n, team)| {
        let (chat, team) = (Arc::clone(&parts.chat), team.clone());
        check(&format!("slack.{team}"), &format!("slack.workspaces[{n}].bot_token"), move || {
            let (chat, team) = (Arc::clone(&chat), team.clone());
            async move { chat.ready(&team).await.map_err(|error| error.to_string()) }
        })
    }));
    checks
}

fn check<F>(name: &str, key: &str, ask: impl Fn() -> F + Send + Sync + 'static) -> Check
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let ask = Box::new(move || -> futures::future::BoxFuture<'static, _> { Box::pin(ask()) });
    Check { name: name.to_owned(), key: key.to_owned(), ask }
}

/// There is a map, and a token for each workspace it names.
async fn owners(store: &dyn Store, teams: &BTreeSet<TeamId>) -> Result<(), String> {
    let owners = store.owners().await.map_err(|error| error.to_string())?;
    let owners = owners.ok_or("no owner map was imported yet")?;
    let named: BTreeSet<&TeamId> =
        owners.map.channels().into_iter().map(|channel| &channel.team).collect();
    let unknown: Vec<&str> =
        named.into_iter().filter(|team| !teams.contains(team)).map(TeamId::as_str).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!("the owner map names workspaces without a token here: {}", unknown.join(", ")))
}
