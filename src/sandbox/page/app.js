// Starts the page and keeps it fresh: one look at the server a second.

import { drawMessages, openedChannel, reveal } from "./messages.js";
import { drawPanel, drawState, tick } from "./panel.js";
import { drawSidebar } from "./sidebar.js";
import {
  channelMessages, keyOf, label, loadWorkspace, markRead, permalinked, refresh, store,
} from "./store.js";

const LOOK_EVERY_MS = 1000;
const GONE_BEFORE_LABELS = "接続できません / The sandbox cannot be reached.";
const part = (id) => document.getElementById(id);
let looking = null;

function draw() {
  if (store.open) markRead(store.open);
  drawSidebar(part("sidebar"), openChannel);
  drawMessages(part("scroll"));
}

function drawAll() {
  document.documentElement.lang = store.lang;
  document.title = label("title");
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = label(node.dataset.label);
  for (const node of document.querySelectorAll("[data-label-aria]")) {
    node.setAttribute("aria-label", label(node.dataset.labelAria));
  }
  drawPanel(part("panel"), { redraw: drawAll, refreshSoon: look });
  draw();
  look();
}

function openChannel(key) {
  store.open = key;
  openedChannel();
  part("scroll").replaceChildren();
  draw();
  part("scroll").scrollTop = part("scroll").scrollHeight;
}

// A link to a message of this sandbox leads there: the real Slack knows nothing of it.
function follow(event) {
  const anchor = event.target.closest?.("a[href]");
  const found = anchor && permalinked(anchor.href);
  if (!found) return;
  event.preventDefault();
  openChannel(found.key);
  reveal(part("scroll"), found.ts);
}

// Looks never overlap: a second asker shares the one under way.
function look() {
  looking ??= lookOnce().finally(() => {
    looking = null;
  });
  return looking;
}

async function lookOnce() {
  try {
    const boot = store.boot;
    if (boot === null) await start();
    const changed = await refresh();
    if (!store.open) openFirst();
    else if (changed || boot !== store.boot) draw();
    tick();
    await drawState();
    part("gone").hidden = true;
  } catch {
    const known = Object.keys(store.workspace.labels).length > 0;
    part("gone").textContent = known ? label("server_gone") : GONE_BEFORE_LABELS;
    part("gone").hidden = false;
  }
}

async function start() {
  await loadWorkspace();
  store.lang = store.workspace.lang in store.workspace.labels ? store.workspace.lang : "ja";
  document.documentElement.lang = store.lang;
  drawAll();
}

// The first channel with something to read, or the first of all.
function openFirst() {
  const keys = store.workspace.channels.map((channel) => keyOf(channel.team, channel.id));
  const first = keys.find((key) => channelMessages(key).length > 0) ?? keys[0];
  if (first) openChannel(first);
}

document.addEventListener("click", follow);
look();
setInterval(look, LOOK_EVERY_MS);
