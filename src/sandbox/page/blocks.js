// Block Kit as Slack draws it.

import { el, link } from "./dom.js";
import { element as control, inputId } from "./elements.js";
import { richText } from "./richtext.js";
import { hasLabel, label } from "./store.js";
import { textOf as text } from "./words.js";

// `around` knows names and where the blocks stand; see elements.js.
export function blocks(list, around) {
  return list.map((block) => {
    const draw = DRAW[block.type];
    if (draw) return draw(block, around);
    return el("p", { class: "odd" }, label("unknown_block", { type: block.type }));
  });
}

const DRAW = {
  header: (block, around) => el("h3", { class: "block header" }, text(block.text, around.names)),
  divider: () => el("hr", { class: "block" }),
  section,
  context: (block, around) =>
    el("div", { class: "block context" }, block.elements.map((item) =>
      item.type === "image" ? image(item) : el("span", {}, text(item, around.names)))),
  actions: (block, around) =>
    el("div", { class: "block actions" }, block.elements.map((item) => element(item, around, block))),
  image: (block, around) =>
    el("div", { class: "block" }, block.title ? el("div", {}, text(block.title, around.names)) : null, image(block)),
  input,
  video: (block, around) =>
    el("div", { class: "block" }, link(block.title_url ?? block.video_url, text(block.title, around.names))),
  markdown: (block) => el("div", { class: "block plain" }, block.text),
  rich_text: (block, around) => el("div", { class: "block" }, richText(block, around.names)),
  table,
};

function section(block, around) {
  const main = el("div", { class: "section-main" });
  if (block.text) main.append(el("div", { class: "section-text" }, text(block.text, around.names)));
  if (block.fields) {
    const cells = block.fields.map((field) => el("div", { class: "field" }, text(field, around.names)));
    main.append(el("div", { class: "fields" }, cells));
  }
  const side = block.accessory ? el("div", { class: "accessory" }, element(block.accessory, around, block)) : null;
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

function element(item, around, block) {
  return item.type === "image" ? image(item) : control(item, around, block);
}

// A field of a form: its label, the control, what helps and what is wrong.
function input(block, around) {
  const inputs = { inputId: inputId(), labelId: inputId(), hintId: inputId() };
  const inside = { ...around, ...inputs, fields: around.fields };
  const words = [text(block.label, around.names), block.optional ? el("span", { class: "optional" }, label("optional")) : null];
  const many = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const title = many
    ? el("div", { class: "field-label", id: inputs.labelId }, words)
    : el("label", { class: "field-label", id: inputs.labelId, for: inputs.inputId }, words);
  const node = element(block.element, inside, block);
  const wrong = around.errors?.[block.block_id];
  if (wrong) node.setAttribute("aria-invalid", "true");
  const said = wrong && (hasLabel(`input_${wrong}`) ? label(`input_${wrong}`) : wrong);
  const row = el("div", { class: `field-row${wrong ? " wrong" : ""}`, "data-testid": `block-${block.block_id}` }, title, node,
    wrong ? el("p", { class: "field-error", role: "alert", id: inputs.hintId, "data-testid": `error-${block.block_id}` }, said) : null,
    block.hint ? el("p", { class: "field-hint", id: wrong ? null : inputs.hintId }, text(block.hint, around.names)) : null);
  if (wrong) row.addEventListener("input", () => mended(row), { once: true });
  return row;
}

// What was wrong is not said any longer once the person mends it.
function mended(row) {
  row.classList.remove("wrong");
  row.querySelector(".field-error")?.remove();
  for (const node of row.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
}
