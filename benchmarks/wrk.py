"""wrk: as many requests as a stack answers, by clients that each wait for their answer."""

import json
import shutil
import subprocess
from pathlib import Path

from benchmarks.refused import Refused

CONNECTIONS = 32
SCRIPT = Path(__file__).with_suffix(".lua")
WHERE_FROM = "wrk is not on the PATH (Debian: apt-get install wrk; macOS: brew install wrk)."


def throughput(url: str, seconds: int, body: Path | None = None) -> float:
    """Requests a second that `url` answered; each posts the JSON file `body`, if given.

    Refused when one was answered with another status than 2xx or 3xx, or not at all.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise Refused(WHERE_FROM)
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), url, "--"]
    command += [str(body)] if body else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise Refused(f"wrk failed at {url}: {done.stderr.strip()}")
    summary = json.loads(done.stdout.strip().splitlines()[-1])
    if summary["errors"] or not summary["requests"]:
        raise Refused(f"{url}: {summary['errors']} of {summary['requests']} requests failed.")
    return float(summary["requests"] / summary["seconds"])
