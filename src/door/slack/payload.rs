//! What Slack sends, read as what a person did. Pure, and the same for HTTP and Socket Mode: a
//! form's fields are read as a JSON object first.

mod fields;
mod read;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub(in crate::door) use self::read::Strange;
use self::{
    fields::{chosen, filled_in},
    read::At,
};
use crate::domain::{
    Act, Ask, ChannelId, InputId, Lane, MessageTs, Person, Surface, TeamId, UserId, ViewId, digest,
};

/// Which of Slack's three ways a payload came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::door) enum Way {
    /// Buttons, menus, forms.
    Interaction,
    /// The slash command.
    Command,
    /// What happened, such as an opened App Home.
    Event,
}

/// What was understood.
#[derive(Debug)]
pub(in crate::door) enum Heard {
    /// An act for the desk.
    Ask(Box<Ask>),
    /// Nothing is to be done about it.
    Nothing,
    /// Slack asks whether this is our URL: the same text goes back.
    Challenge(String),
}

/// Bytes over this are no text that a form, a command or a button of ours brings.
const LONGEST: usize = 12_000;
/// Buttons whose action id begins so only open a page.
const LINK: &str = "link_";

/// Reads the body of an HTTP request.
pub(in crate::door) fn body(way: Way, body: &[u8]) -> Result<Heard, Strange> {
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|_| Strange::new("is no JSON"));
    let value = match way {
        Way::Event => json(body)?,
        Way::Command => Value::Object(form(body)?),
        Way::Interaction => {
            let mut form = form(body)?;
            let Some(Value::String(text)) = form.remove("payload") else {
                // Slack looks at times whether the page's certificate is good.
                return if form.contains_key("ssl_check") {
                    Ok(Heard::Nothing)
                } else {
                    Err(Strange::new("`payload` is missing"))
                };
            };
            json(text.as_bytes())?
        }
    };
    payload(way, &value)
}

/// Reads a payload.
pub(in crate::door) fn payload(way: Way, value: &Value) -> Result<Heard, Strange> {
    let at = At(value);
    match way {
        Way::Interaction => interaction(at),
        Way::Command => command(at),
        Way::Event => event(at),
    }
}

fn form(body: &[u8]) -> Result<Map<String, Value>, Strange> {
    let mut form = Map::new();
    for (key, value) in form_urlencoded::parse(body) {
        if form.insert(key.into_owned(), Value::String(value.into_owned())).is_some() {
            return Err(Strange::new("a field stands twice"));
        }
    }
    Ok(form)
}

fn interaction(at: At<'_>) -> Result<Heard, Strange> {
    match at.need("/type")? {
        "block_actions" => press(at),
        "view_submission" => submit(at),
        // A closed form asks nothing; the others can't come from anything we show.
        "view_closed" | "shortcut" | "message_action" | "block_suggestion" => Ok(Heard::Nothing),
        other => Err(Strange::kind("type", other)),
    }
}

fn press(at: At<'_>) -> Result<Heard, Strange> {
    let [action] = at.list("/actions")? else {
        return Err(Strange::new("`actions` holds not exactly one"));
    };
    let action = At(action);
    let action_id = action.short("/action_id")?;
    if action_id.starts_with(LINK) {
        return Ok(Heard::Nothing);
    }
    let value = chosen(action)?.unwrap_or_default();
    let (who, team) = (person(at)?, team(at)?);
    let on = surface(at)?;
    let (container, lane) = match &on {
        Surface::Message(ts) => {
            let channel = at.first_id(&["/channel/id", "/container/channel_id"])?;
            let lane = Lane { team: team.clone(), channel: ChannelId::new(channel) };
            (format!("{channel}.{ts}"), Some(lane))
        }
        Surface::Form(view) => (view.as_str().to_owned(), None),
        Surface::Home => ("home".to_owned(), None),
    };
    let pressed_at = action.stamp("/action_ts")?;
    // Our own ids are plain; any other must not pretend to be a further part of the name.
    let plain =
        action_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
    let element = if plain { action_id.to_owned() } else { digest(&[action_id]).to_string() };
    let id = format!("click/{team}/{}/{container}/{pressed_at}/{element}", named(&who));
    Ok(heard(at, id, who, team, lane, Act::Press { action: action_id.to_owned(), value, on }))
}

fn surface(at: At<'_>) -> Result<Surface, Strange> {
    if at.text("/container/type") == Some("view") || at.get("/view").is_some() {
        return match at.need("/view/type")? {
            "home" => Ok(Surface::Home),
            "modal" => Ok(Surface::Form(ViewId::new(at.id("/view/id")?))),
            other => Err(Strange::kind("view.type", other)),
        };
    }
    let ts = ["/container/message_ts", "/message/ts"];
    let place = ts.into_iter().find(|place| at.get(place).is_some()).unwrap_or(ts[0]);
    Ok(Surface::Message(MessageTs::new(at.stamp(place)?)))
}

