"""Running programs, each with an end: by itself, by its time limit, or with this run."""

import os
import shlex
import signal
import subprocess
import sys
import time

# Between asking a program to end and ending it.
GRACE_SECONDS = 5


class Failed(Exception):
    """A step failed; the text is a sentence for the summary."""


def end_on_signals():
    """Lets a run that is told to end clean up as after Ctrl-C."""
    def stop(number, _frame):
        sys.exit(128 + number)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def end_group(process):
    """Ends a program and what it started. It must have been started in a session of its own."""
    for number, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGTERM and not group_lives(process.pid):
            return


def group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def run(argv, deadline, *, env=None, cwd=None, capture=False):
    """Runs a program to its end; its output if `capture`. Fails unless it exits with 0."""
    argv = [str(part) for part in argv]
    shown = " ".join(shlex.quote(part) for part in argv)
    if not capture:
        print(f"$ {shown}", flush=True)
    left = deadline - time.monotonic()
    if left <= 0:
        raise Failed(f"no time was left for: {shown}")
    pipe = subprocess.PIPE if capture else None
    whole = {**os.environ, **(env or {})}
    try:
        process = subprocess.Popen(
            argv, env={name: value for name, value in whole.items() if value is not None},
            cwd=cwd, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe,
            universal_newlines=capture, start_new_session=True)
    except OSError as error:
        raise Failed(f"can't start {argv[0]}: {error.strerror}") from error
    try:
        out, err = process.communicate(timeout=left)
    except subprocess.TimeoutExpired:
        end_group(process)
        raise Failed(f"not done within its time limit: {shown}") from None
    except BaseException:
        end_group(process)
        raise
    if process.returncode != 0:
        told = f": {(err or out).strip()[-600:]}" if capture and (err or out) else ""
        raise Failed(f"exit code {process.returncode} from: {shown}{told}")
    return out
