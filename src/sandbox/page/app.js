// Starts the page and keeps it fresh: one look at the server a second.

import { actingIn } from "./act.js";
import { drawComposer } from "./composer.js";
import { drawHome, forgetHome, openHome } from "./home.js";
import { drawMessages, openedChannel, reveal } from "./messages.js";
import { drawModal } from "./modal.js";
import { drawPanel, drawState, tick } from "./panel.js";
import { drawPersona } from "./persona.js";
import { drawSidebar } from "./sidebar.js";
import {
  channelMessages, fetchChannel, isHome, keyOf, label, loadWorkspace, markRead, permalinked, refresh,
  store, teamOf,
} from "./store.js";

const LOOK_EVERY_MS = 1000;
const GONE_BEFORE_LABELS = "接続できません / The sandbox cannot be reached.";
const part = (id) => document.getElementById(id);
let looking = null;

function draw() {
  if (store.open) markRead(store.open);
  const team = teamOf(store.open);
  drawSidebar(part("sidebar"), openChannel);
  drawPersona(part("acting"), team, changePerson);
  drawComposer(part("composer"), store.workspace.channels.find((one) => keyOf(one.team, one.id) === store.open));
  if (isHome(store.open)) drawHome(part("scroll"), team);
  else drawMessages(part("scroll"));
  drawModal(part("modal"));
}

// Another person sees other private messages, modals and another home.
async function changePerson(team) {
  const key = store.open;
  const own = store.workspace.channels.filter((channel) => channel.team === team);
  for (const channel of own) await fetchChannel(team, channel.id, actingIn(team));
  await look();
  draw();
  // A home that was opened meanwhile was opened as this person already.
  if (isHome(key) && store.open === key) await openHome(team, draw);
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
  forgetHome();
  part("scroll").replaceChildren();
  draw();
  part("scroll").scrollTop = isHome(key) ? 0 : part("scroll").scrollHeight;
  if (isHome(key)) openHome(teamOf(key), draw);
  else look();
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
    const changed = await refresh(actingIn);
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

store.look = look;
document.addEventListener("click", follow);
look();
setInterval(look, LOOK_EVERY_MS);
