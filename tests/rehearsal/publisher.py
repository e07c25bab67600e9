"""Who makes releases, and publishes them to a registry."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import git
from tests.workflows.runner import machine

FIRST, SECOND, UNTESTED = "97.0.0", "97.0.1", "97.0.2"
KEYS = {"COSIGN_KEY": "cosign.key", "COSIGN_PUBLIC_KEY": "cosign.pub", "COSIGN_PASSWORD": "x"}


@dataclass
class Publisher:
    """The clone that is released, and the chart of each version, by its digest."""

    work: Path
    registry: str
    charts: dict[str, str]
    said: str = ""

    def env(self, version: str) -> dict[str, str]:
        """The variables of `make release` and `make deploy`."""
        keys = {name: str(self.work.parent / file) for name, file in KEYS.items() if "." in file}
        passed = {name: os.environ[name] for name in ("DOCKER_BUILD",) if name in os.environ}
        image = f"{self.registry}/team/notes:{version}"
        return machine() | passed | keys | {"COSIGN_PASSWORD": "x", "IMAGE": image}

    def publish(self, version: str) -> None:
        """Make this commit a release."""
        output = self.work.parent / "output"
        output.write_text("")
        done = subprocess.run(
            ["make", "release"],
            cwd=self.work,
            env=self.env(version) | {"GITHUB_OUTPUT": str(output), "TAG": f"v{version}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        self.said = done.stdout
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.charts[version] = outputs["chart"].partition("@")[2]

    def next(self, version: str) -> None:
        """Commit what was changed as another version, and publish it."""
        changelog = self.work / "CHANGELOG.md"
        heading = "## Unreleased\n"
        news = f"{heading}\n- More.\n"
        changelog.write_text(changelog.read_text().replace(heading, news, 1))
        subprocess.run(["make", "version-set", f"VERSION={version}"], cwd=self.work, check=True)
        git(self.work, "commit", "--quiet", "--all", "--message", version)
        git(self.work, "tag", f"v{version}")
        self.publish(version)
