//! What one body says of one identity, in time order.

use std::collections::HashMap;

use crate::domain::{Finding, Identity, Verdict};

/// Groups by identity, in the order of first sight; each group in time order.
///
/// Scanners write several findings under one id in one scan, with one time (a user with two
/// unused keys). No order can be told between those, so the worst speaks for all: the problem
/// before the clear, then the higher severity. Where an envelope's time tells an order, all stay.
pub fn group(findings: Vec<Finding>) -> Vec<Vec<Finding>> {
    let mut place: HashMap<Identity, usize> = HashMap::new();
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        let next = groups.len();
        let at = *place.entry(finding.identity.clone()).or_insert(next);
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(finding);
    }
    groups.into_iter().map(in_order).collect()
}

fn in_order(mut group: Vec<Finding>) -> Vec<Finding> {
    group.sort_by_key(Finding::order);
    let mut kept: Vec<Finding> = Vec::with_capacity(group.len());
    for finding in group {
        match kept.last_mut() {
            Some(last) if last.order() == finding.order() && finding.envelope_time.is_none() => {
                if (weight(&finding), finding.severity) > (weight(last), last.severity) {
                    *last = finding;
                }
            }
            _ => kept.push(finding),
        }
    }
    kept
}

fn weight(finding: &Finding) -> u8 {
    match finding.verdict() {
        Verdict::Problem => 2,
        Verdict::Undetermined => 1,
        Verdict::Passed
        | Verdict::Archived
        | Verdict::NotApplicable
        | Verdict::Suppressed
        | Verdict::ResolvedAtSource => 0,
    }
}
