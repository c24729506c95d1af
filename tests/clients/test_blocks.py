"""Every block the bot posts, judged by slack_sdk's own models of Block Kit."""

import unittest

from slack_sdk import WebClient
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from harness.sandbox import Sandbox

# Kinds without a class of their own in the library would be let through unread.
CHANNELS = {"T0SHINONOME": ["C0CCOE", "C0HIDAMARI", "C0NAGISA"], "T0AKEBONO": ["C0AKEBONO"]}


def judged(blocks):
    """The blocks as the library's classes, each checked against its limits."""
    parsed = Block.parse_all(blocks)
    for block in parsed:
        block.validate_json()
    return parsed


class PostedBlocks(unittest.TestCase):
    def test_the_library_takes_what_the_bot_posts(self):
        kinds, messages = set(), 0
        with Sandbox() as sandbox:
            sandbox.advance(120)
            for _ in range(4):
                sandbox.post("/_sandbox/feed-more", {})
                sandbox.advance(60)
            for team, channels in CHANNELS.items():
                client = WebClient(f"xoxb-sandbox-{team}", base_url=f"{sandbox.url}/api/")
                client.proxy = None
                for channel in channels:
                    found = client.conversations_history(channel=channel)["messages"]
                    self.assertGreater(len(found), 0, channel)
                    messages += len(found)
                    for message in found:
                        kinds |= self.checked(message)
        self.assertGreaterEqual(messages, 12)
        self.assertLessEqual({"section", "rich_text", "context", "actions"}, kinds)

    def checked(self, message):
        kinds = set()
        groups = [message.get("blocks") or []]
        groups += [one.get("blocks") or [] for one in message.get("attachments", [])]
        self.assertTrue(any(groups), message)
        for blocks in groups:
            parsed = judged(blocks)
            self.assertEqual(len(parsed), len(blocks), "each block is of a kind the library knows")
            for block, given in zip(parsed, blocks):
                self.assertIsNot(type(block), Block, given)
                self.assertEqual(block.type, given["type"])
                kinds.add(block.type)
        return kinds

    def test_the_judge_can_say_no(self):
        for block in ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
                      {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}):
            with self.assertRaises(SlackObjectFormationError):
                judged([block])
