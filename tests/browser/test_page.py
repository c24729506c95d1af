"""The page itself: its languages, its walls, and what it does when the sandbox ends."""

import copy
import json
import re
import tempfile

from harness.places import TESTS
from harness.sandbox import DIRECT

from .house import AKEBONO, BrowserTest
from .page import find

EVENT = TESTS / "fixtures" / "securityhub-consolidated.json"
HOSTILE = ("<script>window.hit = 1</script> <img src=x onerror=window.hit=2> <!channel> *bold* "
           "<https://evil.example|Security Hub> `code` \u202egnp.exe {{title}} &lt;b&gt;")
STATE_NAMES = "[...document.querySelectorAll('[data-testid=\"state\"] dt')].map((n) => n.innerText)"


def hostile_event():
    event = copy.deepcopy(json.loads(EVENT.read_text()))
    finding = event["detail"]["findings"][0]
    finding["Title"] = HOSTILE
    finding["Description"] = HOSTILE
    finding["Resources"][0]["Id"] = HOSTILE
    return event


class PageTest(BrowserTest):
    def test_hostile_text_is_only_text(self):
        sandbox = self.sandbox("--events", EVENT)
        page = self.page(sandbox)
        taken = sandbox.post("/_sandbox/events", hostile_event())
        self.assertEqual(taken["findings"], 1)
        self.push(page, "advance-60")
        page.open(AKEBONO)
        page.wait(f"{find('messages')}.innerText.includes('onerror')")
        page.screenshot("hostile")
        seen = page.text("messages")
        for literal in ("<script>window.hit = 1</script>", "<!channel>", "{{title}}", "&lt;b&gt;",
                        "<https://evil.example|Security Hub>"):
            self.assertIn(literal, seen)
        # In the first line, which is markup, the marks are look-alikes that Slack does not read.
        self.assertRegex(seen, r"[*∗]bold[*∗]")
        self.assertNotIn("\u202e", seen)
        self.assertEqual(page.js("typeof window.hit"), "undefined")
        inside = find("messages")
        for selector in ("script", "img", "iframe", ".mention", 'a[href*="evil"]'):
            self.assertEqual(page.js(f"{inside}.querySelectorAll('{selector}').length"), 0, selector)
        bold = page.js(f"[...{inside}.querySelectorAll('b, strong')].map((n) => n.innerText)")
        self.assertNotIn("bold", bold)
        self.assertEqual(page.problems(), [])

    def test_both_languages_have_every_word(self):
        sandbox, page = self.played()
        # Slack takes nothing for a while, so that the numbers of a jam are there too.
        limited = {"method": "*", "kind": "ratelimited", "retry_after": 600, "times": 100}
        sandbox.post("/_sandbox/faults", {"rules": [limited]})
        self.push(page, "feed-more")
        self.push(page, "advance-60")
        page.wait(f"{find('state-held_oldest_seconds')} !== null")
        self.assertTrue(page.has("state-entries_ready"))
        words = {"ja": ("Monbanサンドボックス", "時刻を進めました。"),
                 "en": ("Monban sandbox", "The clock was moved.")}
        for lang, (title, status) in words.items():
            page.click(f"lang-{lang}")
            page.wait(f"document.documentElement.lang === '{lang}'")
            self.assertEqual(page.js("document.title"), title)
            self.assertEqual(page.text("status"), status)
            page.wait(f"{STATE_NAMES}.length > 0")
            for name in page.js(STATE_NAMES):
                self.assertIsNone(re.fullmatch(r"[a-z_.]+", name), f"{lang}: no words for {name}")
            # The cards keep their channel's language.
            self.assertIn("【重大】", page.open(AKEBONO))
            page.screenshot(f"language-{lang}")
        self.assertEqual(page.problems(), [])

    def test_the_policy_lets_no_inline_script_run(self):
        sandbox = self.sandbox("--events", EVENT)
        with DIRECT.open(sandbox.url, timeout=60) as answer:
            policy = answer.headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
            self.assertIn(part, policy)
        self.assertNotIn("unsafe", policy)
        page = self.page(sandbox)
        self.assertEqual(page.problems(), [])
        page.js("""(() => {
            const script = document.createElement("script");
            script.textContent = "window.hit = 1";
            document.body.append(script);
        })()""")
        self.assertEqual(page.js("typeof window.hit"), "undefined")
        told = [str(problem) for problem in page.problems()]
        self.assertTrue([one for one in told if "Content Security Policy" in one], told)

    def test_only_the_given_events_flow(self):
        sandbox = self.sandbox("--events", EVENT)
        page = self.page(sandbox)
        self.push(page, "advance-3600")
        self.assertIn("【高】問題が見つかりました", page.open(AKEBONO))
        self.assertEqual(len(sandbox.messages()), 1)
        self.assertEqual(page.problems(), [])

    def test_it_tells_when_the_sandbox_is_gone_and_comes_back_with_it(self):
        with tempfile.TemporaryDirectory() as data:
            first = self.sandbox("--events", EVENT, "--data", data)
            page = self.page(first)
            self.push(page, "advance-60")
            before = page.open(AKEBONO)
            self.assertEqual(page.js(f"{find('server-gone')}.hidden"), True)
            self.assertEqual(first.end(), 0)
            page.wait(f"{find('server-gone')}.hidden === false")
            self.assertIn("サンドボックスに接続できません", page.text("server-gone"))
            page.screenshot("server-gone")
            port = int(first.url.rsplit(":", 1)[1])
            self.sandbox("--data", data, port=port)
            page.wait(f"{find('server-gone')}.hidden === true")
            self.assertEqual(page.open(AKEBONO), before)
