"""An account that no company owns gets one, from the card to the next finding."""

from .cast import KADOTA, OUTSIDER, TANAKA, CastTest
from .findings import event
from .house import CCOE, HIDAMARI

ACCOUNT = "555566667777"
CARD = f"【担当未定】アカウント {ACCOUNT}"


class OwnerTest(CastTest):
    def setUp(self):
        self.quiet()
        self.feed([event(ACCOUNT, ["archive", "logs"])])
        self.assertIn("未解決の問題 2件", self.tab.open(CCOE))

    def test_the_ccoe_gives_it_to_a_company_and_the_next_finding_lands_there(self):
        tab = self.tab
        self.act_as(KADOTA)
        tab.screenshot("owner-card")
        self.press(CARD, "assign_owner")
        tab.waits_for("modal-title", "担当の会社を決める")
        self.assertIn(f"アカウント {ACCOUNT} の担当の会社", tab.text("modal"))
        tab.screenshot("owner-form")
        tab.click("modal-submit")
        self.assertEqual(tab.text("error-company"), "この項目は必須です。")
        tab.choose("element-company", "hidamari-care")
        tab.click("option-prod")
        tab.write("element-name", "hidamari-archive")
        self.assertFalse(tab.has("error-company"), "it is mended")
        tab.screenshot("owner-form-filled")
        tab.click("modal-submit")
        said = tab.waits_for("modal", "ひだまりケアサービスにしました")
        self.assertIn(ACCOUNT, said)
        tab.screenshot("owner-done")
        self.close_modal()

        self.push(tab, "advance-600")
        card = self.reads(f"hidamari-archive（{ACCOUNT}、本番）の担当の会社はひだまりケアサービスです")
        self.assertIn("門田 守さんが担当を決めました", card)
        self.assertNotIn("担当の会社を決める", card)
        tab.screenshot("owner-card-after")
        before = self.told(CCOE)
        self.feed([event(ACCOUNT, ["open-to-all"], severity="CRITICAL", minute=5)])
        seen = tab.open(HIDAMARI)
        self.assertIn("【重大】問題が見つかりました ｜ hidamari-archive（本番）", seen)
        self.assertIn("open-to-all", seen)
        tab.screenshot("owner-next-finding")
        self.assertEqual(self.told(CCOE), before, "the CCoE is told nothing more")

    def test_nobody_else_decides_whose_it_is(self):
        tab = self.tab
        before = self.told(CCOE)
        for user, why in ((TANAKA, "次の役割の人だけです: CCoE"),
                          (OUTSIDER, "オーナーマップに登録されていない")):
            self.act_as(user)
            self.press(CARD, "assign_owner")
            said = tab.waits_for("modal", why)
            self.assertNotIn("本番", said)
            self.assertFalse(tab.has("modal-submit"))
            tab.screenshot(f"owner-refused-{user}")
            self.close_modal()
        self.push(tab, "advance-600")
        self.assertEqual(self.told(CCOE), before)
        self.assertIn("担当の会社を決める", self.reads(CARD))
