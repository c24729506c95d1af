// What the page knows: the workspace, the messages of each channel, and what was read.

export const store = {
  workspace: { teams: [], channels: [], users: [], labels: {}, lang: "ja" },
  messages: new Map(),
  read: new Map(),
  open: null,
  lang: "ja",
  zone: "Asia/Tokyo",
  now: null,
  version: 0,
  boot: null,
};

export function label(key, values = {}) {
  const words = store.workspace.labels[store.lang] ?? {};
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

export function hasLabel(key) {
  return key in (store.workspace.labels[store.lang] ?? {});
}

export const keyOf = (team, channel) => `${team}/${channel}`;

export function channelMessages(key) {
  return store.messages.get(key) ?? [];
}

// Shown in the channel itself: not a reply, or a reply sent to the channel too.
export function inChannel(message) {
  return message.thread_ts === null || message.broadcast;
}

export function unread(key) {
  const seen = store.read.get(key) ?? "";
  return channelMessages(key).filter((m) => inChannel(m) && !m.tombstone && m.ts > seen).length;
}

export function markRead(key) {
  const last = channelMessages(key).filter(inChannel).at(-1);
  if (last) store.read.set(key, last.ts);
}

export async function get(path) {
  return answer(await fetch(`/_sandbox/${path}`, { cache: "no-store" }));
}

export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body ?? {}) };
  return answer(await fetch(`/_sandbox/${path}`, request));
}

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? String(response.status));
  return body;
}

export async function loadWorkspace() {
  store.workspace = await get("workspace");
  store.boot = store.workspace.boot;
  store.version = 0;
  store.messages.clear();
}

// Fetches what changed since the last look; true if anything did.
export async function refresh() {
  const changes = await get(`changes?since=${store.version}`);
  store.now = changes.now;
  if (changes.boot !== store.boot) {
    await loadWorkspace();
    return refresh();
  }
  for (const { team, channel } of changes.channels) {
    const query = new URLSearchParams({ team, channel });
    const { messages } = await get(`messages?${query}`);
    store.messages.set(keyOf(team, channel), messages);
  }
  store.version = changes.version;
  return changes.channels.length > 0;
}
