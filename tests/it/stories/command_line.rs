//! The verbs that answer at once.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use serde_json::Value;

use crate::support::sandbox::monban;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn fixture(name: &str) -> String {
    root("tests/fixtures").join(name).to_str().unwrap().to_owned()
}

fn run(args: &[&str]) -> Output {
    monban().args(args).stdin(Stdio::null()).output().unwrap()
}

fn with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = monban()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn parse_prints_a_line_a_finding() {
    let file = fixture("securityhub-consolidated.json");
    let output = run(&["parse", &file]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let found = lines(&output);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["account"], "111122223333", "{}", found[0]);
    let again = with_input(&["parse", "-"], &fs::read(&file).unwrap());
    assert_eq!(again.stdout, output.stdout, "standard input says the same");
    let both = run(&["parse", &file, &fixture("unknown-health.json"), &file]);
    assert_eq!(both.status.code(), Some(0), "not understood is read all the same");
    let both = lines(&both);
    assert_eq!((both.len(), &both[0], &both[2]), (3, &found[0], &found[0]));
    assert!(both[1]["unknown"].is_object(), "{}", both[1]);
}

#[test]
fn parse_says_by_its_exit_code_how_it_went() {
    let mixed = run(&["parse", &fixture("securityhub-two-one-bad.json")]);
    assert_eq!(mixed.status.code(), Some(2));
    let found = lines(&mixed);
    assert!(found.iter().any(|line| line["identity"].is_string()), "{found:?}");
    assert!(found.iter().any(|line| line["error"].is_string() && line["index"].is_number()));
    assert_eq!(with_input(&["parse", "-"], b"{\"half\": ").status.code(), Some(2));
    for clean in ["[]", "{\"Findings\": []}"] {
        let output = with_input(&["parse", "-"], clean.as_bytes());
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), ""), "{clean}");
    }
    let missing = run(&["parse", &fixture("passed.json"), "/nonexistent/events.json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(lines(&missing).len(), 1, "what was read before is not lost");
    let error = text(&missing.stderr);
    assert!(error.starts_with("monban: /nonexistent/events.json: "), "{error}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let body = fs::read(fixture("scan-1.asff.json")).unwrap();
    let body: Vec<Value> = serde_json::from_slice(&body).unwrap();
    let many: Vec<&Value> = body.iter().cycle().take(3000).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.json");
    fs::write(&file, serde_json::to_vec(&many).unwrap()).unwrap();
    let mut child = monban()
        .arg("parse")
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

#[test]
fn check_names_every_problem_with_its_key() {
    let sample = root("deploy/sample/owners.yaml");
    let good = run(&["check", "--owners", sample.to_str().unwrap()]);
    assert_eq!(good.status.code(), Some(0));
    assert!(text(&good.stdout).ends_with(": ok: 3 companies, 7 accounts\n"));

    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.yaml");
    let map = fs::read_to_string(&sample).unwrap();
    let map = map.replace("id: \"111122224444\"", "id: 111122224444");
    let map = map.replace(
        "time_zone: Asia/Tokyo\n    contacts:\n      - {name: Maya",
        "time_zone: Asia/Tokio\n    contacts:\n      - {name: Maya",
    );
    fs::write(&bad, map.replace("environment: dev, stage: live", "enviroment: dev, stage: live"))
        .unwrap();
    let output = run(&["check", "--owners", bad.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    for key in [
        "companies[0].accounts[1].id: is a number",
        "companies[0].accounts[1].enviroment: is an unknown key",
        "companies[0].accounts[1].environment: is missing",
        "companies[2].time_zone: `Asia/Tokio` is no time zone",
    ] {
        assert!(said.contains(key), "{key}: {said}");
    }
    let count = said.lines().count() - 1;
    assert!(said.ends_with(&format!(": {count} problem(s)\n")), "{said}");
    assert!(said.lines().all(|line| line.starts_with(bad.to_str().unwrap())));
    let missing = run(&["check", "--owners", "/nonexistent.yaml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("/nonexistent.yaml"));
}

#[test]
fn a_map_goes_in_and_out_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new").join("data");
    let data = data.to_str().unwrap();
    let none = run(&["owners", "export", "--data", data]);
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stderr).contains("there is no data file"), "{}", text(&none.stderr));
    assert!(!Path::new(data).exists(), "asking makes nothing");

    let sample = fs::read(root("deploy/sample/owners.yaml")).unwrap();
    let file = folder.path().join("map.yaml");
    // Comments, line ends and a missing last newline are the owner's own.
    let odd = [&sample[..], b"\r\n# the end \xe7\xb5\x82\xe3\x82\x8f\xe3\x82\x8a"].concat();
    for (bytes, revision) in [(&sample, 1), (&odd, 2), (&odd, 2), (&sample, 3)] {
        fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let imported = run(&["owners", "import", file, "--data", data, "--by", "門田"]);
        assert_eq!(text(&imported.stderr), "");
        assert!(text(&imported.stdout).ends_with(&format!(": revision {revision}\n")));
        let exported = run(&["owners", "export", "--data", data]);
        assert_eq!(exported.status.code(), Some(0));
        assert_eq!(&exported.stdout, bytes);
    }
    fs::write(&file, "version: 2\n").unwrap();
    let refused = run(&["owners", "import", file.to_str().unwrap(), "--data", data]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("version: must be 1"), "{}", text(&refused.stderr));
    assert_eq!(run(&["owners", "export", "--data", data]).stdout, sample);
}

#[test]
fn another_programs_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("monban.db");
    let data = folder.path().to_str().unwrap();
    fs::write(&file, "a diary, not a database").unwrap();
    for args in
        [vec!["owners", "export", "--data", data], vec!["sandbox", "--port", "0", "--data", data]]
    {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let error = text(&output.stderr);
        assert!(error.contains("is not a Monban data file; nothing was changed"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"a diary, not a database");
}

#[test]
fn the_sandbox_refuses_a_wrong_start_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.yaml");
    fs::write(&bad, "version: 1\n").unwrap();
    let bad = bad.to_str().unwrap();
    for (args, word) in [
        (vec!["--events", "/nonexistent.json"], "/nonexistent.json"),
        (vec!["--owners", "/nonexistent.yaml"], "/nonexistent.yaml"),
        (vec!["--owners", bad], "ccoe: is missing"),
    ] {
        let output = run(&[&["sandbox", "--port", "0"], args.as_slice()].concat());
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let error = text(&output.stderr);
        assert!(error.starts_with("monban: ") && error.contains(word), "{error}");
        assert!(!error.contains("panicked"), "{error}");
    }
    let language = run(&["sandbox", "--lang", "fr"]);
    assert_eq!(language.status.code(), Some(2));
    assert!(text(&language.stderr).contains("use `ja` or `en`"));
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["sandbox", "--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains(&format!("127.0.0.1:{port}")) && error.contains("--port 0"), "{error}");
}

/// Verbs with what their help must say.
fn helps() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    vec![
        (
            vec![],
            vec![
                "parse",
                "sandbox",
                "serve",
                "check",
                "owners",
                "store",
                "MONBAN_LOG",
                "--version",
            ],
        ),
        (vec!["parse"], vec!["<FILES>", "`-` is standard input", "Exit code"]),
        (vec!["check"], vec!["--config <FILE>", "--owners <FILE>", "Exit code"]),
        (vec!["serve"], vec!["--config <FILE>", "--log-format <FORMAT>", "/readyz", "Exit code"]),
        (vec!["store", "init"], vec!["--config <FILE>"]),
        (
            vec!["sandbox"],
            vec![
                "--port <PORT>",
                "[default: 8080]",
                "--data <DIR>",
                "--events <FILE>",
                "--owners <FILE>",
                "--morning <HH:MM>",
                "[default: 09:00]",
                "--lang <ja|en>",
                "--door <DOOR>",
            ],
        ),
    ]
}

/// Those of the owner map.
fn helps_of_owners() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    vec![
        (
            vec!["owners", "set"],
            vec![
                "<ACCOUNT>",
                "--company <ID>",
                "--environment <prod|dev>",
                "--stage <live|baseline>",
                "--baseline-until <YYYY-MM-DD>",
                "--ou <NAME>",
                "--name <TEXT>",
                "--who <NAME>",
                "--by",
                "--why <TEXT>",
                "--dry-run",
                "--data <DIR>",
                "--config <FILE>",
            ],
        ),
        (
            vec!["owners", "import"],
            vec![
                "<FILE>",
                "--dry-run",
                "--force",
                "--data <DIR>",
                "--config <FILE>",
                "--by <NAME>",
                "--why <TEXT>",
            ],
        ),
        (vec!["owners", "export"], vec!["--data <DIR>", "--config <FILE>"]),
        (vec!["owners", "diff"], vec!["<FILE>", "--data <DIR>", "--config <FILE>"]),
        (
            vec!["owners", "show"],
            vec![
                "<ACCOUNT>",
                "--tag <KEY=VALUE>",
                "--owners <FILE>",
                "--data <DIR>",
                "--config <FILE>",
            ],
        ),
        (
            vec!["owners", "sync"],
            vec![
                "--data <DIR>",
                "--config <FILE>",
                "--region <REGION>",
                "--write",
                "--by <NAME>",
                "--why <TEXT>",
                "Exit code",
            ],
        ),
        (
            vec!["owners", "gaps"],
            vec!["--owners <FILE>", "--data <DIR>", "--config <FILE>", "--offline", "Exit code"],
        ),
    ]
}

#[test]
fn help_names_every_flag() {
    for (verb, flags) in [helps(), helps_of_owners()].concat() {
        let output = run(&[verb.as_slice(), &["--help"]].concat());
        assert_eq!(output.status.code(), Some(0));
        let said = text(&output.stdout);
        for flag in &flags {
            assert!(said.contains(flag), "{verb:?} {flag}: {said}");
        }
        let options = said.lines().filter(|line| line.trim_start().starts_with("--")).count();
        let named = flags.iter().filter(|flag| flag.starts_with("--")).count();
        assert!(options <= named, "{verb:?} has a flag this test does not know: {said}");
    }
    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(run(&["sing"]).status.code(), Some(2));
}

/// Whoever reads has seen enough: that is no failure, and no panic.
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let owners = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/sample/owners.yaml");
    assert_eq!(run(&["owners", "import", owners, "--data", data]).status.code(), Some(0));
    for args in [vec!["owners", "export", "--data", data], vec!["check", "--owners", owners]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_monban"))
            .args(&args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_file_is_no_data_directory() {
    let owners = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/sample/owners.yaml");
    let output = run(&["owners", "export", "--data", owners]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is a file; give a directory"));
}
