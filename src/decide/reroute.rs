//! A company's channel can't be posted to: the CCoE's stands in, and the card says so.

use jiff::Timestamp;

use super::{Change, Changed, Decision, Map, Reason, Verb, audited, entry};
use crate::domain::{Alert, Card, Effect, InputId, Lane, Receiver, Subject, TellKind};

/// Decides what becomes of an alert whose lane refused its card for good.
pub fn reroute(
    now: Timestamp,
    map: Map<'_>,
    alert: Option<&Alert>,
    lane: &Lane,
    input: &InputId,
) -> Decision {
    let ccoe = map.owners.ccoe_receiver();
    let Some(alert) = alert else { return Decision::nothing(Reason::NothingToReroute) };
    let listed = alert.receivers.iter().any(|receiver| &receiver.lane == lane);
    if !listed || ccoe.lane == *lane {
        return Decision::nothing(Reason::NothingToReroute);
    }
    let stand_in = Receiver { stands_in_for: Some(lane.clone()), ..ccoe };
    let mut next = alert.clone();
    next.version += 1;
    next.receivers.retain(|receiver| &receiver.lane != lane);
    let already = next.receivers.iter().any(|receiver| receiver.lane == stand_in.lane);
    let mut entries = Vec::new();
    if already {
        // The card that stands there, perhaps as the group's copy, says from now on for whom.
        for receiver in next.receivers.iter_mut().filter(|one| one.lane == stand_in.lane) {
            receiver.stands_in_for.get_or_insert_with(|| lane.clone());
            let card = Card {
                subject: Subject::Alert(alert.id.clone()),
                episode: alert.episode,
                receiver: receiver.clone(),
            };
            let effect = Effect::Show { card, urgent: true };
            entries.push(entry(effect, alert.severity, now));
        }
    } else {
        next.receivers.push(stand_in.clone());
        let card = Card {
            subject: Subject::Alert(alert.id.clone()),
            episode: alert.episode,
            receiver: stand_in,
        };
        let effect = Effect::Tell { card, kind: TellKind::New };
        entries.push(entry(effect, next.severity, now));
    }
    let mut record = Changed::Alert(Box::new(next));
    let audit = audited(&mut record, now, "monban", input, &Reason::Rerouted);
    let change = Change { record, states: vec![], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason: Reason::Rerouted }
}
