"""What `helm test` asks of a release: is it ready, does its API answer, is it seen, does it wait?

Runs in the service's own image with Python's library alone. Every check is asked; the exit status
is the number of those that failed.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import urlopen

WEB, METRICS = os.environ["WEB"], os.environ["METRICS"]
SECONDS = 10


def get(url: str) -> tuple[int, str]:
    """Status and body of an answer, whatever the status."""
    try:
        with urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - the addresses are the chart's
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def expect(url: str, status: int) -> str:
    """The body of an answer that must have this status."""
    found, body = get(url)
    if found != status:
        raise AssertionError(f"{url} answered {found}, not {status}:\n{body}")
    return body


def readiness() -> str:
    """The checks of readiness, each with its own line."""
    return expect(f"{WEB}/readyz?verbose", 200)


def api() -> str:
    """Each path of the API that needs no parameter gives an answer that its document announces."""
    document = json.loads(expect(f"{WEB}/api/openapi.json", 200))
    seen = []
    for path, operations in document["paths"].items():
        if "get" in operations and "{" not in path:
            status, body = get(WEB + path)
            if str(status) not in operations["get"]["responses"]:
                raise AssertionError(f"{path} answered {status}, which its document lacks:\n{body}")
            seen.append(f"{path} {status}")
    return ", ".join([expect(f"{WEB}/version", 200), *seen])


def metrics() -> str:
    """The pods export what the alerts and the dashboard read."""
    body = expect(f"{METRICS}/metrics", 200)
    missing = {"asgi_build_info", "asgi_thread_hops_total", "asgi_loop_lag_seconds"} - {
        line.split("{")[0].split(" ")[2] for line in body.splitlines() if line.startswith("# TYPE ")
    }
    if missing:
        raise AssertionError(f"{METRICS}/metrics lacks {', '.join(sorted(missing))}")
    return f"{len(body)} bytes"


def sleepers() -> str:
    """Ten requests of a second each are answered together: one by one they would take ten."""
    url = f"{WEB}/api/async_sleep/"
    begin = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: expect(url, 200), range(10)))
    took = time.monotonic() - begin
    if took >= 5:
        raise AssertionError(f"ten sleepers took {took:.1f} s: they waited for each other")
    return f"ten in {took:.2f} s"


def main(checks: list[Callable[[], str]]) -> int:
    """Ask all; print a line for each as the probes do."""
    failed = 0
    for check in checks:
        try:
            print(f"[+]{check.__name__} ok: {check().strip()}", flush=True)
        except (AssertionError, OSError, ValueError, KeyError) as error:
            failed += 1
            print(f"[-]{check.__name__} failed: {error}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main([readiness, api, metrics, sleepers]))