fn submit(at: At<'_>) -> Result<Heard, Strange> {
    let (who, team) = (person(at)?, team(at)?);
    let view = at.id("/view/id")?;
    let fields = filled_in(at)?;
    let about = at.text("/view/private_metadata").unwrap_or_default();
    // A form that was sent back to be mended has the same hash when it is sent again, so what was
    // filled in is part of the name.
    let mut parts = vec![at.text("/view/hash").unwrap_or_default(), about];
    parts.extend(fields.iter().flat_map(|(block, value)| [block.as_str(), value.as_str()]));
    let id = format!("form/{team}/{}/{view}/{}", named(&who), digest(&parts));
    let act = Act::Submit {
        form: at.short("/view/callback_id")?.to_owned(),
        about: bounded(about, "view.private_metadata")?.to_owned(),
        view: ViewId::new(view),
        fields,
    };
    Ok(heard(at, id, who, team, None, act))
}

fn command(at: At<'_>) -> Result<Heard, Strange> {
    if at.get("/ssl_check").is_some() {
        return Ok(Heard::Nothing);
    }
    // Its name is the app's matter: one for trials may have another in the same workspace.
    at.short("/command")?;
    let team = TeamId::new(at.first_id(&["/team_id", "/enterprise_id"])?);
    let who = Person { team: team.clone(), user: UserId::new(at.id("/user_id")?) };
    let lane = match at.text("/channel_id") {
        Some(_) => {
            Some(Lane { team: team.clone(), channel: ChannelId::new(at.id("/channel_id")?) })
        }
        None => None,
    };
    let words = bounded(at.text("/text").unwrap_or_default(), "text")?.trim().to_owned();
    let id = format!("command/{team}/{}/{}", named(&who), digest(&[at.need("/trigger_id")?]));
    Ok(heard(at, id, who, team, lane, Act::Command(words)))
}

fn event(at: At<'_>) -> Result<Heard, Strange> {
    match at.need("/type")? {
        "url_verification" => Ok(Heard::Challenge(at.short("/challenge")?.to_owned())),
        "event_callback" => match (at.need("/event/type")?, at.text("/event/tab")) {
            ("app_home_opened", Some("home")) => {
                let team = at.first_id(&["/team_id", "/authorizations/0/team_id"])?;
                let team = TeamId::new(team);
                let who = Person { team: team.clone(), user: UserId::new(at.id("/event/user")?) };
                let id = format!("home/{team}/{}/{}", named(&who), at.id("/event_id")?);
                Ok(heard(at, id, who, team, None, Act::Home))
            }
            _ => Ok(Heard::Nothing),
        },
        "app_rate_limited" => {
            tracing::warn!("Slack holds events back: there were too many in an hour");
            Ok(Heard::Nothing)
        }
        other => Err(Strange::kind("type", other)),
    }
}

/// Who it was. In a shared channel `user.team_id` is the person's own workspace, not ours.
fn person(at: At<'_>) -> Result<Person, Strange> {
    let team = at.first_id(&["/user/team_id", "/team/id", "/enterprise/id"])?;
    Ok(Person { team: TeamId::new(team), user: UserId::new(at.id("/user/id")?) })
}

/// The workspace that has us: where a whole organisation does, a form says which it is.
fn team(at: At<'_>) -> Result<TeamId, Strange> {
    let places = [
        "/team/id",
        "/view/app_installed_team_id",
        "/view/team_id",
        "/user/team_id",
        "/enterprise/id",
    ];
    at.first_id(&places).map(TeamId::new)
}

fn named(who: &Person) -> String {
    format!("{}.{}", who.team, who.user)
}

fn bounded<'a>(text: &'a str, name: &str) -> Result<&'a str, Strange> {
    if text.len() > LONGEST { Err(Strange::new(format!("`{name}` is too long"))) } else { Ok(text) }
}

fn heard(at: At<'_>, id: String, who: Person, team: TeamId, lane: Option<Lane>, act: Act) -> Heard {
    let name =
        ["/user/name", "/user/username", "/user_name"].iter().find_map(|place| at.text(place));
    Heard::Ask(Box::new(Ask {
        id: InputId::new(id),
        who,
        name: name.unwrap_or_default().chars().take(80).collect(),
        team,
        lane,
        act,
        trigger: at.secret("/trigger_id"),
        reply: at.secret("/response_url"),
    }))
}
