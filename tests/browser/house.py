"""What every browser test starts from: one browser, and a sandbox and a tab for each test."""

import json
import os
import unittest

from harness.sandbox import Sandbox

from .cdp import Chromium
from .page import Page

CCOE, AKEBONO, HIDAMARI, NAGISA = "C0CCOE", "C0AKEBONO", "C0HIDAMARI", "C0NAGISA"
CHANNELS = (CCOE, AKEBONO, HIDAMARI, NAGISA)


class BrowserTest(unittest.TestCase):
    """The browser's program and environment come from the step that runs this."""

    @classmethod
    def setUpClass(cls):
        found = json.loads(os.environ["MONBAN_TEST_CHROMIUM"])
        cls.chromium = Chromium(found["program"], found["env"])
        cls.chromium.__enter__()
        cls.addClassCleanup(cls.chromium.__exit__)

    def sandbox(self, *args, port=0):
        sandbox = Sandbox(*args, port=port)
        sandbox.__enter__()
        self.addCleanup(sandbox.__exit__)
        return sandbox

    def page(self, sandbox):
        """The page of the sandbox, after its first look at the server: nothing moves any more."""
        page = Page(self.chromium, sandbox.url)
        page.wait("document.querySelector('[data-testid=\"state\"] dt') !== null")
        return page

    def played(self):
        """A sandbox whose page a person has moved past the sample events' minute."""
        sandbox = self.sandbox()
        page = self.page(sandbox)
        for _ in range(2):
            self.push(page, "advance-60")
        return sandbox, page

    def push(self, page, button):
        """Presses a button of the panel and waits until it did its work."""
        page.js("document.querySelector('[data-testid=\"status\"]').textContent = ''")
        page.click(button)
        said = page.text("status")
        self.assertNotIn("うまくいきませんでした", said)
        self.assertNotIn("did not work", said)
