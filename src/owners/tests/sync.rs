//! The owner map after the organization.

use serde_json::{Value, json};

use super::{good, parse};
use crate::{
    domain::{
        AccountId, Environment, OrgAccount, OrgUnit, Organization, OwnerMap, Placement, Settings,
        Stage, Standing,
    },
    owners::{self, Problem, Seen, Synced, What, with_organization},
};

const ONE: &str = "000000000001";
const TWO: &str = "000000000002";
const NEW: &str = "000000000003";

/// Two companies with a unit each; the first also has the accounts of `good`.
fn map() -> Value {
    let mut map = good();
    map["companies"][0]["organizational_units"] = json!(["ou-ab12-companyone"]);
    map["companies"][0]["ous"] = json!({"core": {}, "shared": {}});
    map["companies"].as_array_mut().unwrap().push(json!({
        "id": "two", "name": "Two", "organizational_units": ["ou-ab12-companytwo"],
        "ous": {"shared": {}}, "accounts": [],
    }));
    map
}

fn unit(id: &str, name: &str, parent: &str) -> OrgUnit {
    let parent = (!parent.is_empty()).then(|| parent.to_owned());
    OrgUnit { id: id.into(), name: name.into(), parent }
}

fn account(id: &str, name: &str, parent: &str) -> OrgAccount {
    let parent = (!parent.is_empty()).then(|| parent.to_owned());
    OrgAccount { id: AccountId::new(id), name: name.into(), standing: Standing::Open, parent }
}

/// The organization that says what the map says.
fn organization() -> Organization {
    Organization {
        ous: vec![
            unit("r-ab12", "Root", ""),
            unit("ou-ab12-companyone", "One", "r-ab12"),
            unit("ou-ab12-oneprod", "Prod", "ou-ab12-companyone"),
            unit("ou-ab12-onedev", "一開発", "ou-ab12-companyone"),
            unit("ou-ab12-companytwo", "Two", "r-ab12"),
            unit("ou-ab12-twoprod", "Production", "ou-ab12-companytwo"),
            unit("ou-ab12-twonon", "Non-Prod", "ou-ab12-companytwo"),
            unit("ou-ab12-nobody", "Sandbox", "r-ab12"),
        ],
        accounts: vec![account(ONE, "a", "ou-ab12-oneprod"), account(TWO, "b", "ou-ab12-onedev")],
    }
}

fn parsed(map: &Value) -> OwnerMap {
    parse(&map.to_string()).unwrap()
}

fn synced(map: &Value, organization: &Organization) -> Result<Synced, Problem> {
    let before = parsed(map);
    let synced = with_organization(&before, organization)?;
    let text = owners::written(&synced.map).unwrap();
    assert_eq!(parse(&text).unwrap(), synced.map, "what comes out can be read");
    let again = with_organization(&synced.map, organization).unwrap();
    assert_eq!(owners::diff(&synced.map, &again.map), [], "the second time nothing is left to do");
    Ok(synced)
}

/// The map and what was seen of it after a change to the organization.
fn after(change: impl FnOnce(&mut Organization)) -> (OwnerMap, Vec<(String, What)>) {
    let mut organization = organization();
    change(&mut organization);
    let synced = synced(&map(), &organization).unwrap();
    let told = synced.seen.into_iter().map(|seen| match seen {
        Seen::Account { id, what, .. } => (id.to_string(), what),
        Seen::UnitGone { .. } => panic!("{seen:?}"),
    });
    (synced.map, told.collect())
}

fn of<'a>(map: &'a OwnerMap, id: &str) -> (&'a str, &'a crate::domain::Account) {
    match map.place(&AccountId::new(id)) {
        Placement::Owned(company, account) => (company.id.as_str(), account),
        Placement::Unowned => panic!("{id} is nobody's"),
    }
}

const PROD: &str = "Root / One / Prod (ou-ab12-oneprod)";

#[test]
fn what_says_the_same_changes_nothing() {
    let synced = synced(&map(), &organization()).unwrap();
    assert_eq!((synced.map, synced.seen), (parsed(&map()), vec![]));
}

