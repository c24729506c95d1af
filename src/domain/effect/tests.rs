use std::time::Duration;

use jiff::Timestamp;

use super::{Class, Effect, Entry, EntryState, Subject, TellKind};
use crate::domain::{
    AlertId, Card, ChannelId, Depth, Lane, Lang, MessageTs, Receiver, ReportId, Severity, TeamId,
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn card() -> Card {
    Card {
        subject: Subject::Alert(AlertId::new("a-1")),
        episode: 1,
        receiver: Receiver {
            lane: Lane { team: TeamId::new("T1"), channel: ChannelId::new("C1") },
            lang: Lang::Ja,
            depth: Depth::Plain,
            time_zone: "Asia/Tokyo".into(),
            stands_in_for: None,
        },
    }
}

fn show(urgent: bool) -> Effect {
    Effect::Show { card: card(), urgent }
}

fn tell(kind: TellKind) -> Effect {
    Effect::Tell { card: card(), kind }
}

fn gone(ts: &str) -> TellKind {
    TellKind::Replaced { gone: MessageTs::new(ts) }
}

#[test]
fn the_same_thing_has_the_same_id() {
    assert_eq!(show(true).entry_id(), show(false).entry_id());
    assert_eq!(tell(TellKind::New).entry_id(), tell(TellKind::Reopened).entry_id(), "one card");
    assert_eq!(tell(TellKind::New).entry_id(), card().entry_id());
    // How a channel reads is no part of the id: the card in it is one.
    let mut other = card();
    other.receiver.lang = Lang::En;
    other.receiver.depth = Depth::Detailed;
    other.receiver.stands_in_for = Some(other.receiver.lane.clone());
    assert_eq!(other.entry_id(), card().entry_id());
}

#[test]
fn different_things_have_different_ids() {
    let moved = |change: fn(&mut Card)| {
        let mut card = card();
        change(&mut card);
        Effect::Tell { card, kind: TellKind::New }
    };
    let effects = [
        show(false),
        tell(TellKind::New),
        tell(TellKind::SeverityUp { version: 2 }),
        tell(TellKind::SeverityUp { version: 3 }),
        tell(gone("1.1")),
        tell(gone("1.2")),
        moved(|card| card.episode = 2),
        moved(|card| card.subject = Subject::Alert(AlertId::new("a-2"))),
        moved(|card| card.subject = Subject::Report(ReportId::new("report-2026-11-02"))),
        moved(|card| card.receiver.lane.channel = ChannelId::new("C2")),
        moved(|card| card.receiver.lane.team = TeamId::new("T2")),
    ];
    let ids: std::collections::BTreeSet<_> = effects.iter().map(Effect::entry_id).collect();
    assert_eq!(ids.len(), effects.len(), "{ids:?}");
}

fn queued(effect: Effect, class: u8, due: u64, state: EntryState) -> Entry {
    Entry { class: Class(class), state, ..Entry::new(effect, Class(class), at(due)) }
}

#[test]
fn asked_again_while_ready_is_the_sooner_and_the_more_urgent() {
    let stored = queued(show(false), 4, 50, EntryState::Ready);
    let sooner = stored.asked_again(&queued(show(true), 8, 20, EntryState::Ready));
    assert_eq!((sooner.class, sooner.due, sooner.generation), (Class(4), at(20), 2));
    assert_eq!((sooner.created, &sooner.effect), (at(50), &show(true)));
    let later = sooner.asked_again(&queued(show(false), 1, 90, EntryState::Ready));
    assert_eq!((later.class, later.due, later.generation), (Class(1), at(20), 3));
    assert_eq!(later.effect, show(true));
}

#[test]
fn asked_again_while_on_the_wire_keeps_its_place() {
    let states = [
        EntryState::Sending { started: at(1), deadline: at(11) },
        EntryState::InDoubt { started: at(1), looks: 1 },
    ];
    for state in states {
        let stored = queued(tell(TellKind::New), 4, 11, state.clone());
        let next = stored.asked_again(&queued(tell(TellKind::New), 0, 2, EntryState::Ready));
        assert_eq!((&next.state, next.due), (&state, at(11)), "looked for before it is resent");
        assert_eq!((next.class, next.generation), (Class(0), 2));
    }
}

#[test]
fn what_is_over_stays_over_save_for_a_show() {
    let dead = EntryState::Dead { reason: "no".into() };
    let anew = |effect| queued(effect, 0, 90, EntryState::Ready);
    for state in [EntryState::Done, dead.clone()] {
        let stored = queued(tell(TellKind::New), 4, 11, state);
        assert_eq!(stored.asked_again(&anew(tell(TellKind::New))), stored);
    }
    let revived = queued(show(false), 4, 11, dead).asked_again(&anew(show(false)));
    assert_eq!((&revived.state, revived.due), (&EntryState::Ready, at(90)));
    assert!(revived.waits());
}

#[test]
fn critical_goes_first_and_bulk_last() {
    let order = [
        Class::tell(Severity::Critical),
        Class::show(Severity::Critical, true),
        Class::tell(Severity::High),
        Class::REPORT,
        Class::show(Severity::High, true),
        Class::tell(Severity::Medium),
        Class::tell(Severity::Low),
        Class::tell(Severity::Informational),
        Class::show(Severity::Critical, false),
    ];
    assert!(order.is_sorted(), "{order:?}");
    let distinct: std::collections::BTreeSet<_> = order.iter().collect();
    assert_eq!(distinct.len(), order.len());
    for severity in Severity::ALL {
        assert_eq!(Class::show(severity, false), Class(8), "nothing waits behind a repaint");
    }
}

#[test]
fn a_state_waits_or_is_over() {
    for (state, word, waits) in [
        (EntryState::Ready, "ready", true),
        (EntryState::Sending { started: at(0), deadline: at(1) }, "sending", true),
        (EntryState::InDoubt { started: at(0), looks: 0 }, "in_doubt", true),
        (EntryState::Done, "done", false),
        (EntryState::Dead { reason: String::new() }, "dead", false),
    ] {
        assert_eq!(state.as_str(), word);
        assert_eq!(queued(show(false), 0, 0, state).waits(), waits, "{word}");
    }
}
