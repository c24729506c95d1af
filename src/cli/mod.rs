//! F4: the command line, one file a verb.

mod check;
mod owners;
mod parse;
mod sandbox;

use std::{
    io::{self, IsTerminal, Write as _},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config;

/// 門番: tells each AWS security finding once, in the right Slack channel, in Japanese or English.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None, after_help = HELP)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

const HELP: &str = "Logs go to stderr; MONBAN_LOG sets the filter (default: warn; info shows every \
                    decision with its reason).";

#[derive(Debug, Subcommand)]
enum Verb {
    Parse(parse::Args),
    Sandbox(sandbox::Args),
    Check(check::Args),
    Owners(owners::Args),
}

/// Runs the verb the process was called with.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let wanted = config::log_filter("warn");
    let filter = EnvFilter::try_new(&wanted);
    let unreadable = filter.as_ref().err().map(ToString::to_string);
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    if let Some(error) = unreadable {
        tracing::warn!(error, "{} is not a log filter: warn is used", config::LOG_VARIABLE);
    }
    match args.verb {
        Verb::Parse(args) => parse::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Owners(args) => block_on(owners::run(args)),
        Verb::Sandbox(args) => block_on(sandbox::run(args)),
    }
}

fn block_on(work: impl Future<Output = Result<(), String>>) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime can't start: {error}"))
        .and_then(|runtime| runtime.block_on(work));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Prints an answer. Whoever closed our output has seen enough.
fn say(text: &str) -> Result<(), String> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Refuses a data directory that is a file.
fn directory(data: &Path) -> Result<(), String> {
    if data.is_file() {
        return Err(format!("--data {} is a file; give a directory", data.display()));
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the answer of a command line tool")]
fn fail(error: &str) -> ExitCode {
    eprintln!("monban: {error}");
    ExitCode::FAILURE
}
