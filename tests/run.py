#!/usr/bin/env python3
"""Runs all tests of the project: python3 tests/run.py

It needs Python 3.8 or newer and a Rust toolchain. What else is needed is fetched from the package
registries into target/test-tools, and nothing on the machine is changed. The last line counts the
steps; the exit code is 0 only if all passed.
"""

import sys

if sys.version_info < (3, 8):
    sys.exit("tests/run.py needs Python 3.8 or newer")

import argparse
import os
import time

from harness.places import ROOT, TOOLS
from harness.processes import Failed, end_on_signals
from harness.steps import STEPS


def arguments():
    parser = argparse.ArgumentParser(description="Runs all tests of the project.")
    parser.add_argument("--list", action="store_true", help="name the steps and stop")
    parser.add_argument("--only", metavar="NAME", action="append", default=[],
                        help="run this step only (may be given more than once)")
    parser.add_argument("--quick", action="store_true",
                        help="leave out the steps that fetch tools")
    parser.add_argument("--unpack-browser", action="store_true",
                        help="unpack a browser and fonts under target/ even if the machine has them")
    return parser.parse_args()


def chosen(args):
    names = [step.name for step in STEPS]
    for name in args.only:
        if name not in names:
            sys.exit(f"no step is named {name}; there are: {', '.join(names)}")
    if args.only:
        return [step for step in STEPS if step.name in args.only]
    return [step for step in STEPS if not (args.quick and step.fetches)]


def run(step):
    """The line for the summary, and whether the step passed."""
    print(f"\n=== {step.name}: {step.about}", flush=True)
    started = time.monotonic()
    try:
        note = step.work(started + step.limit_seconds)
        passed = True
    except Failed as failure:
        note, passed = str(failure), False
    seconds = time.monotonic() - started
    result = "ok" if passed else "FAILED"
    line = f"{result:<7} {step.name:<10} {seconds:7.1f} s{'  ' + note if note else ''}"
    print(f"--- {line}", flush=True)
    return line, passed


def main():
    args = arguments()
    steps = chosen(args)
    if args.list:
        for step in steps:
            print(f"{step.name:<10} {step.about}")
        return 0
    if args.unpack_browser:
        os.environ["MONBAN_TEST_UNPACK_BROWSER"] = "1"
    end_on_signals()
    os.chdir(str(ROOT))
    TOOLS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    outcomes = []
    for step in steps:
        outcomes.append(run(step))
    print(f"\n=== all steps, {(time.monotonic() - started) / 60:.1f} minutes")
    for line, _ in outcomes:
        print(line)
    good = sum(1 for _, passed in outcomes if passed)
    print(f"{good} passed, {len(outcomes) - good} failed", flush=True)
    return 0 if good == len(outcomes) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
