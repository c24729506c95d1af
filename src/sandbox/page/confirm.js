// The question before a click that has one.

import { el } from "./dom.js";
import { textOf } from "./words.js";

// True when the person means it.
export function ask(confirm, names) {
  const { promise, resolve } = Promise.withResolvers();
  const choose = (value) => () => {
    box.close();
    resolve(value);
  };
  const style = confirm.style === "danger" ? "danger" : "primary";
  const box = el("dialog", { class: "dialog confirm", role: "alertdialog", "aria-labelledby": "confirm-title", "data-testid": "confirm", on: { cancel: choose(false) } },
    el("h2", { id: "confirm-title" }, textOf(confirm.title, names)),
    el("div", { class: "dialog-body" }, textOf(confirm.text, names)),
    el("div", { class: "dialog-foot" },
      el("button", { type: "button", class: "button", "data-testid": "confirm-no", on: { click: choose(false) } }, textOf(confirm.deny, names)),
      el("button", { type: "button", class: `button ${style}`, "data-testid": "confirm-yes", on: { click: choose(true) } }, textOf(confirm.confirm, names))));
  document.body.append(box);
  box.showModal();
  return promise.finally(() => box.remove());
}
