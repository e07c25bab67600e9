"""A release as it stands in the cluster, and how one that an ended helm left half-way goes on."""

import datetime
import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

from scripts.chart_package import COMMIT

DURATION = re.compile(r"(\d+)(h|m|s)")
SECONDS = {"h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True)
class Release:
    """`timeout` is what Helm gives each of its waits, as Go writes durations."""

    name: str
    namespace: str
    timeout: str

    def helm(self, command: str, *arguments: str) -> list[str]:
        """A command of Helm's about this release."""
        return ["helm", *command.split(), self.name, *arguments, "--namespace", self.namespace]

    def ask(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What Helm answers to it."""
        asked = self.helm(command, *arguments)
        return subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    def history(self) -> list[Any]:
        """All revisions, the oldest first; none when there is no such release.

        Raises ValueError, with what Helm says, where it cannot tell.
        """
        done = self.ask("history", "--output", "json")
        if done.returncode == 0:
            found: list[Any] = json.loads(done.stdout)
            return found
        if "release: not found" in done.stderr:
            return []
        raise ValueError(f"helm history {self.name}: {done.stderr.strip()}")

    def good(self) -> int | None:
        """The newest revision that came up, None when there is none."""
        well = ("deployed", "superseded")
        good = [one["revision"] for one in self.history() if one["status"] in well]
        return good[-1] if good else None

    def commit(self) -> str:
        """The commit of the chart that is there, "" where none is known."""
        done = self.ask("get metadata", "--output", "json")
        found = json.loads(done.stdout) if done.returncode == 0 else {}
        return str(found.get("annotations", {}).get(COMMIT, ""))

    def back(self, revision: int | None) -> list[str]:
        """The command that brings back a revision, or takes away a release that has none."""
        waiting = ("--wait", "--timeout", self.timeout)
        if revision is None:
            return self.helm("uninstall", *waiting)
        # Without the flag a field that the HPA has written since is a conflict (docs/runbook.md).
        return self.helm("rollback", str(revision), *waiting, "--force-conflicts")

    def clear(self) -> list[str]:
        """The command that takes away the Jobs of hooks, which `helm uninstall` leaves."""
        label = f"--selector=app.kubernetes.io/instance={self.name}"
        return ["kubectl", "delete", "jobs", label, "--namespace", self.namespace]


def seconds(duration: str) -> int:
    """Of a duration as Go writes it. ValueError for what is none."""
    if not re.fullmatch(rf"({DURATION.pattern})+", duration):
        raise ValueError(f"--timeout {duration}: give it such as 90s, 5m or 1h30m")
    return sum(int(number) * SECONDS[unit] for number, unit in DURATION.findall(duration))


def interrupted(release: Release, now: datetime.datetime) -> list[str]:
    """The command that mends a release whose helm was ended at work, [] where nothing is to mend.

    Raises ValueError, with what to do, while that helm may still be at work: an upgrade and the
    rollback after it each wait for the timeout at most.
    """
    history = release.history()
    if not history or not history[-1]["status"].startswith("pending-"):
        return []
    newest, command = history[-1], release.back(release.good())
    updated = datetime.datetime.fromisoformat(newest["updated"])
    left = 2 * seconds(release.timeout) - (now - updated).total_seconds()
    if left > 0:
        raise ValueError(
            f"{release.name} is {newest['status']} since {newest['updated']}, and another helm may"
            f" be at work. If it was ended, deploy again in {left:.0f} s, which then begins with"
            f" {' '.join(command)}; or do that at once."
        )
    return command
