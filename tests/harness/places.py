"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
# Cargo takes the variable relative to where it runs, which is the root.
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
# Everything the tests fetch; delete it and it is fetched again.
TOOLS = TARGET / "test-tools"
SCREENSHOTS = TARGET / "screenshots"
MONBAN = TARGET / "debug" / "monban"
