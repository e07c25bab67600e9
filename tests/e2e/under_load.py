"""The load while a story plays."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.release import Release
from tests.e2e.stage import Stage
from tests.identity import provider

LOAD = Path(__file__).with_name("load.py")
CLIENTS = 30


@dataclass
class Loaded:
    """What became of the requests: `report` is load.Report's."""

    report: dict[str, Any] = field(default_factory=dict)

    @property
    def lost(self) -> list[dict[str, Any]]:
        """The requests that were not answered as they should be."""
        return list(self.report["lost"])

    def __str__(self) -> str:
        answered, lost = sum(self.report["answered"].values()), len(self.lost)
        slowest = max(self.report["slowest_ms"].values(), default=0)
        seconds = self.report["ended"] - self.report["began"]
        return f"{answered + lost:>9,}{lost:>8}{slowest:>13,}{seconds:>6.0f}"


HEAD = f"{'Requests':>9}{'Lost':>8}{'Slowest, ms':>13}{'For, s':>6}"


@contextmanager
def under_load(
    story: str, stage: Stage, release: Release, *, rate: float, seconds: float
) -> Iterator[Loaded]:
    """Load the release until the story is over, it is at rest, and `seconds` have passed.

    `rate`: requests a second, as far as the clients can.
    """
    token = provider.token("EdDSA", customer=story, exp=int(time.time()) + 3600)
    load = ("python", "-c", LOAD.read_text(), f"http://{release.fullname}", token)
    numbers = ("--clients", str(CLIENTS), "--rate", str(rate))
    # Its input is closed at the end, and never written to: kubectl 1.37 gives a write a deadline of
    # 60 s that it does not take back, and hangs when that is over.
    command = ("kubectl", "exec", "--stdin", "--namespace", stage.namespace, "load", "--")
    loaded = Loaded()
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *load, *numbers], stdin=pipe, stdout=pipe) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert process.stdout.readline(), "the load does not run: kubectl says why above"
            until = time.monotonic() + seconds
            yield loaded
            release.rest()
            time.sleep(max(0, until - time.monotonic()))
        finally:
            process.stdin.close()
            report = process.stdout.read()
    loaded.report = json.loads(report)
