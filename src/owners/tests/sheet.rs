//! Sheets of accounts.

use serde_json::json;

use super::parse;
use crate::{
    domain::{AccountId, Environment, OwnerMap, Placement, Settings, Stage},
    owners::with_sheet,
};

fn map() -> OwnerMap {
    parse(super::SAMPLE).unwrap()
}

fn account(map: &OwnerMap, id: &str) -> (String, String, Environment, Stage) {
    let Placement::Owned(company, account) = map.place(&AccountId::new(id)) else {
        panic!("{id} is in no company")
    };
    (company.id.to_string(), account.name.clone(), account.environment, account.stage)
}

#[test]
fn rows_add_change_and_move_accounts() {
    let sheet = "\u{feff}会社ID,アカウントID,アカウント名,環境,段階,理由\r\n\
                 hidamari-care,4444-5555-6666,hidamari-new,開発,,\r\n\
                 hidamari-care,222233334444,hidamari-honban,本番,棚卸し中,監査のため\r\n\
                 nagisa-digital,111122224444,moved,dev,live,\r\n\
                 ,,,,,\r\n";
    let new = with_sheet(&map(), sheet.as_bytes()).unwrap();
    let (dev, prod) = (Environment::Dev, Environment::Prod);
    let company = |id: &str| id.to_owned();
    assert_eq!(
        account(&new, "444455556666"),
        (company("hidamari-care"), "hidamari-new".into(), dev, Stage::Baseline),
        "a new one begins in baseline"
    );
    assert_eq!(
        account(&new, "222233334444"),
        (company("hidamari-care"), "hidamari-honban".into(), prod, Stage::Baseline)
    );
    assert_eq!(
        account(&new, "111122224444"),
        (company("nagisa-digital"), "moved".into(), dev, Stage::Live)
    );
    assert_eq!(account(&new, "222233335555"), account(&map(), "222233335555"), "not named");
    let text = serde_saphyr::to_string(&new).unwrap();
    assert_eq!(parse(&text).unwrap(), new, "it can be imported:\n{text}");
}

#[test]
fn an_account_that_changes_hands_takes_nothing_of_the_old_company_along() {
    let mut old = super::good();
    old["companies"][0]["ous"] = json!({ "core": {} });
    let account = &mut old["companies"][0]["accounts"][0];
    account["channel"] = json!({ "team": "T1", "id": "C1" });
    account["ou"] = "core".into();
    account["tags"] = json!([{ "key": "team", "value": "pay", "depth": "plain" }]);
    let id = account["id"].as_str().unwrap().to_owned();
    let two = json!({ "id": "two", "name": "Two", "accounts": [] });
    old["companies"].as_array_mut().unwrap().push(two);
    let old = parse(&old.to_string()).unwrap();
    let sheet = format!("company,account,name,environment\ntwo,{id},moved,dev\n");
    let new = with_sheet(&old, sheet.as_bytes()).unwrap();
    let Placement::Owned(company, account) = new.place(&AccountId::new(&id)) else { panic!() };
    assert_eq!(company.id.as_str(), "two");
    assert_eq!((&account.settings, &account.ou), (&Settings::default(), &None));
    assert!(account.tags.is_empty());
    let text = crate::owners::written(&new).unwrap();
    assert_eq!(parse(&text).unwrap(), new, "it can be read again");
}

#[test]
fn a_sheet_of_a_japanese_excel_is_read() {
    let sheet = "会社,アカウント,名前,環境\nhidamari-care,444455556666,ひだまり検証,開発\n";
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(sheet);
    let new = with_sheet(&map(), &bytes).unwrap();
    assert_eq!(account(&new, "444455556666").1, "ひだまり検証");
}

#[test]
fn what_no_encoding_explains_is_refused() {
    let sheet = b"company,account,name,environment\nhidamari-care,444455556666,a\x81\xff,dev\n";
    let problems = with_sheet(&map(), sheet).unwrap_err();
    assert_eq!((problems.len(), problems[0].key.as_str()), (1, "(file)"));
}

