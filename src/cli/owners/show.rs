//! What the map says of one account, with the level that each value comes from.

pub(in crate::cli) mod policy;

use std::{collections::BTreeMap, fmt::Write as _};

use crate::domain::{
    AccountId, Channel, Contact, Level, OwnerMap, Placement, Resolved, Role, Setting, Severity,
    Stage,
};

/// One value a line; the level it comes from last.
pub(super) fn account(map: &OwnerMap, id: &str, tags: &BTreeMap<String, String>) -> String {
    let resolved = map.resolve(&AccountId::new(id), tags);
    let mut text = String::new();
    let line = |text: &mut String, key: &str, value: &str, level: Option<Level<'_>>| {
        let level = level.map_or_else(String::new, |level| format!("  from {}", named(level)));
        // Writing to a text can't fail.
        let _ = writeln!(text, "  {key:<10} {value}{level}");
    };
    match resolved.placement {
        Placement::Owned(company, account) => {
            let stage = match account.stage {
                Stage::Live => "live",
                Stage::Baseline => "baseline",
            };
            let until =
                account.baseline_until.map_or_else(String::new, |day| format!(" until {day}"));
            let (name, environment) = (&account.name, account.environment.as_str());
            let _ = writeln!(text, "{id} {name}: {environment}, {stage}{until}");
            line(&mut text, "company", &format!("{} {}", company.id, company.name), None);
            if let Some(ou) = &account.ou {
                line(&mut text, "ou", ou, None);
            }
            if let Some(reason) = &account.stage_reason {
                line(&mut text, stage, reason, None);
            }
        }
        Placement::Unowned => {
            let _ = writeln!(text, "{id}: in no company; the CCoE is told");
        }
    }
    let usual = resolved.channel(None);
    if let Some((channel, level)) = usual {
        line(&mut text, "channel", &place(channel), Some(level));
    }
    for severity in Severity::ALL.into_iter().rev() {
        let own = resolved.channel(Some(severity));
        if let Some((channel, level)) = own.filter(|_| own != usual) {
            line(&mut text, &severity.as_str().to_lowercase(), &place(channel), Some(level));
        }
    }
    let receiver = resolved.receiver(None);
    for setting in Setting::ALL {
        let value = match setting {
            Setting::Channel => continue,
            Setting::Language => receiver.lang.as_str().to_owned(),
            Setting::Depth => receiver.depth.as_str().to_owned(),
            Setting::TimeZone => receiver.time_zone.clone(),
            Setting::BusinessHours => match resolved.business_hours() {
                Some((hours, _)) => hours.to_string(),
                None => continue,
            },
        };
        line(&mut text, setting.as_str(), &value, resolved.source(setting, None));
    }
    people(&mut text, &resolved);
    text.push_str(&policy::policy(map, &AccountId::new(id), tags));
    text
}

fn people(text: &mut String, resolved: &Resolved<'_>) {
    let mut any = false;
    for (contact, level) in resolved.contacts() {
        any = true;
        let _ = writeln!(text, "  {:<10} {}  from {}", "person", person(contact), named(level));
    }
    if !any {
        let _ = writeln!(text, "  {:<10} nobody", "person");
    }
}

fn person(contact: &Contact) -> String {
    let Contact { name, team, user, .. } = contact;
    let roles: Vec<&str> = contact.roles.iter().map(|role: &Role| role.as_str()).collect();
    let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
    let until = contact.until.map_or_else(String::new, |until| format!(", until {until}"));
    let sponsor = contact.sponsor.as_ref();
    let sponsor =
        sponsor.map_or_else(String::new, |one| format!(", sponsor {}/{}", one.team, one.user));
    format!("{name} {team}/{user} ({roles}{until}{sponsor})")
}

/// A channel, with its name where the map has one.
pub(in crate::cli) fn place(channel: &Channel) -> String {
    let name = channel.name.as_ref().map_or_else(String::new, |name| format!(" #{name}"));
    format!("{}/{}{name}", channel.team, channel.id)
}

/// A level in words.
pub(in crate::cli) fn named(level: Level<'_>) -> String {
    match level {
        Level::Group => "the group (ccoe)".to_owned(),
        Level::Company(company) => format!("company {}", company.id),
        Level::Ou(name) => format!("ou {name}"),
        Level::Environment(environment) => format!("environment {}", environment.as_str()),
        Level::Account(account) => format!("account {}", account.id),
        Level::Tag { key, value } => format!("tag {key}={value}"),
    }
}
