"""The emulator of Organizations."""

from .emulator import Emulator


class Moto(Emulator):
    requirements = "requirements-moto.txt"
    venv = "venv-moto"

    def command(self, programs, port):
        return [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], {}
