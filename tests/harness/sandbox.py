"""A running `monban sandbox` and its test API."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from .places import MONBAN, ROOT

READY = "sandbox ready: "
READY_SECONDS = 60
END_SECONDS = 20
ANSWER_SECONDS = 180
# A proxy from the environment has no business between two programs on this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """Starts on a free port unless told another; ends with the `with` block."""

    def __init__(self, *args, port=0):
        self.args = ["--port", str(port), *map(str, args)]
        self.url = None
        self.process = None
        self.log = None

    def __enter__(self):
        self.log = tempfile.TemporaryFile(mode="w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [str(MONBAN), "sandbox", "--morning", "never", *self.args], cwd=str(ROOT),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.url = self.ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def ready(self):
        deadline = time.monotonic() + READY_SECONDS
        line = b""
        out = self.process.stdout
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                raise AssertionError(f"the sandbox was not ready within {READY_SECONDS} s")
            read = os.read(out.fileno(), 4096)
            if not read:
                self.log.seek(0)
                raise AssertionError(f"the sandbox ended at its start: {self.log.read()[-800:]}")
            line += read
        text = line.decode()
        if not text.startswith(READY):
            raise AssertionError(f"not a ready line: {text}")
        return text[len(READY):].strip()

    def __exit__(self, *_):
        self.end()
        self.process.stdout.close()
        self.log.close()

    def end(self):
        """Ends it as Ctrl-C would; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def get(self, path):
        return self.ask(urllib.request.Request(self.url + path))

    def post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return self.ask(urllib.request.Request(self.url + path, data=data, headers=headers))

    def ask(self, request):
        try:
            with DIRECT.open(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read()}") from error

    def advance(self, seconds):
        """Moves its clock; all that was due by then has happened when this returns."""
        moved = self.post("/_sandbox/advance", {"seconds": seconds})
        if not moved["at_rest"]:
            raise AssertionError(f"it did not come to rest: {moved}")

    def messages(self, channel=None):
        found = self.get("/_sandbox/messages")["messages"]
        return [message for message in found if channel in (None, message["channel"])]
