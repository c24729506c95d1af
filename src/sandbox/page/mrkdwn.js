// mrkdwn: text -> tree of tokens -> nodes. Only what Slack reads as markup is markup here, and each
// entity is undone once, so what an attacker writes shows as Slack would show it.

import { el, isWebAddress, link } from "./dom.js";
import { emoji } from "./emoji.js";

// Slack reads the full-width signs of a Japanese keyboard as markup too.
const MARKS = { "*": "b", "＊": "b", _: "i", "＿": "i", "~": "s", "`": "code", "｀": "code" };
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const WORD = /[\p{L}\p{N}]/u;
const QUOTE = /^(?:>|&gt;|＞) ?/;

export function parse(text, { verbatim = false } = {}) {
  return text.split(/(```[\s\S]+?```)/).flatMap((part) => {
    if (part.startsWith("```") && part.length > 6) {
      const inner = part.slice(3, -3).replace(/^\n/, "");
      return [{ type: "pre", children: spans(inner, { verbatim, literal: true }) }];
    }
    return paragraphs(part, verbatim);
  });
}

function paragraphs(text, verbatim) {
  const out = [];
  let quoted = null;
  let fresh = true;
  for (const line of text.split("\n")) {
    const quote = QUOTE.test(line);
    const children = spans(quote ? line.replace(QUOTE, "") : line, { verbatim });
    if (quote) {
      if (quoted) quoted.children.push({ type: "br" }, ...children);
      else out.push((quoted = { type: "quote", children }));
      fresh = true;
    } else {
      if (!fresh) out.push({ type: "br" });
      out.push(...children);
      quoted = null;
      fresh = false;
    }
  }
  return out;
}

function spans(text, options) {
  const chars = Array.from(text);
  const out = [];
  const literal = (piece) => {
    const last = out.at(-1);
    if (last?.type === "text") last.text += piece;
    else out.push({ type: "text", text: piece });
  };
  let at = 0;
  while (at < chars.length) {
    const found = special(chars, at, options);
    if (found) {
      if (found.token.type === "text") literal(found.token.text);
      else out.push(found.token);
      at += found.length;
    } else {
      literal(chars[at]);
      at += 1;
    }
  }
  return out;
}

function special(chars, at, options) {
  const char = chars[at];
  const rest = chars.slice(at, at + 3100).join("");
  if (char === "&") {
    const entity = Object.keys(ENTITIES).find((name) => rest.startsWith(name));
    return entity && { token: { type: "text", text: ENTITIES[entity] }, length: entity.length };
  }
  if (char === "<") {
    const angle = /^<([^<>\n]+)>/.exec(rest);
    return angle && { token: reference(angle[1]), length: Array.from(angle[0]).length };
  }
  if (char === "\n") return { token: { type: "br" }, length: 1 };
  if (options.literal) return null;
  if (char === ":") {
    const code = /^:([a-z0-9_+-]+):/.exec(rest);
    const sign = code && emoji(code[1]);
    return sign ? { token: { type: "emoji", name: code[1], sign }, length: code[0].length } : null;
  }
  if (char in MARKS) return styled(chars, at, options);
  if (char === "h" && !options.verbatim && !isWord(chars[at - 1])) {
    const bare = /^https?:\/\/[^\s<>|]+[^\s<>|.,:;!?)\]]/.exec(rest);
    const url = bare && decode(bare[0]);
    return url && { token: { type: "link", url, text: url }, length: Array.from(bare[0]).length };
  }
  return null;
}

// A pair of marks formats what is between them only if both stand at a word's edge, on one line.
function styled(chars, at, options) {
  const mark = chars[at];
  const first = chars[at + 1];
  if (isWord(chars[at - 1]) || first === undefined || /\s/.test(first) || first === mark) return null;
  for (let end = at + 2; end < chars.length && chars[end] !== "\n"; end += 1) {
    if (chars[end] !== mark || isWord(chars[end + 1]) || /\s/.test(chars[end - 1])) continue;
    const inner = chars.slice(at + 1, end).join("");
    const type = MARKS[mark];
    const children = spans(inner, type === "code" ? { ...options, literal: true } : options);
    return { token: { type, children }, length: end - at + 1 };
  }
  return null;
}

const isWord = (char) => char !== undefined && WORD.test(char);
const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

function reference(inner) {
  const [target, ...more] = inner.split("|");
  const text = more.length > 0 ? decode(more.join("|")) : undefined;
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), text };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), text };
  if (["!here", "!channel", "!everyone"].includes(target)) {
    return { type: "broadcast", text: `@${target.slice(1)}` };
  }
  if (target.startsWith("!subteam^")) return { type: "group", text: text ?? target.slice(9) };
  if (target.startsWith("!date^")) return { type: "text", text: text ?? "" };
  const url = decode(target);
  if (isWebAddress(url)) return { type: "link", url, text: text || url };
  // Slack makes nothing of other schemes; the reader sees what was written.
  return { type: "text", text: `<${decode(inner)}>` };
}

// `names` knows people and channels: {user(id), channel(id)}.
export function render(tokens, names) {
  return tokens.map((token) => {
    switch (token.type) {
      case "text":
        return document.createTextNode(token.text);
      case "br":
        return el("br");
      case "emoji":
        return el("span", { class: "emoji", title: `:${token.name}:` }, token.sign);
      case "link":
        return link(token.url, token.text);
      case "user":
        return el("span", { class: "pill" }, `@${names.user(token.id) ?? token.text ?? token.id}`);
      case "channel":
        return el("span", { class: "pill" }, `#${names.channel(token.id) ?? token.text ?? token.id}`);
      case "group":
        return el("span", { class: "pill" }, token.text);
      case "broadcast":
        return el("span", { class: "pill loud" }, token.text);
      case "quote":
        return el("blockquote", {}, render(token.children, names));
      default:
        return el(token.type, {}, render(token.children, names));
    }
  });
}

export const mrkdwn = (text, names, options) => render(parse(text, options), names);
