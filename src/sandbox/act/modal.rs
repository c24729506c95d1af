//! Submitting and closing a modal.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::payload::interaction;
use super::state::{elements, faults, gather, read, set, word};
use super::{After, Cannot, Kind, Outgoing};
use crate::sandbox::stage::{Person, Values, View};
use crate::sandbox::workspace::Workspace;

/// What a person typed: block id to action id to a plain value or a whole state object.
pub(super) type Typed = BTreeMap<String, Map<String, Value>>;

/// `POST /_sandbox/submit`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct SubmitOrder {
    team: String,
    user: String,
    view_id: String,
    /// What is left out stays.
    #[serde(default)]
    values: Typed,
}

/// `POST /_sandbox/close`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct CloseOrder {
    team: String,
    user: String,
    view_id: String,
    /// Closes the modals below as well.
    #[serde(default)]
    all: bool,
}

/// The state of a view after this was typed into it.
pub(super) fn typed(view: &View, typed: &Typed) -> Result<Values, Cannot> {
    let mut values = gather(view.blocks(), &view.values);
    for (block_id, actions) in typed {
        for (action_id, given) in actions {
            let mut all = elements(view.blocks());
            let found = all.find(|(block, element)| {
                word(block, "block_id") == block_id && word(element, "action_id") == action_id
            });
            let nothing = || Cannot::because(format!("there is no {block_id}/{action_id}"));
            let (_, element) = found.ok_or_else(nothing)?;
            let state = read(element, given)
                .map_err(|why| Cannot::because(format!("{block_id}/{action_id}: {why}")))?;
            set(&mut values, block_id, action_id, state);
        }
    }
    Ok(values)
}

impl Workspace {
    /// A view that stands on top before this person; `team` is theirs or the bot's.
    pub(super) fn own_view(&self, team: &str, person: &Person, id: &str) -> Result<&View, Cannot> {
        let view = self.stage.view(id).filter(|view| {
            view.person == *person && (view.team == team || view.person.team == team)
        });
        let view =
            view.ok_or_else(|| Cannot::because(format!("{} sees no view {id}", person.user)))?;
        let top = self.stage.stack(person).last();
        if !view.is_home() && top.is_none_or(|top| top.id != view.id) {
            return Err(Cannot::because("another modal lies over this one"));
        }
        Ok(view)
    }

    /// Fills the form in and says what the bot is sent.
    pub(in crate::sandbox) fn submit(
        &mut self,
        now: SystemTime,
        order: &SubmitOrder,
    ) -> Result<Outgoing, Cannot> {
        let user = self.actor(&order.team, &order.user)?.clone();
        let person = user.person();
        let mut view = self.own_view(&order.team, &person, &order.view_id)?.clone();
        let team = self.team_named(&view.team)?.clone();
        if view.is_home() || view.content.get("submit").is_none() {
            return Err(Cannot::because("this view has nothing to submit"));
        }
        let values = typed(&view, &order.values)?;
        let errors = faults(view.blocks(), &values);
        view.values = values;
        view.errors.clone_from(&errors);
        let version = self.shelf.bump();
        self.stage.touch(person.clone(), version);
        if let Some(old) = self.stage.view_mut(&view.id) {
            *old = view.clone();
        }
        if !errors.is_empty() {
            return Err(Cannot { error: "the form cannot be sent like this".into(), errors });
        }
        let mut payload = interaction("view_submission", &team, &user);
        payload["trigger_id"] = self.give_trigger(now, &team.id, &person, true).into();
        payload["view"] = view.api(&team);
        payload["response_urls"] = json!([]);
        let after = After::Submission { view_id: view.id };
        Ok(Outgoing { kind: Kind::Interactions, team: team.id, payload, after })
    }

    /// Closes a modal; the bot hears of it if it asked to.
    pub(in crate::sandbox) fn close(
        &mut self,
        order: &CloseOrder,
    ) -> Result<Option<Outgoing>, Cannot> {
        let user = self.actor(&order.team, &order.user)?.clone();
        let person = user.person();
        let view = self.own_view(&order.team, &person, &order.view_id)?.clone();
        let team = self.team_named(&view.team)?.clone();
        if view.is_home() {
            return Err(Cannot::because("a home cannot be closed"));
        }
        let all = order.all || view.flag("clear_on_close");
        self.stage.close(&person, all);
        let version = self.shelf.bump();
        self.stage.touch(person, version);
        if !view.flag("notify_on_close") {
            return Ok(None);
        }
        let mut payload = interaction("view_closed", &team, &user);
        payload["view"] = view.api(&team);
        payload["is_cleared"] = all.into();
        let (kind, team) = (Kind::Interactions, team.id);
        Ok(Some(Outgoing { kind, team, payload, after: After::Nothing }))
    }
}
