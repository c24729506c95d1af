// Slack's @slack/web-api for Node.js against the sandbox's Web API. Each test posts into a channel
// of its own or cleans up after itself; the step starts the sandbox and says where it is.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(process.env.MONBAN_TEST_NODE_PACKAGE);
const { ErrorCode, WebClient } = require("@slack/web-api");
const URL_BASE = process.env.MONBAN_TEST_SANDBOX;
const TOKEN = "xoxb-sandbox-T0SHINONOME";
const CHANNEL = "C0NAGISA";
const BLOCKS = [
  { type: "section", block_id: "b1", text: { type: "mrkdwn", text: "*太字* & <https://example.com|リンク>" } },
];
const IN_ATTACHMENT = [{ ...BLOCKS[0], block_id: "b2" }];

const signed = (token, more) => new WebClient(token, {
  slackApiUrl: `${URL_BASE}/api/`, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, ...more,
});
const client = signed(TOKEN);

async function sandbox(path, body) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`${URL_BASE}/_sandbox/${path}`, request);
  assert.equal(answer.status, 200, await answer.clone().text());
}

// Past the pace of one post a second, on the sandbox's clock.
async function post(text, more = {}) {
  await sandbox("advance", { seconds: 2 });
  const answer = await client.chat.postMessage({ channel: CHANNEL, text, ...more });
  assert.equal(answer.ok, true);
  return answer.ts;
}

async function history(more = {}) {
  return (await client.conversations.history({ channel: CHANNEL, ...more })).messages;
}

const refused = (call, code) => assert.rejects(call, (error) => {
  assert.equal(error.code, ErrorCode.PlatformError, String(error));
  assert.equal(error.data.error, code);
  return true;
});

test("who am I", async () => {
  const answer = await client.auth.test();
  assert.deepEqual([answer.team_id, answer.user_id], ["T0SHINONOME", "U0SHINONOMEBOT"]);
  await refused(signed("xoxb-no").auth.test(), "invalid_auth");
  await refused(signed(undefined).auth.test(), "not_authed");
});

test("a message comes back as it was posted, updated and deleted", async () => {
  const metadata = { event_type: "t", event_payload: { key: "k-1", n: 5, list: ["a"] } };
  const attachments = [{ color: "#a30200", fallback: "f", blocks: IN_ATTACHMENT }];
  const ts = await post("本文 & 文", { blocks: BLOCKS, attachments, metadata });
  const [found] = await history({ include_all_metadata: true });
  assert.equal(found.ts, ts);
  assert.deepEqual(found.blocks, BLOCKS);
  assert.deepEqual(found.attachments[0].blocks, IN_ATTACHMENT);
  assert.deepEqual(found.metadata, metadata);
  assert.equal((await history())[0].metadata, undefined);
  await client.chat.update({ channel: CHANNEL, ts, text: "直した" });
  const [updated] = await history();
  assert.equal(updated.text, "直した");
  assert.equal(updated.blocks, undefined);
  await client.chat.delete({ channel: CHANNEL, ts });
  assert.deepEqual(await history(), []);
  await refused(client.chat.update({ channel: CHANNEL, ts, text: "x" }), "message_not_found");
});

test("history and threads page to their end", async () => {
  const parent = await post("親");
  const replies = [];
  for (const text of ["1", "2", "3"]) replies.push(await post(text, { thread_ts: parent }));
  const seen = [];
  for await (const page of client.paginate("conversations.replies", { channel: CHANNEL, ts: parent, limit: 2 })) {
    assert.equal(page.messages[0].ts, parent);
    seen.push(...page.messages.slice(1).map((one) => one.ts));
  }
  assert.deepEqual(seen, replies);
  const second = await post("次");
  const pages = [];
  for await (const page of client.paginate("conversations.history", { channel: CHANNEL, limit: 1 })) {
    pages.push(page.messages.map((one) => one.ts));
  }
  assert.deepEqual(pages, [[second], [parent]]);
  for (const ts of [...replies, parent, second]) await client.chat.delete({ channel: CHANNEL, ts });
});

test("channels and people", async () => {
  const ids = [];
  for await (const page of client.paginate("conversations.list", { limit: 2 })) {
    ids.push(...page.channels.map((one) => one.id));
  }
  assert.deepEqual(ids.sort(), ["C0CCOE", "C0HIDAMARI", CHANNEL]);
  const { channel } = await client.conversations.info({ channel: CHANNEL });
  assert.deepEqual([channel.name, channel.is_member], ["nagisa-cloud-alerts", true]);
  const { user } = await client.users.info({ user: "U0TANAKA", include_locale: true });
  assert.deepEqual([user.real_name, user.locale], ["田中 由美", "ja-JP"]);
  const { members } = await client.users.list();
  assert.ok(members.some((one) => one.id === "U0KADOTA"));
  assert.ok(!members.some((one) => one.id === "U0SATO"), "somebody of another workspace");
});

test("what Slack refuses", async () => {
  const long = [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }];
  const cases = [
    [{ channel: "C404", text: "x" }, "channel_not_found"],
    [{ channel: "C0AKEBONO", text: "x" }, "channel_not_found"],
    [{ channel: CHANNEL, text: "x", thread_ts: "1.000001" }, "thread_not_found"],
    [{ channel: CHANNEL, text: "x", blocks: long }, "invalid_blocks"],
  ];
  for (const [args, code] of cases) {
    await sandbox("advance", { seconds: 2 });
    await refused(client.chat.postMessage(args), code);
  }
  await refused(client.users.info({ user: "U404" }), "user_not_found");
  await refused(client.apiCall("no.such"), "unknown_method");
  assert.deepEqual(await history(), []);
});

test("too many calls are told when to come back", async () => {
  const fault = { method: "users.info", kind: "ratelimited", retry_after: 7 };
  await sandbox("faults", { rules: [fault] });
  await assert.rejects(client.users.info({ user: "U0TANAKA" }), (error) => {
    assert.equal(error.code, ErrorCode.RateLimitedError, String(error));
    assert.equal(error.retryAfter, 7);
    return true;
  });
  // The client's own way with a 429: it waits as told and tries again.
  await sandbox("faults", { rules: [{ ...fault, retry_after: 1 }] });
  const patient = signed(TOKEN, { retryConfig: { retries: 2 }, rejectRateLimitedCalls: false });
  const { user } = await patient.users.info({ user: "U0TANAKA" });
  assert.equal(user.id, "U0TANAKA");
});
