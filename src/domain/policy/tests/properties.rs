//! I-13: an effective policy is never weaker than 1F, whatever the floors and the problem are.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use super::Case;
use crate::domain::policy::{
    Approver, EscalationRule, ExceptionRule, Mode, RemediationRule, Rule, Wait, weakenings,
};
use crate::domain::{Environment, Matcher, Severity, Source};

/// SplitMix64: small, seeded, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.roll(2) == 0).then(|| make(self))
    }

    fn some<T: Clone + Ord>(&mut self, all: &[T]) -> BTreeSet<T> {
        all.iter().filter(|_| self.roll(2) == 0).cloned().collect()
    }

    fn wait(&mut self) -> Wait {
        Wait::parse(self.pick(&["30m", "1h", "4h", "1d", "2d"])).unwrap()
    }

    fn rule(&mut self, number: usize) -> Rule {
        let count = self.roll(3);
        Rule {
            name: format!("r{number}"),
            matchers: (0..count).map(|_| self.pick(MATCHERS.as_slice())).collect(),
            notify: self.maybe(|dice| dice.pick(&Severity::ALL)),
            exception: self.maybe(|dice| ExceptionRule {
                allowed: dice.maybe(|dice| dice.roll(2) == 0),
                max_days: dice.maybe(|dice| dice.pick(&[1, 7, 30, 90, 365])),
                approvers: dice.maybe(|dice| dice.some(&Approver::ALL)),
            }),
            remediation: self.maybe(|dice| RemediationRule {
                modes: dice.maybe(|dice| dice.some(&Mode::ALL)),
                default: dice.maybe(|dice| dice.pick(&Mode::ALL)),
                runbooks: dice.maybe(|dice| dice.some(&["a".into(), "b".into(), "c".into()])),
            }),
            escalate: self.maybe(|dice| EscalationRule {
                company_lead_after: dice.maybe(Self::wait),
                ccoe_after: dice.maybe(Self::wait),
            }),
            delay_outside_hours: self.maybe(|dice| dice.roll(2) == 0),
        }
    }

    fn floor(&mut self) -> Vec<Rule> {
        let count = self.roll(4);
        (0..count).map(|number| self.rule(number)).collect()
    }

    fn case(&mut self, cases: &mut [Case]) -> usize {
        let at = self.roll(cases.len());
        let case = &mut cases[at];
        case.severity = self.pick(&Severity::ALL);
        case.control = self.pick(&["S3.2", "S3.1", "EC2.19", ""]).to_owned();
        case.source = self.pick(&[Source::SecurityHub, Source::GuardDuty, Source::Asff]);
        case.sample = self.roll(2) == 0;
        case.tags = BTreeMap::new();
        if self.roll(2) == 0 {
            case.tags.insert("team".into(), self.pick(&["pay", "core"]).to_owned());
        }
        at
    }
}

static MATCHERS: LazyLock<Vec<Matcher>> = LazyLock::new(|| {
    let all = [
        "severity >= high",
        "severity = critical",
        "severity <= medium",
        "severity != low",
        "environment = prod",
        "environment = dev",
        "environment != dev",
        "control = S3.2",
        r"control =~ ^S3\.",
        r"control !~ ^S3\.",
        "control != EC2.19",
        "tag:team = pay",
        "tag:team != pay",
        "tag:team =~ .",
        "source = aws.guardduty",
        "sample = false",
        "account_name = shop",
        "account_name =~ ^other",
        "ou =",
        "region = ap-northeast-1",
    ];
    all.iter().map(|text| Matcher::parse(text).unwrap()).collect()
});

fn cases() -> [Case; 2] {
    [Environment::Prod, Environment::Dev].map(|one| Case::new(one, Severity::High))
}

/// The first rule that matches and says it, found again without the code under test.
fn said<T>(case: &Case, rules: &[Rule], read: impl Fn(&Rule) -> Option<T>) -> Option<T> {
    let (facts, placement) = (case.facts(), case.placement());
    let matches = |rule: &&Rule| rule.matchers.iter().all(|one| facts.hold(one, placement));
    rules.iter().filter(matches).find_map(read)
}

