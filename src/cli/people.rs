//! How people reach the running bot: over signed requests or over sockets.

use std::{sync::Arc, time::Duration};

use crate::{
    app::{App, WayIn},
    door::{self, Check, Sockets, Speaker, Standing, Take, Tally, Work},
    flow::Stop,
    ports::Clock,
};

/// How long acts under way may take to end at the stop. Each is answered within 2.5 s.
const LAST: Duration = Duration::from_secs(3);

/// The people's door, whichever it is.
pub(super) struct People {
    /// Over the HTTP listener.
    pub(super) signed: Option<door::People>,
    /// For the numbers, if there is a door at all.
    pub(super) tally: Option<Arc<Tally>>,
    sockets: Option<Sockets>,
    standing: Option<Arc<Standing>>,
    work: Arc<Work>,
    stop: Arc<Stop>,
}

impl People {
    pub(super) fn new(way: Option<WayIn>, clock: &Arc<dyn Clock>) -> Result<Self, String> {
        let tally = Arc::new(Tally::default());
        let work = Arc::new(Work::new(Arc::clone(&tally)));
        let stop = Arc::new(Stop::default());
        let tally = way.is_some().then_some(tally);
        let none = Self { signed: None, tally, sockets: None, standing: None, work, stop };
        Ok(match way {
            None => none,
            Some(WayIn::Http(secrets)) => {
                let mut signed = door::People::new(Arc::clone(&none.work));
                signed
                    .app(Speaker::Shared(Arc::default()), &secrets)
                    .map_err(|error| format!("slack.signing_secret: {error}"))?;
                Self { signed: Some(signed), ..none }
            }
            Some(WayIn::Sockets { open, tls, count }) => {
                let (clock, standing) = (Arc::clone(clock), Arc::new(Standing::default()));
                let sockets = Sockets {
                    speaker: Speaker::Shared(Arc::default()),
                    count,
                    open,
                    tls,
                    work: Arc::clone(&none.work),
                    stop: Arc::clone(&none.stop),
                    now: Arc::new(move || clock.now()),
                    standing: Arc::clone(&standing),
                };
                Self { sockets: Some(sockets), standing: Some(standing), ..none }
            }
        })
    }

    /// Says in the log if there is none.
    pub(super) fn tell(&self) {
        if self.tally.is_none() {
            tracing::warn!(
                "buttons and commands do nothing, so cards carry none: neither \
                 slack.signing_secret nor slack.app_token is set"
            );
        }
    }

    /// What `/readyz` asks of it.
    pub(super) fn check(&self) -> Option<Check> {
        let standing = Arc::clone(self.standing.as_ref()?);
        let ask = move || -> futures::future::BoxFuture<'static, _> {
            Box::pin(std::future::ready(standing.check()))
        };
        let (name, key) = ("slack.socket".to_owned(), "slack.app_token".to_owned());
        Some(Check { name, key, ask: Box::new(ask) })
    }

    /// From now on what people do is taken there.
    pub(super) fn open(&self, take: Take) {
        self.work.open(take);
    }

    /// Keeps the connections of Socket Mode, if that is the door, until asked to stop.
    pub(super) fn run(&mut self) -> impl Future<Output = ()> + use<> {
        let (sockets, stop) = (self.sockets.take(), Arc::clone(&self.stop));
        async move {
            match sockets {
                Some(sockets) => sockets.run().await,
                None => stop.wait().await,
            }
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
