"""A browser driven over its DevTools pipe: the standard library is enough for it."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from harness.places import TOOLS

ANSWER_SECONDS = 60
END_SECONDS = 10
FLAGS = [
    "--headless=new", "--remote-debugging-pipe",
    # Needs rights that root in a container does not have; the only pages opened are our own.
    "--no-sandbox",
    "--disable-dev-shm-usage", "--disable-gpu", "--disable-breakpad", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--disable-sync", "--metrics-recording-only", "--no-default-browser-check",
    "--force-color-profile=srgb", "--window-size=1280,900", "--lang=ja",
]


class Chromium:
    """Starts with the `with` block and ends with it."""

    def __init__(self, program, env):
        self.program, self.env = program, env
        self.buffer = b""
        self.last = 0
        self.events = []

    def __enter__(self):
        TOOLS.mkdir(parents=True, exist_ok=True)
        self.profile = tempfile.mkdtemp(prefix="profile-", dir=str(TOOLS))
        to_browser, self.write_fd = os.pipe()
        self.read_fd, from_browser = os.pipe()

        def in_child():
            # The browser reads commands from 3 and answers on 4; numbers that high can't clash.
            high = [os.dup2(to_browser, 103), os.dup2(from_browser, 104)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
            for number in high:
                os.close(number)

        self.log = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")
        env = {**os.environ, **self.env, "HOME": self.profile, "XDG_CACHE_HOME": self.profile}
        self.process = subprocess.Popen(
            [self.program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            close_fds=False, preexec_fn=in_child)
        os.close(to_browser)
        os.close(from_browser)
        return self

    def __exit__(self, *_):
        # Without its pipe the browser ends by itself.
        os.close(self.write_fd)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self.read_fd)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, session=None, **params):
        """Sends a command and waits for its answer; events that come meanwhile are kept."""
        self.last += 1
        number = self.last
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.write_fd, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = self.receive(deadline, method)
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def receive(self, deadline, method):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_fd], [], [], left)[0]:
                raise AssertionError(f"the browser did not answer {method} in {ANSWER_SECONDS} s")
            read = os.read(self.read_fd, 1 << 20)
            if not read:
                self.log.seek(0)
                raise AssertionError(f"the browser ended during {method}: {self.log.read()[-800:]}")
            self.buffer += read
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)
