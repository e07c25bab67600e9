"""The folder of the workers' metrics: adds the files up, and keeps those of dead workers few.

prometheus_client leaves a dead worker's files for ever: they slow every later scrape, and take
memory where the folder is in memory. So the counters and histograms of the dead are added into
one file each. No sum is lost or counted twice, even when this process is killed on the way: a
file is first renamed into a folder `dead-N` (it is read wherever it is), and the sums take the
place of that folder's files by one rename of a folder.
"""

import os
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from prometheus_client import mmap_dict, multiprocess
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

SUMMED = ("counter", "histogram", "summary")
SUM = "0"  # stands where a pid stands; no process has it

# prometheus_client ships these without types.
_MmapedDict: Any = mmap_dict.MmapedDict
_MultiProcess: Any = multiprocess.MultiProcessCollector
_mark_process_dead: Any = multiprocess.mark_process_dead


def running(pid: int) -> bool:
    """Whether a process of this pid exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class MetricFiles(Collector):
    """What all processes that wrote into `folder` have counted, as one.

    `tidy` says that this process sees the workers' pids (it runs beside them, not in another
    container): only then can it tell the dead from the living.
    """

    def __init__(self, folder: Path, *, tidy: bool) -> None:
        self.folder = folder
        self.tidy = tidy
        self._lock = threading.Lock()  # two scrapes at once must not tidy at once

    def collect(self) -> Iterable[Metric]:
        """Read all files: some 10 ms of CPU for each worker, so never on an event loop."""
        with self._lock:
            if self.tidy:
                self._bury()
            files = [*_readable(self.folder), *_readable(self._graveyard())]
            metrics: Iterable[Metric] = _MultiProcess.merge([str(file) for file in files])
            return metrics

    def _graveyard(self) -> Path:
        """The folder of the dead that counts: `dead-N` with the highest N."""
        folders = [each for each in self.folder.glob("dead-*") if each.suffix != ".new"]
        return max(folders, key=_number, default=self.folder / "dead-0")

    def _bury(self) -> None:
        """Add the dead workers' files to the sums, and forget their live gauges."""
        graveyard = self._graveyard()
        for older in self.folder.glob("dead-*"):
            if older != graveyard:  # left by an exporter that was killed: summed, or half a sum
                shutil.rmtree(older)
        for file in self.folder.glob("*_*.db"):
            kind, _, pid = file.stem.partition("_")
            pid = pid.rpartition("_")[2]
            if running(int(pid)):
                continue
            _mark_process_dead(pid, str(self.folder))
            # Taken already if this pid died twice since the last sums: then it waits a scrape.
            if kind in SUMMED and not (graveyard / file.name).exists():
                graveyard.mkdir(exist_ok=True)
                file.rename(graveyard / file.name)
        if any(not file.stem.endswith(f"_{SUM}") for file in graveyard.glob("*.db")):
            self._add_up(graveyard)

    def _add_up(self, graveyard: Path) -> None:
        """Put a folder of the dead's sums in its place."""
        new = self.folder / f"dead-{_number(graveyard) + 1}.new"
        new.mkdir()
        for kind in SUMMED:
            sums: dict[str, float] = defaultdict(float)
            for file in _readable(graveyard, f"{kind}_*.db"):
                for key, value, _, _ in _MmapedDict.read_all_values_from_file(str(file)):
                    sums[key] += value
            if sums:
                with closing(_MmapedDict(str(new / f"{kind}_{SUM}.db"))) as target:
                    for key, value in sums.items():
                        target.write_value(key, value, 0)
        new.rename(new.with_suffix(""))
        shutil.rmtree(graveyard)


def _readable(folder: Path, pattern: str = "*.db") -> Iterator[Path]:
    """The metric files of a folder that have a size: a new one is empty for a moment."""
    for file in folder.glob(pattern):
        with suppress(FileNotFoundError):  # a live gauge, removed when its worker died
            if file.stat().st_size:
                yield file


def _number(folder: Path) -> int:
    return int(folder.stem.removeprefix("dead-"))
