//! What a person asks for, from the words of a command, the id of a button, or a form.
//!
//! A button says what it asks in its action id, or, for a menu, at the front of the chosen value;
//! the rest of the value is an id and nothing else. So a button of an older card still says what
//! it meant.

use std::collections::BTreeMap;

use crate::domain::{
    AccountId, AlertId, CompanyId, Depth, Environment, FormKind, Lang, Person, Refusal, TeamId,
    UserId,
};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// What can be asked for.
    Help,
    /// Whether all is well.
    Status,
    /// The open problems of the asker's accounts, from this one on.
    List {
        /// How many to leave out at the front.
        skip: usize,
    },
    /// A problem as it is now.
    Show(AlertId),
    /// Why a problem is told, and where.
    Why(AlertId),
    /// Why nothing is told of a problem or an account.
    WhyNot(Subject),
    /// Who answers for an account.
    Owner(AccountId),
    /// What is wrong with the owner map.
    Gaps,
    /// The asker takes care of a problem, in the episode that the card shows.
    Acknowledge(AlertId, Option<u32>),
    /// A form to say who works on a problem.
    ChooseAssignee(AlertId),
    /// Who works on a problem.
    Assign(AlertId, To),
    /// A form to say who answers for an account.
    ChooseOwner(AccountId),
    /// Who answers for an account.
    AssignOwner {
        /// The account.
        account: AccountId,
        /// Who is to answer for it.
        company: CompanyId,
        /// What it is for.
        environment: Environment,
        /// As the company calls it; empty: as AWS does.
        name: String,
    },
    /// In which language the asker wants to read; `None`: as the chat service is set.
    Lang(Option<Lang>),
    /// How much the asker wants to read; `None`: as the channel.
    Depth(Option<Depth>),
    /// The asker's App Home.
    Home,
}

/// Who is to work on a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Nobody in particular.
    Nobody,
    /// The asker.
    Myself,
    /// Somebody of the asker's workspace.
    Mentioned(UserId),
    /// This person.
    Person(Person),
}

impl To {
    /// The person meant, asked for by this one.
    pub fn person(self, asker: &Person) -> Option<Person> {
        match self {
            Self::Nobody => None,
            Self::Myself => Some(asker.clone()),
            Self::Mentioned(user) => Some(Person { team: asker.team.clone(), user }),
            Self::Person(person) => Some(person),
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A problem.
    Alert(AlertId),
    /// An account.
    Account(AccountId),
}

/// The words of commands: the English one, then its Japanese names.
const VERBS: [(&str, &[&str]); 12] = [
    ("help", &["ヘルプ", "使い方", "使いかた"]),
    ("status", &["状況", "状態", "ステータス"]),
    ("list", &["一覧", "リスト"]),
    ("show", &["表示", "見る"]),
    ("why", &["理由", "なぜ"]),
    ("why-not", &["届かない理由", "なぜ届かない"]),
    ("owner", &["担当", "オーナー"]),
    ("ack", &["確認", "対応開始", "対応する"]),
    ("assign", &["担当者", "割り当て"]),
    ("lang", &["言語"]),
    ("depth", &["詳しさ", "くわしさ"]),
    ("home", &["ホーム"]),
];

/// The verbs that commands know, as help lists them.
pub fn verbs() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    VERBS.into_iter()
}

/// Reads the words behind the command.
///
/// # Errors
/// The refusal to tell the person.
pub fn command(words: &str) -> Result<Wish, Refusal> {
    // A space as Japanese keyboards write it separates as well.
    let mut parts = words.split_whitespace();
    let Some(first) = parts.next() else { return Ok(Wish::Help) };
    let rest: Vec<&str> = parts.collect();
    let Some(verb) = verb(first) else { return Err(Refusal::Unclear(first.to_owned())) };
    let alert = |what| rest.first().ok_or(Refusal::Incomplete(what)).and_then(|id| alert(id));
    match verb {
        "help" => Ok(Wish::Help),
        "status" => Ok(Wish::Status),
        "list" => Ok(Wish::List { skip: 0 }),
        "home" => Ok(Wish::Home),
        "show" => alert("show").map(Wish::Show),
        "why" => alert("why").map(Wish::Why),
        "ack" => alert("ack").map(|id| Wish::Acknowledge(id, None)),
        "why-not" => match rest.first() {
            None => Err(Refusal::Incomplete("why-not")),
            Some(id) => subject(id).map(Wish::WhyNot),
        },
        "assign" => assign(&rest),
        "owner" => owner(&rest),
        "lang" => match rest.first().copied() {
            None => Err(Refusal::Incomplete("lang")),
            Some(word) => lang(word).map(Wish::Lang),
        },
        _ => match rest.first().copied() {
            None => Err(Refusal::Incomplete("depth")),
            Some(word) => depth(word).map(Wish::Depth),
        },
    }
}

fn verb(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let names =
        |(english, japanese): &&(&str, &[&str])| *english == lower || japanese.contains(&word);
    VERBS.iter().find(names).map(|(english, _)| *english)
}

/// `a-` and 32 hexadecimal digits, perhaps copied together with quotes of a message.
fn alert(id: &str) -> Result<AlertId, Refusal> {
    let id = id.trim_matches(['`', '"', '\'', '「', '」', '<', '>']).to_lowercase();
    let digits = id.strip_prefix("a-").unwrap_or_default();
    if digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(AlertId::new(id))
    } else {
        Err(Refusal::NoAlert)
    }
}

fn account(id: &str) -> Option<AccountId> {
    let digits: String = id.chars().filter(|c| *c != '-').collect();
    let twelve = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    twelve.then(|| AccountId::new(digits))
}

