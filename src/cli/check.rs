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
#[expect(clippy::print_stdout, reason = "the answer of a command line tool")]
pub fn run(args: &Args) -> ExitCode {
    let file = args.owners.display();
    let text = match std::fs::read_to_string(&args.owners) {
        Ok(text) => text,
        Err(error) => return super::fail(&format!("{file}: {error}")),
    };
    match owners::parse(&text) {
        Ok(map) => {
            let accounts: usize = map.companies.iter().map(|company| company.accounts.len()).sum();
            println!("{file}: ok: {} companies, {accounts} accounts", map.companies.len());
            ExitCode::SUCCESS
        }
        Err(problems) => {
            for problem in &problems {
                println!("{file}: {problem}");
            }
            println!("{file}: {} problem(s)", problems.len());
            ExitCode::FAILURE
        }
    }
}
