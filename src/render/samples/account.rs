//! Accounts and mornings to look at: one for each thing their cards can say.

use jiff::{Timestamp, civil::date};

use super::{at, receiver};
use crate::domain::{
    AccountEvent, AccountId, AccountRecord, AccountStanding, Appeared, Assigned, Assignment, Brief,
    Card, ChannelId, ChannelTrouble, CompanyId, Depth, Environment, Gap, Happened, HealthId, Lane,
    Lang, MapHealth, Noted, OwnerMap, Person, Severity, Stage, Subject, TeamId, Unit, UserId,
};

const ID: &str = "444455556666";

/// What an account's card is made of.
pub struct AccountSample {
    pub name: &'static str,
    pub account: AccountId,
    pub record: Option<AccountRecord>,
    pub map: OwnerMap,
    pub stage: Stage,
    pub open: Vec<Brief>,
    pub more: bool,
    /// True for the card in the company's channel.
    pub company: bool,
}

/// The CCoE's channel is that of the samples' receiver.
fn map() -> OwnerMap {
    let value = serde_json::json!({
        "version": 1,
        "ccoe": {"name": "CCoE", "channel": {"team": "T0GROUP", "id": "C0CCOE"}, "language": "ja",
                 "depth": "detailed", "time_zone": "Asia/Tokyo"},
        "companies": [{"id": "sakura", "name": "さくらペイメント", "accounts": [],
                       "channel": {"team": "T0GROUP", "id": "C0SAKURA"}}],
    });
    serde_json::from_value(value).unwrap()
}

fn owned(until: Option<jiff::civil::Date>) -> OwnerMap {
    let said = Assignment {
        company: Some(CompanyId::new("sakura")),
        environment: Some(Environment::Prod),
        name: Some("決済_新基盤".to_owned()),
        reason: Some("11月に合流 <棚卸し> のため".to_owned()),
        baseline_until: until,
        ..Assignment::of(AccountId::new(ID))
    };
    map().assigned(&said).unwrap()
}

fn record(company: Option<&str>, stage: Stage) -> AccountRecord {
    let noted = Noted {
        company: company.map(CompanyId::new),
        stage,
        receiver: receiver(Lang::Ja, Depth::Detailed, false),
        map_revision: 3,
        since: at("2026-11-20T01:00:00Z"),
    };
    let now = at("2026-11-20T01:00:00Z");
    AccountRecord { version: 1, ..AccountRecord::new(AccountId::new(ID), noted, now) }
}

fn event(happened: Happened) -> AccountEvent {
    AccountEvent {
        id: "e1".to_owned(),
        source: "aws.organizations".to_owned(),
        account: AccountId::new(ID),
        name: Some("new_<account>".to_owned()),
        at: at("2026-11-23T06:04:00Z"),
        happened,
    }
}

fn after(happened: Happened, company: Option<&str>) -> AccountRecord {
    let event = event(happened);
    let standing = match event.happened {
        Happened::Closed => AccountStanding::Closed,
        Happened::Left { .. } => AccountStanding::Left,
        Happened::Appeared { .. } | Happened::Moved { .. } | Happened::Failed { .. } => {
            AccountStanding::Active
        }
    };
    let name = event.name.clone();
    let record = record(company, Stage::Baseline);
    AccountRecord { standing, name, event: Some(event), ..record }
}

fn appeared(how: Appeared) -> Happened {
    let unit = Unit { id: "ou-ab12-11111111".to_owned(), name: Some("Sakura Prod".to_owned()) };
    Happened::Appeared { how, unit: Some(unit) }
}

/// Problems of every level, most severe first.
fn open() -> Vec<Brief> {
    let alert = super::alert();
    let of =
        |severity: Severity, count: usize| (0..count).map(move |_| severity).collect::<Vec<_>>();
    let levels = [of(Severity::Critical, 1), of(Severity::High, 3), of(Severity::Low, 7)].concat();
    levels.into_iter().map(|severity| Brief { severity, ..alert.brief() }).collect()
}

fn given(by: Option<Person>) -> Assigned {
    Assigned {
        company: CompanyId::new("sakura"),
        by,
        name: "門田 守".to_owned(),
        at: at("2026-11-24T00:30:00Z"),
    }
}

