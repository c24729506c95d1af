// Companies and their channels, with what is unread.

import { el } from "./dom.js";
import { homeKey, keyOf, label, store, unread } from "./store.js";

let drawn = "";

export function drawSidebar(root, open) {
  const channels = store.workspace.channels.map((channel) => {
    const key = keyOf(channel.team, channel.id);
    return { ...channel, key, count: key === store.open ? 0 : unread(key) };
  });
  // Drawn anew only when something changed: the keyboard's place in it should survive.
  const sign = JSON.stringify([store.lang, store.open, channels, store.workspace.teams]);
  if (sign === drawn) return;
  drawn = sign;
  const focused = document.activeElement?.closest("[data-key]")?.dataset.key;
  root.replaceChildren(el("p", { class: "brand" }, label("title")), el("p", { class: "side-title" }, label("workspaces")), ...store.workspace.teams.map((team) => {
    const own = channels.filter((channel) => channel.team === team.id);
    const waiting = own.reduce((sum, channel) => sum + channel.count, 0);
    return el("section", { class: "team", "data-testid": `team-${team.id}` },
      el("h2", {}, el("span", { class: "logo", "aria-hidden": "true" }, Array.from(team.name)[0] ?? "?"),
        el("span", { class: "team-name" }, team.name), waiting > 0 ? el("span", { class: "dot", "aria-hidden": "true" }) : null),
      el("ul", {}, el("li", {}, homeEntry(team, open)), own.map((channel) => el("li", {}, entry(channel, open)))));
  }));
  if (focused) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function entry(channel, open) {
  const current = channel.key === store.open;
  const badge = channel.count > 0
    ? el("span", { class: "count", "data-testid": `unread-${channel.id}`, "aria-label": label("unread", { n: channel.count }) },
      String(channel.count))
    : null;
  return el("button", {
    type: "button",
    class: `entry${current ? " current" : ""}${channel.count > 0 ? " unread" : ""}`,
    "aria-current": current ? "page" : null,
    "data-key": channel.key,
    "data-testid": `channel-${channel.id}`,
    on: { click: () => open(channel.key) },
  }, el("span", { class: "hash", "aria-hidden": "true" }, "#"), el("span", { class: "entry-name" }, channel.name,
    channel.topic ? el("span", { class: "entry-topic" }, channel.topic) : null), badge);
}

function homeEntry(team, open) {
  const key = homeKey(team.id);
  const current = key === store.open;
  return el("button", {
    type: "button", class: `entry${current ? " current" : ""}`, "aria-current": current ? "page" : null,
    "data-key": key, "data-testid": `home-${team.id}`, on: { click: () => open(key) },
  }, el("span", { class: "hash", "aria-hidden": "true" }, "🛡️"), el("span", { class: "entry-name" }, label("home_of", { name: team.bot_name })));
}
