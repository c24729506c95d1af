//! A "no" said to a person. Every variant has a Japanese and an English sentence in
//! `messages/*/refusal.yaml`.

use super::{AccountId, CompanyId, Role};

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The person stands nowhere in the owner map.
    Stranger,
    /// Somebody else's, or not there at all: which of the two is none of the person's business.
    NotYours,
    /// A partner whose last day is over.
    Over,
    /// None of these roles is the person's.
    Lacks(&'static [Role]),
    /// No alert is known by this id.
    NoAlert,
    /// The problem is over.
    Resolved,
    /// Somebody takes care of it already.
    Taken {
        /// As colleagues write it.
        by: String,
    },
    /// Nobody of this id answers for the account.
    NotThere,
    /// The person meant has none of the roles that it needs.
    CantCare {
        /// As colleagues write it.
        name: String,
    },
    /// The card is of an earlier time: the problem came back since.
    Earlier,
    /// The owner map has no such account.
    NoAccount(AccountId),
    /// The owner map has no such company.
    NoCompany(CompanyId),
    /// A company answers for the account already.
    Owned {
        /// The company's name.
        company: String,
    },
    /// What was written is not understood.
    Unclear(String),
    /// Something must be written behind the word.
    Incomplete(&'static str),
    /// It can't be done now; nothing was changed.
    Unavailable,
    /// Too much is asked at once.
    Busy,
}

impl Refusal {
    /// The word of its sentence, and for logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::NotYours => "not_yours",
            Self::Over => "over",
            Self::Lacks(_) => "lacks",
            Self::NoAlert => "no_alert",
            Self::Resolved => "resolved",
            Self::Taken { .. } => "taken",
            Self::NotThere => "not_there",
            Self::CantCare { .. } => "cant_care",
            Self::Earlier => "earlier",
            Self::NoAccount(_) => "no_account",
            Self::NoCompany(_) => "no_company",
            Self::Owned { .. } => "owned",
            Self::Unclear(_) => "unclear",
            Self::Incomplete(_) => "incomplete",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
        }
    }
}
