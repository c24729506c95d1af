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
    /// What the map lacks, the most pressing first.
    pub gaps: Vec<Gap>,
    /// How many people and channels could not be asked about.
    pub unasked: usize,
}

/// Gaps that a record keeps: a store's item is small, and no card shows more.
const KEPT: usize = 100;

/// What is told of a morning's gaps, the most pressing first. An account that is in baseline until
/// a day that is ahead runs as planned: nothing is to be mended.
pub fn pressing(mut gaps: Vec<Gap>, day: Date) -> Vec<Gap> {
    gaps.retain(|gap| !matches!(gap, Gap::InBaseline { until: Some(until), .. } if *until >= day));
    gaps.sort_by_key(Gap::rank);
    gaps
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
        gaps: looked.gaps.iter().take(KEPT).cloned().collect(),
        counts: Gap::counts(&looked.gaps),
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

#[cfg(test)]
mod tests {
    use super::{KEPT, Looked, pressing, record_health};
    use crate::{
        decide::{Changed, Map, Verb, tests::owners},
        domain::{AccountId, Gap, InputId},
    };
    use jiff::{Timestamp, civil::date};

    #[test]
    fn the_most_pressing_are_kept_and_all_are_counted() {
        let day = date(2026, 11, 24);
        let waits = |until| Gap::InBaseline {
            account: AccountId::new("111122223333"),
            reason: "r".into(),
            until,
        };
        let mut gaps = vec![waits(Some(day)); 3];
        gaps.extend(vec![waits(None); 400]);
        gaps.push(Gap::NoSecurityLead { company: "one".into() });
        let unmapped =
            Gap::Unmapped { account: AccountId::new("444455556666"), name: None, open: 2 };
        gaps.push(unmapped.clone());
        let looked = Looked { day, gaps: pressing(gaps, day), unasked: 0 };
        let owners = owners();
        let map = Map { owners: &owners, revision: 7 };
        let input = InputId::new("morning");
        let decision = record_health(Timestamp::UNIX_EPOCH, map, None, None, &looked, &input);
        let Verb::Commit(change) = decision.verb else { panic!("it must commit") };
        let Changed::Health(health) = change.record else { panic!("a morning") };
        assert_eq!((health.gaps.len(), health.total()), (KEPT, 402), "what is planned is left out");
        assert_eq!((&health.gaps[0], health.gaps[1].kind()), (&unmapped, "no_security_lead"));
    }
}