#[test]
fn a_new_account_begins_in_baseline_with_its_reason() {
    let (map, told) = after(|all| all.accounts.push(account(NEW, " c ", "ou-ab12-oneprod")));
    let (environment, path) = (Environment::Prod, PROD.to_owned());
    let added = What::Added { company: "one".into(), environment, path };
    assert_eq!(told, [(NEW.to_owned(), added)]);
    let (company, new) = of(&map, NEW);
    assert_eq!((company, new.name.as_str(), new.stage), ("one", "c", Stage::Baseline));
    assert_eq!(new.environment, Environment::Prod);
    assert!(new.stage_reason.as_deref().unwrap().starts_with("new in the organization"));
}

#[test]
fn an_account_without_a_name_has_its_number() {
    let (map, _) = after(|all| all.accounts.push(account(NEW, " ", "ou-ab12-oneprod")));
    assert_eq!(of(&map, NEW).1.name, NEW);
}

#[test]
fn an_account_in_another_companys_unit_moves_without_what_the_old_one_wrote() {
    let path = "Root / Two / Production (ou-ab12-twoprod)";
    for (ou, lost, stays) in [
        (None, None, None),
        (Some("core"), Some("core"), None),
        (Some("shared"), None, Some("shared")),
    ] {
        let mut map = map();
        map["companies"][0]["accounts"][1]["environment"] = json!("prod");
        if let Some(ou) = ou {
            map["companies"][0]["accounts"][1]["ou"] = json!(ou);
        }
        map["companies"][0]["accounts"][1]["language"] = json!("en");
        map["companies"][0]["accounts"][1]["tags"] =
            json!([{ "key": "team", "value": "pay", "depth": "plain" }]);
        let before = of(&parsed(&map), TWO).1.clone();
        assert_ne!(before.settings, Settings::default());
        let mut organization = organization();
        organization.accounts[1].parent = Some("ou-ab12-twoprod".into());
        let synced = synced(&map, &organization).unwrap();
        let what = What::Moved {
            from: "one".into(),
            to: "two".into(),
            path: path.into(),
            lost_ou: lost.map(str::to_owned),
            lost_settings: true,
        };
        let id = AccountId::new(TWO);
        assert_eq!(synced.seen, [Seen::Account { id, name: "b".into(), what }]);
        let (company, moved) = of(&synced.map, TWO);
        assert_eq!((company, moved.ou.as_deref()), ("two", stays));
        assert_eq!((&moved.settings, moved.tags.len()), (&Settings::default(), 0));
        let kept = crate::domain::Account {
            ou: before.ou.clone(),
            settings: before.settings.clone(),
            tags: before.tags.clone(),
            ..moved.clone()
        };
        assert_eq!(kept, before, "name, environment, stage and reason are the same");
    }
}

#[test]
fn a_new_name_and_a_new_environment_are_taken() {
    let (map, told) = after(|all| {
        all.accounts[0].name = "a2".into();
        all.accounts[1].parent = Some("ou-ab12-oneprod".into());
    });
    let (from, to) = (Environment::Dev, Environment::Prod);
    let changed = What::Environment { from, to, path: PROD.into() };
    assert_eq!(told, [(ONE.into(), What::Renamed { from: "a".into() }), (TWO.into(), changed)]);
    assert_eq!(of(&map, ONE).1.name, "a2");
    assert_eq!(of(&map, TWO).1.environment, Environment::Prod);
    assert_eq!(of(&map, TWO).1.stage, Stage::Baseline);
}

#[test]
fn what_is_closed_leaves_the_map() {
    for standing in [Standing::Suspended, Standing::Closing, Standing::Closed] {
        let (map, told) = after(|all| all.accounts[1].standing = standing);
        assert_eq!(told, [(TWO.to_owned(), What::Ended { company: "one".into(), standing })]);
        assert_eq!(map.place(&AccountId::new(TWO)), Placement::Unowned);
        assert_eq!(of(&map, ONE).0, "one");
    }
    let (_, told) = after(|all| {
        let standing = Standing::Suspended;
        all.accounts.push(OrgAccount { standing, ..account(NEW, "c", "ou-ab12-oneprod") });
    });
    assert_eq!(told, [], "a closed one that the map never had is nobody's concern");
}

