"""The log of a run, as it comes: without the block of the reports, and each line once."""

import re
import subprocess
from typing import Any

from scripts.loadtest_cluster import LoadTest

BEGIN, END = "-----BEGIN LOADTEST REPORT", "-----END LOADTEST REPORT"
VERDICT = re.compile(r"[A-Z_]+ \((\d+)\): .")


class Log:
    """`verdict` is the exit code that its last lines tell, None before they do."""

    def __init__(self, test: LoadTest) -> None:
        self.test = test
        self.pod = ""
        self.lines = 0
        self.hidden = False
        self.verdict: int | None = None

    def follow(self, pod: Any) -> None:
        """Print what is new of this pod's, until it ends or the connection does."""
        if self.pod != pod["metadata"]["uid"]:
            self.pod, self.lines, self.verdict = pod["metadata"]["uid"], 0, None
        command = self.test.command("logs", "--follow", pod["metadata"]["name"])
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as kubectl:  # noqa: S603 - our own
            for number, line in enumerate(kubectl.stdout or ()):
                if number >= self.lines:
                    self.lines = number + 1
                    self._tell(line.rstrip("\n"))

    def _tell(self, line: str) -> None:
        if line.startswith((BEGIN, END)):
            self.hidden = line.startswith(BEGIN)
        elif not self.hidden:
            print(line, flush=True)
            if found := VERDICT.match(line):
                self.verdict = int(found[1])
