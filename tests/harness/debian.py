"""Debian packages unpacked under target/: nothing is installed, and no root is needed.

`apt-get` works out what is missing on this machine and fetches it, with lists and cache of our
own; `dpkg-deb` unpacks it.
"""

import re
import shutil
from pathlib import Path

from .places import TOOLS
from .processes import Failed, run

APT = TOOLS / "apt"
# Packages that must be the machine's own: a C library only works with its own loader.
NEVER = {"libc6", "libc-bin", "base-files", "debconf", "dpkg"}


def unpack(name, packages, deadline, *, as_if_bare=False):
    """The directory that holds the packages and all they need that the machine has not.

    `as_if_bare` counts nothing as there but the C library.
    """
    root = TOOLS / name
    marker = TOOLS / f"{name}.unpacked"
    wanted = " ".join([*packages, "bare" if as_if_bare else "missing"])
    if marker.exists() and marker.read_text() == wanted:
        return root
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Failed(f"there is no {tool} on this machine")
    apt = ["apt-get", "-c", apt_config(as_if_bare), "--quiet=2"]
    english = {"LC_ALL": "C"}
    run([*apt, "update"], deadline)
    plan = run([*apt, "--simulate", "--no-install-recommends", "install", *packages], deadline,
               env=english, capture=True)
    needed = [found for found in re.findall(r"^Inst (\S+) (?:\[[^]]*\] )?\((\S+)", plan, re.M)
              if found[0].split(":")[0] not in NEVER]
    shutil.rmtree(str(root), ignore_errors=True)
    archives = APT / name
    shutil.rmtree(str(archives), ignore_errors=True)
    archives.mkdir(parents=True)
    if needed:
        print(f"fetching {len(needed)} Debian packages for {' '.join(packages)}", flush=True)
        run([*apt, "download", *[f"{package}={version}" for package, version in needed]],
            deadline, cwd=str(archives), capture=True)
    root.mkdir(parents=True)
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg-deb", "--extract", archive, root], deadline, capture=True)
    shutil.rmtree(str(archives))
    marker.write_text(wanted)
    return root


def apt_config(as_if_bare):
    """A configuration with directories of our own. The sources and keys stay the machine's."""
    for part in ("state/lists/partial", "cache/archives/partial", "log"):
        (APT / part).mkdir(parents=True, exist_ok=True)
    status = Path("/var/lib/dpkg/status")
    if as_if_bare:
        status = APT / "no-packages"
        status.write_text("")
    settings = {
        "Dir::State": APT / "state",
        "Dir::State::lists": APT / "state/lists",
        "Dir::State::status": status,
        "Dir::Cache": APT / "cache",
        "Dir::Log": APT / "log",
        "Debug::NoLocking": "true",
        # By itself apt, run by root, fetches as a user who may not write here.
        "APT::Sandbox::User": "",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "60",
        "Acquire::https::Timeout": "60",
    }
    config = APT / "apt.conf"
    # Images for containers tidy the system's own cache after each update.
    hooks = "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n"
    lines = [f'{key} "{value}";\n' for key, value in settings.items()]
    config.write_text(hooks + "".join(lines))
    return config


def library_dirs(root):
    """Every directory in there with shared libraries."""
    return sorted({str(path.parent) for path in root.rglob("*.so*") if path.is_file()})