fn subject(id: &str) -> Result<Subject, Refusal> {
    match account(id) {
        Some(account) => Ok(Subject::Account(account)),
        None => alert(id).map(Subject::Alert),
    }
}

/// `assign ALERT me`, `assign ALERT @somebody` (as `<@U1|name>`), `assign ALERT nobody`; without a
/// person a form asks.
fn assign(rest: &[&str]) -> Result<Wish, Refusal> {
    let id = rest.first().ok_or(Refusal::Incomplete("assign")).and_then(|id| alert(id))?;
    match rest.get(1).copied() {
        None => Ok(Wish::ChooseAssignee(id)),
        Some("nobody" | "none" | "なし") => Ok(Wish::Assign(id, To::Nobody)),
        Some("me" | "自分" | "私") => Ok(Wish::Assign(id, To::Myself)),
        Some(word) => {
            let user = mentioned(word).ok_or(Refusal::NotThere)?;
            Ok(Wish::Assign(id, To::Mentioned(user)))
        }
    }
}

/// The user of a mention.
fn mentioned(word: &str) -> Option<UserId> {
    let inside = word.strip_prefix("<@")?.strip_suffix('>')?;
    let id = inside.split('|').next()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (plain && id.starts_with(['U', 'W'])).then(|| UserId::new(id))
}

/// `owner gaps`, `owner show ACCOUNT`, `owner ACCOUNT`.
fn owner(rest: &[&str]) -> Result<Wish, Refusal> {
    match rest {
        [] => Err(Refusal::Incomplete("owner")),
        ["gaps" | "漏れ" | "不備", ..] => Ok(Wish::Gaps),
        ["show" | "表示", id, ..] | [id, ..] => match account(id) {
            Some(account) => Ok(Wish::Owner(account)),
            None => Err(Refusal::NoAccount(AccountId::new(*id))),
        },
    }
}

fn lang(word: &str) -> Result<Option<Lang>, Refusal> {
    match word.to_lowercase().as_str() {
        "ja" | "日本語" | "japanese" => Ok(Some(Lang::Ja)),
        "en" | "英語" | "english" => Ok(Some(Lang::En)),
        "auto" | "自動" => Ok(None),
        _ => Err(Refusal::Unclear(word.to_owned())),
    }
}

fn depth(word: &str) -> Result<Option<Depth>, Refusal> {
    match word.to_lowercase().as_str() {
        "plain" | "やさしく" | "かんたん" => Ok(Some(Depth::Plain)),
        "detailed" | "くわしく" | "詳しく" => Ok(Some(Depth::Detailed)),
        "auto" | "自動" => Ok(None),
        _ => Err(Refusal::Unclear(word.to_owned())),
    }
}

/// Reads a button, or what was chosen from a menu (its value begins with the action).
///
/// # Errors
/// The refusal to tell the person.
pub fn press(action: &str, value: &str) -> Result<Wish, Refusal> {
    let (action, value) = match value.split_once(':') {
        Some((verb, rest)) if action == MENU => (verb, rest),
        Some(_) | None => (action, value),
    };
    let unclear = || Refusal::Unclear(action.to_owned());
    // Several buttons of a kind on one page need ids of their own: what follows is for that alone.
    let action = action.split('.').next().unwrap_or(action);
    let kind = match action.split_once('_') {
        Some((kind @ ("list" | "lang" | "depth" | "show"), _)) => kind,
        Some(_) | None => action,
    };
    match kind {
        "ack" => {
            let (id, episode) = value.split_once('/').unwrap_or((value, ""));
            alert(id).map(|id| Wish::Acknowledge(id, episode.parse().ok()))
        }
        "show" => alert(value).map(Wish::Show),
        "why" => alert(value).map(Wish::Why),
        "assign" => alert(value).map(Wish::ChooseAssignee),
        "owner" => account(value).map(Wish::Owner).ok_or_else(unclear),
        "assign_owner" => account(value).map(Wish::ChooseOwner).ok_or_else(unclear),
        "list" => value.parse().map(|skip| Wish::List { skip }).map_err(|_| unclear()),
        "gaps" => Ok(Wish::Gaps),
        "help" => Ok(Wish::Help),
        "home" | "refresh" => Ok(Wish::Home),
        "lang" => lang(value).map(Wish::Lang),
        "depth" => depth(value).map(Wish::Depth),
        _ => Err(unclear()),
    }
}

/// The action id of a card's menu.
pub const MENU: &str = "more";

/// Reads a form that was sent.
///
/// # Errors
/// The refusal to tell the person.
pub fn submit(form: &str, about: &str, fields: &BTreeMap<String, String>) -> Result<Wish, Refusal> {
    let field = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
    match form {
        FormKind::ASSIGN => {
            let id = alert(about)?;
            match field("assignee") {
                "" | "nobody" => Ok(Wish::Assign(id, To::Nobody)),
                person => match person.split_once('/') {
                    Some((team, user)) => {
                        let who = Person { team: TeamId::new(team), user: UserId::new(user) };
                        Ok(Wish::Assign(id, To::Person(who)))
                    }
                    None => Err(Refusal::NotThere),
                },
            }
        }
        FormKind::OWNER => {
            let account = account(about).ok_or_else(|| Refusal::Unclear(form.to_owned()))?;
            let environment = match field("environment") {
                "prod" => Environment::Prod,
                "dev" => Environment::Dev,
                other => return Err(Refusal::Unclear(other.to_owned())),
            };
            Ok(Wish::AssignOwner {
                account,
                company: CompanyId::new(field("company")),
                environment,
                name: field("name").to_owned(),
            })
        }
        other => Err(Refusal::Unclear(other.to_owned())),
    }
}

#[cfg(test)]
mod tests;
