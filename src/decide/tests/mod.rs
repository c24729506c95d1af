//! A small house around `decide`: it keeps what is decided, as the gate and a store would.

mod account;
mod care;
mod escalate;
mod policy;
mod properties;
mod report;
mod routes;
mod table;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Change, Changed, Decision, Map, Verb, triage};
use crate::domain::{
    Account, AccountId, Alert, AlertId, AuditHash, Ccoe, Channel, ChannelId, Company, CompanyId,
    Compliance, Depth, Effect, Entry, Environment, Finding, FindingState, Identity, InputId, Lang,
    OwnerMap, RecordState, Region, Resource, Settings, Severity, Source, Stage, Subject, TeamId,
    TellKind, Workflow,
};

const LIVE: &str = "111111111111";
const BASELINE: &str = "222222222222";
const UNOWNED: &str = "999999999999";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn channel(id: &str) -> Channel {
    Channel { team: TeamId::new("T1"), id: ChannelId::new(id), name: None }
}

fn account(id: &str, stage: Stage) -> Account {
    Account {
        id: AccountId::new(id),
        name: format!("name of {id}"),
        environment: Environment::Prod,
        stage,
        ou: None,
        baseline_until: None,
        stage_reason: None,
        settings: Settings::default(),
        tags: vec![],
    }
}

pub(super) fn owners() -> OwnerMap {
    let level = |of, language, depth, zone: &str| Settings {
        channel: Some(channel(of)),
        language: Some(language),
        depth: Some(depth),
        time_zone: Some(zone.to_owned()),
        ..Settings::default()
    };
    OwnerMap::new(
        Ccoe {
            name: "CCoE".into(),
            settings: level("C0CCOE", Lang::Ja, Depth::Detailed, "Asia/Tokyo"),
            unknown_accounts: Some(Stage::Live),
            routes: vec![],
            policy: vec![],
        },
        vec![Company {
            id: CompanyId::new("one"),
            name: "一号".into(),
            settings: level("C1", Lang::En, Depth::Plain, "UTC"),
            organizational_units: vec![],
            ous: BTreeMap::new(),
            environments: BTreeMap::new(),
            routes: vec![],
            policy: vec![],
            accounts: vec![account(LIVE, Stage::Live), account(BASELINE, Stage::Baseline)],
        }],
    )
}

/// A failing control in a live account, said at second 10.
fn failed() -> Finding {
    Finding {
        source: Source::SecurityHub,
        product: "Security Hub".into(),
        identity: Identity::new("id-1"),
        native_id: "native-1".into(),
        account: AccountId::new(LIVE),
        region: Region::new("ap-northeast-1"),
        severity: Severity::High,
        control: "S3.2".into(),
        resource: Resource { kind: "AwsS3Bucket".into(), id: "bucket".into() },
        more_resources: vec![],
        tags: BTreeMap::new(),
        compliance: Some(Compliance::Failed),
        compliance_reasons: vec![],
        record_state: RecordState::Active,
        workflow: Some(Workflow::New),
        title: "title".into(),
        description: "description".into(),
        fix_url: None,
        provider_time: Some(at(10)),
        envelope_time: Some(at(11)),
        count: 1,
        sample: false,
    }
}

impl Finding {
    /// The same, said later.
    fn later(&self, seconds: i64) -> Self {
        let (provider_time, envelope_time) = (Some(at(seconds)), Some(at(seconds + 1)));
        Self { provider_time, envelope_time, ..self.clone() }
    }

    fn passed(&self) -> Self {
        Self { compliance: Some(Compliance::Passed), ..self.clone() }
    }

    fn of(&self, identity: &str) -> Self {
        Self { identity: Identity::new(identity), ..self.clone() }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next
    }
}

/// What was decided, with its effects in short.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    /// The reason's word.
    action: &'static str,
    /// `new C1`, `show C1`, `show! C1` (urgent), `severity_up C1`.
    effects: Vec<String>,
}

/// What is known, moved on by what is decided.
struct House {
    owners: OwnerMap,
    now: Timestamp,
    states: HashMap<Identity, FindingState>,
    alerts: BTreeMap<AlertId, Alert>,
    heads: HashMap<String, (u64, AuditHash)>,
    /// Summaries that were asked to be shown by the last decision.
    summed: Vec<String>,
    /// The entries of the last commit.
    queued: Vec<Entry>,
}

