"""A Python environment of our own with the pinned packages."""

import glob
import os
import shutil
import sys

from . import debian
from .places import TESTS, TOOLS
from .processes import Failed, run

VENV = TOOLS / "venv"
PYTHON = VENV / "bin" / "python"


def python(deadline, *requirement_files):
    """Its interpreter, with the packages of these files in tests/ installed."""
    if not works(deadline):
        shutil.rmtree(str(VENV), ignore_errors=True)
        create(deadline)
    for name in requirement_files:
        install(deadline, TESTS / name)
    return PYTHON


def works(deadline):
    """It stops working when the Python it was made with is upgraded or goes away."""
    if not PYTHON.exists():
        return False
    try:
        run([PYTHON, "-c", "import sys"], deadline, capture=True)
    except Failed:
        return False
    return True


def create(deadline):
    try:
        run([sys.executable, "-m", "venv", VENV], deadline, capture=True)
    except Failed:
        # Debian and Ubuntu keep what `venv` needs to install pip in another package.
        shutil.rmtree(str(VENV), ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", VENV], deadline)


def install(deadline, requirements):
    wanted = requirements.read_text()
    marker = VENV / f"{requirements.stem}.installed"
    if marker.exists() and marker.read_text() == wanted:
        return
    run([PYTHON, *pip(deadline), "install", "--quiet", "--disable-pip-version-check",
         "--only-binary", ":all:", "--requirement", requirements], deadline)
    marker.write_text(wanted)


def pip(deadline):
    """How to call pip in the environment: its own, or from a wheel that Debian ships."""
    if list(VENV.glob("lib/python*/site-packages/pip")):
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