/// Panics if what counts is weaker than the first floor in any dimension.
fn never_weaker(case: &Case, first: &[Rule], second: &[Rule]) {
    let found = case.effective(first, second);
    let one = |read: fn(&Rule) -> Option<Wait>| said(case, first, read);
    let sooner = |found: Option<Wait>, floor: Option<Wait>| {
        floor.is_none_or(|floor| found.is_some_and(|found| found <= floor))
    };
    let notify = said(case, first, |rule| rule.notify).unwrap_or(Severity::Informational);
    assert!(found.notify.value <= notify);
    assert!(!found.exception_allowed.value || said(case, first, Rule::allowed).unwrap_or(true));
    assert!(found.exception_max_days.value <= said(case, first, Rule::max_days).unwrap_or(90));
    let approvers = said(case, first, |rule| rule.approvers().cloned());
    let approvers = approvers.unwrap_or_else(|| [Approver::SecurityLead].into());
    assert!(found.exception_approvers.value.is_superset(&approvers));
    let mut modes = said(case, first, |rule| rule.modes().cloned()).unwrap_or_default();
    modes.insert(Mode::Notify);
    assert!(found.modes.value.is_subset(&modes));
    assert!(found.modes.value.contains(&found.mode.value));
    let runbooks = said(case, first, |rule| rule.runbooks().cloned()).unwrap_or_default();
    assert!(found.runbooks.value.iter().all(|name| runbooks.contains(*name)));
    assert!(sooner(found.company_lead_after.value, one(Rule::company_lead_after)));
    assert!(sooner(found.ccoe_after.value, one(Rule::ccoe_after)));
    let minutes = |wait: Option<Wait>| wait.map(Wait::minutes);
    let by = minutes(found.ccoe_by).unwrap_or(u32::MAX);
    let lead = minutes(found.company_lead_after.value).unwrap_or(0).min(by);
    let ccoe = minutes(found.ccoe_after.value).map(|after| (lead + after).min(by));
    let floor = minutes(one(Rule::ccoe_after))
        .map(|after| after + minutes(one(Rule::company_lead_after)).unwrap_or(0));
    assert!(floor.is_none_or(|floor| ccoe.is_some_and(|ccoe| ccoe <= floor)));
    let may = said(case, first, |rule| rule.delay_outside_hours).unwrap_or(false);
    assert!(!found.delay_outside_hours.value || may && case.severity != Severity::Critical);
}

/// The values of the second floor that counts nothing of, since they would weaken.
fn held_back(case: &Case, first: &[Rule], second: &[Rule]) -> bool {
    let found = case.effective(first, second);
    let notify = said(case, second, |rule| rule.notify);
    let days = said(case, second, Rule::max_days);
    let lead = said(case, second, Rule::company_lead_after);
    let modes = said(case, second, |rule| rule.modes().cloned());
    let runbooks = said(case, second, |rule| rule.runbooks().cloned());
    let delay = said(case, second, |rule| rule.delay_outside_hours);
    notify.is_some_and(|value| found.notify.value != value)
        || days.is_some_and(|value| found.exception_max_days.value != value)
        || lead.is_some_and(|value| found.company_lead_after.value != Some(value))
        || modes.is_some_and(|value| !value.is_subset(&found.modes.value))
        || runbooks.is_some_and(|value| value.len() != found.runbooks.value.len())
        || delay.is_some_and(|value| {
            found.delay_outside_hours.value != value && case.severity != Severity::Critical
        })
}

#[test]
fn i_13_an_effective_policy_is_never_weaker_than_the_first_floor() {
    let mut dice = Dice(20_261_124);
    let mut cases = cases();
    let mut different = 0;
    for _ in 0..25_000 {
        let (first, second) = (dice.floor(), dice.floor());
        // Four problems for each pair of floors: 100,000 cases.
        for _ in 0..4 {
            let at = dice.case(&mut cases);
            never_weaker(&cases[at], &first, &second);
            let same = cases[at].effective(&first, &second) == cases[at].effective(&first, &[]);
            different += usize::from(!same);
        }
    }
    assert!(different > 10_000, "the second floor said something in {different} cases");
}

/// What is let in when the map is read is never held back at a decision: nothing that weakens
/// gets through.
#[test]
fn what_is_let_in_never_has_to_be_held_back() {
    let mut dice = Dice(7);
    let mut cases = cases();
    let (mut let_in, mut refused) = (0, 0);
    for _ in 0..6_000 {
        let (first, second) = (dice.floor(), dice.floor());
        if !weakenings(&first, &second).is_empty() {
            refused += 1;
            continue;
        }
        let_in += usize::from(!second.is_empty());
        for _ in 0..8 {
            let at = dice.case(&mut cases);
            assert!(!held_back(&cases[at], &first, &second), "{first:#?} {second:#?}");
        }
    }
    assert!(let_in > 300 && refused > 1_000, "{let_in} let in, {refused} refused");
}
