//! `monban explain`: what becomes of each element of a file, and why.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;

use super::owners::Source as MapSource;
use crate::{
    adapters::clock::OffsetClock,
    decide::{Map, Reason, facts, told_at, triage},
    domain::{
        Alert, AlertId, Facts, Finding, InputId, Lane, Lang, OwnerMap, Placement, Routed, Severity,
        Stage,
    },
    intake::{self, Parsed},
    ports::Clock,
    render::{
        Explained, Outlook, Places, Reader, Words, explain_alert, explain_event, explain_finding,
        explain_unknown, explain_unreadable,
    },
};

/// Say what becomes of events, findings or a recorded alert, and why
///
/// What is read, who answers, which routes are tried, where and when it is told, by which rule of
/// the policy. Reads what `parse` reads, or takes the id of an alert that is on record. Nothing is sent and nothing is written; every finding is explained as
/// one that is not on record yet. Exit code: 0 if everything was read, 2 if something can't be
/// read, 1 if the file or the owner map can't be used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to read; `-` is standard input; or the id of an alert (`a-...`)
    file: PathBuf,
    #[command(flatten)]
    source: MapSource,
    /// The language of the answer
    #[arg(long, value_name = "ja|en", default_value = "ja", value_parser = lang)]
    lang: Lang,
    /// The moment to explain it for, such as 2026-11-24T20:00:00+09:00; now unless given
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

fn lang(code: &str) -> Result<Lang, String> {
    Lang::from_code(code).ok_or_else(|| "use ja or en".to_owned())
}

/// Runs the verb.
pub async fn run(args: Args) -> Result<ExitCode, String> {
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    let words = Words::embedded().map_err(|error| error.to_string())?;
    if let Some(id) = recorded(&args.file) {
        let (alert, map, places) = args.source.recorded(&clock, &id).await?;
        super::say(&on_record(&words, args.lang, &alert, &map, &places))?;
        return Ok(ExitCode::SUCCESS);
    }
    let map = args.source.map(&clock).await?;
    let body = super::parse::read(&args.file)
        .map_err(|error| format!("{}: {error}", args.file.display()))?;
    let now = args.at.unwrap_or_else(|| clock.now());
    let mut unreadable = false;
    let mut pages = Vec::new();
    for (parsed, number) in intake::parse(&body).iter().zip(1..) {
        pages.push(match parsed {
            Parsed::Finding(finding) => {
                let facts = Facts::of(finding);
                let (routed, policy) = (map.route(&facts), map.policy(&facts));
                let outlook = outlook(&map, finding, now);
                let (routed, policy) = (&routed, &policy);
                let waits = &waits(now, &map, &facts, routed);
                let explained = Explained { finding, routed, policy, outlook, waits };
                explain_finding(&words, args.lang, number, &explained)
            }
            Parsed::Event(event) => explain_event(&words, args.lang, number, event, &map),
            Parsed::Unknown(unknown) => explain_unknown(&words, args.lang, number, unknown),
            Parsed::Unreadable(bad) => {
                unreadable = true;
                explain_unreadable(&words, args.lang, number, &bad.reason)
            }
        });
    }
    super::say(&pages.join("\n"))?;
    Ok(if unreadable { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// The id of an alert, if that is what was given and no file is called so.
fn recorded(file: &Path) -> Option<AlertId> {
    let text = file.to_str()?;
    let digits = text.strip_prefix("a-")?;
    let is_id = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && !file.exists()).then(|| AlertId::new(text))
}

/// What is on record of an alert, and what the map says of it now.
fn on_record(
    words: &Words,
    lang: Lang,
    alert: &Alert,
    map: &OwnerMap,
    places: &dyn Places,
) -> String {
    let facts = facts(alert);
    let (routed, policy) = (map.route(&facts), map.policy(&facts));
    let receiver = routed.resolved.receiver(Some(alert.severity));
    let reader = Reader { lang, depth: receiver.depth, time_zone: receiver.time_zone };
    explain_alert(words, &reader, alert, (&routed, &policy), places)
}

/// Until when each channel waits, if it does.
fn waits(
    now: Timestamp,
    map: &OwnerMap,
    facts: &Facts<'_>,
    routed: &Routed<'_>,
) -> Vec<Option<Timestamp>> {
    let until = |lane: &Lane| Some(told_at(now, map, facts, lane)).filter(|at| *at > now);
    routed.told.iter().map(|(receiver, _)| until(&receiver.lane)).collect()
}

/// What the bot itself would decide of a finding that is not on record.
fn outlook<'a>(map: &'a OwnerMap, finding: &Finding, now: Timestamp) -> Outlook<'a> {
    let by = Map { owners: map, revision: 0 };
    let decided = triage(now, by, None, None, finding, &InputId::new("explain"));
    match (decided.reason, map.place(&finding.account)) {
        (Reason::New, Placement::Unowned) => Outlook::Unowned,
        (Reason::New, Placement::Owned(..)) => match map.stage(&finding.account, now) {
            Stage::Live => Outlook::Live,
            Stage::Baseline if finding.severity == Severity::Critical => Outlook::Critical,
            Stage::Baseline => Outlook::Threat,
        },
        (Reason::NewInBaseline, Placement::Owned(_, account)) => {
            Outlook::Held(account.stage_reason.as_deref())
        }
        (Reason::NewInBaseline, Placement::Unowned) => Outlook::HeldUnowned,
        (Reason::NewBelowNotify(_), _) => Outlook::BelowNotify,
        (Reason::Undetermined, _) => Outlook::Undetermined,
        (
            Reason::Unchanged
            | Reason::Advanced
            | Reason::Late
            | Reason::NeverOpen
            | Reason::Changed
            | Reason::SeverityUp
            | Reason::StillOpen
            | Reason::AnotherCopy
            | Reason::Resolved(_)
            | Reason::AlreadyClear
            | Reason::Reopened
            | Reason::ReopenedInBaseline
            | Reason::ReopenedBelowNotify(_)
            | Reason::Rerouted
            | Reason::NothingToReroute
            | Reason::Escalated(_)
            | Reason::NothingDue
            | Reason::Reported
            | Reason::Acknowledged
            | Reason::Given
            | Reason::Preferred
            | Reason::Refused(_)
            | Reason::AccountNoted
            | Reason::AccountAsBefore
            | Reason::AccountEvent
            | Reason::Assigned
            | Reason::AlreadyAssigned
            | Reason::NotAssigned(_)
            | Reason::LookedAt
            | Reason::LookedToday,
            _,
        ) => Outlook::Nothing,
    }
}
