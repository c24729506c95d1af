//! How people reach the running bot: over signed requests or over sockets.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::stream::{FuturesUnordered, StreamExt as _};

use crate::{
    app::{App, Entrance, WayIn},
    config::SlackConfig,
    domain::TeamId,
    door::{self, Check, Sockets, Speaker, Standing, Take, Tally, Work},
    flow::Stop,
    ports::Clock,
};

/// How long acts under way may take to end at the stop. Each is answered within 2.5 s.
const LAST: Duration = Duration::from_secs(3);

/// The people's doors, whichever they are.
pub(super) struct People {
    /// Over the HTTP listener.
    pub(super) signed: Option<door::People>,
    /// For the numbers, if there is a door at all.
    pub(super) tally: Option<Arc<Tally>>,
    sockets: Vec<Sockets>,
    /// Of each app that comes over sockets: the name of its check, the key of its token.
    standing: Vec<(String, String, Arc<Standing>)>,
    work: Arc<Work>,
    stop: Arc<Stop>,
}

impl People {
    pub(super) fn new(ways: Vec<Entrance>, clock: &Arc<dyn Clock>) -> Result<Self, String> {
        let tally = Arc::new(Tally::default());
        let work = Arc::new(Work::new(Arc::clone(&tally)));
        let stop = Arc::new(Stop::default());
        let tally = (!ways.is_empty()).then_some(tally);
        let own: BTreeSet<TeamId> = ways.iter().filter_map(|way| way.own.clone()).collect();
        let shared = Speaker::Shared(Arc::new(own));
        let (sockets, standing) = (Vec::new(), Vec::new());
        let mut people = Self { signed: None, tally, sockets, standing, work, stop };
        for Entrance { own, key, way } in ways {
            let check = own
                .as_ref()
                .map_or_else(|| "slack.socket".to_owned(), |team| format!("slack.socket.{team}"));
            let speaker = own.map_or_else(|| shared.clone(), Speaker::Own);
            match way {
                WayIn::Http(secrets) => {
                    let work = Arc::clone(&people.work);
                    let signed = people.signed.get_or_insert_with(|| door::People::new(work));
                    signed.app(speaker, &secrets).map_err(|error| format!("{key}: {error}"))?;
                }
                WayIn::Sockets { open, tls, count } => {
                    let (clock, standing) = (Arc::clone(clock), Arc::new(Standing::default()));
                    people.standing.push((check, key, Arc::clone(&standing)));
                    people.sockets.push(Sockets {
                        speaker,
                        count,
                        open,
                        tls,
                        work: Arc::clone(&people.work),
                        stop: Arc::clone(&people.stop),
                        now: Arc::new(move || clock.now()),
                        standing,
                    });
                }
            }
        }
        Ok(people)
    }

    /// Says in the log where there is none.
    pub(super) fn tell(&self, slack: &SlackConfig) {
        if self.tally.is_none() {
            tracing::warn!(
                "buttons and commands do nothing, so cards carry none: neither \
                 slack.signing_secret nor slack.app_token is set"
            );
            return;
        }
        let teams = slack.workspaces.iter().map(|one| &one.team);
        for team in teams.filter(|team| slack.door_of(team).is_none()) {
            tracing::warn!(
                slack.team = %team,
                "buttons and commands do nothing in this workspace, so its cards carry none: \
                 neither it nor slack has a signing_secret or an app_token"
            );
        }
    }

    /// What `/readyz` asks of them.
    pub(super) fn checks(&self) -> Vec<Check> {
        let check = |(name, key, standing): &(String, String, Arc<Standing>)| {
            let standing = Arc::clone(standing);
            let ask = move || -> futures::future::BoxFuture<'static, _> {
                Box::pin(std::future::ready(standing.check()))
            };
            Check { name: name.clone(), key: key.clone(), ask: Box::new(ask) }
        };
        self.standing.iter().map(check).collect()
    }

    /// From now on what people do is taken there.
    pub(super) fn open(&self, take: Take) {
        self.work.open(take);
    }

    /// Keeps the connections of Socket Mode, if there are any, until asked to stop.
    pub(super) fn run(&mut self) -> impl Future<Output = ()> + use<> {
        let (sockets, stop) = (std::mem::take(&mut self.sockets), Arc::clone(&self.stop));
        async move {
            let mut running: FuturesUnordered<_> = sockets.into_iter().map(Sockets::run).collect();
            while running.next().await.is_some() {
                // None ends by itself: whoever waits for this must hear of one that did.
                if !stop.asked() {
                    return;
                }
            }
            stop.wait().await;
        }
    }

    /// Asks what [`People::run`] gave to end.
    pub(super) fn stop(&self) {
        self.stop.ask();
    }

    /// Waits a moment for acts under way; nothing is taken any more.
    pub(super) async fn finish(&self) {
        if tokio::time::timeout(LAST, self.work.finish()).await.is_err() {
            tracing::warn!("acts of people were cut off at the stop");
        }
    }
}

/// Takes acts of people to the desk.
pub(super) fn taken(app: &App) -> Take {
    let desk = Arc::clone(&app.desk);
    Arc::new(move |ask| Box::pin(Arc::clone(&desk).take(ask)))
}
