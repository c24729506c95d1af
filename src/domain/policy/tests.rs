mod properties;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Effective, Mode, Rule, Wait, effective, weakenings};
use crate::domain::{
    Account, AccountId, Company, Environment, Facts, Floor, Placement, Severity, Source,
};

/// Rules as files write them; each gets a name by its place: `r0`, `r1`, ...
fn rules(all: &[Value]) -> Vec<Rule> {
    let named = all.iter().enumerate().map(|(at, rule)| {
        let mut rule = rule.clone();
        rule["name"] = format!("r{at}").into();
        if rule.get("match").is_none() {
            rule["match"] = json!([]);
        }
        serde_json::from_value(rule).unwrap()
    });
    named.collect()
}

fn company(environment: Environment) -> Company {
    let account = json!({
        "id": "111111111111", "name": "shop", "environment": environment, "stage": "live",
    });
    serde_json::from_value(json!({ "id": "one", "name": "One", "accounts": [account] })).unwrap()
}

/// A problem in an account of a company.
struct Case {
    company: Company,
    id: AccountId,
    severity: Severity,
    control: String,
    source: Source,
    sample: bool,
    tags: BTreeMap<String, String>,
}

impl Case {
    fn new(environment: Environment, severity: Severity) -> Self {
        Self {
            company: company(environment),
            id: AccountId::new("111111111111"),
            severity,
            control: "S3.2".to_owned(),
            source: Source::SecurityHub,
            sample: false,
            tags: BTreeMap::new(),
        }
    }

    fn account(&self) -> &Account {
        &self.company.accounts[0]
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            severity: self.severity,
            account: &self.id,
            region: "ap-northeast-1",
            control: &self.control,
            resource: "bucket",
            resource_kind: "AwsS3Bucket",
            source: self.source,
            product: "Security Hub",
            title: "title",
            sample: self.sample,
            tags: &self.tags,
        }
    }

    fn placement(&self) -> Placement<'_> {
        Placement::Owned(&self.company, self.account())
    }

    fn effective<'a>(&self, first: &'a [Rule], second: &'a [Rule]) -> Effective<'a> {
        effective(first, second, &self.facts(), self.placement())
    }
}

#[test]
fn a_wait_has_a_unit_and_an_end() {
    for (text, minutes, said) in [
        ("30m", 30, "30m"),
        ("90m", 90, "90m"),
        ("60m", 60, "1h"),
        ("4h", 240, "4h"),
        ("48h", 2880, "2d"),
    ] {
        let wait = Wait::parse(text).unwrap();
        assert_eq!((wait.minutes(), wait.to_string()), (minutes, said.to_owned()));
        assert_eq!(wait.duration().as_secs(), u64::from(minutes) * 60);
    }
    for bad in
        ["", "m", "0m", "4", "-4h", "+4h", "4 h", "1.5h", "366d", "4H", "4分", "99999999999d"]
    {
        assert_eq!(Wait::parse(bad), None, "{bad}");
    }
}

#[test]
fn without_rules_the_built_in_values_count() {
    let case = Case::new(Environment::Prod, Severity::Low);
    let found = case.effective(&[], &[]);
    assert_eq!((found.notify.value, found.notify.rule), (Severity::Informational, None));
    assert_eq!((found.exception_allowed.value, found.exception_max_days.value), (true, 90));
    assert_eq!((found.mode.value, found.runbooks.value.len()), (Mode::Notify, 0));
    assert_eq!((found.company_lead_after.value, found.ccoe_after.value), (None, None));
    assert!(!found.delay_outside_hours.value);
}

#[test]
fn the_first_rule_that_says_it_counts_for_each_value() {
    let first = rules(&[
        json!({ "match": ["environment = dev"], "notify": "high" }),
        json!({ "match": ["control =~ ^S3"], "escalate": { "ccoe_after": "4h" } }),
        json!({ "notify": "medium", "escalate": { "ccoe_after": "2d", "company_lead_after": "1d" } }),
    ]);
    let prod = Case::new(Environment::Prod, Severity::High);
    let dev = Case::new(Environment::Dev, Severity::High);
    let of = |case: &Case| {
        let found = case.effective(&first, &[]);
        (found.notify.value, found.notify.rule.unwrap().to_owned())
    };
    assert_eq!(of(&prod), (Severity::Medium, "r2".to_owned()));
    assert_eq!(of(&dev), (Severity::High, "r0".to_owned()));
    let found = prod.effective(&first, &[]);
    assert_eq!(found.ccoe_after.rule, Some("r1"));
    assert_eq!(found.company_lead_after.rule, Some("r2"), "each value by itself");
}

