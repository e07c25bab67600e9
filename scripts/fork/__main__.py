"""`make fork`: a service of its own, by copier, from the template that this checkout makes.

What copier would say with a traceback is one sentence here, and nothing is left half-made.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts.fork import names, template

ROOT = Path(__file__).resolve().parents[2]
USAGE = "make fork NAME=orders DEST=../orders"
REFUSAL = re.compile(r"^(?:\w+: )?(?:Validation error for question '\w+': )?(.+)")


def refused(name: str, dest: str) -> str:
    """Why there can be no fork, "" where nothing is in the way."""
    if absent := [key for key, given in (("NAME", name), ("DEST", dest)) if not given]:
        return f"{' and '.join(absent)} {'are' if absent[1:] else 'is'} not given: {USAGE}"
    folder = Path(dest).resolve()
    if folder.is_relative_to(ROOT):
        return f"DEST is {dest}, inside the template: give a folder outside of it."
    if folder.exists():
        return f"DEST is {dest}, which is there already: give a folder that is not."
    return uncommitted()


def asked(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What git says, whether it can or not."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def uncommitted() -> str:
    """What there is that no commit has, "" where all is committed."""
    if not shutil.which("git"):
        return "git is not on the PATH, and copies are made of what it tracks: install it."
    told = asked(ROOT, "status", "--porcelain")
    if told.returncode:
        return "This is no checkout of git, and copies are made of what it tracks: clone it."
    if changed := told.stdout.splitlines():
        return (
            f"{changed[0][3:]} is not committed here, and would be copied: commit it or stash it."
        )
    return ""


def unknown(arguments: list[str], content: dict[str, Any]) -> str:
    """Which answers nobody asks for: copier takes them in silence. "" for none."""
    known = [key for key, question in content.items() if key[0] != "_" and "help" in question]
    given = [after for flag, after in pairwise(arguments) if flag in ("-d", "--data")]
    given += [each.removeprefix("--data=") for each in arguments if each.startswith("--data=")]
    wrong = [key for each in given if (key := each.partition("=")[0]) not in known]
    return f"{', '.join(wrong)}: not asked here; there are {', '.join(known)}." if wrong else ""


def release(root: Path) -> str:
    """What an update has to know where this commit is no release, "" where it is one."""
    tag = f"v{names.read(root).version}"
    told = asked(root, "rev-parse", "HEAD", f"{tag}^")
    if len(set(told.stdout.split())) == 1 and not told.returncode:
        return ""
    return f"This commit is not the release {tag}: to an update, what differs from that is yours."


def main(name: str, dest: str, arguments: list[str]) -> int:
    """The exit status, once the fork stands or a sentence says why it does not."""
    if why := refused(name, dest):
        print(why, file=sys.stderr)
        return os.EX_USAGE
    began = time.monotonic()
    answers = ["--data", f"name={name}", *arguments]
    if not sys.stdin.isatty() and "--defaults" not in answers:
        answers.append("--defaults")
    with tempfile.TemporaryDirectory(prefix="fork-") as folder:
        try:
            template.write(ROOT, Path(folder))
        except ValueError as error:
            print(error, file=sys.stderr)
            return os.EX_DATAERR
        if why := unknown(answers, json.loads((Path(folder) / "copier.yml").read_text())):
            print(why, file=sys.stderr)
            return os.EX_USAGE
        done = subprocess.run(  # noqa: S603 - what the person typed
            [os.environ["COPIER"], "copy", "--quiet", *answers, folder, dest],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        *_, last = done.stderr.strip().splitlines() or ["copier says above what it does not take"]
        print(REFUSAL.sub(r"\1", last), file=sys.stderr)
        return os.EX_USAGE
    print(f"{name} is in {dest}, made in {time.monotonic() - began:.0f} s.")
    if note := release(ROOT):
        print(note)
    print("Begin with:\n")
    print(f"  cd {dest}\n  git init && git add . && git commit --message 'Begin'\n  make run")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
