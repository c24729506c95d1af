//! From a config to the parts of an app: which adapter stands behind which port is chosen here
//! and nowhere else.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    DATA_FILE, MORNING, Parts, Queue,
    entrance::{Entrance, entrances},
    holder,
    secrets::{Secrets, secrets},
};
use crate::{
    adapters::{
        aws::{Aws, AwsSettings, describe_failure},
        dynamo::{DynamoStore, Units},
        organizations::AwsOrganizations,
        slack::SlackChat,
        sqlite::{self, OpenError, SqliteInbox, SqliteStore},
        sqs::SqsInbox,
    },
    config::{AwsConfig, Config, InboxConfig, Pacing, Sqs, StoreConfig},
    domain::{Organization, OwnerMap, Secret, TeamId},
    flow::Limits,
    ports::{Clock, People, Store},
    render::Words,
};

/// An app to be, and what else was built with it.
pub struct Built {
    /// What the app is made of. `teams` are those of the config.
    pub parts: Parts,
    /// With the embedded inbox: the way into it.
    pub feed: Option<Feed>,
    /// How people reach the bot, app by app.
    pub people: Vec<Entrance>,
    /// If anything of it stands on AWS.
    pub aws: Option<Aws>,
    /// With a table: the capacity units it consumes.
    pub units: Option<Arc<Units>>,
}

/// The way into the embedded inbox.
pub struct Feed {
    /// The inbox.
    pub inbox: Arc<SqliteInbox>,
    /// What a sender must show.
    pub token: Option<Secret>,
}

/// The durable memory by itself, as verbs that run once need it.
pub struct Memory {
    /// The store.
    pub store: Arc<dyn Store>,
    inbox: Option<Arc<SqliteInbox>>,
    table: Option<Arc<DynamoStore>>,
}

impl Memory {
    /// Looks whether it is set up as it must be.
    ///
    /// # Errors
    /// One sentence that says what is wrong and how to mend it.
    pub async fn check(&self) -> Result<(), String> {
        match &self.table {
            Some(table) => table.check_table().await.map_err(plainly),
            None => Ok(()),
        }
    }

    /// Sets it up where it is not yet; what is there stays as it is.
    ///
    /// # Errors
    /// One sentence that says what failed.
    pub async fn init(&self) -> Result<(), String> {
        match &self.table {
            Some(table) => table.create_table().await.map_err(plainly),
            // The file was made when it was opened.
            None => Ok(()),
        }
    }
}

/// Builds what the config says, looking at the machine and, if something stands there, at AWS.
///
/// # Errors
/// One sentence that names what is missing.
pub async fn build(config: &Config, clock: &Arc<dyn Clock>) -> Result<Built, String> {
    let aws = if config.on_aws() { Some(aws(&config.aws).await?) } else { None };
    let memory = match &config.store {
        StoreConfig::Dynamodb { table } => dynamo(aws.as_ref(), table, clock)?,
        StoreConfig::Sqlite { data } => sqlite(sqlite::open(&data.join(DATA_FILE), clock.clone()))?,
    };
    memory.check().await?;
    let Secrets { bots, events, door } = secrets(config, aws.as_ref()).await?;
    let people = entrances(config, &door)?;
    let slack = config.slack.clone();
    let chat = SlackChat::new(&config.slack.api_url, bots).map_err(|error| error.to_string())?;
    let feed = match (&config.inbox, &memory.inbox) {
        (InboxConfig::Embedded { .. }, Some(inbox)) => {
            Some(Feed { inbox: Arc::clone(inbox), token: events })
        }
        (InboxConfig::Embedded { .. } | InboxConfig::Sqs(_), _) => None,
    };
    let chat = Arc::new(chat);
    let parts = Parts {
        queues: queues(&config.inbox, aws.as_ref(), memory.inbox)?,
        store: memory.store,
        people: Arc::clone(&chat) as Arc<dyn People>,
        chat,
        asks: Box::new(move |team| slack.door_of(team).is_some()),
        morning: Some(MORNING),
        clock: Arc::clone(clock),
        words: Arc::new(Words::embedded().map_err(|error| error.to_string())?),
        teams: config.slack.workspaces.iter().map(|one| one.team.clone()).collect(),
        limits: limits(&config.pacing),
        lease: config.lease,
        holder: holder(),
    };
    let units = memory.table.as_ref().map(|table| table.units());
    Ok(Built { parts, feed, people, aws, units })
}

/// Opens a store by itself, for a verb that runs once.
///
/// # Errors
/// One sentence that names what is missing.
pub async fn memory(
    store: &StoreConfig,
    on: &AwsConfig,
    clock: &Arc<dyn Clock>,
) -> Result<Memory, String> {
    match store {
        StoreConfig::Dynamodb { table } => dynamo(Some(&aws(on).await?), table, clock),
        StoreConfig::Sqlite { data } => {
            sqlite(sqlite::open_inline(Some(&data.join(DATA_FILE)), Arc::clone(clock)))
        }
    }
}