#[test]
fn the_second_floor_tightens_and_is_named_only_where_it_does() {
    let first = rules(&[json!({
        "notify": "high", "delay_outside_hours": true,
        "exception": { "max_days": 30, "approvers": ["security-lead"] },
        "remediation": {
            "modes": ["shadow", "ask", "automatic"], "default": "automatic", "runbooks": ["a", "b"]
        },
        "escalate": { "company_lead_after": "1h", "ccoe_after": "4h" },
    })]);
    let second = rules(&[json!({
        "notify": "low", "delay_outside_hours": false,
        "exception": { "max_days": 14, "approvers": ["ccoe"], "allowed": true },
        "remediation": { "modes": ["shadow", "ask"], "runbooks": ["b", "c"] },
        "escalate": { "company_lead_after": "30m", "ccoe_after": "5h" },
    })]);
    let case = Case::new(Environment::Prod, Severity::High);
    let found = case.effective(&first, &second);
    assert_eq!((found.notify.value, found.notify.floor), (Severity::Low, Floor::Company));
    assert_eq!((found.exception_max_days.value, found.exception_approvers.value.len()), (14, 2));
    assert_eq!(found.exception_allowed.floor, Floor::Group);
    assert_eq!(
        found.modes.value.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        ["notify", "shadow", "ask"]
    );
    // 1F's default is none of what is left: the least automatic one, by who took it away.
    assert_eq!((found.mode.value, found.mode.floor), (Mode::Notify, Floor::Company));
    assert_eq!(found.runbooks.value.into_iter().collect::<Vec<_>>(), ["b"]);
    assert_eq!(found.company_lead_after.value.unwrap().to_string(), "30m");
    let ccoe = found.ccoe_after;
    assert_eq!((ccoe.value.unwrap().to_string(), ccoe.floor), ("4h".to_owned(), Floor::Group));
    assert_eq!(
        (found.delay_outside_hours.value, found.delay_outside_hours.floor),
        (false, Floor::Company)
    );
}

#[test]
fn whatever_is_stored_the_first_floor_holds() {
    let first = rules(&[json!({ "exception": { "allowed": false } })]);
    let second = rules(&[json!({
        "notify": "critical", "delay_outside_hours": true,
        "exception": { "max_days": 300, "approvers": [], "allowed": true },
        "remediation": { "modes": ["automatic"], "default": "automatic", "runbooks": ["x"] },
    })]);
    let case = Case::new(Environment::Prod, Severity::High);
    assert_eq!(case.effective(&first, &second), case.effective(&first, &[]));
}

#[test]
fn critical_never_waits() {
    let first = rules(&[json!({ "delay_outside_hours": true })]);
    for severity in Severity::ALL {
        let delay =
            Case::new(Environment::Prod, severity).effective(&first, &[]).delay_outside_hours;
        assert_eq!(delay.value, severity != Severity::Critical);
    }
}

/// Keys of what the second floor weakens, and whom against.
fn weakened(first: &[Value], second: &[Value]) -> Vec<(&'static str, String)> {
    let found = weakenings(&rules(first), &rules(second));
    found.into_iter().map(|one| (one.key, one.against.unwrap_or_default())).collect()
}

