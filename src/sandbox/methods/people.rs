//! `auth.test` and `users.*`: who the caller is, and who is there.

use serde_json::{Value, json};

use super::conversations::{offset_cursor, offset_name};
use super::page;
use crate::sandbox::reply::{Answer, Refusal};
use crate::sandbox::spec::{TeamSpec, UserSpec};
use crate::sandbox::workspace::{Call, Workspace};

pub(super) fn auth_test(call: &Call<'_>) -> Answer {
    let team = call.team;
    Answer::new(json!({
        "url": format!("https://{}.slack.com/", team.domain),
        "team": team.name,
        "user": team.bot_name(),
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": false,
    }))
}

pub(super) fn info(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.args.need_text("user")?;
    let locale = call.args.flag("include_locale")?;
    let person = space.people(&call.team.id).find(|user| user.id == id);
    let user = match person {
        Some(person) => person_json(person, locale),
        None if id == call.team.bot_user_id => bot_json(call.team),
        None => return Err(Refusal::new("user_not_found")),
    };
    Ok(Answer::new(json!({"user": user})))
}

pub(super) fn list(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let limit = call.args.limit(200, 1000)?;
    let skip = offset_cursor(call)?;
    let locale = call.args.flag("include_locale")?;
    let mut members = vec![bot_json(call.team)];
    members.extend(space.people(&call.team.id).map(|person| person_json(person, locale)));
    let (members, next) = page(members, skip, limit);
    Ok(Answer::new(json!({
        "members": members,
        "response_metadata": {"next_cursor": offset_name(next)},
    })))
}

fn person_json(person: &UserSpec, locale: bool) -> Value {
    let mut user = json!({
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": false,
        "tz": person.tz,
        "is_bot": false,
        "is_app_user": false,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "team": person.team,
        },
    });
    if locale {
        user["locale"] = person.locale.as_str().into();
    }
    user
}

fn bot_json(team: &TeamSpec) -> Value {
    json!({
        "id": team.bot_user_id,
        "team_id": team.id,
        "name": team.bot_name(),
        "real_name": team.bot_name(),
        "deleted": false,
        "is_bot": true,
        "is_app_user": false,
        "profile": {
            "real_name": team.bot_name(),
            "display_name": team.bot_name(),
            "bot_id": team.bot_id,
            "api_app_id": team.app_id,
            "team": team.id,
        },
    })
}
