//! Small records to try a store with.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use monban::{
    domain::{
        AccountId, Alert, AlertId, AlertKey, AuditEntry, Card, ChannelId, Class, Delivery, Depth,
        Effect, Entry, FindingState, Fingerprint, Identity, InputId, Lane, Lang, Lifecycle,
        MessageTs, Ownership, Receiver, Region, Resource, Severity, Subject, TeamId, TellKind,
        Told, digest,
    },
    ports::{Aggregate, Claimed, Commit, Committed, Leased, Store},
};

pub const SECOND: Duration = Duration::from_secs(1);

/// `seconds` after the tests' beginning.
pub fn at(seconds: u64) -> Timestamp {
    // Years ahead, so that a service that forgets by its own clock forgets nothing of a test.
    let start: Timestamp = "2036-11-02T01:00:00Z".parse().unwrap();
    start + Duration::from_secs(seconds)
}

pub fn team() -> TeamId {
    TeamId::new("T1")
}

pub fn lane(channel: &str) -> Lane {
    Lane { team: team(), channel: ChannelId::new(channel) }
}

pub fn receiver(lane: Lane) -> Receiver {
    Receiver {
        lane,
        lang: Lang::Ja,
        depth: Depth::Plain,
        time_zone: "Asia/Tokyo".into(),
        stands_in_for: None,
    }
}

fn key(resource: &str) -> AlertKey {
    AlertKey {
        account: AccountId::new("111122223333"),
        region: Region::new("ap-northeast-1"),
        control: "S3.2".into(),
        resource: resource.into(),
        sample: false,
    }
}

pub fn alert_id(resource: &str) -> AlertId {
    key(resource).id()
}

pub fn alert(resource: &str, version: u64) -> Alert {
    let key = key(resource);
    Alert {
        id: key.id(),
        key,
        version,
        lifecycle: Lifecycle::Open { since: at(0) },
        episode: 1,
        history: vec![],
        severity: Severity::High,
        title: "公開されたバケット".into(),
        description: "\u{1f600} \0 \"quoted\" \\".into(),
        resource: Resource { kind: "AwsS3Bucket".into(), id: resource.into() },
        more_resources: 0,
        tags: BTreeMap::new(),
        fix_url: None,
        first_seen: at(0),
        last_changed: at(0),
        members: BTreeMap::new(),
        ownership: Ownership {
            company: None,
            account_name: None,
            environment: None,
            map_revision: 1,
        },
        receivers: vec![receiver(lane("C1"))],
        told: Told::Yes,
        acknowledged: None,
        assignee: None,
        escalated: None,
        audit_head: None,
    }
}

pub fn state(identity: &str, revision: u64) -> FindingState {
    FindingState {
        identity: Identity::new(identity),
        fingerprint: Fingerprint::new(format!("f{revision}")),
        provider_time: Some(at(revision)),
        envelope_time: None,
        alert: Some(alert_id("bucket")),
        open: true,
        revision,
    }
}

pub fn card(resource: &str, channel: &str) -> Card {
    Card {
        subject: Subject::Alert(alert_id(resource)),
        episode: 1,
        receiver: receiver(lane(channel)),
    }
}

pub fn tell(resource: &str, channel: &str, class: u8, due: Timestamp) -> Entry {
    let effect = Effect::Tell { card: card(resource, channel), kind: TellKind::New };
    Entry::new(effect, Class(class), due)
}

pub fn show(resource: &str, channel: &str, class: u8, due: Timestamp) -> Entry {
    let effect = Effect::Show { card: card(resource, channel), urgent: false };
    Entry::new(effect, Class(class), due)
}

pub fn delivery(card: Card, ts: &str) -> Delivery {
    Delivery {
        card,
        ts: MessageTs::new(ts),
        hash: digest(&[ts]),
        version: 1,
        posted: 1,
        at: at(0),
        replaced_by: None,
    }
}

/// A commit of this version of an alert, with these entries.
pub fn commit(input: &str, alert: Alert, entries: Vec<Entry>) -> Commit {
    let audit = AuditEntry {
        aggregate: alert.id.as_str().into(),
        version: alert.version,
        at: at(alert.version),
        actor: "test".into(),
        action: "new".into(),
        reason: "a test".into(),
        input: InputId::new(input),
        previous: None,
    };
    Commit {
        input: InputId::new(input),
        aggregate: Aggregate::Alert(Box::new(alert)),
        states: vec![],
        entries,
        audit,
        answer: format!("answer to {input}"),
        under_map: None,
    }
}

/// Queues entries with a commit of an alert of their own.
pub async fn queue(store: &dyn Store, name: &str, entries: Vec<Entry>) {
    let commit = commit(name, alert(name, 1), entries);
    assert_eq!(store.commit(&commit).await.unwrap(), Committed::Applied);
}

/// The lease of the tests' workspace, for an hour.
pub async fn lease(store: &dyn Store) -> Claimed {
    let length = Duration::from_hours(1);
    ours(store.lease(&team(), "holder", at(0), length).await.unwrap()).expect("nobody else has it")
}

/// The lease, if it is ours.
pub fn ours(leased: Leased) -> Option<Claimed> {
    match leased {
        Leased::Ours(lease) => Some(lease),
        Leased::Theirs { .. } => None,
    }
}
