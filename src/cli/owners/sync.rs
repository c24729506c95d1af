//! `monban owners sync`: the owner map after AWS Organizations.

use std::sync::Arc;

use super::{Place, newest, opened, parse, put, told};
use crate::{
    app,
    config::AwsConfig,
    domain::{OwnerMap, Standing},
    owners::{self, Seen, What},
    ports::Clock,
};

/// Which map, which organization, and whether to write.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// The Region of the requests to Organizations, in place of the config's or the machine's
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Store what changes as a new revision; comments of the file that was imported are lost
    #[arg(long)]
    write: bool,
    /// Who does it, for the audit trail
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT", default_value = "as AWS Organizations has it")]
    why: String,
}

/// Says what changes, why, and what a person must decide; writes it if told so.
pub(super) async fn run(args: Args, clock: &Arc<dyn Clock>) -> Result<(), String> {
    let Args { place, region, write, by, why } = args;
    let (at, aws) = place.store()?;
    let memory = opened(&at, &aws, clock).await?;
    let old = newest(memory.store.as_ref()).await?;
    let region = region.or_else(|| aws.region.clone());
    let organization = app::organization(&AwsConfig { region, ..aws }).await?;
    let synced = owners::with_organization(&old.map, &organization);
    let synced = synced.map_err(|problem| problem.to_string())?;

    let changes = told(&old.map, &synced.map)?;
    crate::cli::say(&listed(&synced.seen))?;
    if changes == 0 {
        let open = synced.seen.iter().any(is_open);
        let told = if open { "nothing to write\n" } else { "nothing to do\n" };
        return crate::cli::say(told);
    }
    let text = owners::written(&synced.map)?;
    // What is stored must be a map that the bot can read at its next start.
    let map: OwnerMap = parse("(the map that would be written)", &text)?;
    if !write {
        return Err(format!("{changes} change(s) are not written: give --write"));
    }
    let store = memory.store.as_ref();
    let audit = ("sync", by.as_str(), why.as_str());
    let revision = put(store, clock.as_ref(), (&text, &map), Some(old), audit).await?;
    crate::cli::say(&format!(
        "{}: revision {revision}; comments of the file before it are not in it\n",
        crate::cli::store::described(&at)
    ))
}

/// The reasons of changes first, then what is left to people.
fn listed(seen: &[Seen]) -> String {
    let mut text = String::new();
    for (heading, open) in [("why:", false), ("for you to decide:", true)] {
        let lines = seen.iter().filter(|one| is_open(one) == open);
        let lines: Vec<String> = lines.map(words).collect();
        if !lines.is_empty() {
            text.extend([heading, "\n  ", &lines.join("\n  "), "\n"]);
        }
    }
    text
}

const fn is_open(seen: &Seen) -> bool {
    match seen {
        Seen::UnitGone { .. } => true,
        Seen::Account { what, .. } => {
            matches!(
                what,
                What::EnvironmentUnknown { .. } | What::Unassigned { .. } | What::Missing { .. }
            )
        }
    }
}

/// One line, with how to mend what is open.
fn words(seen: &Seen) -> String {
    match seen {
        Seen::UnitGone { company, unit } => format!(
            "company {company}: its unit {unit} is not in the organization. Mend or remove it in \
             `organizational_units`"
        ),
        Seen::Account { id, name, what } => format!("account {id} {name}: {}", of(what)),
    }
}

fn of(what: &What) -> String {
    match what {
        What::Added { company, environment, path } => format!(
            "new in company {company}, {}, in baseline until its stock is taken: it is in {path}",
            environment.as_str()
        ),
        What::Moved { from, to, path, lost_ou, lost_settings } => {
            let written = if *lost_settings {
                format!("; what {from} wrote for it is dropped")
            } else {
                String::new()
            };
            let lost = lost_ou.as_ref().map_or_else(String::new, |ou| {
                format!("; its ou {ou} is dropped, {to} has none of this name")
            });
            format!("moves from company {from} to {to}: it is in {path}{written}{lost}")
        }
        What::Renamed { from } => format!("was called {from}"),
        What::Environment { from, to, path } => {
            format!("{} becomes {}: it is in {path}", from.as_str(), to.as_str())
        }
        What::Ended { company, standing } => {
            let how = match standing {
                Standing::Suspended => "is suspended",
                Standing::Closing => "is being closed",
                Standing::Open | Standing::Closed => "is closed",
            };
            format!("{how}: it leaves company {company}")
        }
        What::Missing { company } => format!(
            "not in the organization, it stays with {company}. If it left for good, take it out of \
             the map"
        ),
        What::EnvironmentUnknown { company, kept, path } => {
            let kept = kept.map_or_else(
                || "it is not added".to_owned(),
                |kept| format!("it stays {}", kept.as_str()),
            );
            format!(
                "environment unknown, {kept}: it is in {path} of company {company}. Name a unit \
                 above it prod or dev, or import it with its environment"
            )
        }
        What::Unassigned { company, path } => {
            let stays = company.as_ref().map_or_else(
                || "the CCoE is told of it".to_owned(),
                |company| format!("it stays with {company}"),
            );
            match path {
                Some(path) => format!(
                    "in no company's unit, {stays}: it is in {path}. Move it into a unit of its \
                     company, or write its unit into that company's `organizational_units`"
                ),
                None => format!("moved while the organization was read, {stays}. Sync again"),
            }
        }
    }
}
