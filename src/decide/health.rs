//! A morning's look at the owner map becomes one card, where there is something to say.

use jiff::{Timestamp, civil::Date};

use super::{Change, Changed, Decision, Map, Reason, Verb, audited};
use crate::domain::{
    Card, Class, Effect, Entry, Gap, HealthId, InputId, MapHealth, Subject, TellKind,
};

/// What was found this morning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The day, in the CCoE's zone.
    pub day: Date,
    /// What the map lacks.
    pub gaps: Vec<Gap>,
    /// How many people and channels could not be asked about.
    pub unasked: usize,
}

/// Names a morning.
pub fn health_id(day: Date) -> HealthId {
    HealthId::new(format!("health-{day}"))
}

/// Records the morning. All is well is said only the morning after something was not.
pub fn record_health(
    now: Timestamp,
    map: Map<'_>,
    known: Option<&MapHealth>,
    yesterday: Option<&MapHealth>,
    looked: &Looked,
    input: &InputId,
) -> Decision {
    if known.is_some() {
        return Decision::nothing(Reason::LookedToday);
    }
    let receiver = map.owners.ccoe_receiver();
    let next = MapHealth {
        id: health_id(looked.day),
        version: 1,
        day: looked.day,
        map_revision: map.revision,
        gaps: looked.gaps.clone(),
        unasked: looked.unasked,
        at: now,
        receiver: receiver.clone(),
        audit_head: None,
    };
    let before = yesterday.is_some_and(|one| !one.gaps.is_empty());
    let mut entries = Vec::new();
    if before || !next.gaps.is_empty() {
        let card = Card { subject: Subject::Health(next.id.clone()), episode: 1, receiver };
        let effect = Effect::Tell { card, kind: TellKind::New };
        entries.push(Entry::new(effect, Class::REPORT, now));
    }
    let mut record = Changed::Health(Box::new(next));
    let audit = audited(&mut record, now, "monban", input, &Reason::LookedAt);
    let change = Change { record, states: vec![], entries, audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason: Reason::LookedAt }
}
