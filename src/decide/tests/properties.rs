use std::collections::HashSet;

use proptest::prelude::*;

use super::{BASELINE, Finding, House, LIVE, UNOWNED, at, failed, routes};
use crate::{
    decide::Verb,
    domain::{
        AccountId, Alert, Compliance, Identity, Lifecycle, MemberState, OwnerMap, RecordState,
        Severity, Source, Told, Verdict, Workflow,
    },
};

fn finding() -> impl Strategy<Value = Finding> {
    let who = (0..4_usize, 0..3_usize, prop::option::of(0..8_i64), prop::option::of(0..8_i64));
    let what = (0..5_usize, 0..4_usize, 0..5_usize, any::<bool>(), 0..12_u64, any::<bool>());
    (who, what).prop_map(|((identity, account, provider, envelope), what)| {
        let (compliance, workflow, severity, archived, count, renamed) = what;
        failed().with(|one| {
            one.identity = Identity::new(format!("id-{identity}"));
            // Two identities speak of one resource; the fourth is GuardDuty's.
            one.resource.id = format!("bucket-{}", identity / 2);
            if renamed && identity == 0 {
                one.resource.id = "renamed".into();
            }
            one.account = AccountId::new([LIVE, BASELINE, UNOWNED][account]);
            one.source = if identity == 3 { Source::GuardDuty } else { Source::SecurityHub };
            one.provider_time = provider.map(at);
            one.envelope_time = envelope.map(at);
            one.compliance = [
                None,
                Some(Compliance::Failed),
                Some(Compliance::Failed),
                Some(Compliance::Passed),
                Some(Compliance::NotAvailable),
            ][compliance];
            one.workflow =
                [None, Some(Workflow::New), Some(Workflow::Suppressed), Some(Workflow::Resolved)]
                    [workflow];
            one.severity = Severity::ALL[severity];
            one.record_state = if archived { RecordState::Archived } else { RecordState::Active };
            one.count = count;
        })
    })
}

/// What holds of every alert at any time.
fn sound(house: &House, alert: &Alert) {
    let open: Vec<_> = alert.open_members().collect();
    assert_eq!(alert.is_open(), !open.is_empty(), "open while any member is");
    if let Some(greatest) = open.iter().map(|member| member.severity).max() {
        assert_eq!(alert.severity, greatest);
    }
    if let Lifecycle::Resolved { since, at, .. } = alert.lifecycle {
        assert!(since <= at);
    }
    let numbers: Vec<u32> = alert.history.iter().map(|one| one.number).collect();
    let first = alert.episode - u32::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (first..alert.episode).collect::<Vec<_>>());
    assert_eq!(alert.id, alert.key.id());
    let lanes: HashSet<_> = alert.receivers.iter().map(|one| &one.lane).collect();
    assert_eq!(lanes.len(), alert.receivers.len(), "each lane once");
    let most = if house.owners.routes().count() == 0 { 1 } else { OwnerMap::CHANNELS_AT_ONCE };
    assert!((1..=most).contains(&lanes.len()), "{lanes:?}");
    for (identity, member) in &alert.members {
        let state = &house.states[identity];
        assert_eq!(state.alert.as_ref(), Some(&alert.id), "an identity stays with its alert");
        assert_eq!(state.open, member.state == MemberState::Open);
    }
}

proptest! {
    #[test]
    fn decisions_are_idempotent_and_alerts_stay_sound(
        findings in prop::collection::vec(finding(), 1..40), routed in any::<bool>()
    ) {
        let mut house = if routed { routes::busy() } else { House::new() };
        for finding in &findings {
            let before = house.alerts.clone();
            let heard = house.hear(finding);
            for alert in house.alerts.values() {
                sound(&house, alert);
                let told = before.get(&alert.id).is_some_and(|before| before.told == Told::Yes);
                if alert.told == Told::HeldBaseline && before.get(&alert.id) != Some(alert) {
                    prop_assert!(heard.effects.is_empty(), "{heard:?}");
                    prop_assert!(!told || heard.action == "reopened_in_baseline");
                }
            }
            // Nothing but the alert it speaks of has changed.
            let changed = house.alerts.iter().filter(|(id, one)| before.get(id) != Some(one)).count();
            prop_assert!(changed <= 1);
            prop_assert!(heard.effects.is_empty() || changed == 1);
            let again = house.decide(finding);
            prop_assert!(matches!(again.verb, Verb::Nothing), "{:?}", again.reason);
        }
    }

    /// However the queue shuffles what one source said of one thing: if its last word is a
    /// problem, the problem is open, and as severe as it said.
    #[test]
    fn an_open_problem_is_never_lost_by_order(
        findings in prop::collection::vec(finding(), 1..12).prop_flat_map(|list| {
            let timed: Vec<Finding> = list
                .into_iter()
                .zip(0..)
                .map(|(one, second)| one.of("id-1").later(second * 2))
                .map(|one| one.with(|one| {
                    one.account = AccountId::new(LIVE);
                    one.resource.id = "bucket".into();
                    one.source = Source::SecurityHub;
                }))
                .collect();
            Just(timed).prop_shuffle()
        })
    ) {
        let mut house = House::new();
        for finding in &findings {
            house.hear(finding);
        }
        let last = findings.iter().max_by_key(|one| one.order()).unwrap();
        if last.verdict() == Verdict::Problem {
            prop_assert!(house.alert().is_open());
            prop_assert_eq!(house.alert().severity, last.severity);
        }
    }
}
