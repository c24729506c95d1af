// Block Kit as Slack draws it. Buttons without a link tell the reader that nothing listens yet.

import { el, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { label } from "./store.js";

// `around` knows names and what to do on a click: {names, clicked(node)}.
export function blocks(list, around) {
  return list.map((block) => {
    const draw = DRAW[block.type];
    if (draw) return draw(block, around);
    return el("p", { class: "odd" }, label("unknown_block", { type: block.type }));
  });
}

function text(object, around) {
  if (object.type === "mrkdwn") {
    return mrkdwn(object.text, around.names, { verbatim: object.verbatim === true });
  }
  const shown = object.emoji === false ? object.text : withEmoji(object.text);
  return shown.split("\n").flatMap((line, index) => (index > 0 ? [el("br"), line] : [line]));
}

const DRAW = {
  header: (block, around) => el("h3", { class: "block header" }, text(block.text, around)),
  divider: () => el("hr", { class: "block" }),
  section,
  context: (block, around) =>
    el("div", { class: "block context" }, block.elements.map((item) =>
      item.type === "image" ? image(item) : el("span", {}, text(item, around)))),
  actions: (block, around) =>
    el("div", { class: "block actions" }, block.elements.map((item) => element(item, around))),
  image: (block, around) =>
    el("div", { class: "block" }, block.title ? el("div", {}, text(block.title, around)) : null, image(block)),
  input: (block, around) =>
    el("div", { class: "block" }, el("b", {}, text(block.label, around)), el("br"), element(block.element, around)),
  video: (block, around) =>
    el("div", { class: "block" }, link(block.title_url ?? block.video_url, text(block.title, around))),
  markdown: (block) => el("div", { class: "block plain" }, block.text),
  rich_text: (block, around) => el("div", { class: "block" }, richText(block, around.names)),
  table,
};

function section(block, around) {
  const main = el("div", { class: "section-main" });
  if (block.text) main.append(el("div", { class: "section-text" }, text(block.text, around)));
  if (block.fields) {
    const cells = block.fields.map((field) => el("div", { class: "field" }, text(field, around)));
    main.append(el("div", { class: "fields" }, cells));
  }
  const side = block.accessory ? el("div", { class: "accessory" }, element(block.accessory, around)) : null;
  return el("div", { class: "block section" }, main, side);
}

function table(block, around) {
  const aligned = (index) => `cell-${block.column_settings?.[index]?.align ?? "left"}`;
  const rows = block.rows.map((row, top) => el("tr", {}, row.map((cell, index) => {
    const inner = cell.type === "rich_text" ? richText(cell, around.names) : cell.text;
    return el(top === 0 ? "th" : "td", { class: aligned(index) }, inner);
  })));
  return el("div", { class: "block table-wrap" }, el("table", {}, rows));
}

// Pictures would be fetched from elsewhere; their words stand for them.
function image(item) {
  return el("span", { class: "image" }, label("image", { alt: item.alt_text }));
}

function element(item, around) {
  if (item.type === "image") return image(item);
  if (item.type === "button" || item.type === "workflow_button") return button(item, around);
  if (item.type === "overflow") return menu("⋯", "overflow", around);
  if (item.type === "radio_buttons" || item.type === "checkboxes") return options(item, around);
  const chosen = item.initial_option?.text ?? item.placeholder;
  const shown = chosen ? chosen.text : (item.initial_date ?? item.initial_time ?? "");
  return menu(`${shown} ▾`, "select", around);
}

function button(item, around) {
  const style = `button ${item.style ?? ""}`.trim();
  const named = { class: style, "aria-label": item.accessibility_label, "data-action": item.action_id };
  if (item.url) {
    const out = link(item.url, text(item.text, around));
    for (const [name, value] of Object.entries(named)) if (value) out.setAttribute(name, value);
    return out;
  }
  return el("button", { type: "button", ...named, on: { click: (e) => around.clicked(e.target) } }, text(item.text, around));
}

function menu(shown, kind, around) {
  return el("button", { type: "button", class: `button ${kind}`, on: { click: (e) => around.clicked(e.target) } }, shown);
}

function options(item, around) {
  const sign = item.type === "radio_buttons" ? "○ " : "☐ ";
  return el("div", { class: "options" }, item.options.map((option) =>
    el("button", { type: "button", class: "option", on: { click: (e) => around.clicked(e.target) } }, sign, text(option.text, around))));
}
