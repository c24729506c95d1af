use super::{BASELINE, Finding, House, LIVE, UNOWNED, at, channel, failed, heard};
use crate::domain::{
    AccountId, Cause, ChannelRule, Compliance, HISTORY_KEPT, Lifecycle, RecordState, Settings,
    Severity, Source, Stage, TagLevel, Told, Workflow,
};

#[test]
fn a_problem_from_its_beginning_to_its_end_and_again() {
    let mut house = House::new();
    assert_eq!(house.hear(&failed()), heard("new", &["new C1"]));
    assert_eq!(house.hear(&failed()), heard("unchanged", &[]));
    assert_eq!(house.hear(&failed().later(20)), heard("advanced", &[]));
    assert_eq!(house.state("id-1").provider_time, Some(at(20)));
    assert_eq!(house.hear(&failed().passed().later(15)), heard("late", &[]));
    assert_eq!(house.hear(&failed().passed().later(30)), heard("resolved", &["show! C1"]));
    let alert = house.alert();
    assert!(matches!(alert.lifecycle, Lifecycle::Resolved { cause: Cause::Passed, .. }));
    assert_eq!(house.hear(&failed().later(25)), heard("late", &[]));
    assert_eq!(house.hear(&failed().passed().later(30)), heard("unchanged", &[]));
    assert_eq!(house.hear(&failed().passed().later(35)), heard("advanced", &[]), "in motion");
    let refresh = failed().passed().later(12 * 3600);
    assert_eq!(house.hear(&refresh), heard("unchanged", &[]), "a refresh costs nothing");
    let archived = failed().with(|one| one.record_state = RecordState::Archived).later(40);
    assert_eq!(house.hear(&archived), heard("already_clear", &[]));
    assert_eq!(house.hear(&failed().later(50)), heard("reopened", &["reopened C1"]));
    let alert = house.alert();
    assert_eq!((alert.episode, alert.history.len(), alert.is_open()), (2, 1, true));
    assert_eq!(alert.history[0].cause, Cause::Passed);
    assert_eq!(alert.first_seen, at(1), "ours, from the first episode");
}

#[test]
fn what_never_was_a_problem_opens_nothing() {
    let archived = |one: &mut Finding| one.record_state = RecordState::Archived;
    let suppressed = |one: &mut Finding| one.workflow = Some(Workflow::Suppressed);
    for clear in [failed().passed(), failed().with(archived), failed().with(suppressed)] {
        let mut house = House::new();
        assert_eq!(house.hear(&clear), heard("never_open", &[]));
        assert!(house.alerts.is_empty());
        let state = house.state("id-1");
        assert_eq!((state.open, &state.alert, state.revision), (false, &None, 1));
        assert_eq!(house.hear(&clear.clone().later(12 * 3600)), heard("unchanged", &[]));
        assert_eq!(house.hear(&clear.later(20)), heard("advanced", &[]));
        assert_eq!(house.hear(&failed().later(10)), heard("late", &[]));
        assert_eq!(house.hear(&failed().later(30)), heard("new", &["new C1"]));
    }
}

#[test]
fn every_way_to_end_has_its_cause() {
    type End = fn(&mut Finding);
    let ends: [(Cause, End); 4] = [
        (Cause::Archived, |one| one.record_state = RecordState::Archived),
        (Cause::Suppressed, |one| one.workflow = Some(Workflow::Suppressed)),
        (Cause::NotApplicable, |one| {
            one.compliance = Some(Compliance::NotAvailable);
            one.compliance_reasons = vec!["CONFIG_RETURNS_NOT_APPLICABLE".into()];
        }),
        (Cause::ResolvedAtSource, |one| {
            one.compliance = None;
            one.workflow = Some(Workflow::Resolved);
        }),
    ];
    for (cause, end) in ends {
        let mut house = House::new();
        house.hear(&failed());
        let ended = house.hear(&failed().later(20).with(end));
        assert_eq!(ended, heard("resolved", &["show! C1"]), "{cause:?}");
        let Lifecycle::Resolved { cause: found, since, at: over } = house.alert().lifecycle else {
            panic!("{cause:?}: still open");
        };
        assert_eq!((found, since, over), (cause, at(1), at(2)));
    }
    // A person's word does not mend a failing check.
    let mut house = House::new();
    house.hear(&failed());
    let word = failed().later(20).with(|one| one.workflow = Some(Workflow::Resolved));
    assert_eq!(house.hear(&word), heard("changed", &["show C1"]));
    assert!(house.alert().is_open());
}

