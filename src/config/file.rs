//! The config file: every key with its bounds.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use serde_json::Value;

use super::{
    AwsConfig, Config, InboxConfig, Pacing, Sqs, StoreConfig,
    reader::{Reader, Section, quoted},
};
use crate::domain::FileProblem;

/// Every mapping of the file with its keys.
pub(super) const KEYS: [(&str, &[&str]); 14] = [
    ("", &["inbox", "store", "slack", "aws", "http", "lease_seconds", "pacing", "stop_seconds"]),
    ("inbox", &["sqs", "embedded"]),
    ("sqs", &["fast_queue_url", "slow_queue_url", "pollers_per_queue", "visibility_seconds"]),
    ("embedded", &["token"]),
    ("store", &["dynamodb", "sqlite"]),
    ("dynamodb", &["table"]),
    ("sqlite", &["data"]),
    ("slack", &["api_url", "workspaces", "signing_secret", "app_token", "sockets"]),
    ("workspaces", &["team_id", "bot_token", "signing_secret", "app_token", "sockets"]),
    ("secret", &["env", "file", "secrets_manager"]),
    ("secrets_manager", &["env", "file", "secrets_manager", "key"]),
    ("aws", &["region", "endpoint_url"]),
    ("http", &["listen"]),
    (
        "pacing",
        &[
            "post_every_milliseconds",
            "posts_per_minute",
            "updates_per_minute",
            "bulk_updates_per_minute",
            "look_every_milliseconds",
        ],
    ),
];

pub(super) fn keys(of: &str) -> &'static [&'static str] {
    KEYS.iter().find(|(name, _)| *name == of).map_or(&[], |(_, keys)| keys)
}

/// Port of the HTTP listener unless the config says otherwise.
const PORT: u16 = 9464;

/// Reads a config. It looks at nothing but the text: secrets are read by who needs them.
///
/// # Errors
/// All problems found.
pub fn parse(text: &str) -> Result<Config, Vec<FileProblem>> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let place = error.location().map_or_else(String::new, |place| {
            format!(": line {}, column {}", place.line(), place.column())
        });
        // Not the error's own words: they may quote what stands there.
        vec![FileProblem {
            key: "(file)".to_owned(),
            what: format!("is not readable YAML{place}"),
            mend: "Look at that line and its neighbours; a key may stand once only".to_owned(),
        }]
    })?;
    let mut reader = Reader::default();
    match reader.config(&value) {
        Some(config) if reader.problems.is_empty() => Ok(config),
        _ => Err(reader.problems),
    }
}

/// Whether a text looks like a config at all.
pub fn is_config(text: &str) -> bool {
    let read: Result<Value, _> = serde_saphyr::from_str(text);
    read.is_ok_and(|root| says_where(&root) && root.get("companies").is_none())
}

