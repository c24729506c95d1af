//! A table of cases: what a finding is like, and where it must be told.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use jiff::Timestamp;
use serde::Deserialize;

use super::super::owners::show::{named, policy::rule};
use crate::decide::{held_back, told_at};
use crate::domain::{AccountId, Because, Facts, OwnerMap, Placement, Routed, Severity, Source};

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    name: String,
    finding: Said,
    told: Told,
    because: Option<Vec<String>>,
    at: Option<Timestamp>,
    when: Option<When>,
    by: Option<String>,
}

/// The channels; `false`: it is not told, since the policy tells only what is worse; or `held`: it
/// is recorded and counted, since the account is in baseline.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Told {
    Anything(bool),
    Lanes(Vec<String>),
    Recorded(Recorded),
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Recorded {
    #[serde(rename = "held")]
    Held,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Told,
    Below,
    Held,
}

impl Fate {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "true",
            Self::Below => "false",
            Self::Held => "held",
        }
    }
}

/// When the first of the channels, the company's, is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum When {
    #[serde(rename = "at once")]
    AtOnce,
    #[serde(rename = "next business hour")]
    NextBusinessHour,
}

impl When {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at once",
            Self::NextBusinessHour => "next business hour",
        }
    }
}

/// What is said of the finding; what is not said is the empty text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    account: AccountId,
    severity: String,
    #[serde(default)]
    control: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    resource: String,
    #[serde(default)]
    resource_kind: String,
    #[serde(default = "security_hub")]
    source: Source,
    #[serde(default)]
    product: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    sample: bool,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    environment: Option<String>,
    account_name: Option<String>,
    ou: Option<String>,
}

const fn security_hub() -> Source {
    Source::SecurityHub
}

/// Reads the cases.
pub(super) fn read(file: &Path) -> Result<Vec<Case>, String> {
    let text = super::super::read(file)?;
    serde_saphyr::from_str(&text)
        .map_err(|error| format!("{}: {}", file.display(), error.without_snippet()))
}

/// What is wrong with a case, if anything is.
pub(super) fn failure(map: &OwnerMap, case: &Case, now: Timestamp) -> Option<String> {
    let Some(severity) = Severity::from_label(&case.finding.severity) else {
        let word = &case.finding.severity;
        return Some(format!("FAILED {}\n  `{word}` is no severity\n", case.name));
    };
    let said = &case.finding;
    let facts = Facts {
        severity,
        account: &said.account,
        region: &said.region,
        control: &said.control,
        resource: &said.resource,
        resource_kind: &said.resource_kind,
        source: said.source,
        product: &said.product,
        title: &said.title,
        sample: said.sample,
        tags: &said.tags,
    };
    let (routed, policy) = (map.route(&facts), map.policy(&facts));
    let mut wrong = strangers(said, &routed);
    let fate = match severity < policy.notify.value {
        _ if held_back(case.at.unwrap_or(now), map, &facts) => Fate::Held,
        true => Fate::Below,
        false => Fate::Told,
    };
    case.told.against(fate, &routed, &mut wrong);
    let by = rule(&policy.notify);
    if let Some(expected) = case.by.as_ref().filter(|expected| **expected != by) {
        wrong.push(format!("by: expected {expected}; found {by}"));
    }
    if let Some(expected) = case.when {
        wrong.extend(match fate {
            Fate::Told => misses(expected, case.at, map, &facts, &routed),
            Fate::Below | Fate::Held => Some("when: it is not told".to_owned()),
        });
    }
    if let Some(because) = &case.because {
        let words = routed.told.iter().map(|(_, because)| because.word().to_owned()).collect();
        differ("because", because, words, &mut wrong);
    }
    if wrong.is_empty() {
        return None;
    }
    let notify = policy.notify.value.as_str().to_lowercase();
    let (wrong, trace) = (wrong.join("\n  "), trace(&routed));
    let held = if fate == Fate::Held { "  held: the account is in baseline\n" } else { "" };
    Some(format!("FAILED {}\n  {wrong}\n{trace}{held}  told from {notify}: {by}\n", case.name))
}

impl Told {
    /// Notes where it differs from what becomes of it.
    fn against(&self, fate: Fate, routed: &Routed<'_>, wrong: &mut Vec<String>) {
        let expected = match self {
            Self::Lanes(told) => {
                let lanes = routed.told.iter().map(|(receiver, _)| receiver.lane.to_string());
                let lanes = if fate == Fate::Told { lanes.collect() } else { vec![] };
                return differ("told", told, lanes, wrong);
            }
            Self::Recorded(Recorded::Held) => Fate::Held,
            Self::Anything(true) => Fate::Told,
            Self::Anything(false) => Fate::Below,
        };
        if expected != fate {
            let (expected, found) = (expected.as_str(), fate.as_str());
            wrong.push(format!("told: expected {expected}; found {found}"));
        }
    }
}

/// What is wrong with when it is told, if anything is.
fn misses(
    expected: When,
    at: Option<Timestamp>,
    map: &OwnerMap,
    facts: &Facts<'_>,
    routed: &Routed<'_>,
) -> Option<String> {
    let Some(at) = at else { return Some("when: give the case a time, `at`".to_owned()) };
    let (receiver, _) = routed.told.first()?;
    let told = told_at(at, map, facts, &receiver.lane);
    let found = if told == at { When::AtOnce } else { When::NextBusinessHour };
    let line = format!("when: expected {}; found {}, {told}", expected.as_str(), found.as_str());
    (found != expected).then_some(line)
}

/// Where the case and the map do not speak of the same account.
fn strangers(said: &Said, routed: &Routed<'_>) -> Vec<String> {
    let account = match routed.resolved.placement {
        Placement::Owned(_, account) => Some(account),
        Placement::Unowned => None,
    };
    let environment = account.map_or("", |one| one.environment.as_str());
    let name = account.map_or("", |one| one.name.as_str());
    let ou = account.and_then(|one| one.ou.as_deref()).unwrap_or_default();
    let pairs = [
        ("environment", &said.environment, environment),
        ("account_name", &said.account_name, name),
        ("ou", &said.ou, ou),
    ];
    let differ = pairs.into_iter().filter_map(|(key, said, found)| {
        let said = said.as_deref()?;
        let line = format!("{key}: the case says `{said}`, the map `{found}`");
        (said != found).then_some(line)
    });
    differ.collect()
}

/// Notes what differs; the order is no matter.
fn differ(key: &str, expected: &[String], mut found: Vec<String>, wrong: &mut Vec<String>) {
    let mut expected = expected.to_vec();
    expected.sort();
    found.sort();
    if expected != found {
        let words = |all: &[String]| {
            if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
        };
        wrong.push(format!("{key}: expected {}; found {}", words(&expected), words(&found)));
    }
}

/// What was tried, and where it is told.
fn trace(routed: &Routed<'_>) -> String {
    let mut text = String::new();
    // Writing to a text can't fail.
    for one in &routed.tried {
        let (floor, name) = (one.floor.as_str(), &one.route.name);
        let _ = match one.failed {
            Some(matcher) => {
                writeln!(text, "  tried {floor} route {name}: `{}` does not hold", matcher.as_str())
            }
            None => writeln!(text, "  tried {floor} route {name}: matched"),
        };
    }
    for (receiver, because) in &routed.told {
        let why = match because {
            Because::Route(floor, route) => format!("{} route {}", floor.as_str(), route.name),
            Because::CatchAll(level) => {
                let level = level.map_or_else(|| "nowhere".to_owned(), named);
                format!("the catch-all, from {level}")
            }
        };
        let _ = writeln!(text, "  told {}: {why}", receiver.lane);
    }
    text
}
