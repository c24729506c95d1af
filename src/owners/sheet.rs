//! Accounts from a spreadsheet: a CSV file as Excel or a cloud sheet writes it, UTF-8 or Shift_JIS.
//!
//! Each row adds an account to a company or changes it; what a sheet does not name stays as it is.

use std::collections::HashMap;

use jiff::civil::Date;

use super::Problem;
use crate::domain::{Account, AccountId, Company, Environment, OwnerMap, Settings, Stage};

/// Columns by their names in either language; the first four must be there.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("company", &["company", "会社", "会社ID"]),
    ("account", &["account", "アカウント", "アカウントID"]),
    ("name", &["name", "アカウント名", "名前"]),
    ("environment", &["environment", "環境"]),
    ("ou", &["ou", "組織単位"]),
    ("stage", &["stage", "段階"]),
    ("stage_reason", &["stage_reason", "理由"]),
    ("baseline_until", &["baseline_until", "受け入れ準備の期限", "棚卸し期限"]),
];
const NEEDED: usize = 4;

/// Words of a cell and what they mean.
const ENVIRONMENTS: [(&str, Environment); 4] = [
    ("prod", Environment::Prod),
    ("本番", Environment::Prod),
    ("dev", Environment::Dev),
    ("開発", Environment::Dev),
];
const STAGES: [(&str, Stage); 7] = [
    ("live", Stage::Live),
    ("本稼働", Stage::Live),
    ("運用中", Stage::Live),
    ("baseline", Stage::Baseline),
    ("受け入れ準備中", Stage::Baseline),
    ("受け入れ準備中（baseline）", Stage::Baseline),
    ("棚卸し中", Stage::Baseline),
];

/// The map with the sheet's accounts in it.
///
/// # Errors
/// All problems found, by row as a spreadsheet counts them; then nothing is taken.
pub fn with_sheet(map: &OwnerMap, bytes: &[u8]) -> Result<OwnerMap, Vec<Problem>> {
    let mut sheet = Sheet::default();
    let Some(text) = decoded(bytes) else {
        let mend = "Save the sheet as CSV (UTF-8)";
        sheet.add("(file)", "is neither UTF-8 nor Shift_JIS", mend);
        return Err(sheet.problems);
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headers) => sheet.columns(headers),
        Err(error) => {
            sheet.add("row 1", &error.to_string(), "Save the sheet as CSV again");
            HashMap::new()
        }
    };
    if !sheet.problems.is_empty() {
        return Err(sheet.problems);
    }
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let at = format!("row {}", at + 2);
        match record {
            Ok(record) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(record) => rows.extend(sheet.row(&at, &columns, &record, map)),
            Err(error) => sheet.add(&at, &error.to_string(), "Save the sheet as CSV again"),
        }
    }
    if rows.is_empty() && sheet.problems.is_empty() {
        sheet.add("(file)", "has no row", "Write an account a row under the headings");
    }
    if !sheet.problems.is_empty() {
        return Err(sheet.problems);
    }
    let mut map = map.clone();
    map.change(|companies| rows.into_iter().for_each(|row| place(companies, row)));
    Ok(map)
}

/// Excel in Japan writes Shift_JIS unless it is told otherwise. None: it is neither.
fn decoded(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.trim_start_matches('\u{feff}').to_owned());
    }
    encoding_rs::SHIFT_JIS
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}

/// What a row says; what it leaves out stays as it is.
struct Row {
    company: String,
    account: AccountId,
    name: String,
    environment: Environment,
    ou: Option<String>,
    stage: Option<Stage>,
    stage_reason: Option<String>,
    baseline_until: Option<Date>,
}

#[derive(Default)]
struct Sheet {
    problems: Vec<Problem>,
    accounts: HashMap<AccountId, String>,
}

type Columns = HashMap<&'static str, usize>;

impl Sheet {
    fn add(&mut self, key: &str, what: &str, mend: &str) {
        let (key, what, mend) = (key.to_owned(), what.to_owned(), mend.to_owned());
        self.problems.push(Problem { key, what, mend });
    }

    fn columns(&mut self, headers: &csv::StringRecord) -> Columns {
        let mut found = HashMap::new();
        for (at, heading) in headers.iter().enumerate() {
            let heading = heading.trim();
            let known = COLUMNS
                .iter()
                .find(|(_, names)| names.iter().any(|name| name.eq_ignore_ascii_case(heading)));
            match known {
                Some((key, _)) if found.insert(*key, at).is_some() => {
                    self.add("row 1", &format!("`{heading}` stands twice"), "Keep one column");
                }
                Some(_) => {}
                None if heading.is_empty() => {}
                None => {
                    let names: Vec<&str> = COLUMNS.iter().map(|(key, _)| *key).collect();
                    let mend = format!("Known: {}. Mend or remove the column", names.join(", "));
                    self.add("row 1", &format!("`{heading}` is no known heading"), &mend);
                }
            }
        }
        for (key, names) in &COLUMNS[..NEEDED] {
            if !found.contains_key(key) {
                let mend = format!("Write a column with one of: {}", names.join(", "));
                self.add("row 1", &format!("the column `{key}` is missing"), &mend);
            }
        }
        found
    }

