//! F1: an alert, a language and a depth make a Slack message. Pure: the same arguments make the
//! same message, so an unchanged card has an unchanged hash and costs no update.
//!
//! Sentences live in `messages/`; blocks are built here from structs. Text of others is cut to
//! its budget first and escaped for its context last. No card shows the source's times, a
//! "last seen" or a running age: they would lie, or cost an update for every refresh.

mod account;
mod calendar;
mod card;
mod escape;
mod explain;
mod face;
mod health;
mod link;
mod pages;
mod pen;
mod report;
mod severity_up;
mod unanswered;
mod view;
mod words;

pub use account::{AccountNow, account_card, account_notice};
pub use card::{Links, alert_card};
pub use explain::alert::{Places, Standing};
pub use explain::{
    Explained, Outlook, event as explain_event, finding as explain_finding,
    unknown as explain_unknown, unreadable as explain_unreadable,
};
pub use health::{gaps, health_card};
pub use pages::{
    CompanyCount, Done, HomeFacts, LIST_PAGE, Listed, Page, Picks, Reader, Slice, Status, WhyNot,
    assign_form, done, explain_alert, help, home, list, loading, owner, owner_form, refusal,
    refusal_text, show, status, why, why_not,
};
pub use report::report_card;
pub use severity_up::severity_up;
pub use unanswered::unanswered;
pub use words::{Words, WordsError};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
