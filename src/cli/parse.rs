//! `monban parse`: what the intake makes of a file, one JSON line a finding.

use std::{
    io::{self, Read as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use crate::intake::{self, Parsed};

/// Print what is read from events or findings, one JSON line each
///
/// Takes EventBridge events, bare ASFF (one, an array, JSON lines) and SNS-wrapped ones. A finding
/// prints its identity, alert, fingerprint and state; what can't be read prints {"error","index"};
/// what is not understood prints {"unknown":{...}}. Exit code: 0 if everything was read, 2 if
/// some line is an error, 1 if a file can't be opened.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files to read; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Runs the verb.
pub fn run(args: &Args) -> ExitCode {
    match print(args) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(2),
        // Whoever read our output has seen enough.
        Err(Failed::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failed::Output(error)) => super::fail(&format!("standard output: {error}")),
        Err(Failed::Input(file, error)) => super::fail(&format!("{}: {error}", file.display())),
    }
}

enum Failed {
    Input(PathBuf, io::Error),
    Output(io::Error),
}

fn print(args: &Args) -> Result<bool, Failed> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut errors = false;
    for file in &args.files {
        let body = read(file).map_err(|error| Failed::Input(file.clone(), error))?;
        for parsed in intake::parse(&body) {
            errors |= matches!(parsed, Parsed::Unreadable(_));
            writeln!(output, "{}", intake::json_line(&parsed)).map_err(Failed::Output)?;
        }
    }
    output.flush().map_err(Failed::Output)?;
    Ok(errors)
}

/// The bytes of a file; `-` is standard input.
pub(super) fn read(file: &PathBuf) -> io::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut body = Vec::new();
        io::stdin().lock().read_to_end(&mut body)?;
        return Ok(body);
    }
    std::fs::read(file)
}
