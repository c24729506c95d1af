"""The Python slack_sdk against the sandbox's Web API."""

import unittest

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata

from harness.places import TESTS
from harness.sandbox import Sandbox

TEAM, TOKEN = "T0SHINONOME", "xoxb-sandbox-T0SHINONOME"
# The bot itself posts into another channel, of another workspace: these are quiet.
CHANNEL, OTHER = "C0NAGISA", "C0HIDAMARI"
EVENT = TESTS / "fixtures" / "securityhub-consolidated.json"
BLOCKS = [{"type": "section", "block_id": "b1",
           "text": {"type": "mrkdwn", "text": "*太字* & <https://example.com|リンク>"}}]


class SlackSdk(unittest.TestCase):
    def setUp(self):
        self.sandbox = Sandbox("--events", EVENT).__enter__()
        self.addCleanup(self.sandbox.__exit__)
        self.client = self.signed(TOKEN)

    def signed(self, token):
        # No retries: each answer is looked at.
        client = WebClient(token, base_url=f"{self.sandbox.url}/api/", timeout=30, retry_handlers=[])
        client.proxy = None
        return client

    def post(self, text, channel=CHANNEL, **more):
        # Past the pace of one post a second, on the sandbox's clock.
        self.sandbox.advance(2)
        answer = self.client.chat_postMessage(channel=channel, text=text, **more)
        self.assertTrue(answer["ok"])
        return answer

    def refused(self, call, **arguments):
        with self.assertRaises(SlackApiError) as caught:
            call(**arguments)
        return caught.exception.response

    def test_who_am_i(self):
        answer = self.client.auth_test()
        self.assertEqual((answer["team_id"], answer["user_id"]), (TEAM, "U0SHINONOMEBOT"))
        self.assertTrue(answer["bot_id"].startswith("B"))
        self.assertEqual(self.refused(self.signed("xoxb-no").auth_test)["error"], "invalid_auth")
        self.assertEqual(self.refused(self.signed(None).auth_test)["error"], "not_authed")

    def test_a_message_comes_back_as_it_was_posted_updated_and_deleted(self):
        metadata = Metadata(event_type="t", event_payload={"key": "k-1", "n": 5, "list": ["a"]})
        inner = [{**BLOCKS[0], "block_id": "b2"}]
        attachments = [{"color": "#a30200", "blocks": inner, "fallback": "f"}]
        posted = self.post("本文 & 文", blocks=BLOCKS, attachments=attachments, metadata=metadata)
        found = self.history(include_all_metadata=True)[0]
        self.assertEqual(found["ts"], posted["ts"])
        self.assertEqual(found["blocks"], BLOCKS)
        self.assertEqual(found["attachments"][0]["blocks"], inner)
        self.assertEqual(found["metadata"], metadata.to_dict())
        self.assertNotIn("metadata", self.history()[0])
        self.client.chat_update(channel=CHANNEL, ts=posted["ts"], text="直した")
        found = self.history()[0]
        self.assertEqual(found["text"], "直した")
        self.assertNotIn("blocks", found, "a text without blocks removes them")
        self.assertIn("edited", found)
        self.client.chat_delete(channel=CHANNEL, ts=posted["ts"])
        self.assertEqual(self.history(), [])
        gone = self.refused(self.client.chat_update, channel=CHANNEL, ts=posted["ts"], text="x")
        self.assertEqual(gone["error"], "message_not_found")

    def history(self, **more):
        return self.client.conversations_history(channel=CHANNEL, **more)["messages"]

    def test_history_pages_to_its_end(self):
        wanted = [self.post(str(number))["ts"] for number in range(5)]
        pages = [page["messages"] for page in
                 self.client.conversations_history(channel=CHANNEL, limit=2)]
        self.assertEqual([len(page) for page in pages], [2, 2, 1])
        self.assertEqual([one["ts"] for page in pages for one in page], wanted[::-1])
        some = self.history(oldest=wanted[1], latest=wanted[3], inclusive=True)
        self.assertEqual([one["ts"] for one in some], wanted[1:4][::-1])

    def test_a_thread_pages_to_its_end(self):
        parent = self.post("親")["ts"]
        metadata = {"event_type": "t", "event_payload": {"key": "r"}}
        replies = [self.post(str(number), thread_ts=parent, metadata=metadata)["ts"]
                   for number in range(3)]
        seen, metadatas = [], []
        for page in self.client.conversations_replies(
                channel=CHANNEL, ts=parent, limit=2, include_all_metadata=True):
            self.assertEqual(page["messages"][0]["ts"], parent)
            seen += [one["ts"] for one in page["messages"][1:]]
            metadatas += [one["metadata"] for one in page["messages"][1:]]
        self.assertEqual((seen, metadatas), (replies, [metadata] * 3))
        self.assertEqual(self.history()[0]["reply_count"], 3)

    def test_channels_and_people(self):
        listed = [one["id"] for page in self.client.conversations_list(limit=2)
                  for one in page["channels"]]
        self.assertEqual(sorted(listed), ["C0CCOE", OTHER, CHANNEL])
        channel = self.client.conversations_info(channel=CHANNEL)["channel"]
        self.assertEqual((channel["name"], channel["is_member"]), ("nagisa-cloud-alerts", True))
        user = self.client.users_info(user="U0TANAKA", include_locale=True)["user"]
        self.assertEqual((user["real_name"], user["locale"]), ("田中 由美", "ja-JP"))
        user = self.client.users_info(user="U0CHEN", include_locale=True)["user"]
        self.assertEqual(user["locale"], "en-US")
        people = [one["id"] for page in self.client.users_list(limit=3) for one in page["members"]]
        self.assertEqual(len(people), len(set(people)))
        self.assertIn("U0KADOTA", people)
        self.assertNotIn("U0SATO", people, "somebody of another workspace")

    def test_what_slack_refuses(self):
        long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
        post, users = self.client.chat_postMessage, self.client.users_info
        for call, arguments, code in (
                (post, {"channel": "C404", "text": "x"}, "channel_not_found"),
                (post, {"channel": "C0AKEBONO", "text": "x"}, "channel_not_found"),
                (post, {"channel": CHANNEL, "text": "x", "thread_ts": "1.000001"},
                 "thread_not_found"),
                (post, {"channel": CHANNEL, "text": "x", "blocks": long}, "invalid_blocks"),
                (post, {"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
                (users, {"user": "U404"}, "user_not_found"),
                (self.client.conversations_history, {"channel": CHANNEL, "cursor": "zzz"},
                 "invalid_cursor"),
                (self.client.views_open, {"trigger_id": "t", "view": {}}, "invalid_trigger_id")):
            self.sandbox.advance(2)
            answer = self.refused(call, **arguments)
            self.assertEqual((answer.status_code, answer["error"]), (200, code))
        self.sandbox.advance(2)
        answer = self.refused(post, channel=CHANNEL, text="x", blocks=long)
        self.assertIn("/blocks/0/text/text", str(answer["response_metadata"]["messages"]))
        self.assertEqual(self.history(), [], "a refused post leaves nothing")

    def test_too_many_calls_are_told_when_to_come_back(self):
        fault = {"method": "chat.postMessage", "kind": "ratelimited", "retry_after": 7}
        self.sandbox.post("/_sandbox/faults", {"rules": [fault]})
        self.assertEqual(self.limited(self.client.chat_postMessage, channel=CHANNEL, text="x"), 7)
        # Without a fault too: 20 a minute, far fewer than this asks for.
        for _ in range(200):
            try:
                self.client.users_list()
            except SlackApiError as error:
                self.assertTrue(1 <= self.wait_of(error.response) <= 60)
                break
        else:
            self.fail("200 calls were never too many")
        self.sandbox.advance(61)
        self.assertTrue(self.client.users_list()["ok"])

    def limited(self, call, **arguments):
        return self.wait_of(self.refused(call, **arguments))

    def wait_of(self, answer):
        self.assertEqual((answer.status_code, answer["error"]), (429, "ratelimited"))
        return int(answer.headers["Retry-After"])
