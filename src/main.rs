//! The `monban` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all: with a second TLS provider in the tree the Slack client panics without one.
    // It fails only if one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    monban::cli::main()
}
