"""People take care of a problem from its card, and ask the bot what they want to know."""

from .cast import (AKEBONO_TEAM, ITO, KADOTA, KOBAYASHI, OUTSIDER, SATO, SHINONOME, SUZUKI,
                   TANAKA, CastTest)
from .findings import event
from .house import AKEBONO, HIDAMARI
from .page import card, find, inside, private

PROD = "222233334444"
FOUND = "【高】問題が見つかりました"
ACKNOWLEDGED = "田中 由美さんが確認しました"
HOSTILE = ("<!channel> *bold* _it_ </script> \u202egnp.exe <https://x.example|go> &lt;b&gt;"
           "<script>window.hit = 1</script>")


class DeskTest(CastTest):
    def told_of_one(self, *args, title=None):
        self.quiet(*args)
        self.feed([event(PROD, ["plans"], **({"title": title} if title else {}))])
        self.tab.open(HIDAMARI)
        self.reads(FOUND)

    def acknowledged(self):
        """The right person says so, and everybody of the channel reads it."""
        self.act_as(TANAKA)
        self.press(FOUND, "ack")
        self.is_told("確認しました。カードに、あなたの名前と時刻を表示します")
        self.push(self.tab, "advance-60")
        self.tab.wait(f"{card(FOUND)}?.innerText.includes('{ACKNOWLEDGED}')")
        self.assertIsNone(self.tab.js(inside(card(FOUND), '[data-testid="element-ack"]')))

    def test_the_right_person_acknowledges_and_all_see_it(self):
        self.told_of_one()
        self.tab.screenshot("ack-before")
        self.acknowledged()
        self.tab.screenshot("ack-after")
        self.act_as(KOBAYASHI)
        self.tab.wait(f"{private('')} === null")
        self.assertIn(ACKNOWLEDGED, self.reads(FOUND))
        # Who answered is not called when time is up.
        self.push(self.tab, "advance-86400")
        self.assertFalse([one for one in self.box.messages(HIDAMARI) if one["thread_ts"]])

    def test_the_same_through_a_socket(self):
        self.told_of_one("--door", "socket")
        self.assertTrue(self.box.get("/_sandbox/sockets")["connections"])
        self.acknowledged()
        self.command("/guardrail 状況")
        self.is_told("門番の状況")

    def test_the_wrong_person_is_told_so_and_nobody_else(self):
        self.told_of_one()
        before = self.reads(FOUND)
        for user, why in ((OUTSIDER, "オーナーマップに登録されていない"),
                          (ITO, "that you don't answer for")):
            self.act_as(user)
            self.press(FOUND, "ack")
            self.is_told(why)
            self.tab.screenshot(f"ack-refused-{user}")
            self.act_as(TANAKA)
            self.tab.wait(f"{private('')} === null")
        self.push(self.tab, "advance-60")
        self.assertEqual(self.reads(FOUND), before)

    def test_the_menu_says_why_and_who_works_on_it(self):
        self.told_of_one()
        tab = self.tab
        self.act_as(KOBAYASHI)
        self.press(FOUND, "more")
        tab.screenshot("menu")
        self.press(FOUND, "more")
        self.menu(FOUND, "why")
        why = self.is_told("この問題が届いた理由")
        for words in ("#hidamari-aws", "会社「ひだまりケアサービス」", "1Fの規則"):
            self.assertIn(words, why)
        tab.screenshot("why")
        self.menu(FOUND, "show")
        self.assertIn("arn:aws:s3:::plans", self.is_told(FOUND))
        tab.screenshot("show-private")
        self.menu(FOUND, "assign")
        tab.waits_for("modal-title", "対応する人を決める")
        choices = tab.js(f"[...{find('element-assignee')}.options].map((one) => one.text)")
        self.assertIn("田中 由美", choices)
        self.assertIn("小林 亮（パートナー）", choices)
        self.assertNotIn("佐藤 健一", choices)
        tab.choose("element-assignee", f"{SHINONOME}/{KOBAYASHI}")
        tab.screenshot("assign-form")
        tab.click("modal-submit")
        tab.waits_for("modal", "小林 亮（パートナー）さんを、対応する人に設定しました")
        tab.screenshot("assign-done")
        self.close_modal()
        self.push(tab, "advance-60")
        self.act_as(TANAKA)
        tab.wait(f"{card(FOUND)}?.innerText.includes('対応している人: 小林 亮（パートナー）さん')")
        tab.screenshot("assign-card")
        self.menu(FOUND, "assign")
        tab.waits_for("modal-title", "対応する人を決める")
        self.assertEqual(tab.js(f"{find('element-assignee')}.value"), f"{SHINONOME}/{KOBAYASHI}")
        tab.choose("element-assignee", "nobody")
        tab.click("modal-submit")
        tab.waits_for("modal", "指定を外しました")
        self.close_modal()
        self.push(tab, "advance-60")
        tab.wait(f"!{card(FOUND)}?.innerText.includes('対応している人')")

    def test_commands_are_typed(self):
        self.told_of_one()
        tab = self.tab
        self.act_as(TANAKA)
        self.command("/guardrail help")
        told = self.is_told("門番の使い方")
        self.assertIn("/guardrail ack 問題のID", told)
        self.assertIn("確認", told)
        tab.screenshot("command-help")
        self.command("/guardrail list")
        told = self.is_told("未解決の問題: 1件")
        self.assertIn("高 ｜ hidamari-prod", told)
        self.assertIn("未確認", told)
        tab.screenshot("command-list")
        self.command("/guardrail 状況")
        self.assertIn("送信待ちの通知はありません", self.is_told("門番の状況"))
        tab.screenshot("command-status")
        self.command("/guardrail　担当　222233334444")
        self.assertIn("ひだまりケアサービス", self.is_told("アカウント 222233334444 の担当"))
        tab.screenshot("command-owner")
        self.command("/guardrail なんとか")
        self.assertIn("「なんとか」は認識できませんでした", self.is_told("認識できませんでした"))
        self.act_as(OUTSIDER)
        self.command("/guardrail list")
        self.is_told("登録されていない")
        tab.screenshot("command-outsider")
        self.act_as(KADOTA)
        self.command("/guardrail owner gaps")
        self.is_told("オーナーマップの不備")
        tab.screenshot("command-gaps")
        self.assertEqual(len(self.told(HIDAMARI)), 1, "others see none of it")

    def test_hostile_text_is_literal_to_one_person_too(self):
        self.told_of_one(title=HOSTILE)
        tab = self.tab
        self.act_as(TANAKA)
        for verb, words in (("show", FOUND), ("why", "この問題が届いた理由")):
            self.menu(FOUND, verb)
            self.is_told(words)
            self.literal(private(words), verb)
        self.command("/guardrail list")
        self.is_told("未解決の問題: 1件")
        self.literal(private("未解決の問題: 1件"), "list")
        tab.screenshot("hostile-private")
        self.menu(FOUND, "assign")
        tab.waits_for("modal", "gnp.exe")
        self.literal(find("modal"), "form")
        tab.screenshot("hostile-form")
        self.close_modal()
        self.home_of(TANAKA)
        tab.waits_for("home", "gnp.exe")
        self.literal(find("home"), "home")
        tab.screenshot("hostile-home")
        tab.click_on(inside(find("home"), '[data-testid^="element-show_"]'))
        tab.waits_for("modal", "gnp.exe")
        self.literal(find("modal"), "modal")
        tab.screenshot("hostile-modal")

    def literal(self, node, where):
        """The hostile title stands in the node as text and has become nothing else."""
        seen = self.tab.js(f"{node}.innerText")
        for words in ("<!channel>", "</script>", "<https://x.example|go>", "&lt;b&gt;"):
            self.assertIn(words, seen, where)
        # Where a line is markup, the marks are look-alikes that Slack does not read.
        self.assertRegex(seen, r"[*∗]bold[*∗] [_＿ˍ]it[_＿ˍ]", where)
        self.assertNotIn("\u202e", seen, where)
        self.assertEqual(self.tab.js("typeof window.hit"), "undefined", where)
        for selector in ("script", "img", "iframe", ".pill.loud", 'a[href*="x.example"]', "i"):
            count = self.tab.js(f"{node}.querySelectorAll({selector!r}).length")
            self.assertEqual(count, 0, f"{where}: {selector}")
        bold = self.tab.js(f"[...{node}.querySelectorAll('b, strong')].map((n) => n.innerText)")
        self.assertNotIn("bold", bold, where)


class OwnWorkspaceTest(CastTest):
    def test_a_company_with_a_workspace_of_its_own_answers_there(self):
        self.quiet()
        self.feed([event("111122223333", ["policies"], severity="CRITICAL")])
        self.tab.open(AKEBONO)
        self.act_as(SUZUKI)
        self.press("【重大】問題が見つかりました", "ack")
        self.is_told("確認しました。カードに")
        self.push(self.tab, "advance-60")
        self.act_as(SATO)
        self.reads("鈴木 美咲さんが確認しました")
        self.tab.click(f"home-{AKEBONO_TEAM}")
        self.assertIn("鈴木 美咲さんが確認済み", self.tab.waits_for("home", "佐藤 健一さん、こんにちは"))
