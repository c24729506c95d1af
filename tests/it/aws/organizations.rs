//! `owners sync` against an organization of 350 accounts, read by the real binary over HTTP.

use std::{collections::BTreeMap, path::Path, process::Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::emulator::Emulator;
use crate::support::{sandbox::monban, secrets_manager};

const COMPANIES: usize = 25;
const ACCOUNTS: usize = 350;
/// Of the first company, in production: more than a page of any list.
const MANY: usize = 50;
/// By a unit's place below its company.
const ENVIRONMENTS: [&str; 3] = ["", "prod", "dev"];

/// An organization with a unit for each company, two below it, and one that is nobody's.
struct Group {
    emulator: Emulator,
    root: String,
    /// Each company's unit, and those of its production and development.
    companies: Vec<[String; 3]>,
    sandbox: String,
    /// Accounts with the unit they are in, company by company, the first company's first.
    accounts: Vec<Placed>,
}

#[derive(Clone)]
struct Placed {
    id: String,
    name: String,
    company: usize,
    /// 1: production, 2: development.
    below: usize,
}

impl Group {
    fn new(emulator: Emulator) -> Self {
        let mut group = Self {
            emulator,
            root: String::new(),
            companies: vec![],
            sandbox: String::new(),
            accounts: vec![],
        };
        group.call("CreateOrganization", json!({ "FeatureSet": "ALL" }));
        let roots = group.call("ListRoots", json!({}));
        group.root = text(&roots["Roots"][0]["Id"]);
        let root = group.root.clone();
        for number in 0..COMPANIES {
            let company = group.unit(&format!("会社{number:02}"), &root);
            let names = [format!("Company{number:02}-Prod"), "開発".to_owned()];
            let [prod, dev] = names.map(|name| group.unit(&name, &company));
            group.companies.push([company, prod, dev]);
        }
        group.sandbox = group.unit("Sandbox", &root);
        for number in 0..ACCOUNTS {
            let company = number.saturating_sub(MANY) % COMPANIES;
            let below = if number < MANY { 1 } else { 1 + number / COMPANIES % 2 };
            let name = format!("c{company:02}-{number:03}");
            let id = group.account(&name);
            group.place(&id, &group.companies[company][below].clone());
            group.accounts.push(Placed { id, name, company, below });
        }
        group
    }

    #[expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]
    fn call(&self, operation: &str, body: Value) -> Value {
        self.emulator.call(&format!("AWSOrganizationsV20161128.{operation}"), &body)
    }

    fn unit(&self, name: &str, parent: &str) -> String {
        let body = json!({ "ParentId": parent, "Name": name });
        text(&self.call("CreateOrganizationalUnit", body)["OrganizationalUnit"]["Id"])
    }

    /// A new account, in the root as every new one.
    fn account(&self, name: &str) -> String {
        let body = json!({ "AccountName": name, "Email": format!("{name}@example.com") });
        text(&self.call("CreateAccount", body)["CreateAccountStatus"]["AccountId"])
    }

    fn place(&self, account: &str, unit: &str) {
        let (from, to) = (self.root.clone(), unit.to_owned());
        let body =
            json!({ "AccountId": account, "SourceParentId": from, "DestinationParentId": to });
        self.call("MoveAccount", body);
    }

    /// The owner map that says what the organization says.
    fn map(&self) -> Value {
        let mut accounts: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
        for Placed { id, name, company, below } in &self.accounts {
            let environment = ENVIRONMENTS[*below];
            accounts.entry(*company).or_default().push(json!({
                "id": id, "name": name, "environment": environment, "stage": "live",
            }));
        }
        let companies: Vec<Value> = (0..COMPANIES)
            .map(|number| {
                json!({
                    "id": format!("company-{number:02}"), "name": format!("会社{number:02}"),
                    "organizational_units": [self.companies[number][0]],
                    "accounts": accounts.remove(&number).unwrap_or_default(),
                })
            })
            .collect();
        json!({
            "version": 1,
            "ccoe": {
                "name": "CCoE", "channel": { "team": "T1", "id": "C0" }, "language": "ja",
                "depth": "detailed", "time_zone": "Asia/Tokyo",
            },
            "companies": companies,
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// A place with a config whose organization is the emulator's.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "inbox: {{embedded: {{}}}}\n\
             store: {{sqlite: {{data: '{}'}}}}\n\
             aws: {{region: ap-northeast-1, endpoint_url: '{url}'}}\n\
             slack: {{workspaces: [{{team_id: T1, bot_token: {{env: MONBAN_TOKEN_T1}}}}]}}\n\
             http: {{listen: '127.0.0.1:0'}}\n",
            folder.path().join("data").display(),
        );
        std::fs::write(folder.path().join("serve.yaml"), config).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What a verb of `owners` answers: its exit code, its output, its complaint.
    fn owners(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = monban();
        command.arg("owners").args(args).args(["--config", &self.path("serve.yaml")]);
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        let output = command.stdin(Stdio::null()).output().unwrap();
        let words = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), words(output.stdout), words(output.stderr))
    }

    fn import(&self, map: &Value) {
        let file = self.path("owners.yaml");
        std::fs::write(&file, map.to_string()).unwrap();
        let (code, _, error) = self.owners(&["import", &file]);
        assert_eq!(code, 0, "{error}");
    }
}

/// The map's entry of an account.
fn entry<'a>(map: &'a mut Value, account: &Placed) -> &'a mut Value {
    let accounts = map["companies"][account.company]["accounts"].as_array_mut().unwrap();
    accounts.iter_mut().find(|one| one["id"] == account.id.as_str()).unwrap()
}

