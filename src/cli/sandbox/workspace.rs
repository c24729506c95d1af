//! The pretend Slack that an owner map asks for: its workspaces, channels and people.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    hash::{BuildHasher, Hasher},
};

use crate::{
    domain::{Contact, Lang, Level, OwnerMap, Route},
    sandbox::{ChannelSpec, CommandSpec, TeamSpec, UserSpec, WorkspaceSpec},
};

const LABELS: [(Lang, &str); 2] = [
    (Lang::Ja, include_str!("../../../messages/ja/sandbox.yaml")),
    (Lang::En, include_str!("../../../messages/en/sandbox.yaml")),
];

/// The workspace for this map; the page opens in `lang`.
pub(super) fn spec(map: &OwnerMap, lang: Lang) -> Result<WorkspaceSpec, String> {
    let mut labels = BTreeMap::new();
    for (lang, text) in LABELS {
        let words: BTreeMap<String, String> = serde_saphyr::from_str(text)
            .map_err(|error| format!("messages/{}/sandbox.yaml: {error}", lang.as_str()))?;
        labels.insert(lang.as_str().to_owned(), words);
    }
    let channels: Vec<ChannelSpec> = map
        .channels()
        .into_iter()
        .map(|channel| ChannelSpec {
            team: channel.team.to_string(),
            id: channel.id.to_string(),
            name: channel.name.clone().unwrap_or_else(|| channel.id.as_str().to_lowercase()),
            topic: topic(map, channel),
            bot_is_member: true,
            is_archived: false,
        })
        .collect();
    // Each person once, in the language of the level where they stand first.
    let group = map.ccoe_receiver().lang;
    let mut users: Vec<UserSpec> = Vec::new();
    for (_, settings) in map.levels() {
        for contact in &settings.contacts {
            let user = user(contact, settings.language.unwrap_or(group));
            if !users.iter().any(|known| known.team == user.team && known.id == user.id) {
                users.push(user);
            }
        }
    }
    let ids: BTreeSet<&str> = channels
        .iter()
        .map(|channel| channel.team.as_str())
        .chain(users.iter().map(|user| user.team.as_str()))
        .collect();
    let secret = random();
    let teams: Vec<TeamSpec> = ids.into_iter().map(|id| team(id, &secret)).collect();
    for (index, team) in teams.iter().enumerate() {
        let english = users.iter().find(|user| user.team == team.id).map(|user| &user.locale);
        let english = english.map_or(group == Lang::En, |locale| locale == "en-US");
        users.push(outsider(team, index, english));
    }
    let commands = vec![command(lang)];
    let lang = lang.as_str().to_owned();
    let (journal, requests) = (None, None);
    Ok(WorkspaceSpec { teams, channels, users, labels, lang, journal, requests, commands })
}

/// Signs this run's requests and no other's.
fn random() -> String {
    let part = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

fn command(lang: Lang) -> CommandSpec {
    let (description, usage_hint) = match lang {
        Lang::Ja => ("ガードレールの検出結果を調べる、例外を申請する", "help"),
        Lang::En => ("Look up guardrail findings, ask for an exception", "help"),
    };
    CommandSpec {
        command: "/guardrail".to_owned(),
        description: description.to_owned(),
        usage_hint: usage_hint.to_owned(),
    }
}

/// Somebody of the workspace whom no owner map names.
fn outsider(team: &TeamSpec, index: usize, english: bool) -> UserSpec {
    const JA: [&str; 4] = ["山本 大輔", "中村 彩", "小林 直樹", "加藤 由美"];
    const EN: [&str; 4] = ["Jordan Blake", "Riley Chen", "Sam Novak", "Alex Moreau"];
    let names = if english { EN } else { JA };
    let rest = team.id.strip_prefix('T').unwrap_or(&team.id);
    UserSpec {
        team: team.id.clone(),
        id: format!("U{rest}OUT"),
        name: format!("outsider-{}", team.name),
        real_name: names[index % names.len()].to_owned(),
        locale: if english { "en-US" } else { "ja-JP" }.to_owned(),
        tz: "Asia/Tokyo".to_owned(),
        persona: "outsider".to_owned(),
        ..UserSpec::default()
    }
}

fn topic(map: &OwnerMap, channel: &crate::domain::Channel) -> String {
    let here =
        |other: &crate::domain::Channel| other.team == channel.team && other.id == channel.id;
    let routed = |routes: &[Route]| routes.iter().any(|route| here(&route.channel));
    let mut names: Vec<&str> = Vec::new();
    if routed(&map.ccoe.routes) {
        names.push(&map.ccoe.name);
    }
    let mut company = map.ccoe.name.as_str();
    for (level, settings) in map.levels() {
        match level {
            Level::Group => {}
            Level::Company(one) => company = &one.name,
            Level::Ou(_) | Level::Environment(_) | Level::Account(_) | Level::Tag { .. } => {}
        }
        if settings.channels().any(here) && names.last() != Some(&company) {
            names.push(company);
        }
    }
    for company in map.companies().iter().filter(|company| routed(&company.routes)) {
        if !names.contains(&company.name.as_str()) {
            names.push(&company.name);
        }
    }
    names.join(" / ")
}

fn team(id: &str, secret: &str) -> TeamSpec {
    let rest = id.strip_prefix('T').unwrap_or(id);
    TeamSpec {
        id: id.to_owned(),
        name: rest.trim_start_matches('0').to_lowercase(),
        domain: rest.to_lowercase(),
        bot_token: format!("xoxb-sandbox-{id}"),
        bot_user_id: format!("U{rest}BOT"),
        bot_id: format!("B{rest}"),
        app_id: "A0MONBAN".to_owned(),
        bot_name: "門番 Monban".to_owned(),
        signing_secret: secret.to_owned(),
        app_token: "xapp-sandbox-A0MONBAN".to_owned(),
    }
}

fn user(contact: &Contact, lang: Lang) -> UserSpec {
    UserSpec {
        team: contact.team.to_string(),
        id: contact.user.to_string(),
        name: contact.user.as_str().to_lowercase(),
        real_name: contact.name.clone(),
        locale: match lang {
            Lang::Ja => "ja-JP".to_owned(),
            Lang::En => "en-US".to_owned(),
        },
        tz: "Asia/Tokyo".to_owned(),
        persona: contact.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", "),
        ..UserSpec::default()
    }
}
