// A text object as nodes.

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function textOf(object, names) {
  if (object.type === "mrkdwn") {
    return mrkdwn(object.text, names, { verbatim: object.verbatim === true });
  }
  return plainText(object).split("\n").flatMap((line, index) => (index > 0 ? [el("br"), line] : [line]));
}

export const plainText = (object) => (object.emoji === false ? object.text : withEmoji(object.text));
