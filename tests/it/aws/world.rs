//! A table, two queues, the sandbox's Slack, and any number of replicas of the real binary.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use monban::{
    adapters::{aws::Aws, clock::OffsetClock, dynamo::DynamoStore},
    ports::{Store as _, Summary},
};
use serde_json::Value;
use tempfile::TempDir;

use super::emulator::{Emulator, unique};
use crate::support::{
    http,
    sandbox::{Sandbox, monban},
};

const SAMPLE_OWNERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/sample/owners.yaml");
/// How long things may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(4);

/// How the replicas are set up.
pub struct Setup<'a> {
    pub owners: &'a str,
    /// True: as fast as the sandbox lets them; else at Slack's pace.
    pub fast: bool,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self { owners: SAMPLE_OWNERS, fast: true }
    }
}

/// Everything the replicas share.
pub struct World {
    pub emulator: Emulator,
    pub sandbox: Sandbox,
    pub fast_queue: String,
    pub slow_queue: String,
    pub store: Arc<DynamoStore>,
    config: PathBuf,
    runtime: tokio::runtime::Runtime,
    _folder: TempDir,
}

/// One process.
pub struct Replica {
    child: Child,
    pub address: SocketAddr,
}

impl World {
    /// A fresh one, or none without an emulator.
    pub fn new(setup: &Setup<'_>) -> Option<Self> {
        let emulator = Emulator::find()?;
        let folder = tempfile::tempdir().unwrap();
        let nothing = folder.path().join("nothing.json");
        fs::write(&nothing, include_str!("../../fixtures/passed.json")).unwrap();
        let nothing = nothing.to_str().unwrap();
        let sandbox = Sandbox::start(&["--events", nothing, "--owners", setup.owners]);
        let (fast_queue, slow_queue) =
            (emulator.queue(&unique("fast")), emulator.queue(&unique("slow")));
        let table = unique("table");
        let config = folder.path().join("serve.yaml");
        let pacing = if setup.fast {
            "pacing: { post_every_milliseconds: 100, posts_per_minute: 3000, \
             updates_per_minute: 3000, bulk_updates_per_minute: 3000, look_every_milliseconds: 50 }"
        } else {
            ""
        };
        let owners = monban::owners::parse(&fs::read_to_string(setup.owners).unwrap()).unwrap();
        let teams: std::collections::BTreeSet<String> =
            owners.channels().into_iter().map(|channel| channel.team.to_string()).collect();
        let workspaces: Vec<String> = teams
            .iter()
            .map(|team| {
                let token = folder.path().join(format!("token-{team}"));
                fs::write(&token, format!("xoxb-sandbox-{team}\n")).unwrap();
                let token = token.display();
                format!("    - {{ team_id: {team}, bot_token: {{ file: {token} }} }}\n")
            })
            .collect();
        let workspaces = workspaces.concat();
        let text = format!(
            "inbox:\n  sqs: {{ fast_queue_url: \"{fast_queue}\", slow_queue_url: \"{slow_queue}\", \
             visibility_seconds: 15 }}\nstore:\n  dynamodb: {{ table: {table} }}\nslack:\n  api_url: \
             http://{}/api\n  workspaces:\n{workspaces}aws: {{ region: ap-northeast-1, endpoint_url: \
             \"{}\" }}\nhttp: {{ listen: \"127.0.0.1:0\" }}\nlease_seconds: 20\n{pacing}\n",
            sandbox.address(),
            emulator.url
        );
        fs::write(&config, text).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let aws = runtime.block_on(Aws::load(emulator.settings()));
        let clock = Arc::new(OffsetClock::new(Duration::ZERO));
        let store = Arc::new(DynamoStore::new(&aws, table, clock));
        let world = Self {
            emulator,
            sandbox,
            fast_queue,
            slow_queue,
            store,
            config,
            runtime,
            _folder: folder,
        };
        world.verb(&["store", "init"]);
        world.verb(&["owners", "import", setup.owners]);
        Some(world)
    }

    /// Runs a verb with the config.
    pub fn verb(&self, args: &[&str]) -> String {
        let done = Self::command().args(args).arg("--config").arg(&self.config).output().unwrap();
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{args:?}: {text}{}", String::from_utf8_lossy(&done.stderr));
        text
    }

    fn command() -> Command {
        let mut command = monban();
        command
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// Starts a replica; its log goes to the test's.
    pub fn replica(&self) -> Replica {
        let mut child = Self::command()
            .args(["serve", "--log-format", "text", "--config"])
            .arg(&self.config)
            .env("MONBAN_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("monban ready: http://").unwrap_or_else(|| {
            panic!("it did not start: {line:?}");
        });
        Replica { address: address.parse().unwrap(), child }
    }

    /// Counts of everything in the table.
    pub fn summary(&self) -> Summary {
        self.runtime.block_on(self.store.summary()).unwrap()
    }

    /// Lets the sandbox's time run ahead, so that its limits bear any pace.
    pub fn breathe(&self) {
        for _ in 0..4 {
            self.sandbox.advance(2.0);
            thread::sleep(Duration::from_millis(75));
        }
    }

    /// Waits until something has happened, and then until nothing waits any more.
    pub fn settle_after(&self, happened: impl Fn(&Self) -> bool) {
        for _ in 0..PATIENCE.as_millis() / 300 {
            if happened(self) {
                return self.settle();
            }
            self.breathe();
        }
        panic!("it never happened: {:?} {:?}", self.summary(), self.sandbox.messages());
    }

    /// Waits until both queues are empty and nothing waits to be shown.
    pub fn settle(&self) {
        let mut calm = 0;
        for _ in 0..PATIENCE.as_millis() / 300 {
            self.breathe();
            let left = self.emulator.left(&self.fast_queue) + self.emulator.left(&self.slow_queue);
            calm = if left == 0 && self.summary().held == 0 { calm + 1 } else { 0 };
            // A message that is just received stands in no count of waiting entries.
            if calm == 3 {
                return;
            }
        }
        panic!("it never comes to rest: {:?}", self.summary());
    }
}

impl Replica {
    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What an address of its own shows.
    pub fn get(&self, path: &str) -> (u16, String) {
        let answer = http::request(self.address, "GET", path, &[], b"").unwrap();
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// `/readyz` as JSON.
    pub fn ready(&self) -> (u16, Value) {
        let (status, text) = self.get("/readyz");
        (status, serde_json::from_str(&text).unwrap())
    }

    /// Ends it without a warning.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end; true if it did so in good order.
    pub fn leave(mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
