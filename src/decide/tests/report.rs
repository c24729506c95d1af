use super::{House, at, failed, owners};
use crate::{
    decide::{Change, Changed, Decision, Map, Verb, record_trouble, report_id, reroute},
    domain::{
        Alert, Class, Effect, EntryId, Example, InputId, IntakeReport, Lane, ReportId, Subject,
        TellKind, Trouble, Unknown,
    },
};

fn change(decision: Decision) -> Change {
    match decision.verb {
        Verb::Commit(change) => *change,
        Verb::Nothing | Verb::Remember(_) | Verb::Map(_) => {
            panic!("it must commit: {:?}", decision.reason)
        }
    }
}

fn example(trouble: Trouble) -> Example {
    Example { at: at(0), trouble, count: 1, quarantine: Some("q-1".into()) }
}

fn unreadable() -> Example {
    example(Trouble::Unreadable { reason: "no JSON".into() })
}

/// Adds an example to a report, and gives the next one with its effect.
fn add(report: Option<&IntakeReport>, example: &Example) -> (IntakeReport, Effect) {
    let owners = owners();
    let map = Map { owners: &owners, revision: 1 };
    let decided = record_trouble(at(0), map, report, example, &InputId::new("i"));
    let change = change(decided);
    let Changed::Report(next) = change.record else { panic!("a report") };
    let previous = report.and_then(|report| report.audit_head.clone());
    assert_eq!((change.audit.version, change.audit.previous), (next.version, previous));
    assert_eq!(change.entries.len(), 1);
    assert_eq!(change.entries[0].class, Class::REPORT);
    (*next, change.entries[0].effect.clone())
}

#[test]
fn a_day_has_one_report_with_one_card() {
    let (first, effect) = add(None, &unreadable());
    assert!(matches!(effect, Effect::Tell { kind: TellKind::New, .. }));
    assert_eq!(effect.card().subject, Subject::Report(first.id.clone()));
    assert_eq!(effect.card().receiver.lane.channel.as_str(), "C0CCOE");
    let (second, effect) = add(Some(&first), &unreadable());
    assert!(matches!(effect, Effect::Show { urgent: false, .. }));
    assert_eq!((second.version, second.unreadable, second.id == first.id), (2, 2, true));
}

#[test]
fn a_day_is_the_ccoes_day() {
    let owners = owners();
    let map = Map { owners: &owners, revision: 1 };
    let id = |time: &str| report_id(map, time.parse().unwrap());
    assert_eq!(id("2026-11-01T14:59:59Z"), ReportId::new("report-2026-11-01"));
    assert_eq!(id("2026-11-01T15:00:00Z"), ReportId::new("report-2026-11-02"));
}

#[test]
fn a_report_stays_small_and_counts_all() {
    let kind = |n: usize| {
        let unknown = Unknown {
            source: Some(format!("aws.source-{n}")),
            detail_type: Some("Event".into()),
            account: None,
        };
        example(Trouble::NotUnderstood(unknown))
    };
    let mut report = add(None, &unreadable()).0;
    let kinds = IntakeReport::KINDS + 5;
    for n in (0..kinds).chain(0..kinds) {
        report = add(Some(&report), &kind(n)).0;
    }
    let entry = EntryId::new("tell/x");
    report = add(Some(&report), &example(Trouble::Undelivered { entry, reason: "no".into() })).0;
    assert_eq!((report.unreadable, report.undelivered), (1, 1));
    assert_eq!(report.not_understood.len(), IntakeReport::KINDS + 1);
    assert_eq!(report.not_understood.values().sum::<u64>(), 2 * kinds as u64);
    assert_eq!(report.not_understood[""], 10, "the tail is summed");
    assert_eq!(report.examples.len(), IntakeReport::EXAMPLES);
    assert!(matches!(report.examples.last().unwrap().trouble, Trouble::Undelivered { .. }));
}

fn told() -> Alert {
    let mut house = House::new();
    house.hear(&failed());
    house.alert().clone()
}

fn lane(channel: &str) -> Lane {
    Lane { team: crate::domain::TeamId::new("T1"), channel: crate::domain::ChannelId::new(channel) }
}

fn go(alert: Option<&Alert>, channel: &str) -> Decision {
    let owners = owners();
    let map = Map { owners: &owners, revision: 1 };
    reroute(at(9), map, alert, &lane(channel), &InputId::new("i"))
}

#[test]
fn the_ccoes_channel_stands_in() {
    let alert = told();
    let change = change(go(Some(&alert), "C1"));
    let Changed::Alert(next) = change.record else { panic!("an alert") };
    assert_eq!((next.version, change.audit.version), (2, 2));
    assert_eq!(change.audit.previous, alert.audit_head);
    assert_eq!(next.receivers.len(), 1);
    assert_eq!(next.receivers[0].lane, lane("C0CCOE"));
    assert_eq!(next.receivers[0].stands_in_for, Some(lane("C1")));
    assert_eq!(change.entries.len(), 1);
    assert!(matches!(change.entries[0].effect, Effect::Tell { kind: TellKind::New, .. }));
    assert_eq!(change.entries[0].effect.card().receiver, next.receivers[0]);
    assert_eq!(go(Some(&next), "C1").reason.action(), "nothing_to_reroute", "only once");
}

#[test]
fn where_nobody_can_stand_in_nothing_changes() {
    let mut alert = told();
    for (alert, channel) in [(None, "C1"), (Some(&alert), "C9"), (Some(&alert), "C0CCOE")] {
        let decided = go(alert, channel);
        assert!(matches!(decided.verb, Verb::Nothing));
        assert_eq!(decided.reason.action(), "nothing_to_reroute");
    }
    alert.receivers[0] = owners().ccoe_receiver();
    assert!(matches!(go(Some(&alert), "C0CCOE").verb, Verb::Nothing), "the CCoE's own");
}

#[test]
fn the_ccoes_card_that_stands_already_says_for_whom() {
    let mut both = told();
    both.receivers.push(owners().ccoe_receiver());
    let change = change(go(Some(&both), "C1"));
    let Changed::Alert(next) = change.record else { panic!("an alert") };
    assert_eq!(next.receivers.len(), 1);
    assert_eq!(next.receivers[0].stands_in_for, Some(lane("C1")));
    assert_eq!(change.entries.len(), 1);
    assert!(matches!(&change.entries[0].effect, Effect::Show { card, urgent: true }
        if card.receiver == next.receivers[0]));
}
