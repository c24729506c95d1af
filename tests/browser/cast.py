"""Stories on the real bot: people of the sample owner map at the page."""

from harness.places import TESTS

from .house import CCOE, BrowserTest
from .page import card, find, inside, private

SHINONOME, AKEBONO_TEAM = "T0SHINONOME", "T0AKEBONO"
# Of the CCoE; the security lead of Hidamari and its partner; an approver of Nagisa; nobody.
KADOTA, WATANABE, TANAKA, KOBAYASHI = "U0KADOTA", "U0WATANABE", "U0TANAKA", "U0KOBAYASHI"
ITO, OUTSIDER = "U0ITO", "U0SHINONOMEOUT"
SATO, SUZUKI, AKEBONO_OUTSIDER = "U0SATO", "U0SUZUKI", "U0AKEBONOOUT"
# Nothing is found in it: a start without samples.
QUIET = TESTS / "fixtures" / "passed.json"


class CastTest(BrowserTest):
    def quiet(self, *args):
        """A bot to which nothing has happened yet, and its page."""
        self.box = self.sandbox("--events", QUIET, *args)
        self.tab = self.page(self.box)
        self.push(self.tab, "advance-60")

    def feed(self, events):
        """Events come in, and what they bring is told."""
        for event in events:
            self.box.post("/_sandbox/events", event)
        self.push(self.tab, "advance-600")

    def act_as(self, user):
        self.tab.choose("acting", user)

    def press(self, words, action):
        """Presses a button on the card with these words."""
        self.tab.click_on(inside(card(words), f'[data-testid="element-{action}"]'))

    def menu(self, words, verb):
        """Chooses from the menu of the card with these words."""
        self.press(words, "more")
        self.tab.click_on(inside(card(words), f'[data-testid^="option-{verb}:"]'))

    def reads(self, words):
        """What everybody reads in the open channel: the last message with these words."""
        return self.tab.wait(f"{card(words)}?.innerText")

    def is_told(self, words):
        """The same of what only the person who acts reads."""
        told = self.tab.wait(f"{private(words)}?.innerText")
        self.assertIn("あなただけに表示されています", told)
        return told

    def home_of(self, user):
        """Opens the home of a person of the group's workspace; its text."""
        self.tab.open(CCOE)
        self.act_as(user)
        self.tab.click(f"home-{SHINONOME}")
        return self.tab.waits_for("home", "開くたびに更新されます")

    def close_modal(self):
        self.tab.click("modal-close")
        self.tab.wait(f"!{find('modal')}.open")

    def command(self, text):
        self.tab.write("command", text)
        self.tab.key("Enter")

    def told(self, channel):
        """What stands in a channel for everybody: the first lines."""
        return [one["text"] for one in self.box.messages(channel) if not one["thread_ts"]]

    def tearDown(self):
        if hasattr(self, "tab"):
            # Without the browser's note of each form that was not complete.
            strays = [one for one in self.tab.problems() if "status of 400" not in str(one)]
            self.assertEqual(strays, [])
            self.assertNotRegex(self.tab.seen(), r":[a-z]+_[a-z_]+:", "an emoji was not drawn")
