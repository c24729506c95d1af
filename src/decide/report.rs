//! Trouble with an input or a message goes into the day's intake report.

use jiff::{Timestamp, tz::TimeZone};

use super::{Change, Changed, Decision, Map, Reason, Verb, audited};
use crate::domain::{
    Card, Class, Effect, Entry, Example, InputId, IntakeReport, ReportId, Subject, TellKind,
};

/// Which report an example of this moment belongs to: the CCoE's day.
pub fn report_id(map: Map<'_>, at: Timestamp) -> ReportId {
    let zone = TimeZone::get(&map.owners.ccoe_receiver().time_zone).unwrap_or(TimeZone::UTC);
    ReportId::new(format!("report-{}", at.to_zoned_datetime(zone).date()))
}

/// Adds one example: the first of a day posts a card, the rest update it.
pub fn record_trouble(
    now: Timestamp,
    map: Map<'_>,
    report: Option<&IntakeReport>,
    example: &Example,
    input: &InputId,
) -> Decision {
    let mut next = report
        .cloned()
        .unwrap_or_else(|| IntakeReport::new(report_id(map, now), map.owners.ccoe_receiver(), now));
    next.version += 1;
    next.add(example.clone());
    let card = Card {
        subject: Subject::Report(next.id.clone()),
        episode: 1,
        receiver: next.receiver.clone(),
    };
    let effect = if next.version == 1 {
        Effect::Tell { card, kind: TellKind::New }
    } else {
        Effect::Show { card, urgent: false }
    };
    let entries = vec![Entry::new(effect, Class::REPORT, now)];
    let mut record = Changed::Report(Box::new(next));
    let audit = audited(&mut record, now, "monban", input, &Reason::Reported);
    let change = Change { record, states: vec![], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason: Reason::Reported }
}
