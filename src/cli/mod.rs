//! F4: the command line, one file a verb.

mod check;
mod explain;
mod owners;
mod parse;
mod people;
mod routes;
mod sandbox;
mod serve;
mod store;

use std::{
    io::{self, IsTerminal, Write as _},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use self::serve::LogFormat;
use crate::config::{self, Config};

/// 門番: tells each AWS security finding once, in the right Slack channel, in Japanese or English.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None, after_help = HELP)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

const HELP: &str = "Logs go to stderr; MONBAN_LOG sets the filter (default: warn, for serve info; info \
                    shows every decision with its reason).";

#[derive(Debug, Subcommand)]
enum Verb {
    Parse(parse::Args),
    Sandbox(sandbox::Args),
    Serve(serve::Args),
    Check(check::Args),
    Owners(owners::Args),
    Routes(routes::Args),
    Explain(explain::Args),
    Store(store::Args),
}

/// Runs the verb the process was called with.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let serves = match &args.verb {
        Verb::Serve(args) => Some(args.log_format),
        _ => None,
    };
    log(serves);
    match args.verb {
        Verb::Parse(args) => parse::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Owners(args) => ended(block_on(owners::run(args))),
        Verb::Routes(args) => ended(block_on(routes::run(args))),
        Verb::Explain(args) => match block_on(explain::run(args)) {
            Ok(code) => code,
            Err(error) => fail(&error),
        },
        Verb::Store(args) => ended(block_on(store::run(args))),
        Verb::Sandbox(args) => ended(block_on(sandbox::run(args))),
        Verb::Serve(args) => {
            let outcome = block_on(serve::run(args));
            match (outcome, serves) {
                // Every line of its standard error is one of the log.
                (Err(error), Some(LogFormat::Json)) => {
                    error.lines().for_each(|line| tracing::error!("{line}"));
                    ExitCode::FAILURE
                }
                (outcome, _) => ended(outcome),
            }
        }
    }
}

/// Starts the log; `serves`: as `serve` writes it.
fn log(serves: Option<LogFormat>) {
    let default = if serves.is_some() { "warn,monban=info" } else { "warn" };
    let wanted = config::log_filter(default);
    let filter = EnvFilter::try_new(&wanted);
    let unreadable = filter.as_ref().err().map(ToString::to_string);
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(default));
    let log =
        tracing_subscriber::fmt().with_env_filter(quieted(filter)).with_writer(std::io::stderr);
    if serves == Some(LogFormat::Json) {
        log.json().flatten_event(true).init();
        // What fails in the middle is a line of the log as well.
        std::panic::set_hook(Box::new(|panic| {
            tracing::error!(%panic, "a part of the bot has failed");
        }));
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
    if let Some(error) = unreadable {
        tracing::warn!(error, "{} is not a log filter: {default} is used", config::LOG_VARIABLE);
    }
}

/// Libraries with the most they may say: below that they print requests, with access key ids.
const QUIET: [(&str, LevelFilter); 6] = [
    // It warns of each place that has no credentials; that there are none is told by us.
    ("aws_config", LevelFilter::ERROR),
    ("aws_runtime", LevelFilter::WARN),
    ("aws_sdk", LevelFilter::WARN),
    ("aws_sigv4", LevelFilter::WARN),
    ("aws_smithy", LevelFilter::WARN),
    ("hyper", LevelFilter::WARN),
];

fn quieted(filter: EnvFilter) -> EnvFilter {
    let most = filter.max_level_hint().unwrap_or(LevelFilter::TRACE);
    QUIET.iter().fold(filter, |filter, (library, level)| {
        match format!("{library}={}", most.min(*level)).parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        }
    })
}

#[test]
fn libraries_that_print_requests_are_quieted() {
    let trace = quieted(EnvFilter::new("trace")).to_string();
    assert!(trace.contains("aws_sigv4=warn") && trace.contains("aws_config=error"), "{trace}");
    let off = quieted(EnvFilter::new("off")).to_string();
    assert!(!off.contains("warn") && !off.contains("error"), "{off}");
}

fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime can't start: {error}"))
        .and_then(|runtime| runtime.block_on(work))
}

fn ended(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Returns on Ctrl-C or SIGTERM; both are caught from the call on.
fn told_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        let (mut interrupt, mut terminate) = match signals {
            (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(error = %error, "signals can't be caught: kill ends the process");
                return std::future::pending().await;
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Reads and checks a config.
fn config(file: &Path) -> Result<Config, String> {
    let name = file.display();
    config::parse(&read(file)?).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|one| format!("{name}: {one}")).collect();
        format!("the config has {} problem(s):\n{}", lines.len(), lines.join("\n"))
    })
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
