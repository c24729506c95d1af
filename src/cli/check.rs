//! `monban check`: everything that is wrong with a file, before it is used.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    config::{self, Config, InboxConfig, StoreConfig},
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
    let mut answers = Vec::new();
    let mut read = None;
    if let Some(file) = &args.config {
        let parsed = config::parse(&super::read(file)?);
        answers.push(answer(file, &parsed, described));
        if let Ok(config) = parsed {
            let notes = unset(&config).map(|note| format!("{}: note: {note}\n", file.display()));
            answers.push((notes.collect(), true));
            read = Some(config);
        }
    }
    if let Some(file) = &args.owners {
        let parsed = owners::parse(&super::read(file)?).and_then(|map| {
            let problems = read.as_ref().map(|config| strangers(&map, config)).unwrap_or_default();
            if problems.is_empty() { Ok(map) } else { Err(problems) }
        });
        answers.push(answer(file, &parsed, counted));
    }
    let good = answers.iter().all(|(_, good)| *good);
    Ok((answers.into_iter().map(|(text, _)| text).collect(), good))
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
    let accounts: usize = map.companies.iter().map(|company| company.accounts.len()).sum();
    format!("{} companies, {accounts} accounts", map.companies.len())
}

/// The secrets of the config that this machine does not have.
fn unset(config: &Config) -> impl Iterator<Item = String> {
    let workspaces = config.slack.workspaces.iter().enumerate();
    let tokens =
        workspaces.map(|(n, one)| (format!("slack.workspaces[{n}].bot_token"), &one.bot_token));
    let inbox = match &config.inbox {
        InboxConfig::Embedded { token } => token.as_ref(),
        InboxConfig::Sqs(_) => None,
    };
    tokens.chain(inbox.map(|place| ("inbox.embedded.token".to_owned(), place))).filter_map(
        |(key, place)| {
            let note = match (place.read_here(), place) {
                (Some(Ok(_)), _) => return None,
                (Some(Err(error)), _) => format!("{error} on this machine"),
                (None, place) => format!("{place} is not looked up here"),
            };
            Some(format!("{key}: {note}; `serve` needs it where it runs"))
        },
    )
}

/// Workspaces of the map that the config has no token for.
fn strangers(map: &OwnerMap, config: &Config) -> Vec<FileProblem> {
    let known: BTreeSet<&TeamId> = config.slack.workspaces.iter().map(|one| &one.team).collect();
    let named: BTreeSet<&TeamId> =
        map.channels().into_iter().map(|channel| &channel.team).collect();
    let problem = |team: &TeamId| FileProblem {
        key: "(file)".to_owned(),
        what: format!("names the workspace {team}, which the config has no token for"),
        mend: "Add it to `slack.workspaces` of the config, or mend the `team` of its channels"
            .to_owned(),
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
    format!("{inbox}, {store}, {} workspace(s)", config.slack.workspaces.len())
}
