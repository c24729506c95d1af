"""The App Home: what each person finds there."""

from .cast import KADOTA, OUTSIDER, TANAKA, CastTest
from .findings import event
from .page import find, inside

UNOWNED = "555566667777"
SHOW = '[data-testid^="element-show_"]'


class HomeTest(CastTest):
    def setUp(self):
        self.quiet()
        self.feed([event("222233334444", ["plans", "photos"]),
                   event("222233335555", ["trial"], severity="MEDIUM"),
                   event("333344445555", ["logs"], severity="CRITICAL"),
                   event(UNOWNED, ["archive"])])

    def test_an_approver_sees_what_waits_and_takes_care_of_it(self):
        tab = self.tab
        home = self.home_of(TANAKA)
        for words in ("田中 由美さん、こんにちは", "承認者", "セキュリティ責任者",
                      "未確認の問題が3件あります", "未解決の問題（3件）", "高 ｜ hidamari-prod",
                      "中 ｜ hidamari-dev", "未確認", "内容を見る"):
            self.assertIn(words, home)
        for words in ("nagisa", "会社ごと", UNOWNED, "オーナーマップの不備"):
            self.assertNotIn(words, home)
        tab.screenshot("home-approver")
        tab.click_on(inside(find("home"), SHOW))
        card = tab.waits_for("modal", "確認しました")
        self.assertIn("問題が見つかりました", card)
        tab.screenshot("home-modal")
        tab.click_on(inside(find("modal"), '[data-testid="element-ack"]'))
        tab.waits_for("modal", "あなたが対応を始めたことを")
        tab.screenshot("home-modal-acknowledged")
        self.close_modal()
        tab.click("element-refresh")
        home = tab.waits_for("home", "未確認の問題が2件あります")
        self.assertIn("田中 由美さんが確認済み", home)

    def test_the_home_changes_its_language_at_a_press(self):
        tab = self.tab
        self.home_of(TANAKA)
        tab.click("element-lang_en")
        home = tab.waits_for("home", "Hello")
        self.assertIn("High | hidamari-prod", home)
        self.assertNotIn("未確認", home)
        tab.screenshot("home-english")
        tab.click_on(inside(find("home"), SHOW))
        tab.waits_for("modal", "Problem found")
        self.close_modal()
        tab.click("element-lang_ja")
        tab.waits_for("home", "こんにちは")
        tab.screenshot("home-japanese-again")

    def test_the_ccoe_sees_every_company_and_what_nobody_owns(self):
        tab = self.tab
        home = self.home_of(KADOTA)
        for words in ("CCoE", f"アカウント {UNOWNED} は、担当の会社が決まっていません",
                      "会社ごとの未解決の問題", "ひだまりケアサービス ｜ 高 2、中 1",
                      "Nagisa Digital ｜ 重大 1", "あけぼの損害保険 ｜ なし"):
            self.assertIn(words, home)
        tab.screenshot("home-ccoe")
        tab.js(f"{find('messages')}.scrollTop = 99999")
        tab.screenshot("home-ccoe-end")
        tab.click_on(inside(find("home"), f'[data-testid="element-assign_owner.{UNOWNED}"]'))
        tab.waits_for("modal-title", "担当の会社を決める")
        tab.choose("element-company", "nagisa-digital")
        tab.click("option-dev")
        tab.click("modal-submit")
        tab.waits_for("modal", "Nagisa Digitalにしました")
        self.close_modal()
        tab.click("element-refresh")
        tab.wait(f"!{find('home')}.innerText.includes('は、担当の会社が決まっていません')")
        tab.click("element-gaps")
        tab.waits_for("modal", "オーナーマップの不備")
        tab.screenshot("home-gaps")

    def test_a_stranger_is_told_politely_where_to_ask(self):
        home = self.home_of(OUTSIDER)
        self.assertIn("登録を依頼してください", home)
        for words in ("hidamari", "nagisa", UNOWNED, "未解決の問題"):
            self.assertNotIn(words, home)
        self.tab.screenshot("home-stranger")
