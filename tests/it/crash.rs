//! The real process, killed with SIGKILL at random points while events flow in and cards go out.
//! Whatever it took (HTTP 200) must end as one card that shows its problem as it is.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    sim::executor::Rng,
    support::http::{self, Answer},
};

/// How often it is killed.
const KILLS: u64 = 20;
/// Problems that come and go.
const PROBLEMS: u64 = 12;

struct Sandbox {
    child: Child,
    address: SocketAddr,
}

impl Sandbox {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_monban"))
            .args(["sandbox", "--port", "0", "--events"])
            .arg(data.join("nothing.json"))
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("sandbox ready: http://").unwrap_or_else(|| {
            panic!("it did not start: {line:?}");
        });
        Self { address: address.parse().unwrap(), child }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn post(&self, path: &str, body: &[u8]) -> std::io::Result<Answer> {
        let headers = [("Content-Type", "application/json")];
        http::request(self.address, "POST", path, &headers, body)
    }

    fn get(&self, path: &str) -> Value {
        http::request(self.address, "GET", path, &[], b"").unwrap().json()
    }

    fn advance(&self, seconds: u64) -> std::io::Result<Answer> {
        self.post("/_sandbox/advance", json!({ "seconds": seconds }).to_string().as_bytes())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A statement about a problem in one of three companies; `serial` is its place in time.
pub fn statement(problem: u64, serial: u64, failed: bool) -> Value {
    let at = format!("2026-11-23T{:02}:{:02}:{:02}Z", serial / 3600, serial / 60 % 60, serial % 60);
    let account =
        ["111122223333", "222233334444", "333344445555"][usize::try_from(problem % 3).unwrap()];
    json!({
        "version": "0", "id": format!("crash-{serial}"), "account": "999900001111", "time": at,
        "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
        "region": "ap-northeast-1", "resources": [],
        "detail": { "findings": [{
            "SchemaVersion": "2018-10-08", "AwsAccountId": account, "Region": "ap-northeast-1",
            "Id": format!("arn:aws:securityhub:ap-northeast-1:{account}:s/finding/{problem}"),
            "ProductArn": "arn:aws:securityhub:ap-northeast-1::product/aws/securityhub",
            "GeneratorId": "security-control/S3.8", "CreatedAt": at, "UpdatedAt": at,
            "Title": format!("Problem {problem}"), "Severity": { "Label": "HIGH" },
            "Resources": [{ "Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::crash-{problem}") }],
            "Compliance": {
                "Status": if failed { "FAILED" } else { "PASSED" }, "SecurityControlId": "S3.8"
            },
            "Workflow": { "Status": "NEW" }, "RecordState": "ACTIVE"
        }] }
    })
}

/// Pushes the clock while the process lives, so that cards go out at every moment of it.
#[expect(clippy::disallowed_methods, reason = "a second client beside the test's own")]
fn push(address: SocketAddr) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let body = json!({ "seconds": 4 }).to_string();
        let headers = [("Content-Type", "application/json")];
        for _ in 0..1000 {
            let answer =
                http::request(address, "POST", "/_sandbox/advance", &headers, body.as_bytes());
            if answer.is_err() {
                return;
            }
        }
    })
}

#[test]
fn killed_twenty_times_it_loses_nothing_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Given events keep the sample events away; these say only that nothing is wrong.
    let nothing = statement(PROBLEMS, 0, false).to_string();
    std::fs::write(folder.path().join("nothing.json"), nothing).unwrap();
    let mut rng = Rng::new(20_261_123);
    let mut failed: BTreeMap<u64, bool> = BTreeMap::new();
    let mut serial = 0;
    for _ in 0..KILLS {
        let mut sandbox = Sandbox::start(folder.path());
        let pusher = push(sandbox.address);
        for _ in 0..2 + rng.below(5) {
            serial += 1;
            let problem = rng.below(PROBLEMS);
            let now = failed.get(&problem).is_none_or(|failed| !failed);
            let body = statement(problem, serial, now).to_string();
            let answer = sandbox.post("/_sandbox/events", body.as_bytes()).unwrap();
            assert_eq!(answer.status, 200);
            failed.insert(problem, now);
        }
        thread::sleep(Duration::from_millis(rng.below(120)));
        sandbox.kill();
        pusher.join().unwrap();
    }
    let sandbox = Sandbox::start(folder.path());
    for _ in 0..50 {
        assert_eq!(sandbox.advance(60).unwrap().status, 200);
        let state = sandbox.get("/_sandbox/state");
        if state["held"] == 0 && state["inbox"] == 0 {
            break;
        }
    }
    check(&sandbox, &failed);
}

fn check(sandbox: &Sandbox, failed: &BTreeMap<u64, bool>) {
    let state = sandbox.get("/_sandbox/state");
    assert_eq!((&state["held"], &state["inbox"]), (&json!(0), &json!(0)), "{state}");
    let open = failed.values().filter(|failed| **failed).count();
    assert_eq!(state["open_alerts"], open, "{state}");
    let messages = sandbox.get("/_sandbox/messages");
    each_is_told_once(messages["messages"].as_array().unwrap(), failed);
}

/// Each message once, and each problem's newest card as the problem is.
pub fn each_is_told_once(messages: &[Value], failed: &BTreeMap<u64, bool>) {
    let mut keys = BTreeMap::new();
    for message in messages {
        let key = message["metadata"]["event_payload"]["key"].as_str().unwrap().to_owned();
        assert!(keys.insert(key, message).is_none(), "doubled: {message}");
    }
    for (problem, failed) in failed {
        let about = format!("Problem {problem}");
        // The word for "came back" stands on a card that a newer one follows.
        let newest: Vec<&str> = messages
            .iter()
            .filter_map(|message| message["text"].as_str())
            .filter(|text| text.ends_with(&about))
            .filter(|text| !text.contains("続きは新しいカード") && !text.contains("newer card"))
            .collect();
        assert_eq!(newest.len(), 1, "{about}: {newest:?}");
        let solved = newest[0].contains("white_check_mark");
        assert_eq!(solved, !failed, "{about}: {newest:?}");
    }
}
