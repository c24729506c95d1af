"""Slack's slack_bolt takes the sandbox for Slack: over Socket Mode and over signed requests."""

import json
import time
import unittest
import urllib.error
import urllib.request

from harness.places import TESTS
from harness.sandbox import DIRECT, Sandbox

from .bolt_bot import Bot

TEAM, TOKEN, CHANNEL = "T0SHINONOME", "xoxb-sandbox-T0SHINONOME", "C0NAGISA"
KADOTA, WATANABE, STRANGER, ELSEWHERE = "U0KADOTA", "U0WATANABE", "U0SHINONOMEOUT", "U0SATO"
EVENT = TESTS / "fixtures" / "securityhub-consolidated.json"
SECRET = "0123456789abcdef0123456789abcdef"
WAIT_SECONDS = 20
BUTTON = [{"type": "actions", "block_id": "b", "elements": [
    {"type": "button", "action_id": "approve", "value": "plan-1",
     "text": {"type": "plain_text", "text": "承認"}}]}]


class Stories:
    """What holds over both ways. `setUp` connects the bot."""

    def start(self):
        self.sandbox = Sandbox("--events", EVENT).__enter__()
        self.addCleanup(self.sandbox.__exit__)
        self.sandbox.post("/_sandbox/app", {"signing_secret": SECRET})
        self.bot = Bot(self.sandbox.url, TOKEN, SECRET)

    def act(self, what, **order):
        return self.sandbox.post(f"/_sandbox/{what}", {"team": TEAM, **order})

    def refused(self, what, **order):
        body = json.dumps({"team": TEAM, **order}).encode()
        request = urllib.request.Request(f"{self.sandbox.url}/_sandbox/{what}", data=body)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            DIRECT.open(request, timeout=60)
        with caught.exception as answer:
            return json.loads(answer.read())

    def taken(self, answer):
        self.assertIsNone(answer["error"], answer)
        self.assertEqual(answer["ack"]["status"], 200)
        return answer["ack"]["body"]

    def eventually(self, look):
        """What the bot does after its acknowledgement comes a moment later."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            found = look()
            if found or time.monotonic() > deadline:
                self.assertTrue(found)
                return found
            time.sleep(0.02)

    def texts(self, user):
        path = f"/_sandbox/messages?team={TEAM}&channel={CHANNEL}&user={user}"
        return [message["text"] for message in self.sandbox.get(path)["messages"]]

    def views(self):
        return self.sandbox.get(f"/_sandbox/views?team={TEAM}&user={KADOTA}")

    def modals(self, many):
        return self.eventually(lambda: len(self.views()["modals"]) == many) and self.views()["modals"]

    def test_a_click_is_answered_privately_and_in_place(self):
        self.sandbox.advance(2)
        posted = self.bot.client.chat_postMessage(channel=CHANNEL, text="計画", blocks=BUTTON)
        order = {"channel": CHANNEL, "ts": posted["ts"], "action_id": "approve"}
        self.taken(self.act("click", user=KADOTA, **order))
        self.eventually(lambda: self.texts(KADOTA) == ["承認しました", "あなたへ"])
        self.assertEqual(self.texts(WATANABE), ["承認しました"])
        self.assertEqual(self.bot.heard, [f"approve plan-1 {KADOTA} {TEAM}"])
        gone = self.refused("click", user=KADOTA, **order)
        self.assertIn("no element approve", gone["error"])

    def test_two_clicks_at_once_come_as_two(self):
        self.sandbox.advance(2)
        posted = self.bot.client.chat_postMessage(channel=CHANNEL, text="計画", blocks=BUTTON)
        answer = self.act("click", user=KADOTA, channel=CHANNEL, ts=posted["ts"],
                          action_id="approve", twice=True)
        self.taken(answer)
        self.taken(answer["second"])
        self.eventually(lambda: len(self.bot.heard) == 2)

    def test_a_command_opens_a_form_which_is_sent(self):
        order = {"user": KADOTA, "channel": CHANNEL, "command": "/guardrail"}
        self.taken(self.act("command", **order, text="except"))
        view = self.modals(1)[0]
        self.assertIn(f"command except {view_channel(self.sandbox)} {KADOTA}", self.bot.heard)
        form = {"user": KADOTA, "view_id": view["id"]}
        self.assertEqual(self.refused("submit", **form)["errors"], {"why": "required"})
        self.taken(self.act("click", **form, action_id="details"))
        top = self.modals(2)[1]
        self.assertIn("lies over", self.refused("submit", **form)["error"])
        self.taken(self.act("close", user=KADOTA, view_id=top["id"]))
        self.modals(1)
        why = {"values": {"why": {"text": "だめ"}}}
        self.assertEqual(self.taken(self.act("submit", **form, **why))["response_action"], "errors")
        self.assertEqual(self.modals(1)[0]["errors"], {"why": "理由になっていません"})
        why = {"values": {"why": {"text": "移行中"}}}
        self.taken(self.act("submit", **form, **why))
        self.modals(0)
        self.assertEqual(self.bot.heard[1:], [
            "closed False", f"submitted だめ id-1 {KADOTA}", f"submitted 移行中 id-1 {KADOTA}"])

    def test_a_command_is_answered_to_the_asker_alone(self):
        order = {"channel": CHANNEL, "command": "/guardrail", "text": "help"}
        self.taken(self.act("command", user=STRANGER, **order))
        self.assertEqual(self.texts(STRANGER), ["使い方: /guardrail except"])
        self.assertEqual(self.texts(KADOTA), [])
        self.assertEqual(self.refused("command", user=ELSEWHERE, **order)["error"],
                         "restricted_action")

    def test_a_home_is_published_when_it_is_opened(self):
        self.taken(self.act("home", user=KADOTA))
        home = self.eventually(lambda: self.views()["home"])
        self.assertEqual(home["blocks"][0]["text"]["text"], "ホーム")
        self.assertEqual(self.bot.heard, [f"home home {KADOTA}"])


def view_channel(sandbox):
    channels = sandbox.get("/_sandbox/workspace")["channels"]
    return next(channel["name"] for channel in channels if channel["id"] == CHANNEL)


class OverSockets(Stories, unittest.TestCase):
    def setUp(self):
        self.start()
        self.addCleanup(self.bot.over_sockets())
        self.connected(1)

    def connected(self, many):
        self.eventually(lambda: len(self.connections()) == many)

    def connections(self):
        return self.sandbox.get("/_sandbox/sockets")["connections"]

    def test_a_refreshed_connection_comes_back(self):
        before = self.connections()[0]["id"]
        told = self.sandbox.post("/_sandbox/sockets", {"disconnect": "refresh_requested"})
        self.assertEqual(told, {"told": 1})
        self.eventually(lambda: [one["id"] for one in self.connections()] not in ([], [before]))
        self.taken(self.act("command", user=KADOTA, channel=CHANNEL, command="/guardrail",
                            text="help"))


class OverHttp(Stories, unittest.TestCase):
    def setUp(self):
        self.start()
        self.door, end = self.bot.over_http()
        self.addCleanup(end)
        urls = dict.fromkeys(("interactions", "commands", "events"), self.door)
        self.sandbox.post("/_sandbox/app", {"requests": urls})

    def test_what_is_not_signed_for_now_is_refused(self):
        fields = {"command": "/guardrail", "text": "help", "team_id": TEAM, "user_id": KADOTA,
                  "user_name": "kadota", "channel_id": CHANNEL, "channel_name": "x",
                  "trigger_id": "1.2.3", "response_url": f"{self.sandbox.url}/response/T/x"}
        order = {"kind": "commands", "body": fields}
        for more, status in [({}, 200), ({"tamper": True}, 401), ({"unsigned": True}, 401),
                             ({"timestamp_offset_seconds": -301}, 401),
                             ({"timestamp_offset_seconds": 301}, 401),
                             ({"timestamp_offset_seconds": -200}, 200)]:
            answer = self.sandbox.post("/_sandbox/request", {**order, **more})
            self.assertEqual(answer["status"], status, more)
        self.taken(self.act("command", user=KADOTA, channel=CHANNEL, command="/guardrail",
                            text="help"))
        again = self.sandbox.post("/_sandbox/request", {"kind": "commands", "replay_last": True})
        self.assertEqual(again["status"], 200)

    def test_a_silent_or_broken_door_is_told_as_slack_tells_it(self):
        order = {"user": KADOTA, "channel": CHANNEL, "command": "/guardrail", "text": "x"}
        for path, error in (("http://127.0.0.1:9/", "dispatch_failed"),
                            (f"{self.sandbox.url}/nowhere", "dispatch_failed"),
                            ("", "dispatch_failed")):
            self.sandbox.post("/_sandbox/app", {"requests": {"commands": path}})
            self.assertEqual(self.act("command", **order)["error"], error, path)


if __name__ == "__main__":
    unittest.main()
