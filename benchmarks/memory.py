"""What the processes of a server take: PSS, which counts what they share once."""

import psutil

from tests.server.harness import Server

MIB = 1024 * 1024


def worker_of(server: Server) -> int:
    """The process that answers: gunicorn's worker, or the server itself."""
    return (server.worker_pids() or [server.pid])[0]


def of_worker(server: Server) -> float:
    """The worker's PSS in MiB."""
    return _pss(psutil.Process(worker_of(server)))


def of_tree(server: Server) -> float:
    """The PSS of all its processes in MiB: master, workers, exporter."""
    first = psutil.Process(server.pid)
    return sum(map(_pss, [first, *first.children(recursive=True)]))


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss / MIB)
