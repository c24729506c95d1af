"""An account in baseline: what is found in it is told in one summary."""

from .cast import CastTest
from .findings import event
from .house import AKEBONO

# In baseline in the sample owner map.
CLAIMS = "111122225555"
LEVELS = (("CRITICAL", 0, "重大"), ("HIGH", 5, "高"), ("MEDIUM", 195, "中"), ("LOW", 300, "低"))


class OnboardingTest(CastTest):
    def test_500_open_findings_are_one_card(self):
        self.quiet()
        tab = self.tab
        names = []
        for severity, count, _ in LEVELS:
            stock = [f"claims-{severity.lower()}-{n:03}" for n in range(count)]
            names += stock
            for start in range(0, count, 50):
                taken = self.box.post("/_sandbox/events",
                                      event(CLAIMS, stock[start:start + 50], severity))
                self.assertEqual(taken["findings"], len(stock[start:start + 50]))
        self.assertEqual(len(names), 500)
        self.assertEqual(self.told(AKEBONO), [], "nothing before its numbers make sense")
        self.push(tab, "advance-600")
        self.assertEqual(tab.text("unread-C0AKEBONO"), "1")
        seen = tab.open(AKEBONO)
        self.assertEqual(len(self.box.messages()), 1, "and nothing anywhere else")
        self.assertIn("【受け入れ準備中】akebono-claims-dev", seen)
        self.assertIn("未解決の問題 500件", seen)
        for _, count, name in LEVELS:
            (self.assertIn if count else self.assertNotIn)(f"{name}：{count}件", seen)
        self.assertIn("上位5件", seen)
        top = tab.js("[...document.querySelectorAll('.attachment-body code')]"
                     ".map((n) => n.innerText)")
        self.assertEqual(sorted(top), [f"arn:aws:s3:::claims-high-{n:03}" for n in range(5)])
        tab.screenshot("onboarding")
        self.push(tab, "advance-3600")
        self.assertEqual(len(self.box.messages()), 1, "nor later")
