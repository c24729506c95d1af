"""The steps of a run. Each raises `Failed`, or returns a note for the summary."""

import json
import re
import sys
from typing import Callable, NamedTuple

from . import chromium, node_env, python_env
from .cargo_deny import deny
from .emulator import CLIENT
from .ministack import Ministack
from .moto import Moto
from .places import MONBAN, ROOT, SCREENSHOTS, TESTS
from .processes import Failed, run
from .sandbox import Sandbox

# Cargo takes what Cargo.lock says, or fails.
CARGO = {"CARGO_TERM_PROGRESS_WHEN": "never"}
# Clients read these and would ask a proxy for 127.0.0.1.
NO_PROXY = dict.fromkeys(
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
EVENT = TESTS / "fixtures" / "securityhub-consolidated.json"


class Step(NamedTuple):
    """`fetches`: it needs more than Python and the Rust toolchain, and fetches it."""
    name: str
    about: str
    limit_seconds: int
    fetches: bool
    work: Callable


def cargo(*args, env=None):
    def work(deadline):
        run(["cargo", *args], deadline, env={**CARGO, **(env or {})})
    return work


def build(deadline):
    """The debug binary, up to date."""
    cargo("build", "--locked", "--quiet")(deadline)
    if not MONBAN.exists():
        raise Failed(f"cargo built no {MONBAN}")


def manifest(deadline):
    argv = ["cargo", "test", "--locked", "--quiet", "--test", "it", "manifest::"]
    told = run(argv, deadline, env=CARGO, capture=True)
    print(told.strip())
    # A filter that matches nothing passes too.
    if not re.search(r"test result: ok\. [1-9]\d* passed", told):
        raise Failed("no test of the manifest ran")


def aws(deadline):
    build(deadline)
    env = {**CARGO, **NO_PROXY, **CLIENT}
    # One after the other: some tests measure, and have few seconds for it.
    with Moto(deadline) as emulator:
        rust_tests(["aws::organizations"], {**env, "MONBAN_TEST_MOTO": emulator.url}, deadline)
    with Ministack(deadline) as emulator:
        # The emulator is one process: more than a few tests at once only wait for each other.
        rust_tests(["aws::", "--skip", "aws::organizations", "--test-threads", "4"],
                   {**env, "MONBAN_TEST_AWS": emulator.url}, deadline)


def rust_tests(chosen, env, deadline):
    """Runs those integration tests."""
    argv = ["cargo", "test", "--locked", "--test", "it", "--", *chosen]
    listed = run([*argv, "--list"], deadline, env=env, capture=True)
    # A filter that matches nothing passes too.
    if not re.search(r"^[1-9]\d* tests", listed, re.MULTILINE):
        raise Failed(f"there is no test {chosen[0]}")
    run([*argv, "--nocapture"], deadline, env=env)


def clients(deadline):
    build(deadline)
    python = python_env.python(deadline, "requirements.txt")
    run([python, "-m", "unittest", "--verbose", "clients.test_slack_sdk", "clients.test_blocks",
         "clients.test_bolt"],
        deadline, cwd=str(TESTS), env=NO_PROXY)
    node = node_env.node(deadline)
    with Sandbox("--events", EVENT) as sandbox:
        where = {"MONBAN_TEST_SANDBOX": sandbox.url,
                 "MONBAN_TEST_NODE_PACKAGE": str(node_env.PACKAGES / "package.json")}
        run([node, "--test", "--test-reporter", "spec", TESTS / "clients" / "web_api.test.mjs"],
            deadline, env={**NO_PROXY, **where})


def browser(deadline):
    build(deadline)
    found = chromium.browser(deadline)
    print(f"browser: {found.program} {found.env or ''}", flush=True)
    run([sys.executable, "-m", "unittest", "--verbose", "browser.test_story", "browser.test_page",
         "browser.test_people", "browser.test_owner", "browser.test_onboarding",
         "browser.test_desk", "browser.test_home"],
        deadline, cwd=str(TESTS), env={"MONBAN_TEST_CHROMIUM": json.dumps(found._asdict())})
    return f"pictures in {SCREENSHOTS.relative_to(ROOT) if ROOT in SCREENSHOTS.parents else SCREENSHOTS}"


def readme(deadline):
    build(deadline)
    run([sys.executable, "-m", "unittest", "--verbose", "readme.test_readme",
         "readme.test_samples"], deadline,
        cwd=str(TESTS))


STEPS = [
    Step("fmt", "the code has the house's layout", 120, False, cargo("fmt", "--check")),
    Step("clippy", "the compiler and its linter have nothing to say", 1800, False,
         cargo("clippy", "--locked", "--all-targets", "--", "-D", "warnings")),
    Step("test", "unit, integration and documentation tests", 1800, False,
         cargo("test", "--locked")),
    Step("aws", "the same on AWS: queues, table, two replicas, against an emulator", 2400, True,
         aws),
    Step("doc", "the documentation builds without a warning", 900, False,
         cargo("doc", "--locked", "--no-deps", env={"RUSTDOCFLAGS": "-D warnings"})),
    Step("deny", "licences, bans, sources and advisories of the dependencies", 1200, True, deny),
    Step("manifest", "the Slack app's manifest asks for what the code uses", 900, False, manifest),
    Step("clients", "Slack's own client libraries get on with the sandbox", 900, True, clients),
    Step("browser", "the sandbox page in a real browser", 900, True, browser),
    Step("readme", "what the documents show is true", 600, False, readme),
]
