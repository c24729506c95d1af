// The App Home of the person who acts.

import { actingIn, send, told } from "./act.js";
import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { label, names, store } from "./store.js";

let drawn = "";
let failed = null;

// Tells the bot that its home was opened.
export async function openHome(team, redraw) {
  failed = null;
  const { error } = await send("home", { team, user: actingIn(team)?.id ?? "" });
  failed = error ?? null;
  redraw();
}

export function forgetHome() {
  drawn = "";
}

export function drawHome(root, team) {
  const bot = store.workspace.teams.find((one) => one.id === team)?.bot_name ?? "";
  document.getElementById("channel-name").textContent = label("home_of", { name: bot });
  document.getElementById("channel-topic").textContent = label("home_topic");
  const { home } = store.views;
  const sign = JSON.stringify([store.lang, store.zone, team, store.views.of, home, failed]);
  if (sign === drawn) return;
  drawn = sign;
  const parts = [];
  if (failed) parts.push(el("p", { class: "act-failed", role: "alert", "data-testid": "act-failed" }, "⚠️ ", told(failed)));
  if (home) {
    const around = { names: names(team), team, place: { view_id: home.id }, values: home.state.values };
    parts.push(...blocks(home.blocks, around));
  } else if (!failed) {
    parts.push(el("p", { class: "none" }, label("home_empty")));
  }
  root.replaceChildren(el("div", { class: "home body", "data-testid": "home" }, parts));
}
