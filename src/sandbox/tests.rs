//! The house as a whole without HTTP, and what its tests share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::journal::Journal;
use super::*;

pub(super) const TOKEN: Option<&str> = Some("xoxb-aoba");
pub(super) const OTHER: Option<&str> = Some("xoxb-kita");

pub(super) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

pub(super) fn spec() -> WorkspaceSpec {
    serde_json::from_value(json!({
        "teams": [
            {"id": "T1", "name": "青葉", "domain": "aoba", "bot_token": "xoxb-aoba",
             "bot_user_id": "UB1", "bot_id": "B1", "app_id": "A1", "bot_name": "門番",
             "app_token": "xapp-1"},
            {"id": "T2", "name": "Kita", "domain": "kita", "bot_token": "xoxb-kita",
             "bot_user_id": "UB2", "bot_id": "B2", "app_id": "A1"},
            {"id": "T3", "name": "No token yet"},
        ],
        "channels": [
            {"team": "T1", "id": "C1", "name": "alerts", "topic": "見張り", "bot_is_member": true},
            {"team": "T1", "id": "C2", "name": "random"},
            {"team": "T1", "id": "C3", "name": "old", "bot_is_member": true, "is_archived": true},
            {"team": "T1", "id": "C4", "name": "second", "bot_is_member": true},
            {"team": "T2", "id": "C9", "name": "alerts", "bot_is_member": true},
        ],
        "users": [
            {"team": "T1", "id": "U1", "name": "sato", "real_name": "佐藤", "locale": "ja-JP",
             "tz": "Asia/Tokyo", "persona": "approver"},
            {"team": "T2", "id": "U2", "name": "kim", "real_name": "Kim", "locale": "en-US",
             "tz": "Asia/Seoul", "persona": "outsider"},
        ],
        "commands": [{"command": "/guardrail"}],
        "labels": {"ja": {"title": "見出し"}},
        "lang": "ja",
    }))
    .unwrap()
}

/// A workspace and a clock that moves enough for no limit to bite.
pub(super) struct Bench {
    pub(super) space: Workspace,
    pub(super) seconds: u64,
    pub(super) ops: Vec<MessageOp>,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self { space: Workspace::new(spec()), seconds: 0, ops: Vec::new() }
    }

    pub(super) fn call_as(&mut self, token: Option<&str>, method: &str, args: Value) -> Value {
        self.seconds += 10;
        let reply = self.space.call(at(self.seconds), token, method, args);
        self.ops.extend(reply.ops.iter().cloned());
        reply.body
    }

    pub(super) fn call(&mut self, method: &str, args: Value) -> Value {
        self.call_as(TOKEN, method, args)
    }

    pub(super) fn post(&mut self, args: Value) -> String {
        let body = self.call("chat.postMessage", args);
        assert_eq!(body["ok"], true, "{body}");
        body["ts"].as_str().unwrap().to_owned()
    }

    pub(super) fn error(&mut self, method: &str, args: Value) -> String {
        self.call(method, args)["error"].as_str().unwrap_or("none").to_owned()
    }
}