impl House {
    fn new() -> Self {
        Self {
            owners: owners(),
            now: at(0),
            states: HashMap::new(),
            alerts: BTreeMap::new(),
            heads: HashMap::new(),
            summed: vec![],
            queued: vec![],
        }
    }

    fn decide(&self, finding: &Finding) -> Decision {
        let state = self.states.get(&finding.identity);
        let bound = state.and_then(|state| state.alert.clone());
        let alert = self.alerts.get(&bound.unwrap_or_else(|| finding.alert_key().id()));
        let map = Map { owners: &self.owners, revision: 7 };
        triage(self.now, map, state, alert, finding, &InputId::new("input"))
    }

    fn hear(&mut self, finding: &Finding) -> Heard {
        self.now += std::time::Duration::from_secs(1);
        let decision = self.decide(finding);
        let all = match decision.verb {
            Verb::Nothing => vec![],
            Verb::Remember(state) => {
                self.remember(*state);
                vec![]
            }
            Verb::Commit(change) => self.commit(*change),
            Verb::Map(_) => panic!("a finding changes no map"),
        };
        let (summed, effects) = all.into_iter().partition(|one| one.starts_with("sum "));
        self.summed = summed;
        Heard { action: decision.reason.action(), effects }
    }

    fn remember(&mut self, state: FindingState) {
        let before = self.states.get(&state.identity).map_or(0, |state| state.revision);
        assert_eq!(state.revision, before + 1, "the store would refuse it");
        self.states.insert(state.identity.clone(), state);
    }

    /// Takes a change over, held to what every change keeps.
    fn commit(&mut self, change: Change) -> Vec<String> {
        let Change { record, states, entries, audit, under_map: _ } = change;
        let Changed::Alert(alert) = record else { panic!("a finding changes alerts only") };
        assert!(3 + states.len() + entries.len() <= 25);
        let before = self.heads.get(&audit.aggregate).cloned();
        assert_eq!(alert.version, before.as_ref().map_or(0, |(version, _)| *version) + 1);
        assert_eq!((audit.aggregate.as_str(), audit.version), (alert.id.as_str(), alert.version));
        assert_eq!(audit.previous, before.map(|(_, head)| head), "the chain is unbroken");
        assert_eq!(alert.audit_head, Some(audit.hash()));
        self.heads.insert(audit.aggregate.clone(), (alert.version, audit.hash()));
        let effects = entries.iter().map(|entry| effect(&alert, &entry.effect)).collect();
        self.queued = entries;
        for state in states {
            assert_eq!(state.alert.as_ref(), Some(&alert.id));
            self.remember(state);
        }
        self.alerts.insert(alert.id.clone(), *alert);
        effects
    }

    /// The only alert there is.
    fn alert(&self) -> &Alert {
        assert_eq!(self.alerts.len(), 1);
        self.alerts.values().next().unwrap()
    }

    fn state(&self, identity: &str) -> &FindingState {
        &self.states[&Identity::new(identity)]
    }
}

fn effect(alert: &Alert, effect: &Effect) -> String {
    let card = effect.card();
    if let Subject::Account(account) = &card.subject {
        // Asked to be shown, never told: where none stands the door decides about it.
        assert_eq!(*account, alert.key.account);
        assert!(matches!(effect, Effect::Show { urgent: false, .. }), "{effect:?}");
        return format!("sum {}", card.receiver.lane.channel);
    }
    if alert.receivers.contains(&card.receiver) {
        assert_eq!(card.episode, alert.episode);
    } else {
        // A date waits where it was set. A lane that the alert has left is shown its card once more, and told nothing.
        let left = matches!(effect, Effect::Show { urgent: true, .. } | Effect::Wake { .. });
        assert!(left, "{effect:?}");
    }
    let channel = &card.receiver.lane.channel;
    match effect {
        Effect::Show { urgent: true, .. } => format!("show! {channel}"),
        Effect::Show { urgent: false, .. } => format!("show {channel}"),
        Effect::Tell { kind, .. } => {
            if let TellKind::SeverityUp { version } = kind {
                assert_eq!(*version, alert.version);
            }
            format!("{} {channel}", kind.as_str())
        }
        Effect::Wake { what, .. } => format!("wake {}", what.word()),
    }
}

fn heard(action: &'static str, effects: &[&str]) -> Heard {
    Heard { action, effects: effects.iter().map(|&one| one.to_owned()).collect() }
}
