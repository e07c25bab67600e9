"""A kubectl of the tests' own, which shows one state after another: tests/e2e has the real one."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """\
#!{python} -SE
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
words = [word for word in sys.argv[1:] if not word.startswith("--")]
verb, *rest = words[1:]  # the first is the namespace
with (folder / "asked").open("a") as asked:
    print(*sys.argv[1:], file=asked)
if verb == "logs":
    print((folder / "log").read_text(), end="")
elif verb == "create" and rest:
    job = json.loads((folder / "job").read_text())
    job["metadata"]["name"] = rest[1]
    print(json.dumps(job))
elif verb == "create":
    (folder / "created").write_text(sys.stdin.read())
elif verb == "get":
    file = folder / rest[0]
    states = json.loads(file.read_text())
    state = states.pop(0) if len(states) > 1 else states[0]
    file.write_text(json.dumps(states))
    if isinstance(state, str):
        sys.exit("warning: of something else\\n" + state)
    print(json.dumps({{"items": state}}))
"""


@dataclass(frozen=True)
class Kubectl:
    """What it shows, each time the next, and the last again and again; a text is an error."""

    folder: Path

    def shows(self, what: str, *states: Any) -> None:
        """Of `kubectl get pods` and the like: lists of objects."""
        (self.folder / what).write_text(json.dumps(states))

    def logs(self, text: str) -> None:
        """What the log of any pod is."""
        (self.folder / "log").write_text(text)

    def makes(self, job: Any) -> None:
        """What a run looks like before it is made."""
        (self.folder / "job").write_text(json.dumps(job))

    @property
    def made(self) -> Any:
        """The run that it was given."""
        return json.loads((self.folder / "created").read_text())

    @property
    def asked(self) -> list[str]:
        """Its command lines."""
        return (self.folder / "asked").read_text().splitlines()


def kubectl(folder: Path) -> Kubectl:
    """Make it there."""
    program = folder / "kubectl"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return Kubectl(folder)
