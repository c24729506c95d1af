// The open channel: day lines, messages, threads.

import { arrange, el, link } from "./dom.js";
import { blocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";
import { channelMessages, inChannel, keyOf, label, names, store } from "./store.js";
import { clockTime, day, fullTime } from "./time.js";

const SHOWN_AT_ONCE = 200;
const TOGETHER_SECONDS = 300;
const ANSWER_MS = 15000;
const NAMED_COLORS = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };
const expanded = new Set();
let shown = SHOWN_AT_ONCE;
let drawn = new Map();
let lastPrivate = "";

export function openedChannel() {
  shown = SHOWN_AT_ONCE;
  drawn = new Map();
}

export function drawMessages(root) {
  const channel = store.open && store.workspace.channels.find((c) => keyOf(c.team, c.id) === store.open);
  if (!channel) return;
  document.getElementById("channel-name").textContent = `# ${channel.name}`;
  const outside = channel.bot_is_member ? "" : ` — ${label("not_member")}`;
  document.getElementById("channel-topic").textContent = channel.topic + outside;
  const all = channelMessages(store.open);
  const top = all.filter(inChannel);
  const atEnd = root.scrollHeight - root.scrollTop - root.clientHeight < 40;
  const nodes = items(top.slice(-shown), all, root);
  if (top.length > shown) nodes.unshift(kept("older", "older", () => older(root)));
  if (top.length === 0) nodes.push(kept("none", "none", () => el("p", { class: "none" }, label("no_messages"))));
  arrange(root, nodes);
  if (atEnd || isAnswered(all)) root.scrollTop = root.scrollHeight;
}

// Whether a private answer has come to what the person just did: it stands at the end, where they
// may not be looking.
function isAnswered(all) {
  const last = all.findLast((message) => message.ephemeral_to)?.ts ?? "";
  const fresh = last > lastPrivate && Date.now() - store.acted < ANSWER_MS;
  lastPrivate = last;
  return fresh;
}

// Shows one message of the open channel, its thread opened if it stands in one.
export function reveal(root, ts) {
  const all = channelMessages(store.open);
  const message = all.find((m) => m.ts === ts);
  if (!message) return;
  const top = inChannel(message) ? message : all.find((m) => m.ts === message.thread_ts);
  if (!top) return;
  if (top !== message) expanded.add(top.ts);
  const list = all.filter(inChannel);
  shown = Math.max(shown, list.length - list.indexOf(top));
  drawMessages(root);
  for (const before of root.querySelectorAll(".found")) before.classList.remove("found");
  const prefix = top === message ? "message" : "reply";
  const node = root.querySelector(`[data-testid="${CSS.escape(`${prefix}-${ts}`)}"]`);
  node?.classList.add("found");
  node?.scrollIntoView({ block: "center" });
}

function older(root) {
  const more = () => {
    shown += SHOWN_AT_ONCE;
    drawMessages(root);
  };
  return el("button", { type: "button", class: "older", on: { click: more } }, label("show_older"));
}

function items(list, all, root) {
  const out = [];
  let before = null;
  const threads = new Map();
  for (const reply of all) {
    if (reply.thread_ts) threads.set(reply.thread_ts, [...(threads.get(reply.thread_ts) ?? []), reply]);
  }
  for (const message of list) {
    const today = day(message.ts);
    const newDay = !before || day(before.ts) !== today;
    if (newDay) out.push(kept(`day ${today}`, "", () => el("div", { class: "day" }, el("span", {}, today))));
    const joined = !newDay && !message.ephemeral_to && !before.ephemeral_to && before.user === message.user && !message.broadcast
      && Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
    const replies = threads.get(message.ts) ?? [];
    const open = expanded.has(message.ts);
    const sign = JSON.stringify([message, joined, open, open ? replies : replies.length]);
    out.push(kept(message.ts, sign, () => full(message, joined, replies, root)));
    before = message;
  }
  return out;
}

