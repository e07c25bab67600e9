"""The commands of pages, typed as they stand there."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import environment
from tests.environment import ROOT
from tests.server.harness import free_port, status_of, wait_until

COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
# What make, pytest and these tests set for themselves, and no person's shell has.
OUR_OWN = re.compile(rf"MAKE|MFLAGS|PYTEST|COV_|ARGS$|({'|'.join(environment.VALUES)})$")
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(page: Path) -> dict[str, str]:
    """What stands under each heading of a page; under "" what stands before the first."""
    first, *others = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    return {"": first} | {text.partition("\n")[0]: text for text in others}


def console(page: str, heading: str) -> str:
    """What the consoles of a section show."""
    return "\n".join(FENCE.findall(sections(ROOT / page)[heading]))


def commands(page: str, heading: str) -> list[str]:
    """What a section tells to type. Raises KeyError where there is no such section."""
    return COMMAND.findall(console(page, heading))


@dataclass
class Terminal:
    """A shell in `folder`, for which the ports that pages name are free ones of this machine.

    `other` has what a page names as an example, and what stands for it here.
    """

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = {port: str(free_port()) for port in ("8000", "8080", "9464", "9465")}
        self.other = ports | self.other
        self.env = {
            **{name: value for name, value in os.environ.items() if not OUR_OWN.match(name)},
            # The environments stand already: nothing is to be fetched.
            "MAKEFLAGS": f"UV={shutil.which('true')}",
            "HOST": "127.0.0.1",
            "PORT": ports["8000"],
            "METRICS_PORT": ports["9464"],
            "DRAIN_SECONDS": "1",
            **self.more,
        }

    def here(self, command: str) -> str:
        """The command with what stands for its examples."""
        known = "|".join(map(re.escape, self.other))
        return re.sub(known, lambda found: self.other[found[0]], command)

    def type(self, *lines: str, status: int | None = 0) -> str:
        """What the commands print, errors too. AssertionError when they end otherwise."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here("\n".join(lines))],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert status in (None, done.returncode), done.stdout
        return done.stdout

    @contextmanager
    def serving(self, command: str, url: str = "") -> Iterator[Path]:
        """A command that stays in the foreground, in a terminal beside; the file of its output.

        It is up when `url` answers, or readiness on its PORT.
        """
        command = self.here(command)
        port = re.search(r"\bPORT=(\d+)", command)
        url = url or f"http://127.0.0.1:{port[1] if port else self.env['PORT']}/readyz"
        log = self.folder.parent / "log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                # A background job, `make test &`, ignores Ctrl-C, and so does all that it starts.
                ["env", "--default-signal=INT", "bash", "-c", command],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            wait_until(lambda: status_of(url) == 200 or process.poll() is not None, 120, url)
            assert process.poll() is None, log.read_text()
            yield log
        finally:
            if process.poll() is None:
                # Ctrl-C, which a terminal sends to all of them.
                os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
