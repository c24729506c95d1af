//! Asking the owner map, and comparing it, as its keeper does.

use std::process::{Output, Stdio};

use crate::support::{
    sandbox::{Sandbox, monban},
    serve::Site,
};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/sample/owners.yaml");

fn owners(args: &[&str]) -> Output {
    monban().arg("owners").args(args).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn an_account_is_shown_with_where_each_value_comes_from() {
    let dev = said(&owners(&["show", "333344446666", "--owners", SAMPLE]));
    for line in [
        "333344446666 nagisa-dev: dev, live",
        "  company    nagisa-digital Nagisa Digital",
        "  channel    T0SHINONOME/C0NAGISA #nagisa-cloud-alerts  from company nagisa-digital",
        "  depth      plain  from environment dev",
        "  person     Maya Chen T0SHINONOME/U0CHEN (security-lead, approver)  from company nagisa-digital",
        "  person     門田 守 T0SHINONOME/U0KADOTA (ccoe, approver)  from the group (ccoe)",
    ] {
        assert!(dev.lines().any(|one| one == line), "{line}\n{dev}");
    }
    let nobodys = said(&owners(&["show", "999999999999", "--owners", SAMPLE]));
    assert!(nobodys.starts_with("999999999999: in no company; the CCoE is told\n"), "{nobodys}");
    let wrong = owners(&["show", "12", "--owners", SAMPLE]);
    assert!(!wrong.status.success());
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("give its 12 digits"));
}

#[test]
fn a_tag_and_a_severity_lead_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("owners.yaml");
    let map = std::fs::read_to_string(SAMPLE).unwrap().replace(
        "name: hidamari-prod, environment: prod, stage: live}",
        "name: hidamari-prod, environment: prod, stage: live, \
         channels: [{severity: [critical], team: T0SHINONOME, id: C0URGENT, name: urgent}], \
         tags: [{key: team, value: pay, channel: {team: T0SHINONOME, id: C0PAY, name: pay}}]}",
    );
    std::fs::write(&file, map).unwrap();
    let file = file.to_str().unwrap();
    let plain = said(&owners(&["show", "222233334444", "--owners", file]));
    let urgent = "  critical   T0SHINONOME/C0URGENT #urgent  from account 222233334444";
    assert!(plain.lines().any(|line| line == urgent), "{plain}");
    let tagged = ["show", "222233334444", "--tag", "team=pay", "--owners", file];
    let tagged = said(&owners(&tagged));
    let pay = "  channel    T0SHINONOME/C0PAY #pay  from tag team=pay";
    assert!(tagged.lines().any(|line| line == pay), "{tagged}");
    assert!(!tagged.contains("C0URGENT"), "the lower level counts: {tagged}");
}

#[test]
fn gaps_are_named_with_how_to_mend_them() {
    let output = owners(&["gaps", "--owners", SAMPLE]);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("account 111122225555: still in baseline (2026年11月"), "{text}");
    assert!(lines[1].starts_with("company hidamari-care: 1 of 2 people who could"), "{text}");
}

#[test]
fn what_an_import_would_change_is_told_before_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let none = owners(&["diff", SAMPLE, "--data", data]);
    assert!(!none.status.success(), "there is nothing to compare with");
    assert!(owners(&["import", SAMPLE, "--data", data]).status.success());
    assert_eq!(said(&owners(&["diff", SAMPLE, "--data", data])), "0 change(s)\n");
    let new = folder.path().join("new.yaml");
    let map = std::fs::read_to_string(SAMPLE).unwrap();
    let map = map
        .replace(
            "name: hidamari-dev, environment: dev, stage: live",
            "name: hidamari-dev, environment: dev, stage: baseline, stage_reason: 棚卸し",
        )
        .replace(
            "      - {id: \"333344445555\", name: nagisa-prod, environment: prod, stage: live}\n",
            "",
        )
        .replace("user: U0ITO, roles: [approver]", "user: U0ITO, roles: [viewer]");
    std::fs::write(&new, map).unwrap();
    let told = said(&owners(&["diff", new.to_str().unwrap(), "--data", data]));
    assert_eq!(
        told,
        "~ company nagisa-digital: contacts.T0SHINONOME/U0ITO.roles: approver -> viewer\n\
         ~ account 222233335555: stage: live -> baseline\n\
         ~ account 222233335555: stage_reason: nothing -> 棚卸し\n\
         - account 333344445555: gone, nagisa-prod\n\
         4 change(s)\n"
    );
    let stored = said(&owners(&["export", "--data", data]));
    assert_eq!(stored, std::fs::read_to_string(SAMPLE).unwrap(), "nothing was written");
    let shown = said(&owners(&["show", "333344445555", "--data", data]));
    assert!(shown.starts_with("333344445555 nagisa-prod"), "{shown}");
}

