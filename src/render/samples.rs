//! Alerts, cards and reports to look at: one for each thing a card can say.

mod account;
mod report;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::card::Links;
use crate::domain::{
    AccountId, Alert, AlertKey, Assignee, Card, Cause, ChannelId, Contact, Depth, Environment,
    Episode, EscalationStep, Fingerprint, Given, Identity, Lane, Lang, Lifecycle, Member,
    MemberState, Ownership, Person, Receiver, Region, Resource, Severity, Source, Subject, TeamId,
    Told, UserId, Workflow,
};

pub(super) use account::{account_card_of, accounts, health_card_of, mornings};
pub(super) use report::{report_card_of, reports};

/// A named alert with the episode and links of the card that shows it.
pub(super) struct Sample {
    pub name: &'static str,
    pub alert: Alert,
    pub episode: u32,
    pub stands_in: bool,
    pub links: Links,
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn member() -> Member {
    Member {
        source: Source::SecurityHub,
        product: "Security Hub".to_owned(),
        native_id: "arn:aws:securityhub:ap-northeast-1:111122223333:security-control/EC2.19/\
                    finding/0b5f0a3e-6a55-4f0c-9d5e-2f1b7c1a9e01"
            .to_owned(),
        severity: Severity::Critical,
        workflow: Some(Workflow::New),
        fingerprint: Fingerprint::new("f0"),
        state: MemberState::Open,
        count_bucket: 1,
    }
}

pub(super) fn alert() -> Alert {
    let key = AlertKey {
        account: AccountId::new("111122223333"),
        region: Region::new("ap-northeast-1"),
        control: "EC2.19".to_owned(),
        resource: "arn:aws:ec2:ap-northeast-1:111122223333:security-group/sg-0a1b2c3d4e5f60718"
            .to_owned(),
        sample: false,
    };
    Alert {
        id: key.id(),
        resource: Resource { kind: "AwsEc2SecurityGroup".to_owned(), id: key.resource.clone() },
        key,
        version: 1,
        lifecycle: Lifecycle::Open { since: at("2026-11-23T06:04:00Z") },
        episode: 1,
        history: Vec::new(),
        severity: Severity::Critical,
        title: "Security groups should not allow unrestricted access to ports with high risk"
            .to_owned(),
        description: "This control checks whether unrestricted incoming traffic for a security \
                      group is accessible to the specified ports that have the highest risk."
            .to_owned(),
        more_resources: 0,
        tags: BTreeMap::new(),
        fix_url: Some(
            "https://docs.aws.amazon.com/console/securityhub/EC2.19/remediation".to_owned(),
        ),
        first_seen: at("2026-11-23T06:04:00Z"),
        last_changed: at("2026-11-23T06:04:00Z"),
        members: BTreeMap::from([(Identity::new("i1"), member())]),
        ownership: Ownership {
            company: Some("さくらペイメント".to_owned()),
            account_name: Some("決済基盤".to_owned()),
            environment: Some(Environment::Prod),
            map_revision: 3,
        },
        receivers: Vec::new(),
        told: Told::Yes,
        acknowledged: None,
        assignee: None,
        escalated: None,
        audit_head: None,
    }
}

fn sample(name: &'static str, alert: Alert) -> Sample {
    let episode = alert.episode;
    Sample { name, alert, episode, stands_in: false, links: Links::default() }
}

fn new_critical() -> Sample {
    sample("new_critical", alert())
}

fn escalated() -> Sample {
    let mut alert = alert();
    alert.escalated = Some(EscalationStep::Ccoe);
    sample("escalated", alert)
}

/// A security lead of the card's workspace, and one of another.
pub(super) fn leads() -> [Contact; 2] {
    [("佐藤 健一", "T0GROUP", "U0SATO"), ("Maya *Chen*", "T0OTHER", "U0CHEN")].map(
        |(name, team, user)| Contact {
            name: name.to_owned(),
            team: TeamId::new(team),
            user: UserId::new(user),
            roles: vec![],
            sponsor: None,
            until: None,
        },
    )
}

fn resolved_by(name: &'static str, cause: Cause) -> Sample {
    let mut alert = alert();
    let since = at("2026-11-23T06:04:00Z");
    let end = at("2026-11-26T10:34:20Z");
    alert.lifecycle = Lifecycle::Resolved { since, at: end, cause };
    alert.last_changed = end;
    for member in alert.members.values_mut() {
        member.state = MemberState::Cleared(cause);
        member.workflow = Some(Workflow::Resolved);
    }
    sample(name, alert)
}

fn past(number: u32, since: &str, end: &str, cause: Cause) -> Episode {
    Episode { number, since: at(since), at: at(end), cause }
}

fn card_link(ts: &str) -> String {
    format!("https://sakura.slack.com/archives/C0SAKURA/p{ts}")
}

fn reopened() -> Sample {
    let mut alert = alert();
    alert.episode = 3;
    alert.history = vec![
        past(1, "2025-11-20T01:00:00Z", "2025-11-21T03:00:00Z", Cause::Passed),
        past(2, "2026-02-02T00:30:00Z", "2026-02-02T09:05:00Z", Cause::ResolvedAtSource),
    ];
    alert.first_seen = at("2025-11-20T01:00:00Z");
    let links = Links { older: Some(card_link("1764000000000100")), newer: None, asks: false };
    Sample { links, ..sample("reopened", alert) }
}

/// So many episodes that the earlier ones are only counted; workflow and level differ too.
fn reopened_often() -> Sample {
    let mut alert = alert();
    alert.episode = 14;
    alert.history = (4..14)
        .map(|number| {
            let day = number - 3;
            let since = format!("2026-10-{day:02}T00:00:00Z");
            past(number, &since, &format!("2026-10-{day:02}T05:30:00Z"), Cause::Passed)
        })
        .collect();
    alert.severity = Severity::Medium;
    alert.key.sample = true;
    sample("reopened_often", alert)
}

fn superseded() -> Sample {
    let links = Links { older: None, newer: Some(card_link("1769990000000200")), asks: false };
    Sample { name: "superseded", episode: 1, links, ..reopened() }
}

fn moved() -> Sample {
    let mut alert = alert();
    let mut elsewhere = receiver(Lang::Ja, Depth::Plain, false);
    elsewhere.lane.channel = crate::domain::ChannelId::new("C0ELSEWHERE");
    alert.receivers = vec![elsewhere];
    sample("moved", alert)
}

fn superseded_long_ago() -> Sample {
    let mut sample = Sample { name: "superseded_long_ago", episode: 2, ..reopened_often() };
    sample.alert.key.sample = false;
    sample
}

fn superseded_closed() -> Sample {
    Sample { name: "superseded_closed", episode: 2, ..superseded() }
}

fn unowned() -> Sample {
    let mut alert = alert();
    alert.key.account = AccountId::new("999988887777");
    alert.ownership =
        Ownership { company: None, account_name: None, environment: None, map_revision: 3 };
    alert.severity = Severity::High;
    alert.fix_url = None;
    alert.key.control = "iam_root_hardware_mfa_enabled".to_owned();
    alert.title = "Ensure only hardware MFA is enabled for the root account".to_owned();
    alert.description = String::new();
    alert.resource =
        Resource { kind: "AwsIamUser".to_owned(), id: "arn:aws:iam::999988887777:root".to_owned() };
    for member in alert.members.values_mut() {
        member.source = Source::Asff;
        member.product = "Prowler".to_owned();
        member.native_id =
            "prowler-iam_root_hardware_mfa_enabled-999988887777-us-east-1-0a1b2c3d4".to_owned();
        member.workflow = None;
    }
    sample("unowned", alert)
}

fn stand_in() -> Sample {
    Sample { stands_in: true, ..sample("stand_in", alert()) }
}

fn stand_in_unowned() -> Sample {
    Sample { stands_in: true, name: "stand_in_unowned", ..unowned() }
}

/// A threat that GuardDuty generated as a sample, and the same for real.
fn threat(name: &'static str, is_sample: bool) -> Sample {
    let mut alert = alert();
    alert.key.sample = is_sample;
    alert.key.control =
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS".to_owned();
    alert.title =
        "Credentials for the EC2 instance role web-role were used from a remote host.".to_owned();
    alert.severity = Severity::High;
    alert.fix_url = None;
    alert.resource =
        Resource { kind: "AccessKey".to_owned(), id: "ASIAIOSFODNN7EXAMPLE".to_owned() };
    for member in alert.members.values_mut() {
        member.source = Source::GuardDuty;
        member.product = "GuardDuty".to_owned();
        member.native_id = "46ba0ac2845071e23ccdeb2ae03bfdea".to_owned();
        member.workflow = None;
    }
    sample(name, alert)
}

/// Somebody outside tries to get in.
fn attacked() -> Sample {
    let mut sample = Sample { name: "attacked", ..threat("threat", false) };
    sample.alert.key.control = "UnauthorizedAccess:EC2/SSHBruteForce".to_owned();
    sample.alert.title =
        "198.51.100.7 is performing SSH brute force attacks against i-0a1b2c3d4e5f60718."
            .to_owned();
    sample.alert.resource =
        Resource { kind: "Instance".to_owned(), id: "i-0a1b2c3d4e5f60718".to_owned() };
    sample
}

/// A finding of a source that writes Japanese.
fn japanese() -> Sample {
    let mut sample = of_level("japanese", Severity::Low, Workflow::Notified);
    sample.alert.title = "セキュリティグループがすべての接続元に開いています".to_owned();
    sample.alert.fix_url = None;
    sample.alert.description = "接続元を限っていない規則があります。".to_owned();
    sample
}

fn multi_member() -> Sample {
    let mut alert = alert();
    alert.severity = Severity::Medium;
    alert.more_resources = 2;
    alert.fix_url = Some("https://hardening.example/ec2-19".to_owned());
    alert.last_changed = at("2026-11-24T00:05:00Z");
    alert.ownership.environment = Some(Environment::Dev);
    for (number, product) in
        ["Prowler", "Prowler", "Trivy", "Checkov", "Steampipe", "Falcon", "Wiz"]
            .into_iter()
            .enumerate()
    {
        let mut other = member();
        other.product = product.to_owned();
        other.source = Source::Asff;
        other.severity = Severity::Medium;
        alert.members.insert(Identity::new(format!("m{number}")), other);
    }
    for member in alert.members.values_mut().take(1) {
        member.workflow = Some(Workflow::Resolved);
    }
    sample("multi_member", alert)
}

fn of_level(name: &'static str, severity: Severity, workflow: Workflow) -> Sample {
    let mut alert = alert();
    alert.severity = severity;
    for member in alert.members.values_mut() {
        member.severity = severity;
        member.workflow = Some(workflow);
    }
    sample(name, alert)
}

/// Where the bot hears what is pressed, and somebody takes care of it.
fn cared(name: &'static str, assigned: bool) -> Sample {
    let mut alert = alert();
    let who = Person { team: TeamId::new("T0SAKURA"), user: UserId::new("U0SATO") };
    let given =
        Given { by: who.clone(), name: "佐藤 健一".to_owned(), at: at("2026-11-23T06:20:00Z") };
    alert.acknowledged = Some(given.clone());
    if assigned {
        alert.assignee = Some(Assignee { who, name: "鈴木 美咲".to_owned(), given });
    }
    Sample { links: Links { asks: true, ..Links::default() }, ..sample(name, alert) }
}

fn asks() -> Sample {
    let links = Links { asks: true, ..Links::default() };
    Sample { name: "asks", links, ..new_critical() }
}

fn unowned_asks() -> Sample {
    let links = Links { asks: true, ..Links::default() };
    Sample { name: "unowned_asks", links, ..unowned() }
}

/// Every sample alert.
pub(super) fn alerts() -> Vec<Sample> {
    vec![
        new_critical(),
        resolved_by("resolved", Cause::Passed),
        resolved_by("resolved_archived", Cause::Archived),
        resolved_by("resolved_gone", Cause::NotApplicable),
        resolved_by("resolved_suppressed", Cause::Suppressed),
        resolved_by("resolved_by_hand", Cause::ResolvedAtSource),
        reopened(),
        reopened_often(),
        superseded(),
        moved(),
        superseded_long_ago(),
        superseded_closed(),
        unowned(),
        stand_in(),
        stand_in_unowned(),
        threat("threat", false),
        threat("threat_sample", true),
        attacked(),
        japanese(),
        multi_member(),
        asks(),
        unowned_asks(),
        cared("acknowledged", false),
        cared("assigned", true),
        escalated(),
        of_level("low", Severity::Low, Workflow::Notified),
        of_level("informational", Severity::Informational, Workflow::Suppressed),
    ]
}

pub(super) fn receiver(lang: Lang, depth: Depth, stands_in: bool) -> Receiver {
    let place =
        |channel: &str| Lane { team: TeamId::new("T0GROUP"), channel: ChannelId::new(channel) };
    Receiver {
        lane: place("C0CCOE"),
        lang,
        depth,
        time_zone: "Asia/Tokyo".to_owned(),
        stands_in_for: stands_in.then(|| place("C0SAKURA")),
    }
}

pub(super) fn card(sample: &Sample, lang: Lang, depth: Depth) -> Card {
    Card {
        subject: Subject::Alert(sample.alert.id.clone()),
        episode: sample.episode,
        receiver: receiver(lang, depth, sample.stands_in),
    }
}
