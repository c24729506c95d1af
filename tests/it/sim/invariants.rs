//! What must hold at rest, whatever happened on the way. Named as in the plan of the house.

use std::collections::{BTreeMap, BTreeSet};

use monban::{
    domain::{
        AccountId, Alert, Card, Delivery, EntryState, EscalationStep, Facts, Lane, Source, Stage,
        Subject, Told,
    },
    ports::{Chat as _, Clock as _, Store as _},
    render::{self, AccountNow, Links},
};

use super::{
    executor::finish,
    scenario::Scenario,
    world::{WORDS, World},
};

pub fn check(world: &World, scenario: &Scenario) {
    let alerts = finish(world.store.alerts()).unwrap();
    nothing_is_lost(scenario, &alerts);
    nothing_is_doubled(world);
    every_told_alert_has_its_card(world, &alerts);
    every_held_alert_has_its_summary(world, &alerts);
    every_card_shows_its_alert_as_it_is(world);
    the_audit_chain_is_unbroken(world, &alerts);
    whoever_is_not_answered_goes_on(world, &alerts);
    every_entry_is_done_or_seen(world, &alerts);
    every_bad_input_is_reported(world, scenario);
}

/// I-6, I-7: the outcome is that of the latest statements, each taken once.
fn nothing_is_lost(scenario: &Scenario, alerts: &[Alert]) {
    let expected = scenario.open_at_the_end();
    let found: BTreeMap<_, _> =
        alerts.iter().map(|alert| (alert.key.clone(), alert.is_open())).collect();
    for (key, open) in expected {
        // A problem that was only ever seen passing has no alert.
        assert_eq!(found.get(&key).copied().unwrap_or(false), open, "{key:?}");
    }
}

/// One message a key, and one living card a place.
fn nothing_is_doubled(world: &World) {
    let messages = world.chat.messages.lock().unwrap();
    let mut keys = BTreeSet::new();
    let mut cards = BTreeSet::new();
    for message in messages.iter() {
        assert!(keys.insert((&message.lane, &message.key)), "twice: {message:?}");
        let place = message.key.split("/card").next().unwrap().split("/replaced/").next().unwrap();
        if message.thread.is_none() {
            assert!(cards.insert((&message.lane, place.to_owned())), "two cards: {message:?}");
        }
    }
}

fn standing(world: &World, alert: &Alert, episode: u32, lane: &Lane) -> Option<Delivery> {
    let subject = Subject::Alert(alert.id.clone());
    finish(world.store.delivery(&subject, episode, lane)).unwrap()
}

fn every_told_alert_has_its_card(world: &World, alerts: &[Alert]) {
    let messages = world.chat.messages.lock().unwrap();
    for alert in alerts {
        assert!(!alert.receivers.is_empty(), "told to nobody: {alert:?}");
        for receiver in &alert.receivers {
            let delivery = standing(world, alert, alert.episode, &receiver.lane);
            match alert.told {
                Told::HeldBaseline | Told::BelowNotify => {
                    assert!(delivery.is_none(), "told though held: {alert:?}");
                }
                Told::Yes => {
                    let delivery = delivery.unwrap_or_else(|| panic!("no card: {alert:?}"));
                    assert!(delivery.replaced_by.is_none(), "half replaced: {delivery:?}");
                }
            }
        }
    }
    drop(messages);
}

/// I-9. A card that somebody deleted is noticed at its next change, so it may be missing, but
/// what stands shows its alert as it is.
fn every_card_shows_its_alert_as_it_is(world: &World) {
    for delivery in finish(world.store.deliveries()).unwrap() {
        if let Subject::Account(id) = &delivery.card.subject {
            the_summary_shows_its_account_as_it_is(world, id, &delivery);
        }
        let Subject::Alert(id) = &delivery.card.subject else { continue };
        let alert = finish(world.store.alert(id)).unwrap().unwrap();
        if world.chat.closed.lock().unwrap().contains(&delivery.card.receiver.lane) {
            continue;
        }
        let links = links(world, &alert, &delivery.card);
        let now = render::alert_card(&WORDS, &alert, &delivery.card, &links).hash();
        assert_eq!(delivery.hash, now, "recorded otherwise: {delivery:?} {alert:?}");
        let messages = world.chat.messages.lock().unwrap();
        if let Some(message) = messages
            .iter()
            .find(|one| one.lane == delivery.card.receiver.lane && one.ts == delivery.ts)
        {
            assert_eq!(message.hash, now, "shows something else: {message:?} {alert:?}");
        }
    }
}

fn the_summary_shows_its_account_as_it_is(world: &World, id: &AccountId, delivery: &Delivery) {
    let record = finish(world.store.account(id)).unwrap();
    let mut open = finish(world.store.open_alerts(id, 10_000)).unwrap();
    open.retain(|brief| !brief.sample);
    let now = AccountNow {
        asks: false,
        account: id,
        record: record.as_ref(),
        map: &world.map,
        stage: world.map.stage(id, world.clock.now()),
        open: &open,
        more: false,
    };
    assert_eq!(now.stage, Stage::Baseline, "told of an account that holds nothing back");
    let shown = render::account_card(&WORDS, &now, &delivery.card).hash();
    assert_eq!(delivery.hash, shown, "recorded otherwise: {delivery:?} {open:#?}");
}

