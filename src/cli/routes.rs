//! `monban routes`: the routes of the owner map, drawn, and tried on cases.

mod cases;
mod show;

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::owners::Source;
use crate::{adapters::clock::OffsetClock, ports::Clock};

/// Who is told of what: draw the routes, try them on cases
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Draw the routes of the group and of each company in the order they are tried
    Show {
        #[command(flatten)]
        source: Source,
    },
    /// Try the routes on a table of cases and say what was expected and what was found
    ///
    /// A case: `{name, finding: {account, severity, control, region, resource, resource_kind,
    /// source, product, title, sample, tags: {KEY: VALUE}, environment, account_name, ou}, told:
    /// [TEAM/CHANNEL, ...], because: [a route's name, or group, company, ou, environment, account
    /// or tag for the level whose channel is told, ...], at: TIME, when: at once | next business
    /// hour, by: FLOOR rule NAME}`. Account, severity and `told` are needed; environment,
    /// account_name and ou are held against the map. `told: false`: it is recorded and not told,
    /// since the policy tells only what is worse; `by` names the floor and the rule that say so
    /// (`1F rule base`). `told: held`: it is recorded and counted, since the account is in baseline
    /// at the time `at` (now, unless given), or nobody's and the map does not say
    /// `unknown_accounts: live`; what is critical and what GuardDuty sees is told all the same.
    /// `when` is about the first channel at the time `at`. Exit code: 0 if every case came out as
    /// expected, 1 otherwise.
    Test {
        /// The cases (YAML)
        cases: PathBuf,
        #[command(flatten)]
        source: Source,
    },
}

/// Runs the verb.
pub async fn run(args: Args) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    match args.verb {
        Verb::Show { source } => super::say(&show::tree(&source.map(&clock).await?)),
        Verb::Test { cases, source } => {
            let all = cases::read(&cases)?;
            let map = source.map(&clock).await?;
            let failed: Vec<String> =
                all.iter().filter_map(|case| cases::failure(&map, case, clock.now())).collect();
            super::say(&failed.concat())?;
            if failed.is_empty() {
                super::say(&format!("{} case(s), all as expected\n", all.len()))
            } else {
                Err(format!("{} of {} case(s) failed", failed.len(), all.len()))
            }
        }
    }
}
