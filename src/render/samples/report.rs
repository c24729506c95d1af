//! Intake reports to look at.

use super::{at, receiver};
use crate::domain::{
    Card, Depth, EntryId, Example, IntakeReport, Lang, ReportId, Subject, Trouble, Unknown,
};

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
pub fn reports() -> Vec<(&'static str, IntakeReport)> {
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

pub fn report_card_of(report: &IntakeReport, lang: Lang, depth: Depth) -> Card {
    Card {
        subject: Subject::Report(report.id.clone()),
        episode: 1,
        receiver: receiver(lang, depth, false),
    }
}
