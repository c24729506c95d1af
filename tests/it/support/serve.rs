//! The real binary as a service manager starts it: `monban serve`, spoken to over HTTP.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    http::{self, Answer},
    sandbox::{Sandbox, monban},
};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A directory with a config whose Slack is a sandbox, and the tokens it needs.
pub struct Site {
    pub folder: TempDir,
    /// What is set in the environment.
    pub tokens: Vec<(String, String)>,
}

impl Site {
    /// SQLite and the embedded inbox, with the sandbox's two workspaces.
    pub fn new(sandbox: &Sandbox) -> Self {
        let teams = ["T0SHINONOME", "T0AKEBONO"];
        let tokens =
            teams.map(|team| (format!("MONBAN_TOKEN_{team}"), format!("xoxb-sandbox-{team}")));
        let site = Self { folder: tempfile::tempdir().unwrap(), tokens: tokens.to_vec() };
        let workspaces = teams
            .map(|team| format!("{{team_id: {team}, bot_token: {{env: MONBAN_TOKEN_{team}}}}}"));
        site.write(&format!(
            "inbox: {{embedded: {{}}}}\n\
             store: {{sqlite: {{data: '{}'}}}}\n\
             slack: {{api_url: 'http://{}/api', workspaces: [{}]}}\n\
             http: {{listen: '127.0.0.1:0'}}\n",
            site.folder.path().join("data").display(),
            sandbox.address(),
            workspaces.join(", "),
        ));
        site
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("serve.yaml")
    }

    pub fn write(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// Replaces a piece of the config.
    pub fn change(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        self.write(&text.replace(from, to));
    }

    /// Runs a verb to its end, with the config as its last argument: whether it went well, and
    /// all it said.
    pub fn run(&self, args: &[&str]) -> (bool, String) {
        let mut command = self.command(args);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = monban();
        command.args(args).arg("--config").arg(self.config());
        command.envs(self.tokens.iter().map(|(name, token)| (name, token)));
        command
    }

    /// Imports the sample owner map.
    pub fn import(&self) {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/sample/owners.yaml");
        let (good, said) = self.run(&["owners", "import", sample.to_str().unwrap()]);
        assert!(good && said.ends_with(": revision 1\n"), "{said}");
    }

    /// Starts `serve` with this log filter and waits until it listens.
    pub fn serve(&self, filter: &str) -> Serve {
        let mut child = self
            .command(&["serve"])
            .env("MONBAN_LOG", filter)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let stderr = std::thread::Builder::new()
            .spawn(move || {
                let mut text = Vec::new();
                let _ = stderr.read_to_end(&mut text);
                String::from_utf8_lossy(&text).into_owned()
            })
            .unwrap();
        let (sender, ready) = mpsc::channel();
        let stdout = std::thread::Builder::new()
            .spawn(move || {
                let mut all = String::new();
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let url = line.strip_prefix("monban ready: http://").map(str::to_owned);
                    if let Some(url) = url {
                        let _ = sender.send(url);
                    }
                    all.push_str(&line);
                    all.push('\n');
                }
                all
            })
            .unwrap();
        let Ok(address) = ready.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("serve did not start: {}", stderr.join().unwrap());
        };
        let address = address.parse().unwrap();
        Serve { child, address, stdout: Some(stdout), stderr: Some(stderr) }
    }
}

/// A running `serve`; it ends with the test.
pub struct Serve {
    child: Child,
    pub address: SocketAddr,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

/// How it ended and all it said.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Serve {
    /// One request.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        http::request(self.address, method, path, headers, body).unwrap()
    }

    /// The status and body of a page.
    pub fn get(&self, path: &str) -> (u16, String) {
        let answer = self.request("GET", path, &[], b"");
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    /// What `/readyz` says.
    pub fn readyz(&self) -> (u16, Value) {
        let answer = self.request("GET", "/readyz", &[], b"");
        (answer.status, answer.json())
    }

    /// Sends an event; it is durable then.
    pub fn feed(&self, body: &str) {
        let answer = self.request("POST", "/events", &[], body.as_bytes());
        assert_eq!(answer.status, 202, "{}", answer.json());
    }

    /// Asks it to end, as a service manager would.
    pub fn stop(mut self) -> Ended {
        self.terminate();
        let status = self.child.wait().unwrap();
        let stdout = self.stdout.take().unwrap().join().unwrap();
        Ended { status, stdout, stderr: self.stderr.take().unwrap().join().unwrap() }
    }

    /// Asks it to end and does not wait.
    pub fn terminate(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.terminate();
            let _ = self.child.wait();
        }
    }
}

/// Waits until something is so.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    const STEP: Duration = Duration::from_millis(50);
    let mut slept = Duration::ZERO;
    while slept < PATIENCE {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(STEP);
        slept += STEP;
    }
    panic!("it never came to this: {what}");
}
