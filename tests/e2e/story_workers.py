"""A worker that ends, in a pod that stays."""

import time

from tests.e2e.conftest import Play
from tests.e2e.release import Release
from tests.e2e.stage import python
from tests.e2e.under_load import CLIENTS

# Sends the signal to the one worker: the master's child that is gunicorn, too.
SIGNAL = """
import os, pathlib, signal, sys, time
for process in pathlib.Path('/proc').glob('[0-9]*'):
    status = (process / 'status').read_text()
    if 'PPid:\\t1\\n' in status and b'gunicorn' in (process / 'cmdline').read_bytes():
        print(time.time(), flush=True)
        os.kill(int(process.name), getattr(signal, sys.argv[1]))
        break
else:
    sys.exit('no worker')
"""


def send(release: Release, signal: str) -> float:
    """Send a worker of one pod a signal; when, in Unix time."""
    return float(python(release.namespace, min(release.names()), SIGNAL, signal))


def test_a_worker_gets_sigterm(release: Release, load: Play) -> None:
    before = release.restarts()
    with load():
        send(release, "SIGTERM")
        time.sleep(10)  # the drain of a worker that is replaced; its pod need not notice
    assert release.restarts() == before


def test_a_worker_gets_sigkill(release: Release, load: Play) -> None:
    release.upgrade({"replicaCount": 1})
    release.rest()
    before = release.restarts()
    with load(may_lose=True) as row:
        killed = send(release, "SIGKILL")
        time.sleep(5)
    assert release.restarts() == before
    # What was in flight on the worker at that instant, at most one request of each client.
    assert len(row.lost) <= CLIENTS
    assert all(lost["began"] <= killed + 0.1 for lost in row.lost)
    assert row.report["quiet_ms"] <= 2000
