// Interactive elements. In a message or home a choice goes to the bot at once; in an input block it
// waits for the form.
//
// `around` knows: names, team, place (message or view), values (state of the elements), and for a
// form `fields`, where each input leaves how it is read.

import { click } from "./act.js";
import { el, link } from "./dom.js";
import { plainText, textOf } from "./words.js";
import { label, store } from "./store.js";

let last = 0;

export function element(item, around, block) {
  const draw = DRAW[item.type];
  if (!draw) return el("span", { class: "odd" }, label("unknown_block", { type: item.type }));
  const control = draw(item, around, block);
  if (item.focus_on_load) control.dataset.focus = "true";
  return control;
}

export const inputId = () => `input-${(last += 1)}`;

const DRAW = {
  button,
  workflow_button: button,
  overflow,
  static_select: (item, around, block) => select(item, around, block, "selected_option", optionsOf(item)),
  external_select: (item, around, block) => select(item, around, block, "selected_option", optionsOf(item)),
  multi_static_select: (item, around, block) => many(item, around, block, "selected_options", optionsOf(item)),
  users_select: (item, around, block) => select(item, around, block, "selected_user", people(around)),
  multi_users_select: (item, around, block) => many(item, around, block, "selected_users", people(around)),
  channels_select: (item, around, block) => select(item, around, block, "selected_channel", channels(around)),
  conversations_select: (item, around, block) => select(item, around, block, "selected_conversation", channels(around)),
  radio_buttons: choices,
  checkboxes: choices,
  datepicker: (item, around, block) => picker(item, around, block, "date", "selected_date", "initial_date"),
  timepicker: (item, around, block) => picker(item, around, block, "time", "selected_time", "initial_time"),
  datetimepicker: (item, around, block) => picker(item, around, block, "datetime-local", "selected_date_time", "initial_date_time"),
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
};

const stateOf = (item, around, block) => around.values?.[block.block_id]?.[item.action_id];
const waits = (around, block) => block.type === "input" && !block.dispatch_action && Boolean(around.fields);
const testId = (item) => `element-${item.action_id}`;

// Leaves the control with the form, or sends what it holds whenever that changes.
function wire(control, item, around, block, read, undo) {
  if (block.type === "input") around.fields?.push({ block: block.block_id, action: item.action_id, read });
  if (waits(around, block)) return;
  control.addEventListener("change", async () => {
    if (!(await click(around, block, item, read(), control))) undo();
  });
}

function button(item, around, block) {
  const style = `button ${item.style ?? ""}`.trim();
  const named = { class: style, "aria-label": item.accessibility_label, "data-action": item.action_id, "data-testid": testId(item) };
  const inner = textOf(item.text, around.names);
  if (item.url) {
    const out = link(item.url, inner);
    for (const [name, value] of Object.entries(named)) if (value) out.setAttribute(name, value);
    return out;
  }
  const pressed = async (event) => {
    const node = event.currentTarget;
    if (node.getAttribute("aria-busy") !== "true") await click(around, block, item, {}, node);
  };
  return el("button", { type: "button", ...named, on: { click: pressed } }, inner);
}

function overflow(item, around, block) {
  const id = inputId();
  const toggle = (open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    (open ? list.firstElementChild : opener).focus();
  };
  const pick = (option) => async () => {
    toggle(false);
    if (option.url) window.open(option.url, "_blank", "noopener");
    await click(around, block, item, { selected_option: option.value }, opener);
  };
  const move = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      toggle(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const all = [...list.children];
      const step = event.key === "ArrowDown" ? 1 : all.length - 1;
      all[(all.indexOf(document.activeElement) + step) % all.length].focus();
    }
  };
  const list = el("div", { class: "menu", role: "menu", id, hidden: true, on: { keydown: move } },
    item.options.map((option) => el("button", {
      type: "button", role: "menuitem", "data-testid": `option-${option.value}`, on: { click: pick(option) },
    }, plainText(option.text))));
  const opener = el("button", {
    type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id,
    "aria-label": label("more_actions"), "data-testid": testId(item), on: { click: () => toggle(list.hidden) },
  }, "⋯");
  const leave = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget) && !list.hidden) {
      list.hidden = true;
      opener.setAttribute("aria-expanded", "false");
    }
  };
  return el("span", { class: "menu-holder", on: { focusout: leave } }, opener, list);
}

// Options of a menu, in groups where it has some: [{label?, options: [{value, words}]}].
function optionsOf(item) {
  const of = (options) => (options ?? []).map((one) => ({ value: one.value, words: plainText(one.text) }));
  if (item.option_groups) return item.option_groups.map((group) => ({ label: plainText(group.label), options: of(group.options) }));
  return [{ options: of(item.options) }];
}

