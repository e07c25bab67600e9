"""`make deploy`: bring a release to what the chart and its values say, or back to what it was.

Nothing is changed before all is known: chart and image are what was signed, the cluster answers,
no other deploy is at work, and what there is is not newer. Helm waits until the pods are ready, the
chart's tests are run, with LOADTEST=true a load test, too, and whatever fails brings back what was
there.
"""

import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.deploy_chart import commit, fetched, overtaken, runs
from scripts.deploy_diff import difference, rendered
from scripts.deploy_release import Release, interrupted
from scripts.deploy_seen import Seen

FLAGS = (
    "--install",
    # The chart's new defaults, and what the release was given before: --reuse-values would keep
    # the old chart's defaults, and templates that read a new value would fail.
    "--reset-then-reuse-values",
    "--rollback-on-failure",
    "--wait",
    # Helm 4 applies on the server: a field that another has written is a conflict. The HPA writes
    # spec.replicas, and so does `kubectl scale`; without the flag the next upgrade that sets it,
    # and the rollback, end in "conflict … .spec.replicas" (docs/runbook.md).
    "--force-conflicts",
)
USAGE = "make deploy RELEASE=orders NAMESPACE=prod VALUES=prod.yaml"
TIMEOUT = re.compile(r"--timeout[= ](\S+)")


def main(release: Release, chart: str, values: list[str], arguments: list[str]) -> int:
    """The status of the first thing that failed, after what was there is there again."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            reachable()
            place, image = fetched(chart, Path(folder))
            if mend := interrupted(release, datetime.datetime.now(datetime.UTC)):
                print(f"A helm that was ended left {release.name} half-way: {' '.join(mend)}")
                subprocess.run(mend, check=True)  # noqa: S603 - our own
            older = overtaken(commit(place), release.commit())
            if older and os.environ.get("OLDER") != "true":
                raise ValueError(older)
            before = release.good()
            files = [part for file in values for part in ("--values", file)]
            upgrade = release.helm("upgrade", str(place), *FLAGS, *files, *arguments)
            manifest = rendered(upgrade)
            runs(manifest, image)
            print(difference(release, manifest) or "No object changes.", flush=True)
        except (ValueError, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr)
            return 1
        seen = Seen(release.name, release.namespace)
        if status := watched(upgrade, seen):
            print(seen.report(), file=sys.stderr, flush=True)
            if before is None:
                subprocess.run(release.clear(), check=False)  # noqa: S603 - our own
            return status
        return tested(release, before, seen)


def tests(release: Release) -> Iterator[list[str]]:
    """What a release has to pass."""
    yield release.helm("test", "--logs", "--timeout", release.timeout)
    if os.environ.get("LOADTEST") == "true":
        yield [sys.executable, "-m", "scripts.loadtest_job", release.name, release.namespace]


def tested(release: Release, before: int | None, seen: Seen) -> int:
    """0 when the release passes its tests; else the status of one, and it is gone again."""
    status = next(filter(None, (watched(test, seen) for test in tests(release))), 0)
    if status:
        back = release.back(before)
        print(f"Its tests failed: {' '.join(back)}\n{seen.report()}", file=sys.stderr, flush=True)
        steps = [back, release.clear()] if before is None else [back]
        if any([subprocess.run(step, check=False).returncode for step in steps]):  # noqa: S603, C419 - ours, each of them
            print(f"{release.name} IS NOT BACK: see above", file=sys.stderr)
    return status


def watched(command: list[str], seen: Seen) -> int:
    """The status of a command, during which the pods are looked at."""
    process = subprocess.Popen(command)  # noqa: S603 - our own
    try:
        while (status := poll(process)) is None:
            seen.look()
    except KeyboardInterrupt:
        return process.wait()  # Helm has got the Ctrl-C, too, and says itself what becomes of it
    return status


def poll(process: subprocess.Popen[bytes], seconds: float = 1) -> int | None:
    """The exit status, None when it still runs after so many seconds."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def reachable() -> None:
    """ValueError where no cluster answers kubectl."""
    asked = ["kubectl", "version", "--request-timeout=10s"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise ValueError(f"kubectl reaches no cluster: {done.stderr.strip().splitlines()[-1]}")


def missing(release: str, namespace: str, values: list[str]) -> Iterator[str]:
    """What is missing before Helm can be asked."""
    for name, value in {"RELEASE": release, "NAMESPACE": namespace}.items():
        if not value:
            yield f"{name} is not given: {USAGE}"
    for file in values:
        if not Path(file).is_file():
            yield f"VALUES: there is no file {file}"
    for program in ("helm", "kubectl"):
        if not shutil.which(program):
            yield f"{program} is not on the PATH; the cluster is the one of kubectl."


if __name__ == "__main__":
    name, namespace, files, *rest = sys.argv[1:]
    if lacks := list(missing(name, namespace, files.split())):
        print("\n".join(lacks), file=sys.stderr)
        sys.exit(os.EX_USAGE)
    given = TIMEOUT.search(" ".join(rest))
    target = Release(name, namespace, given[1] if given else "5m")
    sys.exit(main(target, os.environ.get("CHART", "./helm"), files.split(), rest))