#[test]
fn a_spreadsheet_adds_accounts_and_says_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let sheet = folder.path().join("accounts.CSV");
    let rows =
        "会社ID,アカウントID,アカウント名,環境\nhidamari-care,444455556666,ひだまり検証,開発\n";
    std::fs::write(&sheet, rows).unwrap();
    let sheet = sheet.to_str().unwrap();
    let early = owners(&["import", sheet, "--data", data]);
    assert!(String::from_utf8(early.stderr).unwrap().contains("import one (YAML) first"));
    assert!(owners(&["import", SAMPLE, "--data", data]).status.success());
    let dry = said(&owners(&["import", sheet, "--dry-run", "--data", data]));
    assert_eq!(
        dry,
        "+ account 444455556666: new, ひだまり検証\n1 change(s)\nnothing was written\n"
    );
    assert_eq!(
        said(&owners(&["export", "--data", data])),
        std::fs::read_to_string(SAMPLE).unwrap()
    );
    let done = said(&owners(&["import", sheet, "--data", data, "--by", "門田"]));
    assert!(done.starts_with("+ account 444455556666: new, ひだまり検証\n1 change(s)\n"), "{done}");
    assert!(done.contains("revision 2"), "{done}");
    let shown = said(&owners(&["show", "444455556666", "--data", data]));
    assert!(shown.starts_with("444455556666 ひだまり検証: dev, baseline\n"), "{shown}");
    let again = said(&owners(&["import", sheet, "--data", data]));
    assert_eq!(again, "0 change(s)\nnothing to write\n");
    std::fs::write(sheet, rows.replace("444455556666", "44445555666")).unwrap();
    let bad = owners(&["import", sheet, "--data", data]);
    assert!(!bad.status.success());
    let said = String::from_utf8(bad.stderr).unwrap();
    assert!(said.contains("row 2: ") && said.contains("as text"), "{said}");
}

#[test]
fn one_account_is_set_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert!(owners(&["import", SAMPLE, "--data", data]).status.success());
    let set = |args: &[&str]| owners(&[&["set"], args, &["--data", data]].concat());
    let refused = |args: &[&str], why: &str| {
        let output = set(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(why), "{why}: {text}");
    };
    refused(&["12"], "give its 12 digits");
    refused(&["444455556666"], "give --company");
    refused(&["444455556666", "--company", "nagisa-digital"], "give --environment");
    refused(&["444455556666", "--company", "x", "--environment", "dev"], "no such company");
    refused(&["222233334444", "--baseline-until", "2027-01-31"], "give --stage baseline as well");
    refused(&["222233334444", "--stage", "baseline"], "give --why");
    refused(&["222233334444", "--ou", "core"], "write it under its `ous` first");

    let new = ["444455556666", "--company", "nagisa-digital", "--environment", "dev"];
    let more =
        ["--name", "sandbox", "--baseline-until", "2027-01-31", "--why", "joined", "--who", "M"];
    let new = [&new[..], &more].concat();
    let dry = said(&set(&[&new[..], &["--dry-run"]].concat()));
    assert_eq!(dry, "+ account 444455556666: new, sandbox\n1 change(s)\nnothing was written\n");
    let done = said(&set(&new));
    assert!(done.contains("revision 2"), "{done}");
    assert_eq!(said(&set(&new)), "0 change(s)\nnothing to write\n");
    let shown = said(&owners(&["show", "444455556666", "--data", data]));
    assert!(shown.starts_with("444455556666 sandbox: dev, baseline until 2027-01-31\n"), "{shown}");
    let again = said(&set(&["444455556666", "--why", "not counted yet"]));
    assert!(again.starts_with("~ account 444455556666: stage_reason: joined -> not counted yet\n"));
    assert!(said(&set(&["444455556666", "--why", "joined"])).contains("revision 4"));
    let gaps = said(&owners(&["gaps", "--data", data]));
    assert!(gaps.contains("account 444455556666: still in baseline until 2027-01-31 (joined)"));
    let live = said(&set(&["444455556666", "--stage", "live"]));
    assert_eq!(
        live.lines().take(4).collect::<Vec<_>>(),
        [
            "~ account 444455556666: baseline_until: 2027-01-31 -> nothing",
            "~ account 444455556666: stage: baseline -> live",
            "~ account 444455556666: stage_reason: joined -> nothing",
            "3 change(s)",
        ]
    );
}