/// Every kind.
pub fn accounts() -> Vec<AccountSample> {
    let nobody = |name, record, stage| AccountSample {
        name,
        account: AccountId::new(ID),
        record,
        map: map(),
        stage,
        open: open(),
        more: false,
        company: false,
    };
    let of = |name, record, map, stage, company| AccountSample {
        name,
        account: AccountId::new(ID),
        record: Some(record),
        map,
        stage,
        open: if stage == Stage::Live { vec![] } else { open() },
        more: true,
        company,
    };
    let base = || record(Some("sakura"), Stage::Baseline);
    let person = Person { team: TeamId::new("T0GROUP"), user: UserId::new("U1") };
    let assigned = |by| AccountRecord { assigned: Some(given(by)), ..base() };
    let moved = Happened::Moved { from: "ou-1".to_owned(), to: "ou-2".to_owned() };
    let failed = Happened::Failed {
        event: "CreateManagedAccount".to_owned(),
        reason: Some("the email is in use".to_owned()),
    };
    let left = || Happened::Left { how: Some("Removed".to_owned()) };
    let mut empty = nobody("unowned_quiet", None, Stage::Baseline);
    empty.open.clear();
    let mut unmade = nobody("unmade", Some(after(failed.clone(), None)), Stage::Baseline);
    unmade.account = AccountId::new("c7000000-0000-4000-8000-000000000003");
    let until = Some(date(2026, 12, 31));
    let placed = AccountRecord {
        assigned: Some(given(None)),
        ..after(appeared(Appeared::Managed), Some("sakura"))
    };
    vec![
        unmade,
        nobody("unowned", Some(record(None, Stage::Baseline)), Stage::Baseline),
        empty,
        nobody("unowned_live", Some(record(None, Stage::Live)), Stage::Live),
        nobody("created", Some(after(appeared(Appeared::Created), None)), Stage::Baseline),
        nobody("joined", Some(after(appeared(Appeared::Joined), None)), Stage::Baseline),
        nobody("failed", Some(after(failed, None)), Stage::Baseline),
        nobody("left_unowned", Some(after(left(), None)), Stage::Baseline),
        of("baseline", base(), owned(None), Stage::Baseline, true),
        of("baseline_until", base(), owned(until), Stage::Baseline, true),
        of("live", base(), owned(None), Stage::Live, true),
        of("assigned", base(), owned(None), Stage::Baseline, false),
        of("assigned_by", assigned(Some(person)), owned(None), Stage::Baseline, false),
        of("placed", placed, owned(None), Stage::Baseline, false),
        of("updated", after(appeared(Appeared::Updated), None), owned(None), Stage::Live, false),
        of("moved", after(moved, Some("sakura")), owned(None), Stage::Live, false),
        of("closed", after(Happened::Closed, Some("sakura")), owned(None), Stage::Live, false),
        of("elsewhere", base(), map(), Stage::Baseline, true),
    ]
}

pub fn account_card_of(sample: &AccountSample, lang: Lang, depth: Depth) -> Card {
    let mut receiver = receiver(lang, depth, false);
    if sample.company {
        receiver.lane.channel = ChannelId::new("C0SAKURA");
    }
    Card { subject: Subject::Account(AccountId::new(ID)), episode: 1, receiver }
}

/// A morning with every kind of gap, one with many, and one without any.
pub fn mornings() -> Vec<(&'static str, MapHealth)> {
    let company = || "sakura".to_owned();
    let lane = || Lane { team: TeamId::new("T0GROUP"), channel: ChannelId::new("C0GONE") };
    let channel = |name: Option<&str>, trouble| Gap::Channel {
        lane: lane(),
        name: name.map(str::to_owned),
        trouble,
    };
    let who = Person { team: TeamId::new("T0GROUP"), user: UserId::new("U9") };
    let person =
        |company| Gap::PersonGone { who: who.clone(), name: "退職_太郎".into(), company };
    let waits =
        |until| Gap::InBaseline { account: AccountId::new(ID), reason: "棚卸し".into(), until };
    let day = date(2026, 11, 30);
    let all = vec![
        Gap::Unmapped { account: AccountId::new(ID), name: Some("new <one>".into()), open: 12 },
        channel(Some("aws_alerts"), ChannelTrouble::Missing),
        channel(None, ChannelTrouble::NotIn),
        channel(None, ChannelTrouble::Archived),
        person(Some(company())),
        person(None),
        Gap::SharedChannel { channel: "aws".into(), companies: vec!["one".into(), "two".into()] },
        Gap::TooFewApprovers { company: company(), live: 1 },
        Gap::NoSecurityLead { company: company() },
        Gap::PartnerOver { company: company(), name: "小林".into(), until: day },
        Gap::PartnerEndsSoon { company: company(), name: "小林".into(), until: day },
        Gap::HolidaysEnd { until: day },
        Gap::SponsorDecidesNothing { company: company(), name: "小林".into() },
        waits(None),
        waits(Some(day)),
        Gap::UnusedOu { company: company(), ou: "core".into() },
        Gap::RouteWithoutAccount {
            company: company(),
            route: "pay".into(),
            account: "999988887777".into(),
        },
    ];
    let now: Timestamp = at("2026-11-24T00:00:00Z");
    let of = |gaps: Vec<Gap>, unasked| MapHealth {
        id: HealthId::new("health-2026-11-24"),
        version: 1,
        day: date(2026, 11, 24),
        map_revision: 7,
        counts: Gap::counts(&gaps),
        gaps,
        unasked,
        at: now,
        receiver: receiver(Lang::Ja, Depth::Detailed, false),
        audit_head: None,
    };
    let many = [all.clone(), all.clone()].concat();
    vec![("all", of(all, 0)), ("many", of(many, 2)), ("well", of(vec![], 0))]
}

pub fn health_card_of(health: &MapHealth, lang: Lang, depth: Depth) -> Card {
    let receiver = receiver(lang, depth, false);
    Card { subject: Subject::Health(health.id.clone()), episode: 1, receiver }
}
