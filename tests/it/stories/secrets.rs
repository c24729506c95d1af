//! I-12: secrets appear in no output.

use serde_json::json;

use crate::support::{
    events::{Control, FAILED},
    sandbox::Sandbox,
};

/// What every bot token of a sandbox begins with.
const SECRET: &str = "xoxb-";

#[test]
fn tokens_appear_in_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let sandbox = Sandbox::start_logging(&["--data", data.to_str().unwrap()], "trace");
    sandbox.feed(FAILED.event());
    for (n, fault) in [
        json!({"kind": "error", "error": "invalid_auth"}),
        json!({"kind": "http_error", "status": 500}),
        json!({"kind": "drop_answer"}),
        json!({"kind": "drop_request"}),
        json!({"kind": "ratelimited", "retry_after": 1}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut rule = fault;
        rule["method"] = "*".into();
        sandbox.faults(&json!([rule]));
        let resource = ["a", "b", "c", "d", "e"][n];
        sandbox.feed(Control { resource, ..FAILED }.event());
    }
    for path in
        ["/", "/_sandbox/messages", "/_sandbox/state", "/_sandbox/calls", "/_sandbox/workspace"]
    {
        let answer = sandbox.request("GET", path, &[], b"");
        assert_eq!(answer.status, 200, "{path}");
        assert!(!String::from_utf8_lossy(&answer.body).contains(SECRET), "{path}");
    }
    let log = sandbox.stop();
    assert!(log.lines().count() > 50, "it was a talkative run");
    let leak: Vec<&str> = log.lines().filter(|line| line.contains(SECRET)).take(3).collect();
    assert_eq!(leak, Vec::<&str>::new());
    for file in std::fs::read_dir(&data).unwrap() {
        let file = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(SECRET), "{}", file.display());
    }
}
