//! The people's door in the sandbox: the pretend Slack reaches the bot as the real one does.

use std::{future::pending, sync::Arc};

use tokio::net::TcpListener;

use crate::{
    app::{self, App, Entrance, WayIn},
    domain::Secret,
    door::{self, Hooks, Numbers},
    ports::Clock,
    sandbox::{RequestUrls, WorkspaceSpec},
};

use super::super::people::{People, taken};

/// Connections of Socket Mode: one may be renewed while the other serves.
const SOCKETS: usize = 2;

/// There is no config here whose key could be named.
const KEY: &str = "the bot's door";

/// How the pretend Slack reaches the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DoorKind {
    /// It sends requests that it signs
    Http,
    /// The bot connects to it (Socket Mode)
    Socket,
}

/// The door, bound and not yet served.
pub(super) struct Door {
    people: People,
    listener: Option<TcpListener>,
    clock: Arc<dyn Clock>,
}

impl Door {
    /// Makes it, and tells the pretend Slack where it is.
    pub(super) async fn bind(
        kind: DoorKind,
        spec: &mut WorkspaceSpec,
        api_url: &str,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let team = spec.teams.first();
        let secret = |of: fn(&crate::sandbox::TeamSpec) -> &String| {
            Secret::new(team.map(of).cloned().unwrap_or_default())
        };
        let (way, listener) = match kind {
            DoorKind::Http => {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await;
                let listener = listener.map_err(|error| format!("the bot's door: {error}"))?;
                let address = listener.local_addr().map_err(|error| error.to_string())?;
                let at = |way: &str| format!("http://{address}/slack/{way}");
                let way = WayIn::Http(vec![secret(|team| &team.signing_secret)]);
                spec.requests = Some(RequestUrls {
                    interactions: at("interactions"),
                    commands: at("commands"),
                    events: at("events"),
                });
                (way, Some(listener))
            }
            DoorKind::Socket => {
                let token = (KEY.to_owned(), secret(|team| &team.app_token));
                (app::sockets(api_url, token, SOCKETS)?, None)
            }
        };
        // One app for all workspaces.
        let entrance = Entrance { own: None, key: KEY.to_owned(), way };
        let people = People::new(vec![entrance], clock)?;
        Ok(Self { people, listener, clock: Arc::clone(clock) })
    }

    /// Lets people in, until dropped.
    ///
    /// # Errors
    /// The listener failed.
    pub(super) async fn serve(mut self, app: &App) -> Result<(), String> {
        self.people.open(taken(app));
        let sockets = self.people.run();
        let handle = app.handle();
        let (clock, alive) = (Arc::clone(&self.clock), app.handle());
        let tally = self.people.tally.clone();
        let hooks = Hooks {
            now: Arc::new(move || clock.now()),
            alive: Box::new(move || alive.alive()),
            stopping: Box::new(|| false),
            checks: self.people.checks(),
            numbers: Box::new(move || Numbers {
                counts: handle.counters.read(),
                aws_requests: std::collections::BTreeMap::new(),
                table_units: None,
                people: tally.clone(),
                map_gaps: handle.gaps.read(),
                store_failing: handle.store_failing(),
            }),
            events: None,
            people: self.people.signed.take(),
        };
        let listener = self.listener.take();
        let requests = async {
            match listener {
                Some(listener) => door::serve(listener, hooks).await,
                None => pending().await,
            }
        };
        tokio::select! {
            served = requests => served.map_err(|error| format!("the bot's door: {error}")),
            () = sockets => Err("the sockets have ended".to_owned()),
        }
    }
}
