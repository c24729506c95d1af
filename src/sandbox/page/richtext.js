// rich_text blocks: text in them is literal, so nothing is parsed here.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

export function richText(block, names) {
  return el("div", { class: "rich" }, block.elements.map((part) => piece(part, names)));
}

function piece(part, names) {
  switch (part.type) {
    case "rich_text_section":
      return el("div", { class: "rich-line" }, line(part, names));
    case "rich_text_list":
      return list(part, names);
    case "rich_text_quote":
      return el("blockquote", {}, line(part, names));
    case "rich_text_preformatted":
      return el("pre", {}, line(part, names));
    default:
      return null;
  }
}

function list(part, names) {
  const ordered = part.style === "ordered";
  const depth = Math.min(part.indent ?? 0, 8);
  const attrs = { class: `rich-list indent-${depth}` };
  if (ordered && part.offset) attrs.start = part.offset + 1;
  const items = part.elements.map((item) => el("li", {}, line(item, names)));
  return el(ordered ? "ol" : "ul", attrs, items);
}

const line = (part, names) => part.elements.map((item) => styled(item, inline(item, names)));

function inline(item, names) {
  switch (item.type) {
    case "text":
      return document.createTextNode(item.text);
    case "link":
      return link(item.url, item.text ?? item.url);
    case "emoji":
      return el("span", { class: "emoji", title: `:${item.name}:` }, emoji(item.name) ?? `:${item.name}:`);
    case "user":
      return el("span", { class: "pill" }, `@${names.user(item.user_id) ?? item.user_id}`);
    case "channel":
      return el("span", { class: "pill" }, `#${names.channel(item.channel_id) ?? item.channel_id}`);
    case "usergroup":
      return el("span", { class: "pill" }, `@${item.usergroup_id}`);
    case "broadcast":
      return el("span", { class: "pill loud" }, `@${item.range}`);
    case "date":
      return document.createTextNode(item.fallback ?? String(item.timestamp));
    default:
      return document.createTextNode(item.value ?? item.team_id ?? "");
  }
}

const STYLES = { code: "code", strike: "s", underline: "u", italic: "i", bold: "b" };

function styled(item, node) {
  let out = node;
  for (const [style, tag] of Object.entries(STYLES)) {
    if (item.style?.[style]) out = el(tag, {}, out);
  }
  return out;
}
