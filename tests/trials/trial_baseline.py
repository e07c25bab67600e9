"""Whether the comparison with an earlier run tells the same from the worse, on real runs.

Ten rounds: twice the service as it is, then 20 % more latency, then 15 % less throughput, which
`/rehearsal/delay/` injects. Each run is compared with the last of the service as it is.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.loadtest.baseline_file import load as read_report
from app.loadtest.exit_codes import ExitCode
from tests.loadtest.loads import Ended, load
from tests.loadtest.resampling import alarms_of_pairs
from tests.server.harness import Server, gunicorn
from tests.trials.conftest import Tell

ROUNDS = 10
SECONDS = 0.1
# How much longer an answer takes, by the figure that must tell it: 20 % more latency; and 15 % less
# throughput, for users without a pause ask less often what takes longer.
INJECTED = {"p50": 1.2, "rps": 1 / 0.85}
USERS = str(Path(__file__).with_name("users.py"))
LOAD = {"USERS": "20", "TIME": "25s", "WARMUP": "5s", "LOCUSTFILE": USERS}


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    with gunicorn({"REHEARSAL": "true", "LOG_LEVEL": "WARNING"}, ready="/livez") as server:
        yield server


def ran(service: Server, folder: Path, slower: float, before: Path | None) -> Ended:
    """A run, compared with the one that reported into `before`."""
    baseline = {"BASELINE": str(before / "report.json")} if before else {}
    path = f"/rehearsal/delay/{SECONDS * slower:.4f}"
    ended = load(folder, TARGET=service.url, SLEEPER=path, **LOAD, **baseline)
    assert ended.code in (ExitCode.PASSED, ExitCode.WORSE), ended.output
    return ended


def worse(ended: Ended, figure: str) -> bool:
    """Whether the run ended so, and of this figure too."""
    figures = ended.report["comparison"]["figures"]
    words = {each["word"] for each in figures if each["figure"] == figure}
    return ended.code == ExitCode.WORSE and words == {"worse"}


@pytest.mark.timeout(3600)
def test_the_same_is_told_from_the_worse(service: Server, tmp_path: Path, tell: Tell) -> None:
    same, alarms = list[Ended](), list[str]()
    found: dict[str, list[bool]] = {figure: [] for figure in INJECTED}
    for number in range(ROUNDS):
        for again in "ab":
            before = same[-1].folder if same else None
            same.append(ran(service, tmp_path / f"same-{number}{again}", 1.0, before))
            if same[-1].code != ExitCode.PASSED:
                alarms.append(same[-1].output)
        for figure, slower in INJECTED.items():
            ended = ran(service, tmp_path / f"{figure}-{number}", slower, same[-1].folder)
            found[figure].append(worse(ended, figure))
        counts = ", ".join(f"{figure} {sum(each)} of {len(each)}" for figure, each in found.items())
        tell(
            f"round {number + 1} of {ROUNDS}: {len(alarms)} alarms in {len(same)} identical runs; "
            f"found worse: {counts}"
        )
    rates = [ended.report["total"]["rps"] for ended in same]
    middles = [ended.report["total"]["median"] for ended in same]
    tell(
        f"identical runs: {min(rates):.1f} to {max(rates):.1f} requests a second, "
        f"median {min(middles):.1f} to {max(middles):.1f} ms"
    )
    runs = [read_report(str(ended.folder / "report.json")).measured for ended in same]
    pairs = alarms_of_pairs(runs, seed=7)
    tell(f"{pairs} alarms in 1,000 resampled pairs of them")
    assert not alarms, alarms
    assert pairs <= 50
    assert sum(found["p50"]) >= 9
    assert sum(found["rps"]) >= 9
