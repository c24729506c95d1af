//! `monban serve`: the whole bot on the store, the queues and the Slack of a config.

mod hooks;

use std::{io::ErrorKind, net::SocketAddr, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use tokio::net::TcpListener;

use self::hooks::State;
use super::{
    people::{People, taken},
    told_to_end,
};
use crate::{
    adapters::clock::OffsetClock,
    app::{self, App, Built, Parts},
    config::{Config, StoreConfig},
    domain::TeamId,
    door,
    owners::holidays_end,
    ports::{Clock, Owners, Store},
};

/// Between two looks whether an owner map was imported.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Run the bot on the store, the queues and the Slack that a config names
///
/// Prints `monban ready: http://ADDRESS` once it listens. There, /healthz says whether it runs,
/// /readyz whether all it needs can be reached, /metrics what was done. Ctrl-C or SIGTERM ends
/// what is under way and stops it. Exit code: 0 if it was told to end, 1 otherwise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The config (YAML); deploy/sample/serve.yaml shows every key
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// How logs are written to stderr
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(super) log_format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

/// Runs the verb until the process is told to end.
#[expect(clippy::print_stdout, reason = "the ready line that scripts wait for")]
pub async fn run(args: Args) -> Result<(), String> {
    // From the first moment on: a container's first process is ended by nothing else.
    let mut end = pin!(told_to_end());
    let config = super::config(&args.config)?;
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    let mut built = tokio::select! {
        built = app::build(&config, &clock) => built?,
        () = &mut end => return Ok(()),
    };
    let mut people = People::new(std::mem::take(&mut built.people), &clock)?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.map_err(|error| unheard(config.listen, &error))?;
    let address = listener.local_addr().map_err(|error| format!("http.listen: {error}"))?;
    let state = Arc::new(State::default());
    let hooks = hooks::hooks(&built, &config, &clock, &state, &mut people);
    let mut door = pin!(door::serve(listener, hooks));
    println!("monban ready: http://{address}");
    tracing::info!(http.listen = %address, "started");
    people.tell(&config.slack);

    let Built { mut parts, .. } = built;
    let teams = tokio::select! {
        teams = teams(&parts, &args, &config) => teams,
        served = &mut door => return Err(closed(served)),
        () = &mut end => return Ok(()),
    };
    parts.teams = teams;
    let app = App::start(parts);
    state.start(app.handle());
    people.open(taken(&app));
    let mut sockets = pin!(people.run());
    tokio::select! {
        () = app.ended() => return Err("a loop of the bot has ended: see the log".to_owned()),
        () = &mut sockets => return Err("the sockets to Slack have ended".to_owned()),
        served = &mut door => return Err(closed(served)),
        () = &mut end => {}
    }
    tracing::info!(stop_seconds = config.stop.as_secs(), "asked to stop");
    state.stop();
    people.stop();
    // Sockets first: what came over them is answered while the rest still works.
    let all = async {
        sockets.await;
        let whole = app.stop(config.stop).await;
        people.finish().await;
        whole
    };
    tokio::select! {
        whole = all => if !whole {
            return Err(format!(
                "not all work had ended after {} s and was cut off; it is taken up again at the \
                 next start. Raise `stop_seconds` if this comes often",
                config.stop.as_secs()
            ));
        },
        served = &mut door => return Err(closed(served)),
    }
    tracing::info!("stopped");
    Ok(())
}

fn closed(served: std::io::Result<()>) -> String {
    match served {
        Ok(()) => "the HTTP listener has ended".to_owned(),
        Err(error) => format!("the HTTP listener has ended: {error}"),
    }
}

fn unheard(listen: SocketAddr, error: &std::io::Error) -> String {
    let mend = match error.kind() {
        ErrorKind::AddrInUse => "another process listens there: change `http.listen`",
        ErrorKind::AddrNotAvailable => "this machine has no such address: change `http.listen`",
        ErrorKind::PermissionDenied => {
            "it is not allowed: change `http.listen` to a port over 1023"
        }
        _ => "change `http.listen`",
    };
    format!("http.listen: {listen}: {error}; {mend}")
}

/// The workspaces to drive, once there is an owner map and the store answers.
async fn teams(parts: &Parts, args: &Args, config: &Config) -> Vec<TeamId> {
    let clock = parts.clock.as_ref();
    let owners = owners(parts.store.as_ref(), clock, args, config).await;
    let zone = TimeZone::get(&owners.map.ccoe_receiver().time_zone).unwrap_or(TimeZone::UTC);
    if let Some(until) = holidays_end(&owners.map, zone.to_datetime(clock.now()).date()) {
        tracing::error!(
            holidays.until = %until,
            "public holidays are known for less than 180 days: after that they count as working \
             days. Install a newer monban"
        );
    }
    answered(clock, "the workspaces that have work can't be read", async || {
        app::teams(parts, &owners.map).await
    })
    .await
}

/// Asks until it is answered: what fails for a while must not end the process.
async fn answered<T>(
    clock: &dyn Clock,
    failing: &str,
    ask: impl AsyncFn() -> Result<T, String>,
) -> T {
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(error) => tracing::error!(port.error = error, "{failing}: asked again"),
        }
        pause(clock).await;
    }
}

async fn pause(clock: &dyn Clock) {
    clock.sleep_until(clock.now().checked_add(LOOK_EVERY).unwrap_or(Timestamp::MAX)).await;
}

/// The owner map, waited for if there is none: what comes meanwhile stays in its queue, since a
/// message that is received in vain again and again would end among the bad ones.
async fn owners(store: &dyn Store, clock: &dyn Clock, args: &Args, config: &Config) -> Owners {
    let mut told = false;
    loop {
        match store.owners().await {
            Ok(Some(owners)) => return owners,
            Ok(None) if !told => {
                told = true;
                let stop = match config.store {
                    StoreConfig::Sqlite { .. } => "stop this process, run ",
                    StoreConfig::Dynamodb { .. } => "run ",
                };
                tracing::error!(
                    "there is no owner map yet: {stop}`monban owners import FILE --config {}`; \
                     until then nothing is taken in, and what arrives stays in the queue",
                    args.config.display()
                );
            }
            Ok(None) => {}
            Err(error) => tracing::error!(port.error = %error, "the owner map can't be read"),
        }
        pause(clock).await;
    }
}

#[cfg(test)]
mod tests;
