//! Differences and gaps in words.

use crate::{
    domain::ChannelTrouble,
    owners::{About, Change, Gap},
};

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
        Gap::InBaseline { account, reason, until } => {
            let until = until.map_or_else(String::new, |day| format!(" until {day}"));
            format!(
                "account {account}: still in baseline{until} ({reason}). Set `stage: live` when \
                 its stock is taken"
            )
        }
        Gap::Unmapped { account, name, open } => {
            let name = name.as_deref().unwrap_or("without a name");
            format!("account {account} {name}: {open} open problem(s) and in no company. Assign it")
        }
        Gap::Channel { lane, name, trouble } => {
            let name = name.as_ref().map_or_else(String::new, |name| format!(" #{name}"));
            let what = match trouble {
                ChannelTrouble::Missing => {
                    "does not exist, or the bot can't see it. Mend the id, or invite the bot"
                }
                ChannelTrouble::NotIn => "the bot is not in it. Invite it",
                ChannelTrouble::Archived => "is archived. Name another one, or bring it back",
            };
            format!("channel {lane}{name}: {what}")
        }
        Gap::PersonGone { who, name, company } => format!(
            "{}: {name} ({}/{}) is no longer in Slack. Remove or replace the person",
            company.as_ref().map_or_else(|| "ccoe".to_owned(), |one| format!("company {one}")),
            who.team,
            who.user
        ),
        Gap::SharedChannel { channel, companies } => format!(
            "channel {channel}: named by {}. If it is one channel, each reads what is the \
             other's; if not, one of the ids is wrong",
            companies.join(" and ")
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
