// What the page knows: the workspace, the messages of each channel, and what was read.

export const store = {
  workspace: { teams: [], channels: [], users: [], labels: {}, lang: "ja" },
  messages: new Map(),
  read: new Map(),
  // Who acts, by workspace: a user id.
  acting: new Map(),
  // The modals and the home of the person who acts in the open workspace.
  views: { of: null, modals: [], home: null },
  // When the person last did something, so that an answer is brought into view.
  acted: 0,
  // Looks at the server at once; set by the page's start.
  look: async () => {},
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

// Names as the people of a workspace read them.
export function names(team) {
  const { users, channels, teams } = store.workspace;
  return {
    user: (id) => (users.find((u) => u.team === team && u.id === id) ?? users.find((u) => u.id === id))?.real_name
      ?? teams.find((t) => t.bot_user_id === id)?.bot_name,
    channel: (id) => channels.find((c) => c.team === team && c.id === id)?.name,
  };
}

export const homeKey = (team) => `${team}/home`;
export const isHome = (key) => key?.endsWith("/home") ?? false;
export const teamOf = (key) => key?.split("/")[0] ?? null;
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

// The message that an address of one of our own workspaces leads to, if we have its channel.
export function permalinked(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  const team = url && store.workspace.teams.find((t) => url.host === `${t.domain}.slack.com`);
  const path = team && /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (!path) return null;
  const known = store.workspace.channels.some((c) => c.team === team.id && c.id === path[1]);
  return known ? { key: keyOf(team.id, path[1]), ts: `${path[2]}.${path[3]}` } : null;
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
  if (!response.ok) throw Object.assign(new Error(body.error ?? String(response.status)), { body });
  return body;
}

export async function loadWorkspace() {
  store.workspace = await get("workspace");
  store.boot = store.workspace.boot;
  store.version = 0;
  store.messages.clear();
  store.views = { of: null, modals: [], home: null };
}

// Fetches what changed since the last look; true if anything did.
export async function refresh(actingIn) {
  const changes = await get(`changes?since=${store.version}`);
  store.now = changes.now;
  if (changes.boot !== store.boot) {
    await loadWorkspace();
    return refresh(actingIn);
  }
  for (const { team, channel } of changes.channels) await fetchChannel(team, channel, actingIn(team));
  store.version = changes.version;
  const views = await refreshViews(changes.people, actingIn);
  return changes.channels.length > 0 || views;
}

// What one person sees of a channel.
export async function fetchChannel(team, channel, person) {
  const query = new URLSearchParams({ team, channel });
  if (person) query.set("user", person.id);
  const { messages } = await get(`messages?${query}`);
  store.messages.set(keyOf(team, channel), messages);
}

async function refreshViews(changed, actingIn) {
  const team = teamOf(store.open);
  const person = team && actingIn(team);
  const of = person ? `${team}/${person.team}/${person.id}` : null;
  const fresh = of === store.views.of
    && !changed.some((one) => one.user === person?.id && one.team === person?.team);
  if (fresh) return false;
  if (!person) {
    store.views = { of, modals: [], home: null };
    return true;
  }
  const query = new URLSearchParams({ team: person.team, user: person.id });
  const { modals, home } = await get(`views?${query}`);
  store.views = { of, modals, home: person.team === team ? home : null };
  return true;
}