#[test]
fn a_reason_alone_is_taken() {
    let sheet = "company,account,name,environment,stage_reason\n\
                 hidamari-care,222233334444,a,prod,監査のため\n";
    let new = with_sheet(&map(), sheet.as_bytes()).unwrap();
    let Placement::Owned(_, account) = new.place(&AccountId::new("222233334444")) else { panic!() };
    assert_eq!(account.stage_reason.as_deref(), Some("監査のため"));
}

#[test]
fn what_is_wrong_with_a_sheet_is_named_by_row() {
    let heads = "company,account,name,environment,stage,ou\n";
    for (sheet, key, what) in [
        (String::new(), "row 1", "the column `company` is missing"),
        ("company,account,name,environment,colour\n".into(), "row 1", "`colour` is no known"),
        ("company,account,name,environment,name\n".into(), "row 1", "`name` stands twice"),
        (heads.into(), "(file)", "has no row"),
        (format!("{heads}nobody,444455556666,n,dev,,\n"), "row 2", "`nobody` is no company"),
        (format!("{heads}hidamari-care,44445555666,n,dev,,\n"), "row 2", "is no account id"),
        (format!("{heads}hidamari-care,1.11E+11,n,dev,,\n"), "row 2", "is no account id"),
        (format!("{heads}hidamari-care,444455556666,,dev,,\n"), "row 2", "the name is missing"),
        (format!("{heads}hidamari-care,444455556666,n,,,\n"), "row 2", "environment is missing"),
        (format!("{heads}hidamari-care,444455556666,n,stg,,\n"), "row 2", "`stg` is no env"),
        (format!("{heads}hidamari-care,444455556666,n,dev,soon,\n"), "row 2", "`soon` is no stage"),
        (format!("{heads}hidamari-care,444455556666,n,dev,baseline,\n"), "row 2", "stage_reason"),
        (format!("{heads}hidamari-care,444455556666,n,dev,,core\n"), "row 2", "`core` is none"),
    ] {
        let found = with_sheet(&map(), sheet.as_bytes()).unwrap_err();
        assert!(
            found.iter().any(|one| one.key == key && one.what.contains(what)),
            "{sheet:?}: {found:?}"
        );
        assert!(found.iter().all(|one| one.mend.len() > 8), "{found:?}");
    }
    let twice =
        format!("{heads}hidamari-care,444455556666,n,dev,,\nhidamari-care,444455556666,m,dev,,\n");
    let found = with_sheet(&map(), twice.as_bytes()).unwrap_err();
    assert_eq!((found.len(), found[0].key.as_str()), (1, "row 3"), "{found:?}");
    let lost = with_sheet(&map(), format!("{heads}hidamari-care,1.1E+11,n,dev,,\n").as_bytes());
    assert!(lost.unwrap_err()[0].mend.contains("as text"), "it says what Excel did");
    let noise = with_sheet(&map(), &[0xff, 0x00, 0x80, b'\n', 0xfe]);
    assert!(noise.is_err());
}

#[test]
fn a_sheet_may_say_when_baseline_ends() {
    let heads = "company,account,name,environment,stage,stage_reason,棚卸し期限\n";
    let row = |rest: &str| format!("{heads}hidamari-care,444455556666,n,dev,{rest}\n");
    let until = |map: &OwnerMap| {
        let Placement::Owned(_, account) = map.place(&AccountId::new("444455556666")) else {
            panic!("it is there")
        };
        account.baseline_until
    };
    let first = with_sheet(&map(), row("baseline,new,2027-03-31").as_bytes()).unwrap();
    assert_eq!(until(&first), Some(jiff::civil::date(2027, 3, 31)));
    let kept = with_sheet(&first, row("baseline,new,").as_bytes()).unwrap();
    assert_eq!(until(&kept), until(&first), "an empty cell changes nothing");
    let live = with_sheet(&first, row("live,,").as_bytes()).unwrap();
    assert_eq!(until(&live), None);
    for (rest, what) in [("baseline,new,soon", "is no day"), ("live,,2027-03-31", "live account")] {
        let problems = with_sheet(&map(), row(rest).as_bytes()).unwrap_err();
        assert!(problems[0].to_string().contains(what), "{problems:?}");
    }
}