const people = (around) => [{
  options: store.workspace.users.filter((user) => user.team === around.team && !user.deleted)
    .map((user) => ({ value: user.id, words: user.real_name })),
}];

const channels = (around) => [{
  options: store.workspace.channels.filter((one) => one.team === around.team)
    .map((one) => ({ value: one.id, words: `# ${one.name}` })),
}];

function grouped(groups, isChosen) {
  return groups.flatMap((group) => {
    const options = group.options.map((one) => el("option", { value: one.value, selected: isChosen(one.value) }, one.words));
    return group.label ? [el("optgroup", { label: group.label }, options)] : options;
  });
}

// What an element holds now: an option by its value, else the value itself.
function held(item, around, block, field) {
  const state = stateOf(item, around, block);
  const value = state ? state[field] : item[field.replace("selected", "initial")];
  const bare = (one) => one?.value ?? one;
  return Array.isArray(value) ? value.map(bare) : bare(value);
}

function select(item, around, block, field, groups) {
  const now = held(item, around, block, field) ?? "";
  const hint = item.placeholder ? plainText(item.placeholder) : label("choose");
  const control = el("select", { class: "control", "data-testid": testId(item), "aria-label": hint, id: around.inputId },
    el("option", { value: "" }, hint), grouped(groups, (value) => value === now));
  wire(control, item, around, block, () => ({ [field]: control.value || null }), () => {
    control.value = now;
  });
  return control;
}

function many(item, around, block, field, groups) {
  const now = held(item, around, block, field) ?? [];
  const control = el("select", { class: "control", multiple: true, "data-testid": testId(item), id: around.inputId },
    grouped(groups, (value) => now.includes(value)));
  const read = () => ({ [field]: [...control.selectedOptions].map((one) => one.value) });
  wire(control, item, around, block, read, () => {
    for (const one of control.options) one.selected = now.includes(one.value);
  });
  return control;
}

function choices(item, around, block) {
  const single = item.type === "radio_buttons";
  const field = single ? "selected_option" : "selected_options";
  const now = [held(item, around, block, field) ?? []].flat();
  const name = inputId();
  const inputs = item.options.map((option) => el("input", {
    type: single ? "radio" : "checkbox", name, value: option.value, checked: now.includes(option.value),
    "data-testid": `option-${option.value}`,
  }));
  const rows = item.options.map((option, index) => el("label", { class: "choice" }, inputs[index],
    el("span", {}, textOf(option.text, around.names),
      option.description ? el("span", { class: "choice-about" }, textOf(option.description, around.names)) : null)));
  const group = el("div", {
    class: "choices", role: single ? "radiogroup" : "group", "data-testid": testId(item), "aria-labelledby": around.labelId,
  }, rows);
  const chosen = () => inputs.filter((one) => one.checked).map((one) => one.value);
  wire(group, item, around, block, () => ({ [field]: single ? (chosen()[0] ?? null) : chosen() }), () => {
    for (const one of inputs) one.checked = now.includes(one.value);
  });
  return group;
}

const localTime = (seconds) => {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

function picker(item, around, block, type, field, initial) {
  const state = stateOf(item, around, block);
  const value = (state ? state[field] : item[initial]) ?? "";
  const shown = type === "datetime-local" && value ? localTime(value) : value;
  const control = el("input", {
    class: "control", type, value: shown, "data-testid": testId(item), id: around.inputId,
    "aria-label": item.placeholder ? plainText(item.placeholder) : null,
  });
  const read = () => {
    if (!control.value) return { [field]: null };
    return { [field]: type === "datetime-local" ? Math.floor(new Date(control.value).getTime() / 1000) : control.value };
  };
  wire(control, item, around, block, read, () => {
    control.value = shown;
  });
  return control;
}

function textInput(item, around, block) {
  const value = stateOf(item, around, block)?.value ?? item.initial_value ?? "";
  const attrs = {
    class: "control wide", "data-testid": testId(item), id: around.inputId, "aria-describedby": around.hintId,
    maxlength: item.max_length, placeholder: item.placeholder ? plainText(item.placeholder) : null,
  };
  const kinds = { email_text_input: "email", url_text_input: "url" };
  const control = item.multiline
    ? el("textarea", { ...attrs, rows: 4 })
    : el("input", { ...attrs, type: kinds[item.type] ?? "text", inputmode: item.type === "number_input" ? "decimal" : null });
  control.value = value;
  wire(control, item, around, block, () => ({ value: control.value }), () => {
    control.value = value;
  });
  return control;
}
