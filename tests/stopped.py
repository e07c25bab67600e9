"""A PostgreSQL that takes connections and says nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from scripts.postgres import Postgres


@contextmanager
def stopped(server: Postgres) -> Iterator[None]:
    """The server's processes stopped (SIGSTOP), and continued at the end."""
    postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children()]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)
