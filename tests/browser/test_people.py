"""What people do on the page: click, fill forms in, run commands, look at their home."""

import time

from .counterpart import CARD, Counterpart
from .house import NAGISA, BrowserTest
from .page import WAIT_SECONDS, find

TEAM = "T0SHINONOME"
PERSON, OTHER, ELSEWHERE = "U0KADOTA", "U0WATANABE", "U0SATO"


class PeopleTest(BrowserTest):
    def setUp(self):
        box = self.sandbox()
        self.bot = Counterpart(box).__enter__()
        self.addCleanup(self.bot.__exit__)
        posted = self.bot.api(TEAM, "chat.postMessage", channel=NAGISA, text="カード", blocks=CARD)
        self.card = f"message-{posted['ts']}"
        self.tab = self.page(box)
        self.tab.open(NAGISA)
        self.act_as(PERSON)

    def act_as(self, user):
        self.tab.choose("acting", user)

    def hears(self, what):
        deadline = time.monotonic() + WAIT_SECONDS
        while what not in self.bot.heard:
            self.assertLess(time.monotonic(), deadline, self.bot.heard)
            time.sleep(0.02)

    def strays(self):
        """Problems, without the browser's note of each refusal that the person was told of."""
        return [one for one in self.tab.problems() if "status of 400" not in str(one)]

    def test_a_question_comes_before_a_click_and_the_answer_is_private(self):
        tab = self.tab
        tab.click("element-fix")
        self.assertIn("元に戻すには人の操作が要ります", tab.text("confirm"))
        tab.screenshot("confirm")
        tab.click("confirm-no")
        self.assertFalse(tab.has("confirm"))
        self.assertEqual(self.bot.heard, [])
        tab.click("element-fix")
        tab.click("confirm-yes")
        private = "依頼した人とは別の人が承認します"
        tab.wait(f"{find('messages')}.innerText.includes('{private}')")
        self.assertIn("あなただけに表示されています", tab.text("messages"))
        tab.screenshot("ephemeral")
        self.act_as(OTHER)
        tab.wait(f"!{find('messages')}.innerText.includes('{private}')")
        self.act_as(ELSEWHERE)
        tab.click("element-menu")
        self.tab.key("ArrowDown")
        self.tab.key("Enter")
        self.hears(f"menu hand {ELSEWHERE}")
        self.tab.choose("element-days", "30")
        self.hears(f"days 30 {ELSEWHERE}")
        self.assertEqual(self.strays(), [])

    def test_a_form_is_filled_in_refused_and_sent(self):
        tab = self.tab
        tab.click("element-ask")
        self.assertEqual(tab.text("modal-title"), "例外の申請")
        tab.screenshot("modal")
        self.tab.write("element-text", "なんとなく")
        # Another modal over it, and back: what was typed is still there.
        tab.click("element-more")
        tab.wait(f"{find('modal-title')}.innerText === '1Fの規則'")
        tab.screenshot("modal-pushed")
        self.tab.key("Escape")
        tab.wait(f"{find('modal-title')}.innerText === '例外の申請'")
        self.assertEqual(tab.js(f"{find('element-text')}.value"), "なんとなく")
        tab.click("modal-submit")
        for block in ("days", "kind"):
            self.assertEqual(tab.text(f"error-{block}"), "この項目は必須です。")
        self.assertFalse(tab.has("error-agree"))
        self.tab.choose("element-pick", "7")
        tab.click("option-b")
        tab.click("option-y")
        tab.click("modal-submit")
        self.assertEqual(tab.text("error-why"), "理由を具体的に書いてください。")
        tab.screenshot("modal-errors")
        self.tab.write("element-text", "ではなく、移行が来月終わるため")
        tab.click("modal-submit")
        tab.wait(f"!{find('modal')}.open")
        sent = self.bot.heard[-1]
        self.assertIn("移行が来月終わるため", sent["why"]["text"]["value"])
        self.assertEqual(sent["until"]["date"]["selected_date"], "2027-03-31")
        self.assertEqual(sent["days"]["pick"]["selected_option"]["value"], "7")
        self.assertEqual(sent["kind"]["one"]["selected_option"]["value"], "b")
        self.assertEqual([one["value"] for one in sent["agree"]["all"]["selected_options"]], ["y"])
        self.assertEqual(self.strays(), [])

    def test_a_modal_is_seen_by_its_person_only(self):
        tab = self.tab
        tab.click("element-ask")
        tab.wait(f"{find('modal')}.open")
        self.act_as(OTHER)
        tab.wait(f"!{find('modal')}.open")
        self.act_as(PERSON)
        tab.wait(f"{find('modal')}.open")
        self.tab.key("Escape")
        tab.wait(f"!{find('modal')}.open")

    def test_a_private_answer_is_brought_into_view(self):
        tab = self.tab
        for number in range(30):
            self.bot.sandbox.advance(2)
            self.bot.api(TEAM, "chat.postMessage", channel=NAGISA, text=f"{number}件目")
        tab.wait(f"{find('messages')}.innerText.includes('29件目')")
        tab.js(f"{find('messages')}.scrollTop = 0")
        self.tab.write("command", "/guardrail list")
        self.tab.key("Enter")
        tab.wait(f"{find('messages')}.innerText.includes('例外はありません')")
        tab.wait(f"(() => {{ const box = {find('messages')};"
                 " return box.scrollHeight - box.scrollTop - box.clientHeight < 40; })()")

    def test_a_command_and_a_home(self):
        tab = self.tab
        self.tab.write("command", "hello")
        self.tab.key("Enter")
        self.assertIn("スラッシュコマンドだけ", tab.text("command-said"))
        tab.js(f"{find('command')}.value = ''")
        self.tab.write("command", "/guardrail　list")
        self.tab.key("Enter")
        tab.wait(f"{find('messages')}.innerText.includes('例外はありません')")
        self.assertEqual(self.bot.heard, ["/guardrail list"])
        self.act_as(ELSEWHERE)
        self.tab.write("command", "/guardrail list")
        self.tab.key("Enter")
        self.assertIn("restricted_action", tab.text("command-said"))
        self.act_as(PERSON)
        tab.click(f"home-{TEAM}")
        tab.wait(f"{find('home')}?.innerText.includes('未解決のアラート')")
        tab.screenshot("home")
        tab.click("element-list")
        self.hears(f"list  {PERSON}")
        self.assertEqual(self.strays(), [])

    def test_a_bot_that_is_gone_is_told_as_slack_does(self):
        tab = self.tab
        self.bot.sandbox.post("/_sandbox/app", {"requests": {}})
        tab.click("element-ask")
        self.assertIn("dispatch_failed", tab.text("act-failed"))
        self.tab.write("command", "/guardrail list")
        self.tab.key("Enter")
        self.assertIn("「dispatch_failed」により失敗しました", tab.text("command-said"))
        tab.screenshot("failed")
