//! `monban store`: the durable memory itself.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crate::{
    adapters::clock::OffsetClock,
    app,
    config::{Config, StoreConfig},
    ports::Clock,
};

/// Set up the store
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Create the table or the data file if there is none, and check it; what is there stays
    Init {
        /// The config (YAML)
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// Runs the verb.
pub async fn run(args: Args) -> Result<(), String> {
    let Verb::Init { config } = args.verb;
    let Config { store, aws, .. } = super::config(&config)?;
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    let memory = app::memory(&store, &aws, &clock).await?;
    memory.init().await?;
    memory.check().await?;
    super::say(&format!("{}: ready\n", described(&store)))
}

/// A store as answers name it.
pub(super) fn described(store: &StoreConfig) -> String {
    match store {
        StoreConfig::Dynamodb { table } => format!("table {table}"),
        StoreConfig::Sqlite { data } => data.display().to_string(),
    }
}
