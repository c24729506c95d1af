// What a person does here goes to the bot the way Slack sends it.

import { ask } from "./confirm.js";
import { el } from "./dom.js";
import { hasLabel, label, post, store } from "./store.js";

// The person who acts in a workspace: one of its people, or a visitor over Slack Connect.
export function actingIn(team) {
  const users = store.workspace.users.filter((user) => !user.deleted);
  const chosen = store.acting.get(team);
  const own = users.filter((user) => user.team === team);
  return users.find((user) => user.id === chosen)
    ?? own.find((user) => user.persona.includes("approver")) ?? own[0] ?? null;
}

// Sends it and looks at once what became of it: {error, errors}, both empty when all went well.
export async function send(what, order) {
  let outcome;
  store.acted = Date.now();
  try {
    outcome = { error: (await post(what, order)).error };
  } catch (error) {
    outcome = { error: error.message, errors: error.body?.errors };
  }
  await store.look();
  return outcome;
}

export const told = (error, values = {}) =>
  (hasLabel(`act_${error}`) ? label(`act_${error}`, values) : label("act_failed", { why: error, ...values }));

// A click on an element, after its question if it has one. `where` says in which message or view.
// Resolves to false when the person thought better of it.
export async function click(where, block, item, pick, node) {
  if (item.confirm && !(await ask(item.confirm, where.names))) return false;
  const person = actingIn(where.team);
  const order = { team: where.team, user: person?.id ?? "", action_id: item.action_id, block_id: block.block_id, ...where.place, ...pick };
  if (where.typed) order.values = where.typed();
  const holder = node.closest(".block, .field-row") ?? node;
  holder.parentElement?.querySelector(":scope > .act-failed")?.remove();
  node.setAttribute("aria-busy", "true");
  const { error } = await send("click", order);
  node.removeAttribute("aria-busy");
  if (error) {
    holder.after(el("p", { class: "act-failed", role: "alert", "data-testid": "act-failed" }, "⚠️ ", told(error)));
  }
  return true;
}