#[test]
fn what_the_source_cannot_tell_changes_no_alert() {
    let unsure = failed().with(|one| one.compliance = Some(Compliance::NotAvailable));
    let mut house = House::new();
    assert_eq!(house.hear(&unsure), heard("undetermined", &[]));
    assert!(house.alerts.is_empty());
    house.hear(&failed().later(20));
    assert_eq!(house.hear(&unsure.later(30)), heard("undetermined", &[]));
    assert!(house.alert().is_open() && house.state("id-1").open);
    assert_eq!(house.state("id-1").alert, Some(house.alert().id.clone()));
    assert_eq!(house.hear(&failed().passed().later(40)), heard("resolved", &["show! C1"]));
    assert_eq!(house.hear(&unsure.later(50)), heard("undetermined", &[]));
    assert!(!house.alert().is_open());
}

#[test]
fn one_provider_time_is_ordered_by_the_envelope() {
    let said = |workflow, envelope| {
        failed().with(|one| {
            one.workflow = Some(workflow);
            one.envelope_time = Some(at(envelope));
        })
    };
    let mut house = House::new();
    house.hear(&said(Workflow::New, 11));
    assert_eq!(house.hear(&said(Workflow::Suppressed, 20)).action, "resolved");
    assert_eq!(house.hear(&said(Workflow::New, 15)), heard("late", &[]));
    assert_eq!(house.hear(&said(Workflow::New, 30)).action, "reopened");
    // A repetition moves the envelope's time on as well.
    assert_eq!(house.hear(&said(Workflow::New, 50)), heard("advanced", &[]));
    assert_eq!(house.hear(&said(Workflow::Suppressed, 40)), heard("late", &[]));
    assert_eq!(house.hear(&said(Workflow::Suppressed, 60)).action, "resolved");
    // The provider's own time counts more than the envelope's.
    let newer = said(Workflow::New, 1).with(|one| one.provider_time = Some(at(99)));
    assert_eq!(house.hear(&newer).action, "reopened");
}

#[test]
fn without_times_the_last_to_come_counts() {
    let bare = failed().with(|one| (one.provider_time, one.envelope_time) = (None, None));
    let mut house = House::new();
    assert_eq!(house.hear(&bare).action, "new");
    assert_eq!(house.hear(&bare).action, "unchanged");
    assert_eq!(house.hear(&bare.passed()).action, "resolved");
    assert_eq!(house.hear(&bare).action, "reopened");
}

#[test]
fn an_alert_is_open_while_any_copy_is() {
    let (one, two) = (failed(), failed().of("id-2"));
    let low = two.with(|two| two.severity = Severity::Low);
    let mut house = House::new();
    house.hear(&one);
    assert_eq!(house.hear(&low), heard("another_copy", &["show C1"]));
    assert_eq!(house.alert().severity, Severity::High, "the greatest of both");
    assert_eq!(house.hear(&one.passed().later(20)), heard("still_open", &["show C1"]));
    assert_eq!(house.alert().severity, Severity::Low);
    assert_eq!(house.hear(&low.passed().later(20)), heard("resolved", &["show! C1"]));
    assert_eq!(house.alert().severity, Severity::Low, "the last one known");
    assert_eq!(house.hear(&low.later(30)), heard("reopened", &["reopened C1"]));
    assert_eq!(house.alert().open_members().count(), 1);
    // One that was there before and one that is worse.
    assert_eq!(house.hear(&one.later(30)), heard("severity_up", &["severity_up C1", "show! C1"]));
}

#[test]
fn worse_is_told_and_better_is_shown() {
    let level = |severity, seconds| failed().later(seconds).with(|one| one.severity = severity);
    let mut house = House::new();
    house.hear(&level(Severity::Low, 10));
    let up = heard("severity_up", &["severity_up C1", "show! C1"]);
    assert_eq!(house.hear(&level(Severity::Medium, 20)), up);
    assert_eq!(house.hear(&level(Severity::Critical, 30)), up);
    assert_eq!(house.hear(&level(Severity::High, 40)), heard("changed", &["show C1"]));
    assert_eq!(house.alert().severity, Severity::High);
    assert_eq!(house.hear(&level(Severity::Critical, 50)), up, "each time it gets worse");
}

