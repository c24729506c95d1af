"""A headless browser and fonts for Japanese and emoji: the machine's own, else unpacked ones."""

import glob
import os
import shutil
from typing import Dict, NamedTuple

from . import debian
from .places import TARGET, TOOLS
from .processes import Failed, run

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome",
         "chromium-headless-shell")
UNPACKED = "usr/lib/chromium/chromium-headless-shell", "usr/lib/chromium/chromium"
FONT_PACKAGES = ["fonts-noto-cjk", "fonts-noto-color-emoji"]
FONT_DIRS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_FILES = ("*CJK*", "NotoColorEmoji*")
INSTALL = ("install a browser and fonts, on Debian: apt-get install chromium fonts-noto-cjk "
           "fonts-noto-color-emoji; or name a Chromium in MONBAN_TEST_BROWSER")


class Browser(NamedTuple):
    """How to start it."""
    program: str
    env: Dict[str, str]


def browser(deadline):
    """A browser that can show Japanese."""
    bare = os.environ.get("MONBAN_TEST_UNPACK_BROWSER") == "1"
    program = None if bare else own_program(deadline)
    fonts = not bare and own_fonts()
    if program and fonts:
        return Browser(program, {})
    packages = [] if fonts else list(FONT_PACKAGES)
    if not program:
        packages.insert(0, "chromium-headless-shell")
    try:
        root = debian.unpack("browser", packages, deadline, as_if_bare=bare)
    except Failed as failure:
        missing = "no browser" if not program else "no fonts for Japanese and emoji"
        raise Failed(f"{missing} on this machine, and none could be unpacked ({failure}): "
                     f"{INSTALL}") from failure
    env = {"FONTCONFIG_FILE": str(fontconfig(root, alone=bare))}
    if not program:
        program = unpacked_program(root)
        env["LD_LIBRARY_PATH"] = ":".join(debian.library_dirs(root))
        checked(program, env, deadline)
    return Browser(program, env)


def own_program(deadline):
    named = os.environ.get("MONBAN_TEST_BROWSER")
    if named:
        checked(named, {}, deadline)
        return named
    for name in NAMES:
        path = shutil.which(name)
        try:
            if path:
                checked(path, {}, deadline)
                return path
        except Failed:
            # Ubuntu's `chromium-browser` only tells people to install a snap.
            continue
    return None


def checked(program, env, deadline):
    run([program, "--version"], deadline, env=env, capture=True)


def own_fonts():
    folders = [os.path.expanduser(folder) for folder in FONT_DIRS]
    return all(any(glob.glob(os.path.join(folder, "**", name), recursive=True)
                   for folder in folders) for name in FONT_FILES)


def unpacked_program(root):
    for name in UNPACKED:
        if (root / name).is_file():
            return str(root / name)
    raise Failed(f"the unpacked packages hold no browser: {INSTALL}")


def fontconfig(root, alone):
    """A font configuration that knows the unpacked fonts; `alone`: and no others."""
    system = "" if alone else '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path = TOOLS / "fonts.conf"
    path.write_text(f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {system}
  <dir>{root / "usr/share/fonts"}</dir>
  <cachedir>{TARGET / "test-tools/font-cache"}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK JP</family></prefer></alias>
</fontconfig>
""")
    return path
