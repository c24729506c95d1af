// The box under a channel. It takes slash commands only: people's own messages would tell the bot
// nothing.

import { actingIn, send, told } from "./act.js";
import { el } from "./dom.js";
import { label, store } from "./store.js";

let drawn = "";

export function drawComposer(root, channel) {
  const sign = JSON.stringify([store.lang, channel?.team, channel?.id, store.boot]);
  if (sign === drawn) return;
  drawn = sign;
  if (!channel || store.workspace.commands.length === 0) return root.replaceChildren();
  const first = store.workspace.commands[0];
  const input = el("input", {
    type: "text", list: "commands", autocomplete: "off", "aria-label": label("command"), "data-testid": "command",
    placeholder: label("command_hint", { example: `${first.command} ${first.usage_hint}`.trim() }),
  });
  const said = el("p", { class: "command-said", role: "status", "data-testid": "command-said" });
  const go = async (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    const [command, ...rest] = typed.split(/[ \u3000]+/);
    said.className = "command-said";
    said.textContent = "";
    if (!typed) return;
    if (!typed.startsWith("/")) return tell(said, label("command_only"));
    button.disabled = true;
    const order = { team: channel.team, user: actingIn(channel.team)?.id ?? "", channel: channel.id, command, text: rest.join(" ") };
    const { error } = await send("command", order);
    button.disabled = false;
    if (error) return tell(said, commandTold(command, error));
    input.value = "";
  };
  const button = el("button", { type: "submit", class: "button primary", "data-testid": "command-send" }, label("command_send"));
  const known = store.workspace.commands.map((one) =>
    el("option", { value: one.command }, `${one.command} ${one.usage_hint} — ${one.description}`));
  root.replaceChildren(said, el("form", { class: "command-form", on: { submit: go } }, input,
    el("datalist", { id: "commands" }, known), button));
}

// Slack names the command that failed, and the error.
function commandTold(command, error) {
  const known = ["operation_timeout", "dispatch_failed"].includes(error);
  return known ? label("command_failed", { command, error }) : told(error);
}

function tell(said, words) {
  said.className = "command-said bad";
  said.textContent = words;
}
