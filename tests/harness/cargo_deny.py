"""cargo-deny, installed under target/, and its checks."""

import shutil
import time

from .places import ROOT, TOOLS
from .processes import Failed, run

VERSION = "0.20.2"
PROGRAM = TOOLS / "bin" / "cargo-deny"
# Where deny.toml keeps the database of advisories.
DATABASES = ROOT / "target" / "test-tools" / "advisory-dbs"
FETCH_SECONDS = 180


def deny(deadline):
    install(deadline)
    run([PROGRAM, "--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"],
        deadline)
    return advisories(deadline)


def install(deadline):
    if PROGRAM.exists():
        told = run([PROGRAM, "--version"], deadline, capture=True)
        if told.split()[-1:] == [VERSION]:
            return
    # Unoptimised: it saves more time in the building than it costs in the running.
    work = TOOLS / "cargo-deny-build"
    run(["cargo", "install", "cargo-deny", "--version", VERSION, "--locked", "--quiet", "--debug",
         "--no-default-features", "--root", TOOLS, "--target-dir", work],
        deadline, env={"CARGO_TERM_PROGRESS_WHEN": "never"})
    shutil.rmtree(str(work), ignore_errors=True)


def advisories(deadline):
    """Checks them if their database can be had; else says so."""
    fetching = min(deadline, time.monotonic() + FETCH_SECONDS)
    fetched = attempt(fetching, "fetch", "db")
    if fetched and not any(DATABASES.glob("*/crates")):
        return "advisories NOT checked: their database can't be fetched and none is cached"
    offline = ["--offline"] if fetched else []
    run([PROGRAM, "--locked", *offline, "check", "--hide-inclusion-graph", "advisories"], deadline)
    return "advisories checked against an older copy of their database" if fetched else None


def attempt(deadline, *args):
    """What went wrong, if anything."""
    try:
        run([PROGRAM, *args], deadline, capture=True)
    except Failed as failure:
        return str(failure)
    return None
