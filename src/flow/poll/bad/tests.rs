use super::{APART, Bad, Told};
use crate::{
    domain::Trouble,
    intake::{Parsed, parse},
};

fn sorted(body: &str) -> Vec<Told> {
    let mut bad = Bad::default();
    for parsed in parse(body.as_bytes()) {
        match parsed {
            Parsed::Finding(finding) => panic!("{finding:?}"),
            Parsed::Event(event) => panic!("{event:?}"),
            Parsed::Unreadable(one) => bad.unreadable(one),
            Parsed::Unknown(one) => bad.unknown(one),
        }
    }
    bad.sorted()
}

fn sources(told: &[Told]) -> Vec<(Option<String>, u64)> {
    assert!(told.iter().all(|one| one.raw.is_none()), "the message is kept once, as a whole");
    let source = |one: &Told| match &one.trouble {
        Trouble::NotUnderstood(unknown) => unknown.source.clone(),
        Trouble::Unreadable { reason } | Trouble::Undelivered { reason, .. } => panic!("{reason}"),
    };
    told.iter().map(|one| (source(one), one.count)).collect()
}

/// Lines of as many kinds.
fn kinds(count: u32) -> String {
    let lines: Vec<String> = (0..count).map(|n| format!("{{\"source\":\"{n}\"}}\n")).collect();
    lines.concat()
}

#[test]
fn thousands_of_kinds_are_told_as_a_few() {
    let told = sorted(&kinds(14_000));
    let told = sources(&told);
    assert_eq!(told.len(), APART + 1, "{told:?}");
    assert_eq!(told.iter().map(|(_, count)| count).sum::<u64>(), 14_000);
    assert_eq!(told[0], (None, 14_000 - 10), "the rest is of no kind in particular");
}

#[test]
fn the_rest_goes_with_those_of_no_known_kind() {
    let told = sorted(&format!("{{}}\n{}{{\"source\":\"3\"}}\n", kinds(12)));
    let told = sources(&told);
    assert_eq!(told.len(), APART, "{told:?}");
    assert_eq!(told[0], (None, 1 + 3));
    assert!(
        told.contains(&(Some("3".to_owned()), 2)),
        "a kind told apart goes on being counted: {told:?}"
    );
}

#[test]
fn few_bad_elements_are_kept_alone() {
    let told = sorted(&"{\"half\":\n".repeat(25));
    let alone: Vec<bool> = told.iter().map(|one| one.raw.is_some()).collect();
    assert_eq!(alone, [[true; APART].as_slice(), &[false]].concat());
    assert_eq!(told.iter().map(|one| one.count).sum::<u64>(), 25);
}