/// The chat service of a config, to ask about people and channels.
///
/// # Errors
/// One sentence that names what is missing.
pub async fn people(config: &Config) -> Result<Arc<dyn People>, String> {
    let aws = if config.on_aws() { Some(aws(&config.aws).await?) } else { None };
    let Secrets { bots, .. } = secrets(config, aws.as_ref()).await?;
    let chat = SlackChat::new(&config.slack.api_url, bots).map_err(|error| error.to_string())?;
    Ok(Arc::new(chat))
}

/// The organization that the machine's credentials belong to.
///
/// # Errors
/// One sentence that names what can't be read.
pub async fn organization(on: &AwsConfig) -> Result<Organization, String> {
    let AwsConfig { region, endpoint_url } = on.clone();
    let aws = Aws::load(AwsSettings { region, endpoint_url }).await;
    AwsOrganizations::new(&aws).read().await
}

/// The workspaces to drive: those with a token, and those that entries or accounts belong to all
/// the same, since what waits for them must not wait unseen.
///
/// # Errors
/// The store's.
pub async fn teams(parts: &Parts, map: &OwnerMap) -> Result<Vec<TeamId>, String> {
    let mut teams: BTreeSet<TeamId> = parts.teams.iter().cloned().collect();
    teams.extend(parts.store.teams().await.map_err(|error| error.to_string())?);
    teams.extend(map.channels().into_iter().map(|channel| channel.team.clone()));
    Ok(teams.into_iter().collect())
}

async fn aws(config: &AwsConfig) -> Result<Aws, String> {
    let AwsConfig { region, endpoint_url } = config.clone();
    let aws = Aws::load(AwsSettings { region, endpoint_url }).await;
    match aws.region() {
        Some(_) => Ok(aws),
        None => Err("no AWS Region is known: set `aws.region` in the config, or AWS_REGION".into()),
    }
}

/// What stands on AWS is asked for only after [`Config::on_aws`] has said so.
pub(super) fn needed(aws: Option<&Aws>) -> Result<&Aws, String> {
    aws.ok_or_else(|| "AWS was not set up".to_owned())
}

/// A failure by what to do about it, where the library's words would hide that.
fn plainly(error: String) -> String {
    describe_failure(&error).unwrap_or(error)
}

fn dynamo(aws: Option<&Aws>, table: &str, clock: &Arc<dyn Clock>) -> Result<Memory, String> {
    let store = DynamoStore::new(needed(aws)?, table.to_owned(), Arc::clone(clock));
    let store = Arc::new(store);
    Ok(Memory { store: Arc::clone(&store) as Arc<dyn Store>, inbox: None, table: Some(store) })
}

type Opened = Result<(Arc<SqliteStore>, Arc<SqliteInbox>), OpenError>;

fn sqlite(opened: Opened) -> Result<Memory, String> {
    let (store, inbox) = opened.map_err(|error| error.to_string())?;
    Ok(Memory { store, inbox: Some(inbox), table: None })
}

/// The queues, the most pressing one first.
fn queues(
    inbox: &InboxConfig,
    aws: Option<&Aws>,
    embedded: Option<Arc<SqliteInbox>>,
) -> Result<Vec<Queue>, String> {
    match inbox {
        InboxConfig::Embedded { .. } => {
            let inbox = embedded.ok_or("the embedded inbox needs the SQLite store")?;
            Ok(vec![Queue { name: "inbox".to_owned(), inbox, pollers: 1 }])
        }
        InboxConfig::Sqs(sqs) => Ok(sqs_queues(sqs, needed(aws)?)),
    }
}

fn sqs_queues(sqs: &Sqs, aws: &Aws) -> Vec<Queue> {
    let queue = |name: &str, url: &String| Queue {
        name: format!("inbox.{name}"),
        inbox: Arc::new(SqsInbox::new(aws, url.clone(), sqs.visibility)),
        pollers: sqs.pollers_per_queue,
    };
    vec![queue("fast", &sqs.fast_queue_url), queue("slow", &sqs.slow_queue_url)]
}

const fn limits(pacing: &Pacing) -> Limits {
    let Pacing {
        post_every,
        posts_per_minute,
        updates_per_minute,
        bulk_updates_per_minute,
        look_every,
    } = *pacing;
    Limits { post_every, posts_per_minute, updates_per_minute, bulk_updates_per_minute, look_every }
}

#[test]
fn the_config_and_the_flow_have_the_same_limits() {
    let config = crate::config::parse(
        "{inbox: {embedded: {}}, store: {sqlite: {data: /tmp/x}}, \
         slack: {workspaces: [{team_id: T1, bot_token: {env: X}}]}}",
    );
    let ours = limits(&config.unwrap().pacing);
    assert_eq!(format!("{ours:?}"), format!("{:?}", Limits::default()));
    assert_eq!(crate::flow::SHORTEST_LEASE, std::time::Duration::from_secs(20));
}