/// What differs between the map and the organization.
struct Changes {
    moved: Placed,
    closed: Placed,
    renamed: Placed,
    turned: Placed,
    new: String,
    unknown: String,
    nobodys: String,
}

impl Changes {
    fn made(group: &Group, map: &mut Value) -> Self {
        // The last of the big company, and some of the end: on the last pages of their lists.
        let [moved, closed, renamed, turned] =
            [MANY - 1, ACCOUNTS - 1, ACCOUNTS - 2, ACCOUNTS - 3].map(|n| group.accounts[n].clone());
        group.place(&moved.id, &group.companies[7][1]);
        group.call("CloseAccount", json!({ "AccountId": closed.id }));
        entry(map, &renamed)["name"] = json!("an old name");
        entry(map, &turned)["environment"] = json!(ENVIRONMENTS[3 - turned.below]);
        let gone = json!({
            "id": "000000000009", "name": "left", "environment": "prod", "stage": "live",
        });
        map["companies"][3]["accounts"].as_array_mut().unwrap().push(gone);
        let fresh = |name: &str, unit: &str| {
            let id = group.account(name);
            group.place(&id, unit);
            id
        };
        Self {
            moved,
            closed,
            renamed,
            turned,
            new: fresh("brand-new", &group.companies[24][2]),
            unknown: fresh("no-environment", &group.companies[5][0]),
            nobodys: fresh("nobodys", &group.sandbox),
        }
    }

    /// The lines about what changes.
    fn told(&self, group: &Group) -> Vec<String> {
        let Self { moved, closed, renamed, turned, new, .. } = self;
        let in_unit = |company: usize, below: usize| {
            let name = [String::new(), format!("Company{company:02}-Prod"), "開発".to_owned()];
            let (name, id) = (&name[below], &group.companies[company][below]);
            format!("it is in Root / 会社{company:02} / {name} ({id})")
        };
        let (was, is) = (ENVIRONMENTS[3 - turned.below], ENVIRONMENTS[turned.below]);
        let why = |account: &Placed, why: &str| {
            format!("  account {} {}: {why}", account.id, account.name)
        };
        let moves = format!("moves from company company-00 to company-07: {}", in_unit(7, 1));
        let ends = format!("is suspended: it leaves company company-{:02}", closed.company);
        let turns = format!("{was} becomes {is}: {}", in_unit(turned.company, turned.below));
        vec![
            format!("~ account {}: company: company-00 -> company-07", moved.id),
            format!("- account {}: gone, {}", closed.id, closed.name),
            format!("~ account {}: name: an old name -> {}", renamed.id, renamed.name),
            format!("~ account {}: environment: {was} -> {is}", turned.id),
            format!("+ account {new}: new, brand-new"),
            "5 change(s)".to_owned(),
            why(moved, &moves),
            why(closed, &ends),
            why(renamed, "was called an old name"),
            why(turned, &turns),
            format!(
                "  account {new} brand-new: new in company company-24, dev, in baseline until its \
                 stock is taken: {}",
                in_unit(24, 2)
            ),
        ]
    }

