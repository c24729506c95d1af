//! What counts for one problem, value by value, with the floor and the rule that decided it.

use std::collections::BTreeSet;

use super::{
    super::{Facts, Floor, OwnerMap, Placement, Severity},
    Approver, BuiltIn, Mode, Rule, Wait,
};

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<'a, T> {
    /// What counts.
    pub value: T,
    /// The floor that had the last word: the company's only where it tightens.
    pub floor: Floor,
    /// The rule that said so; `None`: no rule did, and the built-in value counts.
    pub rule: Option<&'a str>,
}

/// What counts for a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective<'a> {
    /// The least severity that is told: the least of both floors.
    pub notify: Decided<'a, Severity>,
    /// Whether there may be an exception: not if one floor says no.
    pub exception_allowed: Decided<'a, bool>,
    /// How many days it may last: the fewest.
    pub exception_max_days: Decided<'a, u16>,
    /// Who must approve it: those of both floors.
    pub exception_approvers: Decided<'a, BTreeSet<Approver>>,
    /// The modes of remediation that may be chosen: those of both floors. [`Mode::Notify`] is
    /// always one of them: it runs nothing.
    pub modes: Decided<'a, BTreeSet<Mode>>,
    /// The mode that is chosen: the company's, else the group's; the least automatic one where it
    /// is none of those that may be.
    pub mode: Decided<'a, Mode>,
    /// The runbooks that may run: those of both floors.
    pub runbooks: Decided<'a, BTreeSet<&'a str>>,
    /// How long until the company's security leads are called: the shortest. `None`: never.
    pub company_lead_after: Decided<'a, Option<Wait>>,
    /// How long from then on until the CCoE is told: the shortest. `None`: never.
    pub ccoe_after: Decided<'a, Option<Wait>>,
    /// The longest from being told until the CCoE is told, where a company calls its leads and 1F
    /// calls none: a step that is put before 1F's must not put 1F's off.
    pub ccoe_by: Option<Wait>,
    /// Whether it may wait for business hours: only if 1F says so, 2F does not object, and it is
    /// not critical.
    pub delay_outside_hours: Decided<'a, bool>,
}

impl OwnerMap {
    /// What counts for a problem.
    pub fn policy<'a>(&'a self, facts: &Facts<'_>) -> Effective<'a> {
        let placement = self.place(facts.account);
        let second = match placement {
            Placement::Owned(company, _) => company.policy.as_slice(),
            Placement::Unowned => &[],
        };
        effective(&self.ccoe.policy, second, facts, placement)
    }
}

/// What counts for a problem under these two floors. Total, and never weaker than the first alone.
pub fn effective<'a>(
    first: &'a [Rule],
    second: &'a [Rule],
    facts: &Facts<'_>,
    placement: Placement<'_>,
) -> Effective<'a> {
    let matching = |rules: &'a [Rule]| -> Vec<&'a Rule> {
        let matches = |rule: &&Rule| rule.matchers.iter().all(|one| facts.hold(one, placement));
        rules.iter().filter(matches).collect()
    };
    let floors = Floors { first: matching(first), second: matching(second) };
    let modes = floors.modes();
    Effective {
        notify: floors.tighter(BuiltIn::NOTIFY, |rule| rule.notify, |one, two| *one.min(two)),
        exception_allowed: floors.tighter(BuiltIn::ALLOWED, Rule::allowed, |one, two| *one && *two),
        exception_max_days: floors
            .tighter(BuiltIn::MAX_DAYS, Rule::max_days, |one, two| *one.min(two)),
        exception_approvers: floors.tighter(
            BTreeSet::from([BuiltIn::APPROVER]),
            |rule| rule.approvers().cloned(),
            |one, two| one.union(two).copied().collect(),
        ),
        mode: floors.mode(&modes),
        modes,
        runbooks: floors.tighter(
            BTreeSet::new(),
            |rule| rule.runbooks().map(|all| all.iter().map(String::as_str).collect()),
            |one, two| one.intersection(two).copied().collect(),
        ),
        company_lead_after: floors.sooner(Rule::company_lead_after),
        ccoe_after: floors.sooner(Rule::ccoe_after),
        ccoe_by: floors.ccoe_by(),
        delay_outside_hours: if facts.severity == Severity::Critical {
            Decided { value: false, floor: Floor::Group, rule: None }
        } else {
            let both = |one: &bool, two: &bool| *one && *two;
            floors.tighter(BuiltIn::DELAY, |rule| rule.delay_outside_hours, both)
        },
    }
}

/// The rules of both floors that match the problem.
struct Floors<'a> {
    first: Vec<&'a Rule>,
    second: Vec<&'a Rule>,
}

/// The first of the rules that says it.
fn said<'a, T>(rules: &[&'a Rule], read: impl Fn(&'a Rule) -> Option<T>) -> Option<(T, &'a Rule)> {
    rules.iter().find_map(|&rule| Some((read(rule)?, rule)))
}

impl<'a> Floors<'a> {
    fn base<T>(&self, built_in: T, read: impl Fn(&'a Rule) -> Option<T>) -> Decided<'a, T> {
        let (value, rule) = match said(&self.first, read) {
            Some((value, rule)) => (value, Some(rule.name.as_str())),
            None => (built_in, None),
        };
        Decided { value, floor: Floor::Group, rule }
    }

    /// 1F's value, and what is left of it beside 2F's.
    fn tighter<T: PartialEq>(
        &self,
        built_in: T,
        read: impl Fn(&'a Rule) -> Option<T>,
        both: impl FnOnce(&T, &T) -> T,
    ) -> Decided<'a, T> {
        let base = self.base(built_in, &read);
        let Some((value, rule)) = said(&self.second, read) else { return base };
        let value = both(&base.value, &value);
        if value == base.value {
            return base;
        }
        Decided { value, floor: Floor::Company, rule: Some(&rule.name) }
    }

    fn sooner(&self, read: impl Fn(&Rule) -> Option<Wait>) -> Decided<'a, Option<Wait>> {
        let soonest = |one: &Option<Wait>, two: &Option<Wait>| one.iter().chain(two).min().copied();
        self.tighter(BuiltIn::AFTER, |rule| read(rule).map(Some), soonest)
    }

    fn ccoe_by(&self) -> Option<Wait> {
        let lead = |rules: &[&'a Rule]| said(rules, Rule::company_lead_after).is_some();
        if lead(&self.first) || !lead(&self.second) {
            return None;
        }
        said(&self.first, Rule::ccoe_after).map(|(after, _)| after)
    }

    fn modes(&self) -> Decided<'a, BTreeSet<Mode>> {
        let with_notify = |modes: &BTreeSet<Mode>| {
            let mut modes = modes.clone();
            modes.insert(Mode::Notify);
            modes
        };
        self.tighter(
            BTreeSet::from([BuiltIn::MODE]),
            |rule| rule.modes().map(with_notify),
            |one, two| one.intersection(two).copied().collect(),
        )
    }

    fn mode(&self, modes: &Decided<'a, BTreeSet<Mode>>) -> Decided<'a, Mode> {
        let base = self.base(BuiltIn::MODE, Rule::mode);
        let wanted = match said(&self.second, Rule::mode) {
            Some((value, rule)) => Decided { value, floor: Floor::Company, rule: Some(&rule.name) },
            None => base,
        };
        if modes.value.contains(&wanted.value) {
            return wanted;
        }
        let least = modes.value.first().copied().unwrap_or(BuiltIn::MODE);
        Decided { value: least, floor: modes.floor, rule: modes.rule }
    }
}
