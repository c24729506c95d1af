//! Events that somebody else wrote, where a checkout has them beside it. They are read and
//! counted, and never become part of the project.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use monban::domain::{Finding, Identity, RecordState, Severity, Source, Verdict};
use monban::intake::{Parsed, group, json_line, parse};

/// The corpus, or a printed note and none.
fn corpus() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no corpus at {}", found.display());
    None
}

/// The event files of a folder, by name: all but its licences and its index.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let event = |path: &PathBuf| {
        let kind = path.extension().unwrap_or_default();
        (kind == "json" || kind == "tpl") && !path.ends_with("INDEX.json")
    };
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(event).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Vec<Parsed> {
    parse(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// What a folder or file holds.
#[derive(Default)]
struct Read {
    findings: Vec<Finding>,
    unknown: BTreeMap<String, usize>,
    unreadable: Vec<String>,
}

fn read_all(paths: &[PathBuf]) -> Read {
    let mut all = Read::default();
    for path in paths {
        for parsed in read(path) {
            let line = json_line(&parsed);
            match parsed {
                Parsed::Finding(finding) => all.findings.push(*finding),
                Parsed::Event(_) => {}
                Parsed::Unknown(unknown) => {
                    let source = unknown.source.unwrap_or_default();
                    let kind = format!("{source} / {}", unknown.detail_type.unwrap_or_default());
                    *all.unknown.entry(kind).or_default() += 1;
                }
                Parsed::Unreadable(_) => {
                    all.unreadable.push(format!("{}: {line}", path.display()));
                }
            }
        }
    }
    all
}

fn identities(findings: &[Finding]) -> HashSet<&Identity> {
    findings.iter().map(|finding| &finding.identity).collect()
}

#[test]
fn native_controls() {
    let Some(corpus) = corpus() else { return };
    let read = read_all(&files(&corpus.join("asr")));
    assert_eq!(read.unreadable, Vec::<String>::new());
    assert_eq!(read.findings.len(), 104);
    let wished = "aws.securityhub / Security Hub Findings - Custom Action".to_owned();
    assert_eq!(read.unknown, BTreeMap::from([(wished, 5)]));
    assert_eq!(identities(&read.findings).len(), 103, "one finding stands in two files");
    for finding in &read.findings {
        assert_eq!(finding.source, Source::Asff);
        assert_eq!(finding.product, "Security Hub");
        assert!(finding.compliance.is_some() && finding.workflow.is_some(), "{finding:?}");
        assert!(finding.provider_time.is_some(), "{finding:?}");
        assert!(finding.fix_url.is_some(), "{finding:?}");
        assert!(!finding.control.contains('/'), "{}", finding.control);
        assert!(finding.region.as_str().starts_with("us-"), "{}", finding.region);
        assert!(finding.resource.id.starts_with("arn:") || finding.resource.id.starts_with("AWS:"));
    }
}

#[test]
fn guardduty_in_pascal_case() {
    let Some(corpus) = corpus() else { return };
    let read = read_all(&files(&corpus.join("guardduty-soar")));
    assert_eq!(read.unreadable, Vec::<String>::new());
    assert_eq!(read.findings.len(), 28);
    assert_eq!(read.unknown, BTreeMap::from([(" / ".to_owned(), 2)]), "details without a source");
    for finding in &read.findings {
        assert_eq!(finding.source, Source::GuardDuty);
        assert_eq!(finding.region.as_str(), "us-east-1");
        assert_ne!(finding.resource.id, finding.resource.kind, "no fallback needed: {finding:?}");
        assert_ne!(finding.severity, Severity::Informational);
        assert!(finding.provider_time.is_some() && finding.envelope_time.is_some());
    }
    let samples = read.findings.iter().filter(|finding| finding.sample).count();
    assert_eq!(samples, 15, "the generated ones");
    let archived = |finding: &&Finding| finding.record_state == RecordState::Archived;
    assert_eq!(read.findings.iter().filter(archived).count(), 1);
}

#[test]
fn a_scanners_report() {
    let Some(corpus) = corpus() else { return };
    let read = read_all(&[corpus.join("prowler/account-1.asff.json")]);
    assert_eq!(read.unreadable, Vec::<String>::new());
    assert_eq!(read.findings.len(), 734);
    assert_eq!(identities(&read.findings).len(), 730);
    let critical = |finding: &&Finding| finding.severity == Severity::Critical;
    assert_eq!(read.findings.iter().filter(critical).count(), 140);
    let passed = |finding: &&Finding| critical(finding) && finding.verdict() == Verdict::Passed;
    assert_eq!(read.findings.iter().filter(passed).count(), 116);
    let regions: HashSet<&str> = read.findings.iter().map(|one| one.region.as_str()).collect();
    assert_eq!(regions, HashSet::from(["us-east-1", "ap-northeast-1"]));
    let alerts: HashSet<_> = read.findings.iter().map(Finding::alert_key).collect();
    assert_eq!(alerts.len(), 730);
    assert_eq!(group(read.findings).len(), 730);
}

#[test]
fn ocsf_is_readable_but_not_understood() {
    let Some(corpus) = corpus() else { return };
    let read = read_all(&[corpus.join("prowler/account-1.ocsf.json")]);
    assert_eq!(read.unreadable, Vec::<String>::new());
    assert!(read.findings.is_empty());
    assert_eq!(read.unknown, BTreeMap::from([("ocsf / Detection Finding".to_owned(), 740)]));
}

#[test]
fn a_rescan_changes_three_fingerprints() {
    let Some(corpus) = corpus() else { return };
    let scan = |name: &str| {
        let read = read_all(&[corpus.join("prowler").join(name)]);
        assert_eq!(read.unreadable, Vec::<String>::new());
        assert!(read.unknown.is_empty());
        let groups = group(read.findings);
        assert!(groups.iter().all(|group| group.len() == 1), "one statement an identity");
        groups
            .into_iter()
            .flatten()
            .map(|finding| (finding.identity.clone(), finding))
            .collect::<BTreeMap<Identity, Finding>>()
    };
    let (first, second) = (scan("r1.asff.json"), scan("r2.asff.json"));
    assert_eq!((first.len(), second.len()), (179, 162));
    let mut flips = 0;
    for (identity, after) in &second {
        let before = &first[identity];
        assert_ne!(before.provider_time, after.provider_time, "the scanner resets its times");
        if before.fingerprint() != after.fingerprint() {
            assert_eq!((before.verdict(), after.verdict()), (Verdict::Problem, Verdict::Passed));
            flips += 1;
        }
    }
    assert_eq!(flips, 3);
}

#[test]
fn samples_of_the_documentation() {
    let Some(corpus) = corpus() else { return };
    let read = read_all(&files(&corpus.join("awsdocs")));
    // The rest are other services' events, rules and fragments.
    assert_eq!(read.findings.len(), 10);
    assert!(read.unknown.len() > 50);
    assert_eq!(read.unreadable, Vec::<String>::new());
    let about = |control: &str| read.findings.iter().filter(|one| one.control == control).count();
    assert_eq!(about("CloudTrail.2"), 5, "one control under five standards");
    assert_eq!(about("UnauthorizedAccess:EC2/SSHBruteForce"), 1);
}