    /// Pieces of what is left to people.
    fn open(&self, group: &Group) -> [String; 4] {
        let (unknown, nobodys) = (&self.unknown, &self.nobodys);
        let unassigned = "in no company's unit, the CCoE is told of it: it is in Root";
        [
            format!(
                "account {unknown} no-environment: environment unknown, it is not added: it is in \
                 Root / 会社05 ({})",
                group.companies[5][0]
            ),
            "account 000000000009 left: not in the organization, it stays with company-03"
                .to_owned(),
            format!("account {nobodys} nobodys: {unassigned} / Sandbox ({})", group.sandbox),
            // The management account.
            format!("{unassigned} ({})", group.root),
        ]
    }
}

/// The lines of what is left to people.
fn open(told: &str) -> Vec<&str> {
    let open = told.lines().skip_while(|line| *line != "for you to decide:").skip(1);
    open.take_while(|line| line.starts_with("  ")).collect()
}

#[test]
fn the_map_follows_the_organization() {
    let Some(emulator) = Emulator::with_organizations() else { return };
    let desk = Desk::new(&emulator.url);
    let group = Group::new(emulator);
    let mut map = group.map();
    let changes = Changes::made(&group, &mut map);
    desk.import(&map);

    let (code, told, error) = desk.owners(&["sync"]);
    println!("{told}");
    assert_eq!((code, error.as_str()), (1, "monban: 5 change(s) are not written: give --write\n"));
    let lines: Vec<&str> = told.lines().collect();
    for line in changes.told(&group) {
        assert_eq!(lines.iter().filter(|one| **one == line).count(), 1, "{line}");
    }
    let left = open(&told);
    for what in changes.open(&group) {
        assert_eq!(left.iter().filter(|line| line.contains(&what)).count(), 1, "{what}");
    }
    assert_eq!((lines.len(), left.len()), (5 + 1 + 1 + 5 + 1 + 4, 4), "and nothing else");
    let (_, stored, _) = desk.owners(&["export"]);
    assert_eq!(stored, map.to_string(), "nothing was written");

    let (code, written, error) = desk.owners(&["sync", "--write", "--by", "門田", "--why", "月次"]);
    assert_eq!((code, error.as_str()), (0, ""), "{written}");
    let last = written.lines().last().unwrap();
    assert!(written.starts_with(&told) && last.contains(": revision 2; comments"), "{written}");
    let (_, shown, _) = desk.owners(&["show", &changes.new]);
    assert!(shown.starts_with(&format!("{} brand-new: dev, baseline\n", changes.new)), "{shown}");
    let (_, shown, _) = desk.owners(&["show", &changes.moved.id]);
    assert!(shown.contains(": prod, live\n") && shown.contains("company-07 会社07"), "{shown}");

    let (code, again, error) = desk.owners(&["sync", "--write"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(again.starts_with("0 change(s)\n") && again.ends_with("nothing to write\n"), "{again}");
    assert_eq!(open(&again), left, "what people must decide stays told");
}

/// It needs no emulator: whoever knows no secrets refuses the organization as well.
#[test]
fn what_can_not_be_read_changes_nothing() {
    let refusing = secrets_manager::start(&[]);
    let desk = Desk::new(&format!("http://{refusing}"));
    let (code, _, error) = desk.owners(&["sync", "--write"]);
    assert_eq!(code, 1);
    assert!(error.contains("there is no data file"), "{error}");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/sample/owners.yaml");
    let (code, ..) = desk.owners(&["import", sample.to_str().unwrap()]);
    assert_eq!(code, 0);
    let (code, said, error) = desk.owners(&["sync", "--write"]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert_eq!(error, "monban: the accounts: ResourceNotFoundException: no\n");
    let (_, stored, _) = desk.owners(&["export"]);
    assert_eq!(stored, std::fs::read_to_string(sample).unwrap());
}