#[test]
fn baseline_records_and_tells_only_what_cannot_wait() {
    let base = failed().with(|one| one.account = AccountId::new(BASELINE));
    let mut house = House::new();
    assert_eq!(house.hear(&base), heard("new_in_baseline", &[]));
    assert_eq!(house.alert().told, Told::HeldBaseline);
    assert_eq!(house.summed, ["sum C1"], "the account's summary tells of it");
    let medium = base.later(20).with(|one| one.severity = Severity::Medium);
    assert_eq!(house.hear(&medium), heard("changed", &[]));
    assert_eq!(house.hear(&base.later(30)), heard("severity_up", &[]));
    assert_eq!(house.hear(&base.of("id-2").later(30)), heard("another_copy", &[]));
    assert_eq!(house.hear(&base.of("id-2").passed().later(40)), heard("still_open", &[]));
    assert_eq!(house.hear(&base.passed().later(40)), heard("resolved", &[]));
    assert_eq!(house.summed, ["sum C1"], "one less");
    assert_eq!(house.hear(&base.later(50)), heard("reopened_in_baseline", &[]));
    let critical = base.later(60).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&critical), heard("severity_up", &["new C1"]));
    assert_eq!(house.alert().told, Told::Yes);
    assert_eq!(house.hear(&base.later(70)), heard("changed", &["show C1"]), "told stays told");

    let at_once = [
        base.with(|one| one.severity = Severity::Critical),
        base.with(|one| {
            one.source = Source::GuardDuty;
            one.severity = Severity::Low;
            (one.compliance, one.workflow) = (None, None);
        }),
    ];
    for finding in at_once {
        assert_eq!(House::new().hear(&finding), heard("new", &["new C1"]), "{finding:?}");
    }
}

#[test]
fn going_live_posts_nothing_old() {
    let base = failed().with(|one| one.account = AccountId::new(BASELINE));
    let mut house = House::new();
    house.hear(&base);
    house.hear(&base.with(|one| one.resource.id = "other".into()).of("id-9"));
    house.owners.change(|companies| {
        for account in &mut companies[0].accounts {
            account.stage = Stage::Live;
        }
    });
    assert_eq!(house.hear(&base.later(20)), heard("advanced", &[]));
    assert!(house.summed.is_empty());
    let notified = base.later(30).with(|one| one.workflow = Some(Workflow::Notified));
    assert_eq!(house.hear(&notified), heard("changed", &[]));
    assert_eq!(house.hear(&base.of("id-2").later(30)), heard("another_copy", &[]));
    let worse = base.later(40).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&worse), heard("severity_up", &["new C1"]), "news is told");
    let other = base.with(|one| one.resource.id = "other".into()).of("id-9");
    assert_eq!(house.hear(&other.passed().later(50)), heard("resolved", &[]), "never told of");
    assert_eq!(house.hear(&other.later(60)), heard("reopened", &["new C1"]), "new to its readers");
}

#[test]
fn a_map_that_changed_counts_from_the_next_change_on() {
    let mut house = House::new();
    house.hear(&failed());
    assert_eq!(house.alert().ownership.company.as_deref(), Some("一号"));
    house.owners.change(|companies| {
        companies[0].accounts.retain(|account| account.id.as_str() != LIVE);
    });
    let change = failed().later(20).with(|one| one.severity = Severity::Medium);
    let moved = ["show C0CCOE", "show! C1", "new C0CCOE"];
    assert_eq!(house.hear(&change), heard("changed", &moved), "told where it belongs now");
    assert_eq!(house.alert().ownership.company, None);
    assert_eq!(house.hear(&failed().passed().later(30)), heard("resolved", &["show! C0CCOE"]));
    assert_eq!(house.hear(&failed().later(40)), heard("reopened", &["reopened C0CCOE"]));
}

#[test]
fn what_becomes_critical_is_told_in_its_channel_as_well() {
    let mut house = House::new();
    house.owners.change(|companies| {
        let rule = ChannelRule { severity: vec![Severity::Critical], channel: channel("C1CRIT") };
        companies[0].settings.channels = vec![rule];
    });
    assert_eq!(house.hear(&failed()), heard("new", &["new C1"]));
    let worse = failed().later(20).with(|one| one.severity = Severity::Critical);
    let told = house.hear(&worse);
    assert_eq!(told.action, "severity_up");
    for effect in ["severity_up C1", "show! C1", "new C1CRIT"] {
        assert!(told.effects.contains(&effect.to_owned()), "whoever knew it knows on: {told:?}");
    }
    let better = failed().later(30).with(|one| one.severity = Severity::High);
    assert_eq!(house.hear(&better), heard("changed", &["show C1", "show C1CRIT"]));
    assert_eq!(house.hear(&worse.later(40)).effects.len(), 4, "told in both, and nowhere anew");
    house.hear(&failed().passed().later(50));
    let again = failed().later(60).with(|one| one.severity = Severity::Critical);
    let both = house.hear(&again);
    assert!(both.effects.contains(&"reopened C1CRIT".to_owned()), "{both:?}");
}

