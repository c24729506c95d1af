//! `views.*`: modals and App Homes.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::sandbox::act::state::gather;
use crate::sandbox::ids::Ids;
use crate::sandbox::message::Ts;
use crate::sandbox::reply::{Answer, Refusal};
use crate::sandbox::stage::{Deed, MODALS, Person, Trigger, Values, View};
use crate::sandbox::validate;
use crate::sandbox::workspace::{Call, Workspace};

pub(in crate::sandbox) fn id_of(name: u64) -> String {
    format!("V{name:016X}")
}

pub(in crate::sandbox) fn hash_of(now: SystemTime, name: u64) -> String {
    let ts = Ts::at(now).to_string();
    let seconds = ts.split('.').next().unwrap_or_default();
    format!("{seconds}.{:08x}", name % (1 << 32))
}

/// A checked view with the ids it came without.
pub(in crate::sandbox) fn filled(mut content: Value, version: u64) -> Value {
    if let Some(blocks) = content.get_mut("blocks") {
        Ids::from(version).fill(blocks);
    }
    content
}

/// The view argument, checked.
fn given(call: &Call<'_>, kind: &str) -> Result<Value, Refusal> {
    let view = call.args.structure("view", "invalid_arguments")?;
    let view = view.ok_or_else(|| Refusal::missing("view"))?;
    validate::view(&view, kind)?;
    Ok(view)
}

fn built(space: &Workspace, call: &Call<'_>, person: &Person, content: Value) -> View {
    // The version this call will make; no other call shares it.
    let version = space.shelf.version() + 1;
    let name = space.name_of(version);
    let content = filled(content, version);
    let values = gather(content.get("blocks").unwrap_or(&Value::Null), &Values::new());
    let id = id_of(name);
    View {
        root: id.clone(),
        id,
        team: call.team.id.clone(),
        person: person.clone(),
        content,
        values,
        hash: hash_of(call.now, name),
        previous: None,
        errors: Map::new(),
    }
}

/// An external id names one view of the team at a time.
fn check_external(
    space: &Workspace,
    call: &Call<'_>,
    view: &Value,
    own: Option<&str>,
) -> Result<(), Refusal> {
    let Some(wanted) = view.get("external_id").and_then(Value::as_str) else { return Ok(()) };
    let taken = space.stage.views().any(|other| {
        !wanted.is_empty()
            && other.team == call.team.id
            && other.text("external_id") == wanted
            && Some(other.id.as_str()) != own
    });
    if taken { Err(Refusal::new("duplicate_external_id")) } else { Ok(()) }
}

fn trigger<'a>(
    space: &'a Workspace,
    call: &'a Call<'_>,
) -> Result<(&'a str, &'a Trigger), Refusal> {
    let id = call.args.need_text("trigger_id")?;
    Ok((id, space.stage.tickets.trigger(id, &call.team.id, call.now)?))
}

fn answer(call: &Call<'_>, view: &View) -> Answer {
    Answer::new(json!({"view": view.api(call.team)}))
}

pub(super) fn open(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (id, trigger) = trigger(space, call)?;
    let content = given(call, "modal")?;
    check_external(space, call, &content, None)?;
    let view = built(space, call, &trigger.person, content);
    let trigger = id.to_owned();
    Ok(answer(call, &view).staged(Deed::Open { trigger, view: Box::new(view) }))
}

pub(super) fn push(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (id, trigger) = trigger(space, call)?;
    let content = given(call, "modal")?;
    check_external(space, call, &content, None)?;
    let stack = space.stage.stack(&trigger.person);
    // Only an action inside a modal brings a trigger that lays another over it.
    let Some(top) = stack.last().filter(|_| trigger.in_modal) else {
        return Err(Refusal::new("invalid_trigger_id"));
    };
    if stack.len() >= MODALS {
        return Err(Refusal::new("push_limit_reached"));
    }
    let mut view = built(space, call, &trigger.person, content);
    view.root.clone_from(&top.root);
    view.previous = Some(top.id.clone());
    let trigger = id.to_owned();
    Ok(answer(call, &view).staged(Deed::Push { trigger, view: Box::new(view) }))
}

pub(super) fn update(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (id, external) = (call.args.text("view_id")?, call.args.text("external_id")?);
    let old = match (id, external) {
        (Some(id), _) => space.stage.view(id),
        (None, Some(name)) => space
            .stage
            .views()
            .find(|view| view.team == call.team.id && view.text("external_id") == name),
        (None, None) => return Err(Refusal::missing("view_id")),
    };
    let old = old.filter(|view| view.team == call.team.id);
    let old = old.ok_or_else(|| Refusal::new("not_found"))?;
    let content = given(call, if old.is_home() { "home" } else { "modal" })?;
    check_external(space, call, &content, Some(&old.id))?;
    check_hash(call, Some(old))?;
    let view = renewed(built(space, call, &old.person, content), old);
    Ok(answer(call, &view).staged(Deed::Replace { view: Box::new(view) }))
}

pub(super) fn publish(space: &Workspace, call: &Call<'_>) -> Result<Answer, Refusal> {
    let user = call.args.need_text("user_id")?;
    let mut people = space.people(&call.team.id);
    let found = people.find(|one| one.id == user && !one.deleted);
    let found = found.ok_or_else(|| Refusal::new("user_not_found"))?;
    let person = Person { team: found.team.clone(), user: found.id.clone() };
    let old = space.stage.homes.get(&(call.team.id.clone(), person.clone()));
    let content = given(call, "home")?;
    check_external(space, call, &content, old.map(|old| old.id.as_str()))?;
    check_hash(call, old)?;
    let mut view = built(space, call, &person, content);
    if let Some(old) = old {
        view = renewed(view, old);
    }
    Ok(answer(call, &view).staged(Deed::Publish { view: Box::new(view) }))
}

fn check_hash(call: &Call<'_>, old: Option<&View>) -> Result<(), Refusal> {
    match (call.args.text("hash")?, old) {
        (Some(hash), Some(old)) if hash != old.hash => Err(Refusal::new("hash_conflict")),
        _ => Ok(()),
    }
}

/// A new content under the old name; what the person set stays where it still fits.
fn renewed(mut view: View, old: &View) -> View {
    view.id.clone_from(&old.id);
    view.root.clone_from(&old.root);
    view.previous.clone_from(&old.previous);
    view.values = gather(view.blocks(), &old.values);
    view
}
