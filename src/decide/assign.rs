//! Whose an account is: as a person of the CCoE decides, or as the unit says that it is in.

use jiff::Timestamp;

use super::{Decision, Map, Reason, Verb};
use crate::domain::{
    AccountEvent, AccountId, AccountRecord, AccountStanding, Assignment, CompanyId, Contact,
    Environment, Happened, OwnerMap, Person, Placement, Role, Said, Unassignable,
};

/// Why a new account is in baseline. It is kept in the map and shown as it is: both readers must
/// understand it.
const NEW: &str = "新しいアカウントの受け入れのため / new in the organization, being taken in";
/// The same, where a person said whose it is.
const GIVEN: &str = "CCoEが担当の会社を決め、受け入れるため / assigned by the CCoE, being taken in";

/// What a person asks for: this account belongs to that company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignOwner {
    /// The account.
    pub account: AccountId,
    /// The company.
    pub company: CompanyId,
    /// Production or development.
    pub environment: Environment,
    /// Its name; empty: as AWS says it, else its number.
    pub name: String,
    /// Who asks.
    pub who: Person,
    /// As colleagues write it.
    pub who_name: String,
}

/// Why an account is not assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignRefused {
    /// Whoever asks is not of the CCoE, or no longer.
    NotCcoe,
    /// The map has no such company.
    UnknownCompany,
    /// Another company answers for it already.
    OwnedByAnother,
    /// It is no account: 12 digits.
    NoAccount,
}

impl AssignRefused {
    /// Every refusal.
    pub const ALL: [Self; 4] =
        [Self::NotCcoe, Self::UnknownCompany, Self::OwnedByAnother, Self::NoAccount];

    /// The word that the door is answered with.
    pub const fn action(self) -> &'static str {
        match self {
            Self::NotCcoe => "assign_refused_not_ccoe",
            Self::UnknownCompany => "assign_refused_unknown_company",
            Self::OwnedByAnother => "assign_refused_owned_by_another",
            Self::NoAccount => "assign_refused_no_account",
        }
    }

    /// Reads the answer of the door back; `None`: it was no refusal.
    pub fn of(action: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.action() == action)
    }

    /// A sentence for logs.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotCcoe => "refused: whoever asks is not of the CCoE",
            Self::UnknownCompany => "refused: the owner map has no such company",
            Self::OwnedByAnother => "refused: another company answers for the account",
            Self::NoAccount => "refused: it is no account",
        }
    }
}

/// A new revision of the owner map.
#[derive(Debug, Clone)]
pub struct MapChange {
    /// What it says.
    pub map: OwnerMap,
    /// The revision it follows; conditional on that.
    pub after: u64,
    /// Who: a person's name and id, or an event's source.
    pub actor: String,
    /// Why, in a sentence.
    pub why: String,
}

/// Decides on what a person asks for. The map must have been read for this decision.
pub fn assign(now: Timestamp, map: Map<'_>, asked: &AssignOwner) -> Decision {
    let refused = |why| Decision::nothing(Reason::NotAssigned(why));
    let digits = asked.account.as_str();
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return refused(AssignRefused::NoAccount);
    }
    if !is_ccoe(map.owners, &asked.who, now) {
        return refused(AssignRefused::NotCcoe);
    }
    if let Placement::Owned(company, _) = map.owners.place(&asked.account) {
        return if company.id == asked.company {
            Decision::nothing(Reason::AlreadyAssigned)
        } else {
            refused(AssignRefused::OwnedByAnother)
        };
    }
    let name = asked.name.trim();
    let said = Assignment {
        company: Some(asked.company.clone()),
        environment: Some(asked.environment),
        reason: Some(GIVEN.to_owned()),
        name: (!name.is_empty()).then(|| name.to_owned()),
        ..Assignment::of(asked.account.clone())
    };
    let next = match map.owners.assigned(&said) {
        Ok(next) => next,
        Err(
            Unassignable::UnknownCompany
            | Unassignable::NoCompany
            | Unassignable::NoEnvironment
            | Unassignable::UnknownOu
            | Unassignable::UntilOfLive
            | Unassignable::NoReason,
        ) => return refused(AssignRefused::UnknownCompany),
    };
    let AssignOwner { who, who_name, account, company, .. } = asked;
    let change = MapChange {
        map: next,
        after: map.revision,
        actor: format!("{who_name} ({}/{})", who.team, who.user),
        why: format!("account {account} was without owner and belongs to {company}"),
    };
    Decision { verb: Verb::Map(Box::new(change)), reason: Reason::Assigned }
}

/// Whether the person is of the CCoE, at the group's level, on that day.
fn is_ccoe(map: &OwnerMap, who: &Person, now: Timestamp) -> bool {
    let today = map.group_day(now);
    let of = |one: &Contact| one.person() == *who && one.has(Role::Ccoe, today);
    map.ccoe.settings.contacts.iter().any(of)
}

/// Puts an account that nobody answers for into the company whose unit the event says it is in,
/// where the unit's name says the environment. Nothing is guessed, and nothing is placed by news
/// that is older than what is known, or in which the account was closed or left.
pub fn place(map: Map<'_>, record: Option<&AccountRecord>, event: &AccountEvent) -> Decision {
    let nothing = || Decision::nothing(Reason::AccountAsBefore);
    let name = record.and_then(|known| known.name.as_deref());
    let overtaken = record.is_some_and(|known| {
        known.standing != AccountStanding::Active
            || known.event.as_ref().is_some_and(|last| last.at > event.at)
    });
    if overtaken {
        return nothing();
    }
    let Happened::Appeared { unit: Some(unit), .. } = &event.happened else { return nothing() };
    if map.owners.place(&event.account) != Placement::Unowned {
        return nothing();
    }
    let mut companies = map.owners.companies().iter();
    let company = companies.find(|company| company.organizational_units.contains(&unit.id));
    let (Some(company), Some(Said::One(environment))) =
        (company, unit.name.as_deref().and_then(Said::by))
    else {
        return nothing();
    };
    let said = Assignment {
        company: Some(company.id.clone()),
        environment: Some(environment),
        reason: Some(NEW.to_owned()),
        name: event.name.as_deref().or(name).map(str::to_owned),
        ..Assignment::of(event.account.clone())
    };
    let Ok(next) = map.owners.assigned(&said) else { return nothing() };
    let change = MapChange {
        map: next,
        after: map.revision,
        actor: event.source.clone(),
        why: format!("account {} is in the unit {} of {}", event.account, unit.id, company.id),
    };
    Decision { verb: Verb::Map(Box::new(change)), reason: Reason::Assigned }
}