// The node drawn before, unless what it shows changed.
function kept(key, sign, build) {
  const whole = `${store.lang} ${store.zone} ${sign}`;
  const old = drawn.get(key);
  if (old?.sign === whole) return old.node;
  const node = build();
  drawn.set(key, { sign: whole, node });
  return node;
}

function full(message, joined, replies, root) {
  const node = one(message, joined);
  if (replies.length === 0) return node;
  const open = expanded.has(message.ts);
  const toggle = () => {
    if (open) expanded.delete(message.ts);
    else expanded.add(message.ts);
    drawMessages(root);
    document.getElementById(`replies-${message.ts}`)?.focus();
  };
  const count = replies.length === 1 ? "reply_count_one" : "reply_count";
  const words = open ? label("hide_replies") : label(count, { n: replies.length });
  const body = node.querySelector(".body");
  body.append(el("button", {
    type: "button", class: "replies", id: `replies-${message.ts}`, "aria-expanded": String(open),
    "data-testid": `replies-${message.ts}`, on: { click: toggle },
  }, words));
  if (open) {
    const inner = replies.map((reply) => one(reply, false, "reply"));
    body.append(el("div", { class: "thread", "data-testid": `thread-${message.ts}` }, inner));
  }
  return node;
}

function one(message, joined, prefix = "message") {
  const team = store.workspace.teams.find((t) => t.id === message.team);
  const time = el("time", { title: fullTime(message.ts) }, clockTime(message.ts));
  const left = joined ? el("div", { class: "gutter" }, time) : el("div", { class: "avatar", "aria-hidden": "true" }, "🛡️");
  const body = el("div", { class: "body" });
  if (!joined) {
    body.append(el("div", { class: "by" }, el("b", {}, team?.bot_name ?? message.user),
      el("span", { class: "badge" }, label("app_badge")), time.cloneNode(true)));
  }
  if (message.ephemeral_to) {
    body.append(el("div", { class: "note", "data-testid": `private-${message.ts}` }, "👁️ ", label("only_you")));
  }
  if (message.broadcast && prefix === "message") body.append(el("div", { class: "note" }, label("broadcast")));
  body.append(...content(message));
  return el("article", {
    class: `message${joined ? " joined" : ""}${message.ephemeral_to ? " private" : ""}`, "data-testid": `${prefix}-${message.ts}`,
  }, left, body);
}

function content(message) {
  if (message.tombstone) return [el("p", { class: "note" }, label("deleted"))];
  const place = { channel: message.channel, ts: message.ts };
  const around = { names: names(message.team), team: message.team, place };
  const out = [];
  const edited = message.edited ? el("span", { class: "edited", title: fullTime(message.edited) }, label("edited")) : null;
  // The text is for the notification when blocks stand beside it.
  if (message.blocks) out.push(...blocks(message.blocks, around));
  else if (message.text) out.push(el("div", { class: "text" }, mrkdwn(message.text, around.names), edited && " ", edited));
  for (const item of message.attachments ?? []) out.push(attachment(item, around));
  if (edited && !edited.parentNode) out.push(edited);
  return out;
}

function attachment(item, around) {
  const inner = el("div", { class: "attachment-body" });
  if (item.blocks) inner.append(...blocks(item.blocks, around));
  else {
    if (item.title) inner.append(el("div", { class: "title" }, item.title_link ? link(item.title_link, item.title) : item.title));
    if (item.text) inner.append(el("div", {}, mrkdwn(item.text, around.names)));
    if (item.footer) inner.append(el("div", { class: "context" }, item.footer));
  }
  const bar = el("div", { class: "bar" });
  const color = NAMED_COLORS[item.color] ?? (/^[0-9a-f]{6}$/i.test(item.color ?? "") ? `#${item.color}` : null);
  if (color) bar.style.backgroundColor = color;
  const pretext = item.pretext ? el("div", {}, mrkdwn(item.pretext, around.names)) : null;
  return el("div", { class: "attachment-wrap" }, pretext, el("div", { class: "attachment" }, bar, inner));
}
