//! Differences and gaps in words.

use crate::owners::{About, Change, Gap};

/// One line a change.
pub(super) fn change(change: &Change) -> String {
    match change {
        Change::Added(about, name) => format!("+ {}: new, {name}", who(about)),
        Change::Removed(about, name) => format!("- {}: gone, {name}", who(about)),
        Change::Changed { about, key, from, to } => {
            let value =
                |text: &String| if text.is_empty() { "nothing".into() } else { text.clone() };
            format!("~ {}: {key}: {} -> {}", who(about), value(from), value(to))
        }
    }
}

fn who(about: &About) -> String {
    match about {
        About::Group => "ccoe".to_owned(),
        About::Company(id) => format!("company {id}"),
        About::Account(id) => format!("account {id}"),
    }
}

/// One line a gap, with how to mend it.
pub(super) fn gap(gap: &Gap) -> String {
    match gap {
        Gap::TooFewApprovers { company, live } => format!(
            "company {company}: {live} of 2 people who could decide. Give one more the role \
             `approver`: who asks must not decide alone"
        ),
        Gap::NoSecurityLead { company } => format!(
            "company {company}: no security lead. Give somebody the role `security-lead`: the next \
             in line when nobody reacts"
        ),
        Gap::PartnerOver { company, name, until } => format!(
            "company {company}: the time of {name} was over on {until}. Remove the partner, or set \
             a later `until`"
        ),
        Gap::PartnerEndsSoon { company, name, until } => format!(
            "company {company}: the time of {name} is over on {until}. Set a later `until` if the \
             partner stays"
        ),
        Gap::SponsorDecidesNothing { company, name } => format!(
            "company {company}: the sponsor of {name} is none of those who decide there. Name one \
             who is"
        ),
        Gap::HolidaysEnd { until } => format!(
            "ccoe: public holidays are known until {until}; after that they count as working days. \
             Install a newer monban"
        ),
        Gap::InBaseline { account, reason } => format!(
            "account {account}: still in baseline ({reason}). Set `stage: live` when its stock is \
             taken"
        ),
        Gap::RouteWithoutAccount { company, route, account } => format!(
            "company {company}: its route {route} names the account {account}, which it does not \
             have. Remove the condition, or mend the number"
        ),
        Gap::UnusedOu { company, ou } => {
            format!("company {company}: no account is in the ou {ou}. Remove it, or mend the name")
        }
    }
}
