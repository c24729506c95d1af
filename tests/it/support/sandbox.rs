//! The real binary as a person starts it: `monban sandbox --port 0`, spoken to over HTTP.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use serde_json::{Value, json};

use super::http::{self, Answer};

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_mins(1);

/// The binary under test.
pub fn monban() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monban"));
    command.env_remove("MONBAN_LOG").env_remove("RUST_BACKTRACE");
    command
}

/// A running sandbox; it ends with the test.
pub struct Sandbox {
    child: Child,
    address: SocketAddr,
    stderr: Option<JoinHandle<String>>,
}

/// A message as it stands in a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub place: String,
    pub ts: String,
    pub text: String,
    /// All of it, blocks and metadata included.
    pub whole: Value,
}

impl Shown {
    /// Whether this word stands anywhere in it.
    pub fn says(&self, word: &str) -> bool {
        self.whole.to_string().contains(word)
    }

    /// The key it carries.
    pub fn key(&self) -> &str {
        self.whole.pointer("/metadata/event_payload/key").and_then(Value::as_str).unwrap_or("")
    }
}

impl Sandbox {
    /// Starts one with these arguments.
    pub fn start(args: &[&str]) -> Self {
        Self::start_logging(args, "warn")
    }

    /// Starts one with this log filter.
    pub fn start_logging(args: &[&str], filter: &str) -> Self {
        let mut child = monban()
            .args(["sandbox", "--port", "0"])
            .args(if args.contains(&"--morning") { &[][..] } else { &["--morning", "never"] })
            .args(args)
            .env("MONBAN_LOG", filter)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (sender, ready) = mpsc::channel();
        std::thread::Builder::new()
            .spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if let Some(url) = line.strip_prefix("sandbox ready: http://") {
                        let _ = sender.send(url.parse::<SocketAddr>());
                    }
                }
            })
            .unwrap();
        let stderr = std::thread::Builder::new()
            .spawn(move || {
                let mut text = Vec::new();
                let _ = stderr.read_to_end(&mut text);
                String::from_utf8_lossy(&text).into_owned()
            })
            .unwrap();
        let Ok(address) = ready.recv_timeout(START) else {
            let _ = child.kill();
            let status = child.wait();
            panic!("the sandbox did not start: {status:?}: {}", stderr.join().unwrap());
        };
        Self { child, address: address.unwrap(), stderr: Some(stderr) }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks it to end, as a service manager would, and gives back what it logged.
    pub fn stop(mut self) -> String {
        self.end();
        self.stderr.take().unwrap().join().unwrap()
    }

    /// Ends it without a warning.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn end(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }

    /// One request as it stands.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        http::request(self.address, method, path, headers, body).unwrap()
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Value {
        let answer = self.request(method, path, &[], body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    /// What a path of the test API shows.
    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, b"")
    }

    /// Feeds a body as the queue would bring it, and lets all that follows happen.
    pub fn feed(&self, body: impl AsRef<[u8]>) -> Value {
        let answer = self.ask("POST", "/_sandbox/events", body.as_ref());
        self.settle();
        answer
    }

    /// Feeds a body and lets only what is due at once happen.
    pub fn feed_only(&self, body: impl AsRef<[u8]>) {
        self.ask("POST", "/_sandbox/events", body.as_ref());
        self.advance(0.001);
    }

    /// Moves the clock; everything due meanwhile has happened when it returns.
    pub fn advance(&self, seconds: f64) {
        let body = json!({ "seconds": seconds }).to_string();
        let answer = self.ask("POST", "/_sandbox/advance", body.as_bytes());
        assert_eq!(answer["at_rest"], true, "{answer}");
    }

    /// Lets sandbox time pass until nothing waits any more.
    pub fn settle(&self) {
        self.advance(0.001);
        for _ in 0..40 {
            let state = self.state();
            if state["held"] == 0 && state["inbox"] == 0 {
                return;
            }
            self.advance(30.0);
        }
        panic!("it never comes to rest: {}", self.state());
    }

    pub fn state(&self) -> Value {
        self.get("/_sandbox/state")
    }

    /// Orders faults.
    pub fn faults(&self, rules: &Value) {
        self.ask("POST", "/_sandbox/faults", json!({ "rules": rules }).to_string().as_bytes());
    }

    /// Takes all faults back.
    pub fn mend(&self) {
        self.ask("POST", "/_sandbox/faults", br#"{"clear": true}"#);
    }

    /// Every message, oldest first.
    pub fn messages(&self) -> Vec<Shown> {
        let all = self.get("/_sandbox/messages");
        let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let shown = |one: &Value| Shown {
            place: format!("{}/{}", text(one, "team"), text(one, "channel")),
            ts: text(one, "ts"),
            text: text(one, "text"),
            whole: one.clone(),
        };
        all["messages"].as_array().unwrap().iter().map(shown).collect()
    }

    /// Messages by channel.
    pub fn channels(&self) -> BTreeMap<String, Vec<Shown>> {
        let mut channels: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
        for message in self.messages() {
            channels.entry(message.place.clone()).or_default().push(message);
        }
        channels
    }

    /// How many calls there were of each method, by how they ended.
    pub fn counts(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        serde_json::from_value(self.get("/_sandbox/calls")["counts"].clone()).unwrap()
    }

    /// How many calls of a method ended so.
    pub fn count(&self, method: &str, outcome: &str) -> u64 {
        self.counts().get(method).and_then(|by| by.get(outcome)).copied().unwrap_or(0)
    }

    /// A call of the Web API with a workspace's bot token.
    pub fn slack(&self, team: &str, method: &str, body: &Value) -> Value {
        let token = format!("Bearer xoxb-sandbox-{team}");
        let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
        let path = format!("/api/{method}");
        self.request("POST", &path, &headers, body.to_string().as_bytes()).json()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.end();
    }
}
