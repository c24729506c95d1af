//! What a card must and must not depend on.

use crate::domain::{Alert, Color, Depth, Identity, Lang, Message, Severity, Told};
use crate::render::{Links, Words, alert_card, samples};

fn drawn(alert: &Alert, depth: Depth) -> Message {
    let words = Words::embedded().unwrap();
    let mut sample = samples::alerts().remove(0);
    sample.alert = alert.clone();
    let card = samples::card(&sample, Lang::Ja, depth);
    alert_card(&words, alert, &card, &Links::default())
}

#[test]
fn what_means_nothing_to_people_changes_nothing() {
    for depth in Depth::ALL {
        let before = drawn(&samples::alert(), depth).hash();
        let mut alert = samples::alert();
        alert.version = 99;
        alert.ownership.map_revision = 99;
        alert.told = Told::HeldBaseline;
        alert.receivers.push(samples::receiver(Lang::En, Depth::Plain, false));
        for member in alert.members.values_mut() {
            member.fingerprint = crate::domain::Fingerprint::new("other");
            member.count_bucket = 100;
        }
        assert_eq!(drawn(&alert, depth).hash(), before);
    }
}

#[test]
fn what_people_act_on_changes_the_card() {
    let before = drawn(&samples::alert(), Depth::Plain).hash();
    let changes: [fn(&mut Alert); 6] = [
        |alert| alert.escalated = Some(crate::domain::EscalationStep::Ccoe),
        |alert| alert.severity = Severity::Low,
        |alert| alert.more_resources = 1,
        |alert| alert.ownership.company = None,
        |alert| alert.key.sample = true,
        |alert| alert.fix_url = None,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut alert = samples::alert();
        change(&mut alert);
        assert_ne!(drawn(&alert, Depth::Plain).hash(), before, "change {number}");
    }
}

#[test]
fn plain_readers_are_spared_the_ids_that_help_nobody() {
    let alert = samples::alert();
    let native = &alert.members.values().next().unwrap().native_id;
    let text = |depth| serde_json::to_string(&drawn(&alert, depth).blocks).unwrap();
    assert!(text(Depth::Detailed).contains(&format!("\"{native}\"")));
    assert!(!text(Depth::Plain).contains(&format!("\"{native}\"")));
    assert!(!text(Depth::Plain).contains(&alert.description));
    for depth in Depth::ALL {
        assert!(text(depth).contains(&format!("\"{}\"", alert.resource.id)), "{depth:?}");
    }
}

#[test]
fn colours_follow_the_level_and_the_state() {
    let words = Words::embedded().unwrap();
    let color = |name: &str| {
        let sample = samples::alerts().into_iter().find(|one| one.name == name).unwrap();
        let card = samples::card(&sample, Lang::En, Depth::Plain);
        alert_card(&words, &sample.alert, &card, &sample.links).color
    };
    assert_eq!(color("new_critical"), Color("#c62828"));
    assert_eq!(color("resolved"), Color("#2e7d32"));
    assert_eq!(color("resolved_gone"), Color("#2e7d32"));
    for put_away in ["resolved_archived", "resolved_suppressed", "resolved_by_hand"] {
        assert_eq!(color(put_away), Color("#9e9e9e"), "{put_away}");
    }
    assert_eq!(color("superseded"), Color("#9e9e9e"));
    assert_eq!(color("threat_sample"), Color("#9e9e9e"));
}

/// A closed port keeps others out; it does not help where the attacker is one of ours.
#[test]
fn who_is_attacked_and_who_attacks() {
    let sample = samples::alerts().into_iter().find(|one| one.name == "attacked").unwrap();
    let outside = |change: fn(&mut Alert)| {
        let mut alert = sample.alert.clone();
        change(&mut alert);
        let card = drawn(&alert, Depth::Plain);
        let text = serde_json::to_string(&card.blocks).unwrap();
        assert!(text.contains("CCoEへ連絡してください"), "{text}");
        text.contains("外部から攻撃を受けています")
    };
    assert!(outside(|_| {}));
    assert!(outside(|alert| alert.key.control = "Recon:EC2/PortProbeUnprotectedPort".to_owned()));
    assert!(!outside(|alert| alert.key.control = "Recon:EC2/Portscan".to_owned()));
    assert!(!outside(|alert| {
        let ours = &alert.resource.id;
        alert.title = format!("{ours} is performing SSH brute force attacks against 192.0.2.1.");
    }));
}

/// A superseded card is history: later changes of the alert leave it alone.
#[test]
fn a_superseded_card_stays_as_it_is() {
    let words = Words::embedded().unwrap();
    let mut sample = samples::alerts().into_iter().find(|one| one.name == "superseded").unwrap();
    let card = samples::card(&sample, Lang::Ja, Depth::Detailed);
    let before = alert_card(&words, &sample.alert, &card, &sample.links).hash();
    sample.alert.severity = Severity::Low;
    sample.alert.last_changed = samples::at("2027-01-01T00:00:00Z");
    sample.alert.more_resources = 9;
    sample.alert.members.insert(Identity::new("z"), samples::member());
    assert_eq!(alert_card(&words, &sample.alert, &card, &sample.links).hash(), before);
}
