"""Python environments of our own with the pinned packages."""

import glob
import os
import shutil
import sys

from . import debian
from .places import TESTS, TOOLS
from .processes import Failed, run

def python(deadline, *requirement_files, name="venv"):
    """The interpreter of the environment `name`, with the packages of these files in tests/
    installed. Packages that want different versions of a third need environments of their own."""
    venv = TOOLS / name
    if not works(venv, deadline):
        shutil.rmtree(str(venv), ignore_errors=True)
        create(venv, deadline)
    for file in requirement_files:
        install(venv, deadline, TESTS / file)
    return interpreter(venv)


def interpreter(venv):
    return venv / "bin" / "python"


def works(venv, deadline):
    """It stops working when the Python it was made with is upgraded or goes away."""
    if not interpreter(venv).exists():
        return False
    try:
        run([interpreter(venv), "-c", "import sys"], deadline, capture=True)
    except Failed:
        return False
    return True


def create(venv, deadline):
    try:
        run([sys.executable, "-m", "venv", venv], deadline, capture=True)
    except Failed:
        # Debian and Ubuntu keep what `venv` needs to install pip in another package.
        shutil.rmtree(str(venv), ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", venv], deadline)


def install(venv, deadline, requirements):
    wanted = requirements.read_text()
    marker = venv / f"{requirements.stem}.installed"
    if marker.exists() and marker.read_text() == wanted:
        return
    run([interpreter(venv), *pip(venv, deadline), "install", "--quiet", "--disable-pip-version-check",
         "--only-binary", ":all:", "--requirement", requirements], deadline)
    marker.write_text(wanted)


def pip(venv, deadline):
    """How to call pip in the environment: its own, or from a wheel that Debian ships."""
    if list(venv.glob("lib/python*/site-packages/pip")):
        return ["-m", "pip"]
    wheels = glob.glob("/usr/share/python-wheels/pip-*.whl")
    if not wheels:
        try:
            root = debian.unpack("pip", ["python3-pip-whl"], deadline)
        except Failed as failure:
            raise Failed(f"this Python has no pip: install python3-venv ({failure})") from failure
        wheels = glob.glob(str(root / "usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise Failed("this Python has no pip: install python3-venv")
    return [os.path.join(wheels[0], "pip")]