    fn row(
        &mut self,
        at: &str,
        columns: &Columns,
        record: &csv::StringRecord,
        map: &OwnerMap,
    ) -> Option<Row> {
        let cell = |key| {
            let text = columns.get(key).and_then(|at| record.get(*at)).unwrap_or_default().trim();
            (!text.is_empty()).then_some(text)
        };
        let before = self.problems.len();
        let company = cell("company").unwrap_or_default();
        let known = map.companies().iter().find(|one| one.id.as_str() == company);
        if known.is_none() {
            let ids: Vec<&str> = map.companies().iter().map(|one| one.id.as_str()).collect();
            let mend = format!("Use one of the map's companies: {}", ids.join(", "));
            self.add(at, &format!("`{company}` is no company"), &mend);
        }
        let account = AccountId::new(self.account(at, cell("account").unwrap_or_default()));
        if let Some(first) = self.accounts.insert(account.clone(), at.to_owned()) {
            let what = format!("account {account} stands at {first} already");
            self.add(at, &what, "Keep one row an account");
        }
        let name = cell("name");
        if name.is_none() {
            self.add(at, "the name is missing", "Write the account's name");
        }
        let environment = self.word(at, "environment", cell("environment"), &ENVIRONMENTS, true);
        let stage = self.word(at, "stage", cell("stage"), &STAGES, false);
        if let (Some(ou), Some(company)) = (cell("ou"), known)
            && !company.ous.contains_key(ou)
        {
            let mend = "Write it under the company's `ous` first";
            self.add(at, &format!("`{ou}` is none of the company's `ous`"), mend);
        }
        let reason = cell("stage_reason").map(str::to_owned);
        if stage == Some(Stage::Baseline) && reason.is_none() {
            self.add(at, "the stage_reason is missing", "Write why it is still in baseline");
        }
        let until = cell("baseline_until").map(|day| (day, day.parse::<Date>().ok()));
        match until {
            Some((day, None)) => {
                self.add(at, &format!("`{day}` is no day"), "Write it as 2027-03-31");
            }
            Some((_, Some(_))) if stage == Some(Stage::Live) => {
                let mend = "Empty the cell, or set the stage to baseline";
                self.add(at, "a live account has no baseline_until", mend);
            }
            Some(_) | None => {}
        }
        if self.problems.len() > before {
            return None;
        }
        Some(Row {
            company: company.to_owned(),
            account,
            name: name?.to_owned(),
            environment: environment?,
            ou: cell("ou").map(str::to_owned),
            stage,
            stage_reason: reason,
            baseline_until: until.and_then(|(_, day)| day),
        })
    }

    /// Twelve digits, or what a spreadsheet makes of them.
    fn account(&mut self, at: &str, text: &str) -> String {
        let digits: String = text.chars().filter(|c| *c != '-' && *c != ' ').collect();
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain && digits.len() == 12 {
            return digits;
        }
        let mend = if text.contains(['E', 'e', '.']) || plain && (9..12).contains(&digits.len()) {
            "Format the column as text: the spreadsheet took the id for a number"
        } else {
            "Write its 12 digits"
        };
        self.add(at, &format!("`{text}` is no account id"), mend);
        text.to_owned()
    }

    fn word<T: Copy>(
        &mut self,
        at: &str,
        key: &str,
        cell: Option<&str>,
        words: &[(&str, T)],
        needed: bool,
    ) -> Option<T> {
        let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let Some(cell) = cell else {
            if needed {
                self.add(at, &format!("the {key} is missing"), &format!("Write one of {}", all()));
            }
            return None;
        };
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell));
        if found.is_none() {
            let mend = format!("Use one of {}", all());
            self.add(at, &format!("`{cell}` is no {key}"), &mend);
        }
        found.map(|(_, value)| *value)
    }
}

/// Puts the row's account where the row says; a new one begins in baseline unless it says so.
fn place(companies: &mut [Company], row: Row) {
    let found = companies.iter_mut().find_map(|company| {
        let at = company.accounts.iter().position(|one| one.id == row.account)?;
        let moves = company.id.as_str() != row.company;
        Some(if moves {
            (company.accounts.remove(at), true)
        } else {
            (company.accounts[at].clone(), false)
        })
    });
    let Some(company) = companies.iter_mut().find(|one| one.id.as_str() == row.company) else {
        return;
    };
    let fresh = found.is_none();
    let found = found.map(|(mut account, moves)| {
        if moves {
            account.hand_over(company);
        }
        account
    });
    let mut account = found.unwrap_or_else(|| Account {
        id: row.account.clone(),
        name: String::new(),
        environment: row.environment,
        ou: None,
        stage: Stage::Baseline,
        baseline_until: None,
        stage_reason: None,
        settings: Settings::default(),
        tags: Vec::new(),
    });
    account.name = row.name;
    account.environment = row.environment;
    account.ou = row.ou.or(account.ou);
    if let Some(stage) = row.stage {
        account.stage = stage;
        account.stage_reason = row.stage_reason;
        if stage == Stage::Live {
            account.baseline_until = None;
        }
    } else if fresh {
        let new = "new in the sheet: its stock is being taken".to_owned();
        account.stage_reason = Some(row.stage_reason.unwrap_or(new));
    } else if row.stage_reason.is_some() {
        account.stage_reason = row.stage_reason;
    }
    if account.stage == Stage::Baseline {
        account.baseline_until = row.baseline_until.or(account.baseline_until);
    }
    match company.accounts.iter_mut().find(|one| one.id == account.id) {
        Some(known) => *known = account,
        None => company.accounts.push(account),
    }
}