#[test]
fn every_value_can_be_found_weaker() {
    let first = json!({
        "notify": "high", "delay_outside_hours": false,
        "exception": { "max_days": 30, "allowed": false },
        "remediation": { "modes": ["ask"], "runbooks": ["a"] },
        "escalate": { "company_lead_after": "1h", "ccoe_after": "4h" },
    });
    let cases = [
        (json!({ "notify": "critical" }), "notify"),
        (json!({ "exception": { "allowed": true } }), "exception.allowed"),
        (json!({ "exception": { "max_days": 31 } }), "exception.max_days"),
        (json!({ "remediation": { "modes": ["ask", "automatic"] } }), "remediation.modes"),
        (json!({ "remediation": { "default": "shadow" } }), "remediation.default"),
        (json!({ "remediation": { "runbooks": ["b"] } }), "remediation.runbooks"),
        (json!({ "escalate": { "company_lead_after": "61m" } }), "escalate.company_lead_after"),
        (json!({ "escalate": { "ccoe_after": "1d" } }), "escalate.ccoe_after"),
        (json!({ "delay_outside_hours": true }), "delay_outside_hours"),
    ];
    for (second, key) in cases {
        let found = weakened(std::slice::from_ref(&first), std::slice::from_ref(&second));
        assert_eq!(found, [(key, "r0".to_owned())]);
    }
    let fine = json!({
        "notify": "low", "delay_outside_hours": false,
        "exception": { "max_days": 30, "allowed": false, "approvers": [] },
        "remediation": { "modes": ["notify", "ask"], "default": "ask", "runbooks": [] },
        "escalate": { "company_lead_after": "1h", "ccoe_after": "10m" },
    });
    assert_eq!(weakened(&[first], &[fine]), []);
}

#[test]
fn only_rules_that_could_decide_for_the_same_problem_count() {
    let dev_high = json!({ "match": ["environment = dev"], "notify": "high" });
    let medium = json!({ "notify": "medium" });
    let open = |of: &str, notify: &str| json!({ "match": [of], "notify": notify });
    let cases: [(&str, &[Value], Value, Option<&str>); 15] = [
        ("built in", &[], json!({ "notify": "low" }), Some("")),
        ("built in, as strict", &[], json!({ "notify": "informational" }), None),
        ("covered", std::slice::from_ref(&medium), json!({ "notify": "medium" }), None),
        ("dev alone", &[dev_high.clone(), medium.clone()], open("environment = dev", "high"), None),
        (
            "dev and prod",
            &[dev_high.clone(), medium.clone()],
            json!({ "notify": "high" }),
            Some("r1"),
        ),
        (
            "not dev",
            &[dev_high.clone(), medium.clone()],
            open("environment != dev", "high"),
            Some("r1"),
        ),
        (
            "no 1F for prod",
            std::slice::from_ref(&dev_high),
            open("environment = prod", "high"),
            Some(""),
        ),
        (
            "never critical",
            &[open("severity = critical", "low"), json!({ "notify": "high" })],
            json!({ "match": ["severity <= high"], "notify": "high" }),
            None,
        ),
        (
            "an exact value is apart",
            &[open("control =~ ^S3", "low"), json!({ "notify": "high" })],
            open("control = EC2.1", "high"),
            None,
        ),
        (
            "an exact value is covered",
            &[open("control =~ ^S3", "high"), medium.clone()],
            open("control = S3.2", "high"),
            None,
        ),
        (
            "the other way round",
            &[open("control =~ ^S3", "low"), json!({ "notify": "high" })],
            open("control !~ ^S3", "high"),
            None,
        ),
        (
            "the same pattern",
            &[open("control =~ ^S3", "high"), medium.clone()],
            open("control =~ ^S3", "high"),
            None,
        ),
        (
            "patterns could meet",
            &[open("control =~ ^S3", "low"), json!({ "notify": "high" })],
            open("control =~ ^EC2", "high"),
            Some("r0"),
        ),
        (
            "a tag may be there or not",
            &[open("tag:a = b", "low"), json!({ "notify": "high" })],
            json!({ "notify": "high" }),
            Some("r0"),
        ),
        (
            "another tag is",
            &[open("tag:a = b", "low"), json!({ "notify": "high" })],
            open("tag:a != b", "high"),
            None,
        ),
    ];
    for (name, first, second, expected) in cases {
        let found = weakened(first, &[second]);
        let against: Vec<&str> = found.iter().map(|(_, against)| against.as_str()).collect();
        assert_eq!(against, expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}
