//! `monban owners`: the owner map in and out of a store.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crate::{
    adapters::clock::OffsetClock,
    app::{self, DATA_FILE, Memory},
    config::{AwsConfig, StoreConfig},
    domain::{AuditEntry, InputId, OwnerMap},
    owners,
    ports::{Clock, Store},
};

/// Bring the owner map in or out
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Store a new revision of the owner map; a file with a problem is refused whole
    Import {
        /// The owner map (YAML)
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Who imports it, for the audit trail
        #[arg(long, value_name = "NAME", default_value = "command line")]
        by: String,
        /// Why, for the audit trail
        #[arg(long, value_name = "TEXT", default_value = "import")]
        why: String,
    },
    /// Print the newest revision, byte for byte as it was imported
    Export {
        #[command(flatten)]
        place: Place,
    },
}

/// Where the store is.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Place {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The config whose store it is (YAML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn store(self) -> Result<(StoreConfig, AwsConfig), String> {
        match (self.data, self.config) {
            (Some(data), _) => {
                super::directory(&data)?;
                Ok((StoreConfig::Sqlite { data }, AwsConfig::default()))
            }
            (None, Some(file)) => super::config(&file).map(|config| (config.store, config.aws)),
            (None, None) => Err("give --data or --config".to_owned()),
        }
    }
}

/// Runs the verb.
pub async fn run(args: Args) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    match args.verb {
        Verb::Import { file, place, by, why } => {
            let (at, aws) = place.store()?;
            let (text, map) = read(&file)?;
            let Memory { store, .. } = app::memory(&at, &aws, &clock).await?;
            let revision = import(store.as_ref(), clock.as_ref(), &text, &map, &by, &why).await?;
            super::say(&format!("{}: revision {revision}\n", super::store::described(&at)))?;
        }
        Verb::Export { place } => {
            let (at, aws) = place.store()?;
            if let StoreConfig::Sqlite { data } = &at {
                // Looking must not make one.
                let file = data.join(DATA_FILE);
                if !file.exists() {
                    return Err(format!("{}: there is no data file", file.display()));
                }
            }
            let Memory { store, .. } = app::memory(&at, &aws, &clock).await?;
            let owners = store.owners().await.map_err(|error| error.to_string())?;
            let owners = owners.ok_or("no owner map was imported yet")?;
            super::say(&owners.text)?;
        }
    }
    Ok(())
}

/// Reads and checks a file.
pub(super) fn read(file: &PathBuf) -> Result<(String, OwnerMap), String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let map = parse(&name.to_string(), &text)?;
    Ok((text, map))
}

/// Checks a text; `name` stands before each problem.
pub(super) fn parse(name: &str, text: &str) -> Result<OwnerMap, String> {
    owners::parse(text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|one| format!("{name}: {one}")).collect();
        format!("the owner map has {} problem(s):\n{}", lines.len(), lines.join("\n"))
    })
}

/// Stores the map as the next revision. The same text again is the same revision.
pub(super) async fn import(
    store: &dyn Store,
    clock: &dyn Clock,
    text: &str,
    map: &OwnerMap,
    by: &str,
    why: &str,
) -> Result<u64, String> {
    let newest = store.owners().await.map_err(|error| error.to_string())?;
    let expected = newest.as_ref().map_or(0, |newest| newest.revision);
    if newest.as_ref().is_some_and(|newest| newest.text == text) {
        return Ok(expected);
    }
    let revision = expected + 1;
    let audit = AuditEntry {
        aggregate: "owners".to_owned(),
        version: revision,
        at: clock.now(),
        actor: by.to_owned(),
        action: "import".to_owned(),
        reason: why.to_owned(),
        input: InputId::new(format!("owners/{revision}")),
        previous: newest.and_then(|newest| newest.audit_head),
    };
    store.put_owners(text, map, expected, &audit).await.map_err(|error| error.to_string())
}
