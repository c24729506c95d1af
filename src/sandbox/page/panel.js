// The sandbox's own controls: clock, sample events, the bot's state, the page's language.

import { el } from "./dom.js";
import { get, hasLabel, label, post, store } from "./store.js";
import { sandboxClock, zones } from "./time.js";

const STEPS = [60, 600, 3600, 86400];
let status;
// Kept as a key, so that a change of language changes these words too.
let said = { key: null, values: {} };
let clock;
let date;
let counts;

export function drawPanel(root, { redraw, refreshSoon }) {
  status = el("p", { role: "status", "data-testid": "status" });
  say(said.key, said.values);
  clock = el("div", { class: "clock", "data-testid": "clock" });
  date = el("div", { class: "clock-date" });
  counts = el("dl", { class: "counts", "data-testid": "state" });
  const act = (path, body, done) => async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try {
      await post(path, body);
      say(done);
    } catch (error) {
      say("failed", { why: error.message });
    } finally {
      pressed.disabled = false;
      pressed.focus();
    }
    await refreshSoon();
  };
  const steps = STEPS.map((seconds) => el("button", {
    type: "button", "data-testid": `advance-${seconds}`, on: { click: act("advance", { seconds }, "advanced") },
  }, label(`advance_${seconds}`)));
  root.replaceChildren(
    languages(redraw),
    el("h2", {}, label("clock")), clock, date, zonePicker(redraw),
    el("h2", {}, label("advance")), el("div", { class: "steps" }, steps),
    el("h2", {}, label("feed")),
    el("button", { type: "button", class: "wide", "data-testid": "feed-more", on: { click: act("feed-more", {}, "fed") } }, label("feed_more")),
    el("h2", {}, label("state")), counts, status,
    el("p", { class: "panel-note" }, label("panel_note")),
  );
  tick();
}

function say(key, values = {}) {
  said = { key, values };
  status.className = key === "failed" ? "status bad" : "status";
  status.textContent = key ? label(key, values) : "";
}

export function tick() {
  const [time, today] = sandboxClock();
  clock.textContent = time;
  clock.dataset.now = store.now ?? "";
  date.textContent = today;
}

// Every number the bot tells of itself, under its own words where there are some.
export async function drawState() {
  const state = await get("state");
  // The outbox counts by state come in no order of their own.
  const outbox = Object.entries(state.entries ?? {}).map(([name, value]) => [`entries_${name}`, value]).sort();
  const rows = [...Object.entries(state), ...outbox].filter(([, value]) => typeof value === "number");
  counts.replaceChildren(...rows.flatMap(([name, value]) => [
    el("dt", {}, hasLabel(`state_${name}`) ? label(`state_${name}`) : name),
    el("dd", { "data-testid": `state-${name}` }, String(value)),
  ]));
}

function languages(redraw) {
  const choose = (lang) => () => {
    store.lang = lang;
    redraw();
    document.querySelector(`[data-lang="${lang}"]`)?.focus();
  };
  const words = { ja: "日本語", en: "English" };
  const known = Object.keys(words).filter((lang) => lang in store.workspace.labels);
  return el("div", { class: "languages", role: "group", "aria-label": label("language"), "data-testid": "lang-switch" },
    known.map((lang) => el("button", {
      type: "button", lang, "data-lang": lang, "data-testid": `lang-${lang}`,
      "aria-pressed": String(store.lang === lang), on: { click: choose(lang) },
    }, words[lang])));
}

function zonePicker(redraw) {
  const changed = (event) => {
    store.zone = event.target.value;
    redraw();
    document.querySelector('[data-testid="zone"]')?.focus();
  };
  const list = zones().map((zone) => el("option", { value: zone, selected: zone === store.zone }, zone));
  return el("label", { class: "zone" }, el("span", {}, label("zone")),
    el("select", { "data-testid": "zone", on: { change: changed } }, list));
}
