//! Alerts, cards and reports to look at: one for each thing a card can say.

mod account;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::card::Links;
use crate::domain::{
    AccountId, Alert, AlertKey, Card, Cause, ChannelId, Depth, EntryId, Environment, Episode,
    Example, Fingerprint, Identity, IntakeReport, Lane, Lang, Lifecycle, Member, MemberState,
    Ownership, Receiver, Region, ReportId, Resource, Severity, Source, Subject, TeamId, Told,
    Trouble, Unknown, Workflow,
};

pub(super) use account::{account_card_of, accounts, health_card_of, mornings};

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
    let links = Links { older: Some(card_link("1764000000000100")), newer: None };
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
    let links = Links { older: None, newer: Some(card_link("1769990000000200")) };
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

fn example(time: &str, trouble: Trouble, quarantine: Option<&str>) -> Example {
    Example { at: at(time), trouble, count: 1, quarantine: quarantine.map(str::to_owned) }
}

fn unknown(source: &str, detail_type: &str) -> Trouble {
    Trouble::NotUnderstood(Unknown {
        source: Some(source.to_owned()),
        detail_type: Some(detail_type.to_owned()),
        account: Some("111122223333".to_owned()),
    })
}

/// A day with every kind of trouble, one with undelivered messages alone, and a quiet one.
pub(super) fn reports() -> Vec<(&'static str, IntakeReport)> {
    let receiver = receiver(Lang::Ja, Depth::Detailed, false);
    let id = ReportId::new("report-2026-11-23");
    let quiet = IntakeReport::new(id, receiver, at("2026-11-23T01:12:00Z"));
    let mut mixed = quiet.clone();
    let broken = "expected `,` or `}` at line 1 column 812".to_owned();
    let refused = || Trouble::Undelivered {
        entry: EntryId::new("tell/a-0123456789abcdef/1/T0GROUP/C0SAKURA/1/new"),
        reason: "is_archived".to_owned(),
    };
    let kind = "Config Rules Compliance Change";
    for one in [
        example("2026-11-23T01:12:00Z", Trouble::Unreadable { reason: broken }, Some("q-8c1f")),
        example("2026-11-23T01:40:00Z", unknown("aws.config", kind), Some("q-91aa")),
        example("2026-11-23T04:15:00Z", unknown("aws.config", kind), Some("q-9203")),
        example("2026-11-23T05:02:00Z", unknown("aws.health", "AWS Health Event"), None),
        example("2026-11-23T06:30:00Z", refused(), None),
    ] {
        mixed.add(one);
    }
    mixed.not_understood.insert(String::new(), 7);
    mixed.not_understood.insert("? / ?".to_owned(), 2);
    let mut undelivered = quiet.clone();
    undelivered.add(example("2026-11-23T06:30:00Z", refused(), None));
    vec![("mixed", mixed), ("undelivered", undelivered), ("quiet", quiet)]
}

pub(super) fn report_card_of(report: &IntakeReport, lang: Lang, depth: Depth) -> Card {
    Card {
        subject: Subject::Report(report.id.clone()),
        episode: 1,
        receiver: receiver(lang, depth, false),
    }
}
