//! `monban owners`: the owner map in and out of a store, and what it says.

mod changes;
mod gaps;
mod import;
mod set;
pub(super) mod show;
mod sync;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    adapters::clock::OffsetClock,
    app::{self, DATA_FILE, Memory},
    config::{AwsConfig, StoreConfig},
    domain::{Alert, AlertId, AuditEntry, InputId, OwnerMap},
    flow::{Known, known_places},
    owners,
    ports::{Clock, Owners, Store},
};

/// The owner map: bring it in or out, compare it, ask it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Store a new revision of the owner map; a file with a problem is refused whole
    ///
    /// Prints what changes against the newest revision. A spreadsheet's CSV file (`.csv`, with the
    /// headings company, account, name, environment and, if wanted, ou, stage, stage_reason,
    /// baseline_until) adds its accounts to the newest map or changes them. If the newest revision
    /// was not written by an import (but in Slack, by a lifecycle event, `owners set`, `owners
    /// sync` or, for a YAML file, a sheet), an import that removes or changes an account of it is
    /// refused with exit code 1, unless --force is given.
    Import(import::Args),
    /// Print the newest revision, byte for byte as it was imported
    ///
    /// A revision that Slack, a lifecycle event, `owners set`, `owners sync` or a sheet wrote is
    /// printed as Monban wrote it: it says the same, without the comments of the file before it.
    Export {
        #[command(flatten)]
        place: Place,
    },
    /// Say what an import of this file would change; nothing is written
    Diff {
        /// The owner map that would be imported (YAML)
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Say what the map says of an account, and which level each value comes from
    ///
    /// Then the policy, with the floor (1F: the group's, 2F: the company's) and the rule of each
    /// value: for problems of which nothing but the severity is known.
    Show {
        /// The account: 12 digits
        account: String,
        /// A tag of the resource, to see what counts for it
        #[arg(long, value_name = "KEY=VALUE", value_parser = tag)]
        tag: Vec<(String, String)>,
        #[command(flatten)]
        source: Source,
    },
    /// Bring the map up to date from AWS Organizations: new, moved, renamed and closed accounts
    ///
    /// Whose an account is follows from the `organizational_units` of the companies, whether it is
    /// production or development from the names of the units above it. It needs the rights in
    /// deploy/sample/iam-policy-sync.json, in the management account or one that it delegates to.
    /// Exit code: 0 if nothing changes or it was written, 1 if there are changes not written.
    Sync(sync::Args),
    /// Say what the map lacks, and how to mend it
    ///
    /// Companies with fewer than two people who could decide or without a security lead; partners
    /// whose time is over or over soon; partners whose sponsor decides nothing; accounts in
    /// baseline; routes that name an account the company does not have; ous without an account; a
    /// channel id that several companies name; public holidays that are known for less than 180
    /// days. With --config also channels that Slack does not know, that are archived or that the
    /// bot is not in, and people who are no longer in Slack.
    /// Exit code: 0 if there is no gap, 1 otherwise.
    Gaps {
        #[command(flatten)]
        source: Source,
        /// Ask Slack nothing
        #[arg(long)]
        offline: bool,
    },
    /// Put one account into the map or change it: company, environment, stage and more
    ///
    /// Prints what changes. A new account needs --company and --environment, and begins in
    /// baseline; one that changes hands takes nothing of the old company's along.
    Set(set::Args),
}

fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Where the map is: a file, or the newest in a store.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Source {
    /// The owner map (YAML)
    #[arg(long, value_name = "FILE")]
    owners: Option<PathBuf>,
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The config whose store it is (YAML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Source {
    /// Reads it, and checks it where it is a file.
    pub(super) async fn map(self, clock: &Arc<dyn Clock>) -> Result<OwnerMap, String> {
        if let Some(file) = self.owners {
            return read(&file).map(|(_, map)| map);
        }
        let place = Place { data: self.data, config: self.config };
        place.newest(clock).await.map(|owners| owners.map)
    }

    /// A recorded alert with the newest map, from a store.
    pub(super) async fn recorded(
        self,
        clock: &Arc<dyn Clock>,
        id: &AlertId,
    ) -> Result<(Alert, OwnerMap, Known), String> {
        if self.owners.is_some() {
            return Err(format!("{id}: is looked up in a store: give --data or --config"));
        }
        let (at, aws) = Place { data: self.data, config: self.config }.store()?;
        let memory = opened(&at, &aws, clock).await?;
        let owners = newest(memory.store.as_ref()).await?;
        let alert = memory.store.alert(id).await.map_err(|error| error.to_string())?;
        let alert = alert.ok_or_else(|| format!("{id}: no alert of this id is on record"))?;
        let places = known_places(memory.store.as_ref(), &owners.map, &alert, clock.now()).await;
        let places = places.map_err(|error| error.to_string())?;
        Ok((alert, owners.map, places))
    }
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

    /// The newest map in the store.
    async fn newest(self, clock: &Arc<dyn Clock>) -> Result<Owners, String> {
        let (at, aws) = self.store()?;
        let memory = opened(&at, &aws, clock).await?;
        newest(memory.store.as_ref()).await
    }
}

/// A store that is there. Looking makes none.
async fn opened(
    at: &StoreConfig,
    aws: &AwsConfig,
    clock: &Arc<dyn Clock>,
) -> Result<Memory, String> {
    if let StoreConfig::Sqlite { data } = at {
        let file = data.join(DATA_FILE);
        if !file.exists() {
            return Err(format!("{}: there is no data file", file.display()));
        }
    }
    app::memory(at, aws, clock).await
}

/// The newest map in a store.
async fn newest(store: &dyn Store) -> Result<Owners, String> {
    let owners = store.owners().await.map_err(|error| error.to_string())?;
    owners.ok_or_else(|| "no owner map was imported yet".to_owned())
}

/// Runs the verb.
pub async fn run(args: Args) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    match args.verb {
        Verb::Import(args) => import::run(args, &clock).await?,
        Verb::Export { place } => super::say(&place.newest(&clock).await?.text)?,
        Verb::Diff { file, place } => {
            let (_, new) = read(&file)?;
            told(&place.newest(&clock).await?.map, &new)?;
        }
        Verb::Show { account, tag, source } => {
            if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(format!("`{account}` is no account: give its 12 digits"));
            }
            let tags: BTreeMap<String, String> = tag.into_iter().collect();
            super::say(&show::account(&source.map(&clock).await?, &account, &tags))?;
        }
        Verb::Sync(args) => sync::run(args, &clock).await?,
        Verb::Gaps { source, offline } => gaps::run(source, offline, &clock).await?,
        Verb::Set(args) => set::run(args, &clock).await?,
    }
    Ok(())
}

/// Prints what changes from one map to another; how many changes that is.
fn told(old: &OwnerMap, new: &OwnerMap) -> Result<usize, String> {
    let changes = owners::diff(old, new);
    let lines = changes.iter().map(|one| format!("{}\n", changes::change(one)));
    let text: String = lines.chain([format!("{} change(s)\n", changes.len())]).collect();
    super::say(&text)?;
    Ok(changes.len())
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
    match newest {
        Some(newest) if newest.text == text => Ok(newest.revision),
        newest => put(store, clock, (text, map), newest, ("import", by, why)).await,
    }
}

/// Stores the map as the revision after `newest`; refused if another one came meanwhile.
async fn put(
    store: &dyn Store,
    clock: &dyn Clock,
    (text, map): (&str, &OwnerMap),
    newest: Option<Owners>,
    (action, by, why): (&str, &str, &str),
) -> Result<u64, String> {
    let expected = newest.as_ref().map_or(0, |newest| newest.revision);
    let revision = expected + 1;
    let audit = AuditEntry {
        aggregate: "owners".to_owned(),
        version: revision,
        at: clock.now(),
        actor: by.to_owned(),
        action: action.to_owned(),
        reason: why.to_owned(),
        input: InputId::new(format!("owners/{revision}")),
        previous: newest.and_then(|newest| newest.audit_head),
    };
    store.put_owners(text, map, expected, &audit).await.map_err(|error| error.to_string())
}
