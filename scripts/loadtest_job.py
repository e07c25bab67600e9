"""`make loadtest-job`: make a run of a release's load test, follow it, and end as it ended.

Neither `kubectl wait` nor `helm` does: for=condition=complete never returns when a run has failed.
"""

import json
import math
import os
import secrets
import signal
import sys
import time
from typing import Any

from app.loadtest.exit_codes import ExitCode
from app.loadtest.settings import parser
from app.loadtest.units import duration
from scripts.deploy_seen import troubles
from scripts.loadtest_cluster import LoadTest, NoRun, refused
from scripts.loadtest_log import Log

USAGE = 'make loadtest-job RELEASE=orders NAMESPACE=prod ARGS="--users 200 --time 5m"'
# For an image to be pulled, and for a node that an autoscaler has to add.
WAIT_SECONDS = 300.0
# What another try does not mend.
HOPELESS = ("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
# So often the cluster may not answer, once a second: a run is not ended for that.
SILENCES = 60
INTERRUPTED = 130


def main(release: str, namespace: str, arguments: list[str]) -> int:
    """The run's exit code; EX_USAGE or EX_UNAVAILABLE without one, EX_SOFTWARE where it is lost."""
    if why := refused(USAGE, RELEASE=release, NAMESPACE=namespace):
        print(why, file=sys.stderr)
        return os.EX_USAGE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    test, job = LoadTest(release, namespace), ""
    try:
        job = create(test, arguments)
        print(f"{job} in {namespace}", flush=True)
        return follow(test, job)
    except NoRun as none:
        print(none, file=sys.stderr)
        status = os.EX_UNAVAILABLE
    except KeyboardInterrupt:
        status = INTERRUPTED
    if job:
        delete(test, job)
    return status


def create(test: LoadTest, arguments: list[str]) -> str:
    """Make a run with these arguments; its name. Raises NoRun."""
    longest = parser().parse_args(arguments).time
    cronjob = test.cronjob()
    name = f"{cronjob}-{secrets.token_hex(4)}"
    source = f"--from=cronjob/{cronjob}"
    made = test.kubectl("create", "job", name, source, "--dry-run=client", "--output=json")
    run = json.loads(made)
    (container,) = run["spec"]["template"]["spec"]["containers"]
    if arguments:
        container["args"] = arguments
    if longest:
        for part, pods in ((run["spec"]["template"]["spec"], 1), (run["spec"], 4)):
            part["activeDeadlineSeconds"] += pods * math.ceil(_seconds(longest))
    test.kubectl("create", "--filename=-", stdin=json.dumps(run))
    return name


def _seconds(time_: str) -> float:
    try:
        return duration(time_)
    except ValueError as error:
        raise NoRun(f"--time: {error}.") from None


def follow(test: LoadTest, job: str) -> int:
    """Print the log as it comes; the exit code. Raises NoRun when it cannot come to one."""
    log, waiting = Log(test), Waiting(test)
    while True:
        run, pod = look(test, job)
        if run is None:
            print(f"{job} was deleted, and its verdict with it.", file=sys.stderr)
            return os.EX_SOFTWARE
        ended = state(pod, "terminated")
        begun = ended or state(pod, "running") is not None
        if begun:
            log.follow(pod)
        if ended and not disrupted(run, pod):
            return told(ended)
        if over(run):
            return lost(job, run, log)
        if not begun:
            waiting.look(pod)
        time.sleep(1)


def look(test: LoadTest, job: str) -> tuple[Any, Any]:
    """The run and its pod, each None when it is not there. Raises NoRun when nobody answers."""
    silences = 0
    while True:
        try:
            return test.run(job), test.pod(job)
        except NoRun:
            silences += 1
            if silences >= SILENCES:
                raise
        time.sleep(1)


def state(pod: Any, name: str) -> Any:
    """What is known of the container in this state; None when it is in another."""
    statuses = pod["status"].get("containerStatuses", []) if pod else []
    return statuses[0]["state"].get(name) if statuses else None


def disrupted(run: Any, pod: Any) -> bool:
    """Whether the Job makes another pod in place of this one (loadtest.onDisruption: retry)."""
    conditions = pod["status"].get("conditions", [])
    held = {each["type"] for each in conditions if each["status"] == "True"}
    return "podFailurePolicy" in run["spec"] and "DisruptionTarget" in held


def over(run: Any) -> str:
    """Why the Job makes no pod any more; "" while it may."""
    for each in run["status"].get("conditions", []):
        if each["type"] in ("Complete", "Failed") and each["status"] == "True":
            return str(each.get("message") or each.get("reason") or each["type"])
    return ""


def told(ended: Any) -> int:
    """The container's exit code, with a sentence where the load test has none."""
    code = int(ended["exitCode"])
    if code not in list(ExitCode):
        why = ended.get("reason", "Error")
        print(f"The container ended with {code} ({why}), without a verdict.", file=sys.stderr)
    return code


def lost(job: str, run: Any, log: Log) -> int:
    """The same of a pod that is gone: what its log had told."""
    if log.verdict is not None:
        return log.verdict
    print(f"The pod of {job} is gone, and its verdict with it: {over(run)}", file=sys.stderr)
    return os.EX_SOFTWARE


class Waiting:
    """For a pod that does not run yet."""

    def __init__(self, test: LoadTest) -> None:
        self.test = test
        self.until = time.monotonic() + WAIT_SECONDS
        self.seen: list[str] = []

    def look(self, pod: Any) -> None:
        """Tell what holds it up. Raises NoRun when that will not change, or takes too long."""
        trouble = troubles(pod) if pod else []
        waiting = state(pod, "waiting") or {}
        if waiting.get("reason") in HOPELESS:
            raise NoRun(f"No pod of the load test runs: {trouble[0]}")
        if time.monotonic() > self.until:
            name = pod["metadata"]["name"] if pod else ""
            why = (trouble or [self.test.warning(name)])[0]
            raise NoRun(f"No pod of the load test runs after {WAIT_SECONDS:.0f} s: {why}")
        for line in trouble:
            if line not in self.seen:
                print(line, flush=True)
        self.seen += trouble


def delete(test: LoadTest, job: str) -> None:
    """Nothing of it shall begin once nobody looks any more."""
    try:
        test.kubectl("delete", "job", job, "--wait=false")
        print(f"{job} was deleted.", file=sys.stderr)
    except NoRun as error:
        print(f"{job} may still run: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