/// What is held back is told in a summary.
fn every_held_alert_has_its_summary(world: &World, alerts: &[Alert]) {
    let held = |one: &&Alert| one.told == Told::HeldBaseline && one.is_open() && !one.is_sample();
    for alert in alerts.iter().filter(held) {
        let account = &alert.key.account;
        let receiver = world.map.resolve(account, &BTreeMap::new()).receiver(None);
        let subject = Subject::Account(account.clone());
        let stands = finish(world.store.delivery(&subject, 1, &receiver.lane)).unwrap();
        assert!(stands.is_some(), "held and told nowhere: {alert:?}");
        assert!(finish(world.store.account(account)).unwrap().is_some());
    }
}

fn links(world: &World, alert: &Alert, card: &Card) -> Links {
    let lane = &card.receiver.lane;
    let link = |episode: u32| {
        let delivery = standing(world, alert, episode, lane)?;
        Some(finish(world.chat.permalink(lane, &delivery.ts)).unwrap())
    };
    // An episode that was over before it was shown has no card.
    let older = (1..card.episode).rev().find_map(link);
    Links { older, newer: (card.episode + 1..=alert.episode).find_map(link), asks: false }
}

/// At rest every date has come: what still stands was passed on to the end, and what is below the
/// least severity that is told was told to nobody.
fn whoever_is_not_answered_goes_on(world: &World, alerts: &[Alert]) {
    let ccoe = world.map.ccoe_receiver().lane;
    for alert in alerts {
        let tags = BTreeMap::new();
        let policy = world.map.policy(&Facts {
            severity: alert.severity,
            account: &alert.key.account,
            region: alert.key.region.as_str(),
            control: &alert.key.control,
            resource: &alert.resource.id,
            resource_kind: &alert.resource.kind,
            source: Source::SecurityHub,
            product: "",
            title: &alert.title,
            sample: alert.key.sample,
            tags: &tags,
        });
        if alert.told == Told::BelowNotify && alert.is_open() {
            assert!(alert.severity < policy.notify.value, "not told: {alert:?}");
        }
        let owned = alert.ownership.company.is_some();
        let goes_on = owned && policy.ccoe_after.value.is_some() && alert.told == Told::Yes;
        if goes_on && alert.is_open() {
            assert_eq!(alert.escalated, Some(EscalationStep::Ccoe), "{alert:?}");
            assert!(alert.receivers.iter().any(|one| one.lane == ccoe), "{alert:?}");
        }
        if !goes_on {
            assert_eq!(alert.escalated, None, "{alert:?}");
        }
    }
}

/// I-5.
fn the_audit_chain_is_unbroken(world: &World, alerts: &[Alert]) {
    for alert in alerts {
        let trail = finish(world.store.audit_trail(alert.id.as_str())).unwrap();
        assert_eq!(trail.len() as u64, alert.version, "{alert:?}");
        let mut previous = None;
        for (entry, version) in trail.iter().zip(1_u64..) {
            assert_eq!(entry.version, version);
            assert_eq!(entry.previous, previous);
            previous = Some(entry.hash());
        }
        assert_eq!(alert.audit_head, previous);
    }
}

/// I-10: what died is an alert's card that the CCoE's channel shows in its place.
fn every_entry_is_done_or_seen(world: &World, alerts: &[Alert]) {
    let ccoe = world.map.ccoe_receiver().lane;
    for entry in finish(world.store.entries()).unwrap() {
        match &entry.state {
            EntryState::Done => {}
            EntryState::Dead { reason } => {
                let card = entry.effect.card();
                let alert = alerts
                    .iter()
                    .find(|alert| Subject::Alert(alert.id.clone()) == card.subject)
                    .unwrap();
                assert_ne!(card.receiver.lane, ccoe, "{reason}: {entry:?}");
                // An episode that came back before it was shown is told by a later card.
                let mut episodes = card.episode..=alert.episode;
                let seen = episodes.any(|number| standing(world, alert, number, &ccoe).is_some());
                assert!(seen, "{entry:?}");
            }
            EntryState::Ready | EntryState::Sending { .. } | EntryState::InDoubt { .. } => {
                panic!("still waits: {entry:?}")
            }
        }
    }
}

fn every_bad_input_is_reported(world: &World, scenario: &Scenario) {
    let reports: u64 = finish(world.store.deliveries())
        .unwrap()
        .iter()
        .filter_map(|delivery| match &delivery.card.subject {
            Subject::Report(id) => finish(world.store.report(id)).unwrap(),
            Subject::Alert(_) | Subject::Account(_) | Subject::Health(_) => None,
        })
        .map(|report| report.unreadable + report.not_understood.values().sum::<u64>())
        .sum();
    assert_eq!(reports, scenario.bad);
}