#[test]
fn what_is_not_in_the_organization_stays_and_is_told() {
    let (now, told) = after(|all| drop(all.accounts.remove(1)));
    assert_eq!(told, [(TWO.to_owned(), What::Missing { company: "one".into() })]);
    assert_eq!(now, parsed(&map()));
}

#[test]
fn an_unknown_environment_is_asked_for() {
    let path = || "Root / Two / Non-Prod (ou-ab12-twonon)".to_owned();
    let (map, told) = after(|all| {
        all.accounts[1].parent = Some("ou-ab12-companyone".into());
        all.accounts.push(account(NEW, "c", "ou-ab12-twonon"));
    });
    let unknown = |company: &str, kept, path| What::EnvironmentUnknown {
        company: company.into(),
        kept,
        path,
    };
    let known = "Root / One (ou-ab12-companyone)".to_owned();
    assert_eq!(
        told,
        [
            (TWO.to_owned(), unknown("one", Some(Environment::Dev), known)),
            (NEW.to_owned(), unknown("two", None, path())),
        ]
    );
    assert_eq!(map, parsed(&self::map()), "nothing was guessed");
}

#[test]
fn what_is_in_no_companys_unit_stays_as_it_is() {
    let (map, told) = after(|all| {
        all.accounts[0].parent = Some("ou-ab12-nobody".into());
        all.accounts[0].name = "renamed".into();
        all.accounts[1].parent = None;
        all.accounts.push(account(NEW, "c", "r-ab12"));
    });
    let one = || Some("one".to_owned());
    let unassigned =
        |company, path: Option<&str>| What::Unassigned { company, path: path.map(str::to_owned) };
    assert_eq!(
        told,
        [
            (ONE.to_owned(), unassigned(one(), Some("Root / Sandbox (ou-ab12-nobody)"))),
            (TWO.to_owned(), unassigned(one(), None)),
            (NEW.to_owned(), unassigned(None, Some("Root (r-ab12)"))),
        ]
    );
    assert_eq!(map, parsed(&self::map()));
}

#[test]
fn the_nearest_companys_unit_counts() {
    let (map, _) = after(|all| {
        all.ous[4].parent = Some("ou-ab12-companyone".into());
        all.accounts.push(account(NEW, "c", "ou-ab12-twoprod"));
    });
    assert_eq!(of(&map, NEW).0, "two");
    assert_eq!(of(&map, ONE).0, "one");
}

#[test]
fn a_unit_that_is_not_there_is_told() {
    let mut map = map();
    let units = json!(["ou-ab12-companytwo", "ou-ab12-nowhere00"]);
    map["companies"][1]["organizational_units"] = units;
    let synced = synced(&map, &organization()).unwrap();
    let (company, unit) = ("two".to_owned(), "ou-ab12-nowhere00".to_owned());
    assert_eq!(synced.seen, [Seen::UnitGone { company, unit }]);
}

#[test]
fn another_organization_is_refused() {
    for accounts in [vec![], vec![account(NEW, "c", "r-ab12")]] {
        let organization = Organization { accounts, ..organization() };
        let problem = synced(&map(), &organization).unwrap_err();
        assert!(problem.to_string().contains("another organization"), "{problem}");
    }
    let mut empty = map();
    empty["companies"][0]["accounts"] = json!([]);
    let synced = synced(&empty, &organization()).unwrap();
    assert_eq!(synced.seen.len(), 2, "a map without accounts takes those of any");
}

#[test]
fn a_ring_of_units_ends() {
    let (map, told) = after(|all| {
        all.ous[0].parent = Some("ou-ab12-oneprod".into());
        all.ous.truncate(3);
        all.ous.push(unit("ou-ab12-companytwo", "Two", "ou-ab12-none"));
        all.accounts[1].parent = Some("ou-ab12-oneprod".into());
    });
    assert_eq!(of(&map, ONE).0, "one");
    assert_eq!(told.len(), 1, "{told:?}");
}