#[test]
fn a_resource_with_a_tag_is_told_where_the_tag_says() {
    let mut house = House::new();
    house.owners.change(|companies| {
        let settings = Settings { channel: Some(channel("C1PAY")), ..Settings::default() };
        let tag = TagLevel { key: "team".into(), value: "pay".into(), settings };
        companies[0].accounts[0].tags = vec![tag];
    });
    let tagged = failed().with(|one| {
        one.tags.insert("team".into(), "pay".into());
    });
    assert_eq!(house.hear(&tagged), heard("new", &["new C1PAY"]));
    let other = failed().of("id-2").with(|one| one.resource.id = "other".into());
    assert_eq!(house.hear(&other), heard("new", &["new C1"]));
}

#[test]
fn an_account_nobody_owns_is_the_ccoes() {
    let finding = failed().with(|one| {
        one.account = AccountId::new(UNOWNED);
        one.severity = Severity::Informational;
    });
    let mut house = House::new();
    assert_eq!(house.hear(&finding), heard("new", &["new C0CCOE"]));
    let ownership = &house.alert().ownership;
    assert_eq!((&ownership.company, &ownership.account_name), (&None, &None));
    assert_eq!(ownership.map_revision, 7);
}

#[test]
fn a_sample_never_touches_the_real_one() {
    let mut house = House::new();
    house.hear(&failed());
    let sample = failed().of("id-2").with(|one| one.sample = true);
    assert_eq!(house.hear(&sample), heard("new", &["new C1"]));
    assert_eq!(house.alerts.len(), 2);
    assert_eq!(house.hear(&sample.passed().later(20)), heard("resolved", &["show! C1"]));
    let open: Vec<bool> =
        house.alerts.values().map(|one| one.is_open() != one.is_sample()).collect();
    assert_eq!(open, [true, true]);
}

#[test]
fn an_identity_stays_with_its_alert() {
    let mut house = House::new();
    house.hear(&failed());
    let renamed = failed().later(20).with(|one| one.resource.id = "arn:renamed".into());
    assert_eq!(house.hear(&renamed), heard("changed", &["show C1"]));
    assert_eq!(house.alert().resource.id, "arn:renamed", "shown as it is called now");
    assert_eq!(house.alert().key.resource, "bucket");
    let passed = renamed.passed().later(30);
    assert_eq!(house.hear(&passed), heard("resolved", &["show! C1"]));
}

#[test]
fn the_past_is_bounded() {
    let mut house = House::new();
    let times = 2 + i64::try_from(HISTORY_KEPT).unwrap();
    for round in 0..times {
        house.hear(&failed().later(100 + 20 * round));
        house.hear(&failed().passed().later(110 + 20 * round));
    }
    house.hear(&failed().later(10_000));
    let alert = house.alert();
    assert_eq!(i64::from(alert.episode), times + 1);
    let numbers: Vec<u32> = alert.history.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (3..alert.episode).collect::<Vec<_>>(), "the latest ones");
}

#[test]
fn counts_matter_by_magnitude() {
    let seen = |count, seconds| failed().later(seconds).with(|one| one.count = count);
    let mut house = House::new();
    house.hear(&seen(1, 10));
    assert_eq!(house.hear(&seen(9, 20)), heard("advanced", &[]));
    assert_eq!(house.hear(&seen(12, 30)), heard("changed", &["show C1"]));
    assert_eq!(house.hear(&seen(99, 40)), heard("advanced", &[]));
}

#[test]
fn what_was_told_once_is_told_again_in_baseline_too() {
    let mut house = House::new();
    let quiet = |one: &mut Finding| one.account = AccountId::new(BASELINE);
    let critical = failed().with(quiet).with(|one| one.severity = Severity::Critical);
    assert_eq!(house.hear(&critical).effects.len(), 1, "it can't wait");
    house.hear(&critical.clone().passed().later(20));
    let milder = failed().with(quiet).later(30);
    assert_eq!(house.hear(&milder).action, "reopened", "the old card must not say all is well");
}

#[test]
fn what_guardduty_sees_is_told_though_a_copy_was_held_before_it() {
    let mut house = House::new();
    let quiet = |one: &mut Finding| one.account = AccountId::new(BASELINE);
    assert_eq!(house.hear(&failed().with(quiet)), heard("new_in_baseline", &[]));
    let native = failed().of("id-2").with(quiet).with(|one| one.source = Source::GuardDuty);
    assert_eq!(house.hear(&native).effects.len(), 1);
}
