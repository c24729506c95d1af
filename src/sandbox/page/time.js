// Times as Slack words them, in one zone the reader chooses.

import { store } from "./store.js";

const locale = () => (store.lang === "ja" ? "ja-JP" : "en-US");
const moment = (ts) => new Date(Number(ts) * 1000);

function format(date, options) {
  return new Intl.DateTimeFormat(locale(), { timeZone: store.zone, ...options }).format(date);
}

export const clockTime = (ts) => format(moment(ts), { hour: "numeric", minute: "2-digit" });

export const fullTime = (ts) => format(moment(ts), { dateStyle: "full", timeStyle: "medium" });

export const day = (ts) => {
  const weekday = store.lang === "ja" ? "short" : "long";
  return format(moment(ts), { year: "numeric", month: "long", day: "numeric", weekday });
};

export function sandboxClock() {
  if (!store.now) return ["", ""];
  const date = new Date(store.now);
  return [
    format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }),
    format(date, { year: "numeric", month: "long", day: "numeric", weekday: "short" }),
  ];
}

export function zones() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const people = store.workspace.users.map((user) => user.tz).filter(Boolean);
  return [...new Set(["Asia/Tokyo", "UTC", own, ...people])].filter(Boolean);
}
