//! `monban check`: everything that is wrong with a file, before it is used.

use std::{path::PathBuf, process::ExitCode};

use crate::owners;

/// Check an owner map and name every problem with its key and how to mend it
///
/// Exit code: 0 if there is no problem, 1 otherwise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The owner map (YAML)
    #[arg(long, value_name = "FILE")]
    owners: PathBuf,
}

/// Runs the verb.
pub fn run(args: &Args) -> ExitCode {
    let file = args.owners.display();
    let text = match std::fs::read_to_string(&args.owners) {
        Ok(text) => text,
        Err(error) => return super::fail(&format!("{file}: {error}")),
    };
    match owners::parse(&text) {
        Ok(map) => {
            let accounts: usize = map.companies.iter().map(|company| company.accounts.len()).sum();
            let companies = map.companies.len();
            answer(&format!("{file}: ok: {companies} companies, {accounts} accounts\n"), true)
        }
        Err(problems) => {
            let lines = problems.iter().map(|problem| format!("{file}: {problem}\n"));
            let count = format!("{file}: {} problem(s)\n", problems.len());
            let text: String = lines.chain([count]).collect();
            answer(&text, false)
        }
    }
}

fn answer(text: &str, good: bool) -> ExitCode {
    match super::say(text) {
        Ok(()) if good => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => super::fail(&error),
    }
}
