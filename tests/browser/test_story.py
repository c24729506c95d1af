"""A newcomer's first minutes: what the sample events become, read channel by channel."""

import re

from .house import AKEBONO, CCOE, CHANNELS, HIDAMARI, NAGISA, BrowserTest
from .page import card, find

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
CARDS = "[...document.querySelectorAll('.attachment-body')].map((n) => n.innerText).join('\\n')"


def in_channel(message):
    return message["thread_ts"] is None or message["broadcast"]


class Story(BrowserTest):
    def test_the_first_minute_fills_every_channel(self):
        sandbox, page = self.played()
        for channel in CHANNELS[1:]:
            count = sum(1 for one in sandbox.messages(channel) if in_channel(one))
            self.assertGreater(count, 0, channel)
            self.assertEqual(page.text(f"unread-{channel}"), str(count))
        page.screenshot("unread")
        for channel in CHANNELS:
            page.open(channel)
            self.assertFalse(page.has(f"unread-{channel}"), f"{channel}: opening clears the count")
            page.screenshot(f"channel-{channel}")
        self.assertEqual(page.problems(), [])

    def test_cards_say_how_their_problem_stands(self):
        _, page = self.played()
        seen = page.open(AKEBONO)
        self.assertIn("この問題は再発しました。続きは新しいカードにあります", seen)
        self.assertIn("【重大】問題が再発しました（2回目）", seen)
        self.assertIn("【高】[サンプル] 問題が見つかりました", seen)
        self.assertIn("(編集済み)", seen)
        seen = page.open(HIDAMARI)
        self.assertIn("【終了】重要度「重大」の問題が終了扱いになりました", seen)
        self.assertIn("【解決済み】重要度「中」の問題が解決しました", seen)
        self.assertIn("CCoEに相談してください", seen, "what to do about a problem put away")
        seen = page.open(CCOE)
        self.assertIn("アカウント 444455556666", seen, "nobody's account")
        self.assertIn("【要確認】", seen, "the event that was not understood")
        for word in ("緊急", "undefined", "null", "NaN", "[object"):
            for channel in CHANNELS:
                self.assertNotIn(word, page.open(channel))
        self.assertEqual(page.problems(), [])

    def test_a_link_to_a_card_leads_to_it_on_the_page(self):
        sandbox, page = self.played()
        page.open(AKEBONO)
        newer = "document.querySelector('a[data-action=\"link_newer\"]')"
        target = page.js(f"{newer}.href").rsplit("/p", 1)[1]
        card = f"message-{target[:-6]}.{target[-6:]}"
        self.assertIn(card[8:], [one["ts"] for one in sandbox.messages(AKEBONO)])
        page.click_on(newer)
        page.wait(f"{find(card)}?.classList.contains('found')")
        self.assertIn("問題が再発しました（2回目）", page.text(card))
        page.screenshot("permalink")
        # Back again, from where the card of the second time points to the first.
        page.click_on("document.querySelector('.found a[data-action=\"link_older\"]')")
        page.wait(f"!{find(card)}.classList.contains('found')")
        self.assertIn("この問題は再発しました", page.js("document.querySelector('.found').innerText"))
        self.assertEqual(page.js("location.origin"), sandbox.url)
        self.assertEqual(page.problems(), [])

    def test_an_english_channel_is_english_and_its_thread_opens(self):
        sandbox, page = self.played()
        seen = page.open(NAGISA)
        self.assertIn("[High] Problem found", seen)
        self.assertIn("[High] Severity has gone up", seen)
        self.assertIsNone(JAPANESE.search(page.js(CARDS)))
        reply = next(one for one in sandbox.messages(NAGISA) if one["thread_ts"])
        parent = reply["thread_ts"]
        self.assertEqual(page.text(f"replies-{parent}"), "1件の返信")
        page.click(f"replies-{parent}")
        self.assertIn("Severity has gone up", page.text(f"thread-{parent}"))
        page.screenshot("thread")
        page.click(f"replies-{parent}")
        page.wait(f"{find('thread-' + parent)} === null")
        self.assertEqual(page.problems(), [])

    def test_more_findings_at_a_press_and_one_of_them_is_resolved(self):
        sandbox, page = self.played()
        page.open(NAGISA)
        # The summary of the account in baseline comes a little later than the rest.
        self.push(page, "advance-600")
        before = len(sandbox.messages())
        self.push(page, "feed-more")
        self.push(page, "advance-60")
        page.wait(f"{find('messages')}.innerText.includes('[High] Problem found | nagisa-dev')")
        page.screenshot("feed-more-new")
        for _ in range(3):
            self.push(page, "feed-more")
            self.push(page, "advance-60")
        page.wait(f"{find('messages')}.innerText.includes('[Resolved] Problem of severity High')")
        self.assertEqual(len(sandbox.messages()), before + 3)
        page.screenshot("feed-more-resolved")
        self.assertEqual(page.problems(), [])

    def test_japanese_and_emoji_have_glyphs(self):
        _, page = self.played()
        page.open(AKEBONO)
        words = page.fonts(".section-text")
        self.assertGreater(sum(words.values()), 0, words)
        drawn = page.fonts('[data-testid="channel-list"]')
        every = {**words, **drawn}
        self.assertFalse([name for name in every if "Last Resort" in name or not name], every)
        japanese = [name for name in words if "CJK" in name or "Gothic" in name or "JP" in name]
        self.assertTrue(japanese, f"no Japanese font drew the cards: {words}")
        sign = page.fonts(".avatar")
        self.assertTrue([name for name in sign if "Emoji" in name], sign)

    def test_the_documents_picture_of_the_page(self):
        """Leaves what deploy/pictures shows; copied there by hand when the page changes."""
        _, page = self.played()
        # Everything is sent by then.
        self.push(page, "advance-600")
        page.call("Emulation.setDeviceMetricsOverride", width=1280, height=800,
                  deviceScaleFactor=1, mobile=False)
        self.assertIn("確認しました", page.open(AKEBONO))
        reopened = card("問題が再発しました（2回目）")
        page.js(f"{reopened}.scrollIntoView({{ block: 'end' }})")
        page.screenshot("picture-ja")
        page.click("lang-en")
        page.wait("document.documentElement.lang === 'en'")
        self.assertIn("Acknowledge", page.open(NAGISA))
        page.js(f"{find('messages')}.scrollTop = 0")
        page.screenshot("picture-en")
