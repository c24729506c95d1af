//! What the HTTP listener asks of the house, as plain closures.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    adapters::aws::Aws,
    app::{Built, Handle},
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

pub(super) fn hooks(built: &Built, clock: &Arc<dyn Clock>, state: &Arc<State>) -> Hooks {
    let (now, alive, stopping) = (Arc::clone(clock), Arc::clone(state), Arc::clone(state));
    let (app, aws) = (Arc::clone(state), built.aws.clone());
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
        now: Box::new(move || now.now()),
        alive: Box::new(move || alive.app.get().is_none_or(Handle::alive)),
        stopping: Box::new(move || stopping.stopping.load(Ordering::SeqCst)),
        checks: checks(built),
        numbers: Box::new(move || {
            let app = app.app.get();
            Numbers {
                counts: app.map_or_else(|| Counters::default().read(), |app| app.counters.read()),
                aws_requests: aws.as_ref().map(Aws::calls).unwrap_or_default(),
                store_failing: app.is_some_and(Handle::store_failing),
            }
        }),
        events,
    }
}

/// The store, the owner map, each queue and each workspace.
fn checks(built: &Built) -> Vec<Check> {
    let parts = &built.parts;
    let store = Arc::clone(&parts.store);
    let mut checks = vec![Check {
        name: "store".to_owned(),
        ask: Box::new(move || {
            let store = Arc::clone(&store);
            Box::pin(async move { store.ready().await.map_err(|error| error.to_string()) })
        }),
    }];
    let (store, teams) = (Arc::clone(&parts.store), parts.teams.iter().cloned().collect());
    let teams: Arc<BTreeSet<TeamId>> = Arc::new(teams);
    checks.push(Check {
        name: "owners".to_owned(),
        ask: Box::new(move || {
            let (store, teams) = (Arc::clone(&store), Arc::clone(&teams));
            Box::pin(async move { owners(store.as_ref(), &teams).await })
        }),
    });
    checks.extend(parts.queues.iter().map(|queue| {
        let inbox = Arc::clone(&queue.inbox);
        Check {
            name: queue.name.clone(),
            ask: Box::new(move || {
                let inbox = Arc::clone(&inbox);
                Box::pin(async move { inbox.ready().await.map_err(|error| error.to_string()) })
            }),
        }
    }));
    checks.extend(parts.teams.iter().map(|team| {
        let (chat, team) = (Arc::clone(&parts.chat), team.clone());
        Check {
            name: format!("slack.{team}"),
            ask: Box::new(move || {
                let (chat, team) = (Arc::clone(&chat), team.clone());
                Box::pin(async move { chat.ready(&team).await.map_err(|error| error.to_string()) })
            }),
        }
    }));
    checks
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
