"""What the exporter adds to the workers' metrics: build info and the processes' use of the machine.

prometheus_client has neither in multi-process mode: `Info` is refused there, and its
`ProcessCollector` would show one process under a pid that changes. Read from `/proc`; on a system
without it these are absent.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class BuildInfo(Collector):
    """`asgi_build_info`: 1, with the running version and commit as labels."""

    def __init__(self, version: str, commit: str) -> None:
        self.version = version
        self.commit = commit

    def collect(self) -> Iterator[Metric]:
        """Yield the one gauge."""
        family = GaugeMetricFamily(
            "asgi_build_info", "The build that runs.", labels=["version", "commit"]
        )
        family.add_metric([self.version, self.commit], 1)
        yield family


def _stat(proc: Path) -> list[str]:
    """The fields of `/proc/PID/stat` behind the name, which may hold blanks and brackets itself."""
    return (proc / "stat").read_text(errors="replace").rpartition(")")[2].split()


@dataclass(frozen=True)
class Process:
    """One process as `/proc` shows it: seconds, bytes, counts."""

    cpu: float
    cpu_of_dead_children: float
    threads: int
    started: float  # seconds after boot
    virtual: int
    resident: int
    fds: int

    @classmethod
    def read(cls, proc: Path) -> "Process":
        """Read `/proc/PID`; OSError when it is gone. Source: proc_pid_stat(5)."""
        fields = _stat(proc)
        try:
            fds = len(os.listdir(proc / "fd"))
        except OSError:  # dead and not yet waited for, or another user's
            fds = 0
        return cls(
            cpu=(int(fields[11]) + int(fields[12])) * _TICK,
            cpu_of_dead_children=(int(fields[13]) + int(fields[14])) * _TICK,
            threads=int(fields[17]),
            started=int(fields[19]) * _TICK,
            virtual=int(fields[20]),
            resident=int(fields[21]) * _PAGE,
            fds=fds,
        )


class Processes(Collector):
    """`process_*` of master, workers (its children) and exporter, summed per label `role`.

    Resident memory counts pages that workers share once for each. Start time is the oldest's.
    """

    def __init__(self, master: int | None, proc: Path = Path("/proc")) -> None:
        self.master = master
        self.proc = proc
        self._cpu = {"master": 0.0, "worker": 0.0, "exporter": 0.0}

    def collect(self) -> Iterator[Metric]:
        """Yield the families; none where there is no `/proc`."""
        try:
            boot = self._boot_time()
            roles = self._roles()
        except OSError:
            return
        cpu = CounterMetricFamily("process_cpu_seconds", "CPU time used.", labels=["role"])
        started = GaugeMetricFamily(
            "process_start_time_seconds", "Start of the oldest, Unix time.", labels=["role"]
        )
        gauges = {
            name: GaugeMetricFamily(f"process_{name}", text, labels=["role"])
            for name, text in (
                ("resident_memory_bytes", "Resident memory."),
                ("virtual_memory_bytes", "Virtual memory."),
                ("open_fds", "Open file descriptors."),
                ("threads", "Threads."),
            )
        }
        for role, processes in roles.items():
            cpu.add_metric([role], self._cpu[role])
            if processes:
                started.add_metric([role], boot + min(each.started for each in processes))
            sums = {
                "resident_memory_bytes": sum(each.resident for each in processes),
                "virtual_memory_bytes": sum(each.virtual for each in processes),
                "open_fds": sum(each.fds for each in processes),
                "threads": sum(each.threads for each in processes),
            }
            for name, value in sums.items():
                gauges[name].add_metric([role], value)
        yield from (cpu, started, *gauges.values())

    def _boot_time(self) -> float:
        lines = (self.proc / "stat").read_text().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("btime ")))

    def _roles(self) -> dict[str, list[Process]]:
        """The processes by role, and what each role has used of the CPU in `_cpu`."""
        own = Process.read(self.proc / str(os.getpid()))
        roles: dict[str, list[Process]] = {"exporter": [own]}
        used = {"exporter": own.cpu}
        if self.master is not None:
            # The master first: a worker that is waited for between the two reads is then missing
            # from both for one scrape, not counted in both, and `max` below hides it.
            master = Process.read(self.proc / str(self.master))
            workers = list(self._children(self.master))
            roles |= {"master": [master], "worker": workers}
            used["master"] = master.cpu
            # The kernel keeps the time of children that have ended: it outlives this process, so
            # that the counter does not fall when a worker or the exporter dies.
            used["worker"] = master.cpu_of_dead_children + sum(each.cpu for each in workers)
        for role, seconds in used.items():
            self._cpu[role] = max(self._cpu[role], seconds)
        return roles

    def _children(self, parent: int) -> Iterator[Process]:
        """The children of a process but this one, found by their parent.

        `/proc/PID/task/*/children` is quicker and depends on the kernel's configuration.
        """
        for name in os.listdir(self.proc):
            if name.isdigit() and int(name) != os.getpid():
                with suppress(OSError):  # ended meanwhile
                    if int(_stat(self.proc / name)[1]) == parent:
                        yield Process.read(self.proc / name)