#[test]
fn timestamps_rise_within_a_team_even_when_the_clock_stands() {
    let mut space = Workspace::new(spec());
    let mut seen = Vec::new();
    for (moment, channel) in [(100, "C1"), (100, "C4"), (100, "C1"), (101, "C4"), (102, "C1")] {
        let args = json!({"channel": channel, "text": "x"});
        let reply = space.call(at(moment), TOKEN, "chat.postMessage", args);
        seen.push(reply.body["ts"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        seen,
        [
            "1800000100.000000",
            "1800000100.000001",
            "1800000100.000002",
            "1800000101.000000",
            "1800000102.000000",
        ]
    );
    let other = json!({"channel": "C9", "text": "x"});
    let reply = space.call(at(100), OTHER, "chat.postMessage", other);
    assert_eq!(reply.body["ts"], "1800000100.000000");
}

#[test]
fn timestamps_are_read_strictly() {
    for (text, shown) in [
        ("0", Some("0.000000")),
        ("1800000000.5", Some("1800000000.500000")),
        ("1800000000.000001", Some("1800000000.000001")),
        ("", None),
        ("1.", None),
        (".5", None),
        ("1.0000001", None),
        ("-1", None),
        ("1e3", None),
        ("99999999999999999999", None),
    ] {
        let read = Ts::parse(text).map(|ts| ts.to_string());
        assert_eq!(read.as_deref(), shown, "{text}");
    }
}

#[test]
fn a_journal_brings_every_message_back_and_loses_a_half_line_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut bench = Bench::new();
    let parent = bench.post(json!({"channel": "C1", "text": "親", "metadata":
        {"event_type": "e", "event_payload": {"k": "v"}}}));
    bench.post(json!({"channel": "C1", "text": "返信", "thread_ts": parent}));
    let gone = bench.post(json!({"channel": "C1", "text": "gone"}));
    bench.call("chat.update", json!({"channel": "C1", "ts": parent, "text": "親2"}));
    bench.call("chat.delete", json!({"channel": "C1", "ts": gone}));
    let (mut journal, empty) = Journal::open(&path).unwrap();
    assert!(empty.is_empty());
    for op in &bench.ops {
        journal.append(op).unwrap();
    }
    drop(journal);

    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [whole.as_slice(), b"{\"op\":\"put\",\"mess"].concat()).unwrap();
    let (mut journal, ops) = Journal::open(&path).unwrap();
    assert_eq!(ops, bench.ops);
    assert_eq!(std::fs::read(&path).unwrap(), whole);

    let mut again = Workspace::new(spec());
    for op in &ops {
        again.replay(op);
    }
    assert_eq!(
        again.messages(None, None, Whispers::None),
        bench.space.messages(None, None, Whispers::None)
    );
    // The deleted message's timestamp is not given out a second time.
    let args = json!({"channel": "C4", "text": "x"});
    let reply = again.call(at(0), TOKEN, "chat.postMessage", args);
    assert!(reply.body["ts"].as_str().unwrap() > gone.as_str(), "{}", reply.body);
    journal.append(&reply.ops[0]).unwrap();
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().1.len(), bench.ops.len() + 1);
}

#[test]
fn a_journal_with_a_broken_whole_line_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    std::fs::write(
        &path,
        "{\"op\":\"delete\",\"team\":\"T\",\"channel\":\"C\",\"ts\":\"1.0\"}\nx\n",
    )
    .unwrap();
    let error = Journal::open(&path).unwrap_err();
    assert!(matches!(error, JournalError::Corrupt { line: 2, .. }), "{error}");
}

#[test]
fn changes_name_the_channels_touched_since_a_version() {
    let mut bench = Bench::new();
    let ts = bench.post(json!({"channel": "C1", "text": "a"}));
    let first = bench.space.changes(0);
    assert_eq!(first["channels"], json!([{"team": "T1", "channel": "C1"}]));
    let version = first["version"].as_u64().unwrap();
    assert_eq!(bench.space.changes(version)["channels"], json!([]));
    bench.post(json!({"channel": "C4", "text": "b"}));
    let second = bench.space.changes(version);
    assert_eq!(second["channels"], json!([{"team": "T1", "channel": "C4"}]));
    bench.call("chat.delete", json!({"channel": "C1", "ts": ts}));
    let third = bench.space.changes(second["version"].as_u64().unwrap());
    assert_eq!(third["channels"], json!([{"team": "T1", "channel": "C1"}]));
    assert_eq!(bench.space.changes(999)["channels"].as_array().unwrap().len(), 2);
}

#[test]
fn the_page_is_told_no_token() {
    let shown = Workspace::new(spec()).describe().to_string();
    assert!(shown.contains("青葉") && !shown.contains("xoxb"), "{shown}");
}