fn says_where(root: &Value) -> bool {
    ["inbox", "store", "slack"].iter().any(|key| root.get(key).is_some())
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

impl Reader {
    fn config(&mut self, root: &Value) -> Option<Config> {
        if root.get("companies").is_some() && !says_where(root) {
            let mend = "Give it as the owner map (`check --owners`), and a config here";
            self.add("(file)", "looks like an owner map", mend);
            return None;
        }
        let root = self.mapping(root, String::new(), keys(""))?;
        // Each is read before any is given up: all problems are named at once.
        let (inbox, store) = (self.inbox(&root), self.store(&root));
        let slack = self.slack(&root);
        let aws = self.aws(&root);
        let listen = self.listen(&root);
        let lease = self.number(Some(&root), "lease_seconds", &(20..=300), 30);
        // A pretend Slack on this machine may be called faster than the real one bears.
        let local = slack.as_ref().is_some_and(|slack| slack.api_url.starts_with("http:"));
        let pacing = self.pacing(&root, local);
        let stop = self.number(Some(&root), "stop_seconds", &(1..=300), 20);
        if let Some(InboxConfig::Embedded { token }) = &inbox {
            if matches!(store, Some(StoreConfig::Dynamodb { .. })) {
                let mend = "Use `store.sqlite` with it, or `inbox.sqs`";
                self.add("inbox.embedded", "stands in the SQLite file, and there is none", mend);
            }
            if token.is_none() && listen.is_some_and(|listen| !listen.ip().is_loopback()) {
                let mend = "Set `inbox.embedded.token`, or listen on 127.0.0.1";
                self.add("http.listen", "would let anybody send events", mend);
            }
        }
        Some(Config {
            inbox: inbox?,
            store: store?,
            slack: slack?,
            aws,
            listen: listen?,
            lease: seconds(lease?),
            pacing: pacing?,
            stop: seconds(stop?),
        })
    }

    fn inbox(&mut self, root: &Section<'_>) -> Option<InboxConfig> {
        let inbox = self.section(root, "inbox", keys("inbox"))?;
        if self.one_of(&inbox, keys("inbox"))? == "embedded" {
            let token = match self.optional(&inbox, "embedded", keys("embedded")) {
                Some(of) if of.has("token") => Some(self.secret(&of, "token")?),
                Some(_) | None => None,
            };
            return Some(InboxConfig::Embedded { token });
        }
        let sqs = self.section(&inbox, "sqs", keys("sqs"))?;
        let fast = self.queue(&sqs, "fast_queue_url", "the URL of the queue for what is urgent");
        let slow = self.queue(&sqs, "slow_queue_url", "the URL of the queue for everything else");
        if fast.is_some() && fast == slow {
            let mend = "Give two queues: what is urgent must not wait for everything else";
            self.add(sqs.path("slow_queue_url"), "is the fast queue again", mend);
        }
        let pollers = self.number(Some(&sqs), "pollers_per_queue", &(1..=16), 2);
        let visibility = self.number(Some(&sqs), "visibility_seconds", &(10..=3600), 60);
        Some(InboxConfig::Sqs(Sqs {
            fast_queue_url: fast?,
            slow_queue_url: slow?,
            pollers_per_queue: usize::try_from(pollers?).ok()?,
            visibility: seconds(visibility?),
        }))
    }

    fn queue(&mut self, of: &Section<'_>, key: &str, what: &str) -> Option<String> {
        if of.starts(key, "arn:") {
            self.add(of.path(key), "is an ARN", "Write the queue's URL, not its ARN");
            return None;
        }
        let url = self.url(of, key, what)?;
        if url.rsplit('.').next() == Some("fifo") {
            // A group's messages would wait for one that can't be worked on.
            let mend = "Make a standard queue: the bot brings findings into their order itself";
            self.add(of.path(key), "is a FIFO queue", mend);
            return None;
        }
        Some(url)
    }

    fn store(&mut self, root: &Section<'_>) -> Option<StoreConfig> {
        let store = self.section(root, "store", keys("store"))?;
        if self.one_of(&store, keys("store"))? == "sqlite" {
            let sqlite = self.section(&store, "sqlite", keys("sqlite"))?;
            let data = self.text(&sqlite, "data", "the directory of the data file")?;
            return Some(StoreConfig::Sqlite { data: PathBuf::from(data) });
        }
        let dynamodb = self.section(&store, "dynamodb", keys("dynamodb"))?;
        let table = self.text(&dynamodb, "table", "the table's name")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if !(3..=255).contains(&table.len()) || !table.bytes().all(plain) {
            let mend = "Write its name, not its ARN: 3 to 255 of a-z, A-Z, 0-9, `_`, `.` and `-`";
            let what = format!("{} is no table name", quoted(table));
            self.add(dynamodb.path("table"), what, mend);
            return None;
        }
        Some(StoreConfig::Dynamodb { table: table.to_owned() })
    }

    fn aws(&mut self, root: &Section<'_>) -> AwsConfig {
        let Some(aws) = self.optional(root, "aws", keys("aws")) else {
            return AwsConfig::default();
        };
        let region = self.optional_text(&aws, "region", "a Region such as `ap-northeast-1`");
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if let Some(region) = region
            && !(region.contains('-')
                && region.ends_with(|c: char| c.is_ascii_digit())
                && region.bytes().all(plain))
        {
            let what = format!("{} is no Region", quoted(region));
            self.add(aws.path("region"), what, "Write one such as `ap-northeast-1`");
        }
        let endpoint = if aws.has("endpoint_url") {
            self.url(&aws, "endpoint_url", "the URL of another endpoint, or leave the key out")
        } else {
            None
        };
        AwsConfig { region: region.map(str::to_owned), endpoint_url: endpoint }
    }

    fn listen(&mut self, root: &Section<'_>) -> Option<SocketAddr> {
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        let Some(http) = self.optional(root, "http", keys("http")) else { return Some(default) };
        if !http.has("listen") {
            return Some(default);
        }
        let what = format!("an address with a port such as `{default}`");
        let text = self.text(&http, "listen", &what)?;
        let address = text.parse().ok();
        if address.is_none() {
            let problem = format!("{} is no address with a port", quoted(text));
            self.add(http.path("listen"), problem, format!("Write {what}, by numbers"));
        }
        address
    }

    fn pacing(&mut self, root: &Section<'_>, local: bool) -> Option<Pacing> {
        let of = self.optional(root, "pacing", keys("pacing"));
        let of = of.as_ref();
        let mut number = |key, range, default| self.number(of, key, &range, default);
        // Slack publishes one post a second for a channel and 50 updates and looks a minute.
        let (pause, posts, updates, look) =
            if local { (10, 60_000, 60_000, 10) } else { (1000, 600, 100, 1200) };
        let post_every = number("post_every_milliseconds", pause..=60_000, 1100);
        let posts = number("posts_per_minute", 1..=posts, 240);
        let bulk = number("bulk_updates_per_minute", 1..=updates, 30);
        let updates = number("updates_per_minute", 1..=updates, 45);
        let look_every = number("look_every_milliseconds", look..=60_000, 1500);
        if let (Some(updates), Some(bulk)) = (updates, bulk)
            && bulk > updates
        {
            let what = format!("is {bulk}, more than all updates ({updates})");
            let mend = "Lower it below `updates_per_minute`: what changed state needs the rest";
            self.add("pacing.bulk_updates_per_minute", what, mend);
        }
        Some(Pacing {
            post_every: Duration::from_millis(post_every?.into()),
            posts_per_minute: NonZeroU32::new(posts?)?,
            updates_per_minute: NonZeroU32::new(updates?)?,
            bulk_updates_per_minute: NonZeroU32::new(bulk?)?,
            look_every: Duration::from_millis(look_every?.into()),
        })
    }

    /// An https URL, or an http one to a port of this machine; without a slash at its end.
    pub(super) fn url(&mut self, of: &Section<'_>, key: &str, what: &str) -> Option<String> {
        let text = self.text(of, key, what)?;
        let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"]
            .iter()
            .find_map(|start| text.strip_prefix(start))
            .is_some_and(|rest| {
                let port = rest.split_once('/').map_or(rest, |(port, _)| port);
                port.parse::<u16>().is_ok()
            });
        let host = text.strip_prefix("https://").map(|rest| {
            let host = rest.split_once('/').map_or(rest, |(host, _)| host);
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            !host.is_empty() && host.bytes().all(plain)
        });
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@".contains(&byte));
        if !plain || !(local || host == Some(true)) {
            let problem = format!("{} is no URL that can be used", quoted(text));
            let mend = "Write an https URL (http only for a port of 127.0.0.1 or localhost), with \
                        no user and no query";
            self.add(of.path(key), problem, mend);
            return None;
        }
        Some(text.trim_end_matches('/').to_owned())
    }
}
