//! `monban check`: everything that is wrong with a file, before it is used.

mod notes;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    config::{self, Config, DoorAt, InboxConfig, SlackDoor, StoreConfig},
    domain::{FileProblem, OwnerMap, TeamId},
    owners,
};

/// Check a config or an owner map and name every problem with its key and how to mend it
///
/// Looks at the files alone, not at AWS or Slack. Given both, it also checks that the config has
/// a token for each workspace of the map. A secret that is not set on this machine is a note, not
/// a problem: it need only be set where `serve` runs. Exit code: 0 if there is no problem, 1
/// otherwise.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub struct Args {
    /// The config of `serve` (YAML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The owner map (YAML)
    #[arg(long, value_name = "FILE")]
    owners: Option<PathBuf>,
}

/// Runs the verb.
pub fn run(args: &Args) -> ExitCode {
    match check(args) {
        Ok((text, good)) => match super::say(&text) {
            Ok(()) if good => ExitCode::SUCCESS,
            Ok(()) => ExitCode::FAILURE,
            Err(error) => super::fail(&error),
        },
        Err(error) => super::fail(&error),
    }
}

/// What is to be said, and whether there is no problem.
fn check(args: &Args) -> Result<(String, bool), String> {
    let config = match &args.config {
        Some(file) => Some((file, config::parse(&super::read(file)?))),
        None => None,
    };
    let map = match &args.owners {
        Some(file) => Some((file, owner_map(&super::read(file)?))),
        None => None,
    };
    let mut answers = Vec::new();
    if let Some((file, parsed)) = config {
        let parsed = match (parsed, &map) {
            (Ok(config), Some((_, Ok(map)))) => match strangers(map, &config) {
                problems if problems.is_empty() => Ok(config),
                problems => Err(problems),
            },
            (parsed, _) => parsed,
        };
        answers.push(answer(file, &parsed, described));
        if let Ok(config) = parsed {
            let notes = notes::notes(&config, config::region_here().as_deref());
            let notes = notes.into_iter().map(|note| format!("{}: note: {note}\n", file.display()));
            answers.push((notes.collect(), true));
        }
    }
    if let Some((file, parsed)) = map {
        answers.push(answer(file, &parsed, counted));
    }
    let good = answers.iter().all(|(_, good)| *good);
    Ok((answers.into_iter().map(|(text, _)| text).collect(), good))
}

/// Reads an owner map; a config given in its place is told as such.
fn owner_map(text: &str) -> Result<OwnerMap, Vec<FileProblem>> {
    if config::is_config(text) {
        return Err(vec![FileProblem {
            key: "(file)".to_owned(),
            what: "looks like a config".to_owned(),
            mend: "Give it as `--config`, and an owner map as `--owners`".to_owned(),
        }]);
    }
    owners::parse(text)
}

/// A good file in one line, or a line a problem.
fn answer<T>(
    file: &Path,
    parsed: &Result<T, Vec<FileProblem>>,
    described: fn(&T) -> String,
) -> (String, bool) {
    let file = file.display();
    match parsed {
        Ok(good) => (format!("{file}: ok: {}\n", described(good)), true),
        Err(problems) => {
            let lines = problems.iter().map(|problem| format!("{file}: {problem}\n"));
            let count = format!("{file}: {} problem(s)\n", problems.len());
            (lines.chain([count]).collect(), false)
        }
    }
}

fn counted(map: &OwnerMap) -> String {
    let accounts: usize = map.companies().iter().map(|company| company.accounts.len()).sum();
    format!("{} companies, {accounts} accounts", map.companies().len())
}

/// Workspaces of the map that the config has no token for.
fn strangers(map: &OwnerMap, config: &Config) -> Vec<FileProblem> {
    let known: BTreeSet<&TeamId> = config.slack.workspaces.iter().map(|one| &one.team).collect();
    let named: BTreeSet<&TeamId> =
        map.channels().into_iter().map(|channel| &channel.team).collect();
    let problem = |team: &TeamId| FileProblem {
        key: "slack.workspaces".to_owned(),
        what: format!("has no entry for {team}, which the owner map names"),
        mend: format!("Add `team_id: {team}` with its `bot_token`, or mend the `team` in the map"),
    };
    named.difference(&known).map(|team| problem(team)).collect()
}

fn described(config: &Config) -> String {
    let inbox = match &config.inbox {
        InboxConfig::Sqs(_) => "SQS",
        InboxConfig::Embedded { .. } => "embedded inbox",
    };
    let store = match &config.store {
        StoreConfig::Dynamodb { .. } => "DynamoDB",
        StoreConfig::Sqlite { .. } => "SQLite",
    };
    let slack = &config.slack;
    let teams = || slack.workspaces.iter().map(|one| &one.team);
    let start = format!("{inbox}, {store}, {} workspace(s)", slack.workspaces.len());
    let own = slack.workspaces.iter().any(|one| one.door.is_some());
    match teams().next() {
        Some(team) if !own => format!("{start}, {}", way(slack.door_of(team))),
        // Which of them has which.
        Some(_) | None => teams().fold(start, |text, team| {
            let door = slack.door_of(team);
            let whose = match door.map(|door| door.own.is_some()) {
                Some(true) => " of its own app",
                Some(false) => " of the shared app",
                None => "",
            };
            format!("{text}\n  {team}: {}{whose}", way(door))
        }),
    }
}

fn way(door: Option<DoorAt<'_>>) -> String {
    match door.map(|door| door.door) {
        Some(SlackDoor::Http { .. }) => "people over HTTP".to_owned(),
        Some(SlackDoor::Sockets { count, .. }) => format!("people over {count} socket(s)"),
        None => "no way in for people".to_owned(),
    }
}
