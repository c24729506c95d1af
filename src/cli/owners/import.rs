//! `monban owners import`: a file becomes the newest revision of the map.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Place, parse, put, read, told};
use crate::{
    app::{self, Memory},
    domain::OwnerMap,
    owners::{self, About, Change},
    ports::{Clock, Owners},
};

/// How the audit trail calls a whole file.
const FILE: &str = "import";
/// How it calls a sheet, which stands on the map that was there: a file that is imported after it
/// may lack what was there.
const SHEET: &str = "sheet";

/// The file, and how it is taken.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The owner map (YAML), or accounts (CSV)
    file: PathBuf,
    /// Say what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write it even if it removes or changes accounts of a map that Slack, a lifecycle event,
    /// `owners set`, `owners sync` or a sheet wrote
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Place,
    /// Who imports it, for the audit trail
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT", default_value = "import")]
    why: String,
}

/// Prints the difference to what was there, and writes it unless told not to.
pub(super) async fn run(args: Args, clock: &Arc<dyn Clock>) -> Result<(), String> {
    let Args { file, dry_run, force, place, by, why } = args;
    let (at, aws) = place.store()?;
    let sheet = file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("csv"));
    let given = if sheet { None } else { Some(read(&file)?) };
    let Memory { store, .. } = app::memory(&at, &aws, clock).await?;
    let newest = store.owners().await.map_err(|error| error.to_string())?;
    let (text, map) = match given {
        Some(given) => given,
        None => sheet_in(&file, newest.as_ref().map(|newest| &newest.map))?,
    };
    let changes = newest.as_ref().map(|old| told(&old.map, &map)).transpose()?;
    let undone = newest.as_ref().filter(|_| !force).and_then(|old| undoes(old, &map, sheet));
    if dry_run {
        if let Some(why) = undone {
            crate::cli::say(&format!("it would be refused: {why}\n"))?;
        }
        return crate::cli::say("nothing was written\n");
    }
    if sheet && changes == Some(0) {
        return crate::cli::say("nothing to write\n");
    }
    if let Some(why) = undone {
        return Err(format!("nothing was written: {why}"));
    }
    let revision = match newest {
        Some(newest) if newest.text == text => newest.revision,
        newest => {
            let audit = (if sheet { SHEET } else { FILE }, by.as_str(), why.as_str());
            put(store.as_ref(), clock.as_ref(), (&text, &map), newest, audit).await?
        }
    };
    let lost = if sheet { "; comments of the file before it are not in it" } else { "" };
    crate::cli::say(&format!("{}: revision {revision}{lost}\n", crate::cli::store::described(&at)))
}

/// What somebody else than an import wrote is not in a file that is imported again and again: why
/// the import would undo it, if it would.
fn undoes(old: &Owners, new: &OwnerMap, sheet: bool) -> Option<String> {
    let action = old.action.as_deref().unwrap_or("another version of monban");
    if action == FILE || sheet && action == SHEET {
        return None;
    }
    let touched = |change: &Change| match change {
        Change::Removed(About::Account(id), _)
        | Change::Changed { about: About::Account(id), .. } => Some(id.clone()),
        Change::Removed(..) | Change::Changed { .. } | Change::Added(..) => None,
    };
    let mut accounts: Vec<String> =
        owners::diff(&old.map, new).iter().filter_map(touched).collect();
    accounts.dedup();
    let count = accounts.len();
    (count > 0).then(|| {
        format!(
            "revision {} was written by `{action}`, not by an import, and {count} account(s) of \
             it would be removed or changed. Export the map, bring your file up to date, or give \
             --force",
            old.revision
        )
    })
}

/// The newest map with a sheet's accounts in it, written as YAML.
fn sheet_in(file: &Path, newest: Option<&OwnerMap>) -> Result<(String, OwnerMap), String> {
    let name = file.display().to_string();
    let newest = newest.ok_or("a sheet adds accounts to a map: import one (YAML) first")?;
    let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    let map = owners::with_sheet(newest, &bytes).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|one| format!("{name}: {one}")).collect();
        format!("the sheet has {} problem(s):\n{}", lines.len(), lines.join("\n"))
    })?;
    let text = owners::written(&map)?;
    // What is stored must be a map that the bot can read at its next start.
    let map = parse("(the map that would be written)", &text)?;
    Ok((text, map))
}
