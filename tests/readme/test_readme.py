"""The documents at the root: their links lead somewhere, and their examples do what they show.

An example is a fenced block marked `console`. A line with `$ ` is run by bash at the root, with
`monban` standing for the built program (`cargo run ... --` too); the lines below it are what it
prints, where a line of `...` stands for any lines and `...` in a line for any text. A program that
serves until it is told to end is ended once it has printed them; a line with `# ` is a remark.
A block marked `sh` or `bash` is not run, but must be readable to bash and name only verbs we have.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
import unittest
from urllib.parse import unquote

from harness.places import MONBAN, ROOT

EXAMPLE_SECONDS = 60
FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
PROGRAM = re.compile(r"(?:cargo run(?: --?[\w=-]+)* -- |(?:\./)?target/\w+/monban )")


def documents():
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def blocks(document, *kinds):
    for indent, kind, body in FENCE.findall(document.read_text(encoding="utf-8")):
        if kind in kinds:
            yield re.sub(f"^{indent}", "", body, flags=re.MULTILINE)


def examples(block):
    """Pairs of a command and the lines it should print."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0][:-1]} {line.strip()}", [])
        elif found and not line.startswith("# "):
            found[-1][1].append(line)
    return found


def pattern(lines):
    """What the output must look like from its first byte."""
    text = "\n".join(lines).rstrip("\n")
    parts = []
    for line in text.split("\n") if text else []:
        if line.strip() in ("...", "…"):
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(re.escape(line).replace(r"\.\.\.", "[^\n]*").replace("…", "[^\n]*") + r"\n")
    return re.compile("".join(parts))


def anchors(document):
    """The anchors of a document's headings, as GitHub makes them."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


class Documents(unittest.TestCase):
    def test_there_is_a_readme(self):
        self.assertTrue((ROOT / "README.md").is_file(), "there is no README.md")

    def test_links_lead_somewhere(self):
        broken = []
        for document in documents():
            text = FENCE.sub("", document.read_text(encoding="utf-8"))
            for link in LINK.findall(text):
                if re.match(r"[a-z]+:", link):
                    continue
                path, _, anchor = unquote(link).partition("#")
                target = (document.parent / path).resolve() if path else document
                if not target.exists():
                    broken.append(f"{document.name}: {link}: no such file")
                elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                    broken.append(f"{document.name}: {link}: no such heading")
        self.assertEqual(broken, [])

    def test_examples_print_what_is_shown(self):
        for document in documents():
            for block in blocks(document, "console"):
                for command, lines in examples(block):
                    with self.subTest(document=document.name, command=command):
                        self.shows(PROGRAM.sub("monban ", command), pattern(lines), bool(lines))

    def test_commands_are_readable_and_name_our_verbs(self):
        verbs = self.verbs()
        for document in documents():
            for block in blocks(document, "sh", "bash"):
                with self.subTest(document=document.name, block=block):
                    checked = subprocess.run(["bash", "-n"], input=block.encode(), timeout=20,
                                             stderr=subprocess.PIPE, check=False)
                    self.assertEqual(checked.stderr.decode(), "")
                    for verb in re.findall(r"^ *monban +(\w+)", PROGRAM.sub("monban ", block), re.M):
                        self.assertIn(verb, verbs)

    def verbs(self):
        told = subprocess.run([str(MONBAN), "--help"], stdout=subprocess.PIPE, timeout=20,
                              check=True).stdout.decode()
        return re.findall(r"^  (\w+)", told.partition("Commands:")[2], re.MULTILINE)

    def shows(self, command, wanted, prints):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as out:
            os.symlink(str(MONBAN), os.path.join(folder, "monban"))
            env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
            process = subprocess.Popen(["bash", "-c", command], cwd=str(ROOT), env=env, stdout=out,
                                       stderr=out, stdin=subprocess.DEVNULL,
                                       start_new_session=True)
            try:
                serves = re.search(r"\bmonban +sandbox\b", command) is not None
                text = self.output(process, out, wanted if serves else None)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)
                    process.wait(20)
            if prints:
                self.assertIsNotNone(wanted.fullmatch(text), f"it printed:\n{text}")
            if not serves:
                self.assertEqual(process.returncode, 0, text)

    def output(self, process, out, until):
        """What it printed by its end, or by when that looks as wanted."""
        deadline = time.monotonic() + EXAMPLE_SECONDS
        while time.monotonic() < deadline:
            ended = process.poll() is not None
            out.seek(0)
            text = out.read().decode()
            text = text if text.endswith("\n") or not text else f"{text}\n"
            if ended or (until and until.fullmatch(text)):
                return text
            time.sleep(0.05)
        self.fail(f"not done within {EXAMPLE_SECONDS} s; it printed:\n{text}")