#[test]
fn an_import_does_not_undo_what_was_set_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let import = |more: &[&str]| owners(&[&["import", SAMPLE, "--data", data], more].concat());
    let first = said(&import(&[]));
    assert_eq!(first.lines().count(), 1, "there was nothing to compare with: {first}");
    let new = ["444455556666", "--company", "nagisa-digital", "--environment", "dev"];
    assert!(owners(&[&["set"], &new[..], &["--data", data]].concat()).status.success());

    let refused = import(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(said(&refused), "- account 444455556666: gone, 444455556666\n1 change(s)\n");
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(why.contains("revision 2 was written by `set`") && why.contains("--force"), "{why}");
    assert!(said(&import(&["--dry-run"])).contains("it would be refused: revision 2"));
    assert!(owners(&["show", "444455556666", "--data", data]).status.success());

    // A sheet stands on the map that is there; a file that is imported after it may not.
    let sheet = folder.path().join("accounts.csv");
    let rows = "company,account,name,environment\nnagisa-digital,444455557777,more,dev\n";
    std::fs::write(&sheet, rows).unwrap();
    let added = owners(&["import", sheet.to_str().unwrap(), "--data", data]);
    assert!(said(&added).contains("revision 3"));
    let refused = import(&[]);
    assert_eq!(refused.status.code(), Some(1));
    let forced = said(&import(&["--force"]));
    assert!(forced.contains("- account 444455556666: gone") && forced.contains("revision 4"));
    assert!(said(&import(&[])).ends_with("revision 4\n"));
}

#[test]
fn slack_is_asked_about_people_and_channels_unless_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let map = "version: 1\nccoe:\n  name: CCoE\n  channel: {team: T0SHINONOME, id: C0CCOE}\n  \
               language: ja\n  depth: plain\n  time_zone: Asia/Tokyo\n  contacts:\n    - {name: \
               退職者, team: T0SHINONOME, user: U0GONE, roles: [ccoe]}\ncompanies:\n  - id: \
               one\n    name: 一号\n    channel: {team: T0SHINONOME, id: C0NOWHERE, name: \
               nowhere}\n    accounts: []\n";
    let owners_file = folder.path().join("owners.yaml");
    std::fs::write(&owners_file, map).unwrap();
    let passed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/passed.json");
    let sandbox = Sandbox::start(&["--events", passed]);
    let site = Site::new(&sandbox);
    let file = owners_file.to_str().unwrap();
    let (good, told) = site.run(&["owners", "import", file]);
    assert!(good, "{told}");
    let (good, told) = site.run(&["owners", "gaps"]);
    assert!(!good);
    assert!(told.contains("channel T0SHINONOME/C0NOWHERE #nowhere: does not exist"), "{told}");
    assert!(told.contains("ccoe: 退職者 (T0SHINONOME/U0GONE) is no longer in Slack"), "{told}");
    let (good, told) = site.run(&["owners", "gaps", "--offline"]);
    assert!(!good && !told.contains("C0NOWHERE") && told.contains("company one: 0 of 2"), "{told}");
}
