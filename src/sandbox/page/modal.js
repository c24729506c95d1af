// The modal that lies on top before the person who acts. Nobody else sees it.

import { actingIn, send, told } from "./act.js";
import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { label, names, store, teamOf } from "./store.js";
import { plainText } from "./words.js";

let drawn = "";
let shownId = null;
let fields = [];
// What was typed into each modal and not sent yet, by view id.
const drafts = new Map();
// What went wrong with the modal as a whole, and with which view.
let failed = { id: null, words: "" };

export function drawModal(box) {
  const top = store.views.modals.at(-1);
  if (!top) {
    if (box.open) box.close();
    drawn = "";
    shownId = null;
    drafts.clear();
    return;
  }
  const sign = JSON.stringify([store.lang, store.views.of, top.id, top.hash, top.errors, failed, store.views.modals.length]);
  if (sign !== drawn) {
    const again = shownId === top.id;
    if (shownId) drafts.set(shownId, typed());
    fill(box, top, drafts.get(top.id) ?? {});
    drawn = sign;
    shownId = top.id;
    if (!box.open) box.showModal();
    const wrong = box.querySelector("[aria-invalid]");
    const first = wrong ?? (again ? null : box.querySelector("[data-focus], input, textarea, select"));
    (first?.matches("input, textarea, select, button") ? first : first?.querySelector("input"))?.focus();
  }
}

// What the form holds, by block and action.
function typed() {
  const values = {};
  for (const field of fields) {
    const [value] = Object.values(field.read());
    (values[field.block] ??= {})[field.action] = value;
  }
  return values;
}

// The state the server knows, under what was typed meanwhile.
function withDraft(values, draft) {
  const out = structuredClone(values);
  for (const [block, actions] of Object.entries(draft)) {
    for (const [action, value] of Object.entries(actions)) {
      const state = out[block]?.[action];
      const field = state && Object.keys(state).find((name) => name !== "type");
      if (field) state[field] = value;
    }
  }
  return out;
}

function fill(box, view, old) {
  const team = view.team_id;
  const values = withDraft(view.state.values, old);
  fields = [];
  const around = { names: names(team), team, place: { view_id: view.id }, values, errors: view.errors, fields, typed };
  const inside = blocks(view.blocks, around);
  const act = (what, more) => async () => {
    for (const button of box.querySelectorAll(".dialog-foot button")) button.disabled = true;
    const order = { team, user: actingIn(teamOf(store.open))?.id ?? "", view_id: view.id, ...more?.() };
    const { error, errors } = await send(what, order);
    failed = error && !errors ? { id: view.id, words: error } : { id: null, words: "" };
    drawn = "";
    drawModal(box);
  };
  const submit = act("submit", () => ({ values: typed() }));
  const close = act("close");
  box.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  const trouble = failed.id === view.id
    ? el("p", { class: "act-failed", role: "alert", "data-testid": "modal-failed" }, "⚠️ ", failedWords()) : null;
  const foot = el("div", { class: "dialog-foot" },
    el("button", { type: "button", class: "button", "data-testid": "modal-close", on: { click: close } },
      view.close ? plainText(view.close) : label(view.submit ? "modal_cancel" : "modal_close")),
    view.submit ? el("button", { type: "submit", class: "button primary", "data-testid": "modal-submit" }, plainText(view.submit)) : null);
  const depth = store.views.modals.length;
  box.replaceChildren(el("form", { method: "dialog", novalidate: true, on: { submit: (event) => { event.preventDefault(); submit(); } } },
    el("header", { class: "dialog-head" },
      el("h2", { id: "modal-title", "data-testid": "modal-title" }, plainText(view.title)),
      depth > 1 ? el("span", { class: "depth" }, label("modal_depth", { n: depth })) : null,
      el("button", { type: "button", class: "button cross", "aria-label": label("modal_close"), on: { click: close } }, "×")),
    el("div", { class: "dialog-body body" }, inside, trouble), foot));
}

function failedWords() {
  const known = ["operation_timeout", "dispatch_failed"].includes(failed.words);
  return known ? label("modal_failed", { why: failed.words }) : told(failed.words);
}
