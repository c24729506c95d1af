//! What a routing decision costs, on a map of 200 companies with 100 accounts each:
//! `cargo bench --bench routing`. Prints CPU time a decision, and the memory the map takes.

use std::{collections::BTreeMap, fmt::Write as _, fs, hint::black_box, time::Duration};

use monban::{
    decide::{Map, triage},
    domain::{
        AccountId, Compliance, Facts, Finding, Identity, InputId, OwnerMap, RecordState, Region,
        Resource, Severity, Source, Workflow,
    },
    owners,
};

const COMPANIES: usize = 200;
const ACCOUNTS: usize = 100;
const COPIES: u64 = 8;
const DECISIONS: u32 = 400_000;

/// Ten routes a company, most of which a finding does not match, and three of the group.
fn text() -> String {
    let mut text = String::from(
        "version: 1\nccoe:\n  name: CCoE\n  channel: {team: T0, id: C0}\n  language: ja\n  depth: \
         detailed\n  time_zone: Asia/Tokyo\n  routes:\n",
    );
    let route = |text: &mut String, name: &str, matchers: &str, channel: &str| {
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "      - {{name: {name}, match: [{matchers}], channel: {{team: T0, id: {channel}}}}}"
        );
    };
    route(&mut text, "critical", "'severity = critical'", "C0CRIT");
    route(&mut text, "threats", "'source = aws.guardduty', 'severity >= medium'", "C0THREAT");
    route(&mut text, "root", r"'title =~ (?i)root user'", "C0ROOT");
    text += "companies:\n";
    for company in 0..COMPANIES {
        let _ = writeln!(
            text,
            "  - id: c{company}\n    name: Company {company}\n    channel: {{team: T0, id: \
             C1{company}}}\n    depth: plain\n    routes:"
        );
        route(&mut text, "samples", "'sample = true'", &format!("C2{company}"));
        for n in 0..8 {
            let matchers = [
                r"'control =~ ^CloudTrail\.[0-9]+$'",
                r"'resource_kind =~ ^AwsRds', 'region = ap-northeast-1'",
                r"'resource =~ -public$', 'severity >= high'",
                r"'title =~ (mfa|password|access key)'",
            ][n % 4];
            let matchers = format!("{matchers}, 'tag:team != team-{n}'");
            route(&mut text, &format!("r{n}"), &matchers, &format!("C3{n}X{company}"));
        }
        route(&mut text, "pay", "'tag:team = pay', 'environment = prod'", &format!("C4{company}"));
        text += "    accounts:\n";
        for account in 0..ACCOUNTS {
            let environment = if account % 2 == 0 { "prod" } else { "dev" };
            let _ = writeln!(
                text,
                "      - {{id: \"{company:06}{account:06}\", name: a{account}, environment: \
                 {environment}, stage: live}}"
            );
        }
    }
    text
}

fn finding(number: usize) -> Finding {
    let (company, account) = (number % COMPANIES, number / COMPANIES % ACCOUNTS);
    Finding {
        source: Source::SecurityHub,
        product: "Security Hub".into(),
        identity: Identity::new(format!("id-{number}")),
        native_id: "native".into(),
        account: AccountId::new(format!("{company:06}{account:06}")),
        region: Region::new("ap-northeast-1"),
        severity: Severity::ALL[number % 5],
        control: ["S3.2", "EC2.19", "IAM.6", "CloudTrail.1"][number % 4].into(),
        resource: Resource {
            kind: "AwsS3Bucket".into(),
            id: format!("arn:aws:s3:::bucket-of-company-{company}-{account}"),
        },
        more_resources: vec![],
        tags: BTreeMap::from([("team".to_owned(), "sales".to_owned())]),
        compliance: Some(Compliance::Failed),
        compliance_reasons: vec![],
        record_state: RecordState::Active,
        workflow: Some(Workflow::New),
        title: "S3 general purpose buckets should block public access".into(),
        description: String::new(),
        fix_url: None,
        provider_time: None,
        envelope_time: None,
        count: 1,
        sample: false,
    }
}

/// CPU time of this thread so far, in nanoseconds, where the system tells (Linux).
fn cpu() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Resident memory in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes real time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Runs it and says what one of `times` cost.
fn measured(what: &str, times: u32, work: impl FnOnce()) {
    let (wall, before) = (now(), cpu());
    work();
    let wall = wall.elapsed();
    let used = before.zip(cpu()).map(|(before, after)| Duration::from_nanos(after - before));
    let cpu = used.map_or_else(|| "unknown".to_owned(), |used| format!("{:?}", used / times));
    println!("{what}: {cpu} CPU each ({:?} by the clock, {times} times)", wall / times);
}

fn main() {
    let findings: Vec<Finding> = (0..COMPANIES * ACCOUNTS).map(finding).collect();
    let written = text();
    println!("the map as YAML: {} KiB", written.len() / 1024);
    let mut read = None;
    measured("read and check the YAML", 1, || read = owners::parse(&written).ok());
    let Some(map) = read else { return println!("the map has a problem") };
    let stored = serde_json::to_string(&map).unwrap_or_default();
    drop((written, map));
    // From here as a process that loads the map from its store: nothing is compiled yet.
    let Ok(map) = serde_json::from_str::<OwnerMap>(&stored) else { return };
    memory(&map, &findings);
    measured("the first decisions (index, patterns)", 20_000, || decide(&map, &findings, 20_000));
    measured("a routing decision", DECISIONS, || decide(&map, &findings, DECISIONS));
    let (map, input) = (Map { owners: &map, revision: 1 }, InputId::new("bench"));
    let at = jiff::Timestamp::UNIX_EPOCH;
    measured("a whole decision (triage, new alert)", DECISIONS / 4, || {
        for one in findings.iter().cycle().take(DECISIONS as usize / 4) {
            black_box(triage(at, map, None, None, one, &input));
        }
    });
}

/// What one map takes, by what several copies add to the resident memory. The first copies fill
/// the holes that reading the file has left.
fn memory(map: &OwnerMap, findings: &[Finding]) {
    let fillers: Vec<OwnerMap> = (0..COPIES).map(|_| map.clone()).collect();
    let before = resident();
    let copies: Vec<OwnerMap> = (0..COPIES).map(|_| map.clone()).collect();
    let loaded = resident();
    for copy in &copies {
        decide(copy, findings, 20_000);
    }
    let used = resident();
    if let (Some(before), Some(loaded), Some(used)) = (before, loaded, used) {
        let each = |after: u64, before: u64| after.saturating_sub(before) / COPIES;
        let (map, more) = (each(loaded, before), each(used, loaded));
        println!("memory: the map {map} KiB, its index and compiled patterns {more} KiB more");
    }
    drop((fillers, copies));
}

fn decide(map: &OwnerMap, findings: &[Finding], times: u32) {
    for one in findings.iter().cycle().take(times as usize) {
        black_box(map.route(&Facts::of(one)));
    }
}
