// Who acts: the people of the open workspace, and those of the others over Slack Connect.

import { actingIn } from "./act.js";
import { el } from "./dom.js";
import { hasLabel, label, store } from "./store.js";

let drawn = "";

export function drawPersona(root, team, changed) {
  const person = team && actingIn(team);
  const sign = JSON.stringify([store.lang, team, person?.id, store.boot]);
  if (sign === drawn) return;
  drawn = sign;
  if (!person) return root.replaceChildren();
  const people = store.workspace.users.filter((user) => !user.deleted);
  const own = people.filter((user) => user.team === team);
  const others = people.filter((user) => user.team !== team);
  const option = (user) => el("option", { value: user.id, selected: user.id === person.id }, described(user));
  const choose = (event) => {
    store.acting.set(team, event.target.value);
    changed(team);
  };
  const groups = [el("optgroup", { label: label("acting_own") }, own.map(option))];
  if (others.length > 0) groups.push(el("optgroup", { label: label("acting_others") }, others.map(option)));
  root.replaceChildren(el("label", {}, el("span", {}, label("acting")),
    el("select", { "data-testid": "acting", on: { change: choose } }, groups)));
}

function described(user) {
  const role = (word) => (hasLabel(`persona_${word}`) ? label(`persona_${word}`) : word);
  const roles = user.persona.split(", ").filter(Boolean).map(role);
  if (user.is_restricted) roles.push(label("persona_guest"));
  return roles.length > 0 ? label("acting_as", { name: user.real_name, roles: roles.join(label("list_comma")) }) : user.real_name;
}
