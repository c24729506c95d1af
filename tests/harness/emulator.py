"""An AWS emulator from PyPI while it runs, on 127.0.0.1 alone."""

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from . import python_env
from .processes import Failed, end_group

READY_SECONDS = 60
# What a client needs besides the address; the emulators look at neither key.
CLIENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
          "AWS_REGION": "ap-northeast-1", "AWS_EC2_METADATA_DISABLED": "true",
          "AWS_PROFILE": None, "AWS_ENDPOINT_URL": None}


class Emulator:
    """Starts on a free port; ends with the `with` block."""

    requirements = None
    # The environment that holds it.
    venv = "venv"

    def __init__(self, deadline):
        self.deadline = deadline
        self.url = None
        self.process = None
        self.folder = None
        self.log = None

    def command(self, programs, port):
        """The command line and what it finds in its environment."""
        raise NotImplementedError

    def __enter__(self):
        python = python_env.python(self.deadline, self.requirements, name=self.venv)
        self.folder = tempfile.TemporaryDirectory()
        self.log = tempfile.TemporaryFile(mode="w+", encoding="utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        argv, settings = self.command(python.parent, port)
        self.process = subprocess.Popen(
            argv, env={**os.environ, **settings}, cwd=self.folder.name,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self):
        until = min(self.deadline, time.monotonic() + READY_SECONDS)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise Failed(f"the AWS emulator ended at its start: {self.tail()}")
            try:
                direct.open(self.url + "/", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise Failed(f"the AWS emulator did not start: {self.tail()}")

    def tail(self):
        self.log.seek(0)
        return self.log.read()[-800:]

    def __exit__(self, *_):
        end_group(self.process)
        self.log.close()
        self.folder.cleanup()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
