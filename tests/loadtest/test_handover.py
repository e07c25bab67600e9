import sys
from pathlib import Path

import pytest

from app.loadtest import handover
from app.loadtest.handover import command, digest, environment, files, run_from
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.settings import Settings, read
from tests.loadtest.runs import FINDING


def settings(**told: str) -> Settings:
    return read(told, {})


def test_the_gate_then_the_users() -> None:
    assert [file.name for file in files(settings())] == ["locustfile.py", "users.py"]
    assert files(settings(LOCUSTFILE=__file__))[1] == Path(__file__)


def test_versions_are_told_apart() -> None:
    assert digest(settings()) == digest(settings(USERS="3"))
    assert digest(settings()) != digest(settings(LOCUSTFILE=__file__))


@pytest.mark.parametrize(
    ("told", "role"),
    [
        ({}, []),
        ({"WORKERS": "3"}, ["--processes", "3"]),
        ({"WORKERS": "3", "WORKER_INDEX": "0"}, ["--master", "--expect-workers", "3"]),
    ],
)
def test_the_command(told: dict[str, str], role: list[str]) -> None:
    made = command(settings(TARGET="http://a:1", REPORT_DIR="there", **told))
    assert made[:3] == [sys.executable, "-m", "app.loadtest.run_locust"]
    assert made[made.index("--host") + 1] == "http://a:1"
    assert made[made.index("--csv") + 1] == "there/locust"
    assert made[made.index("--csv") + 2 :] == role


def test_the_command_of_a_worker() -> None:
    made = command(settings(WORKERS="3", WORKER_INDEX="2", MASTER="first"))
    assert made[-3:] == ["--worker", "--master-host", "first"]
    assert "--csv" not in made


@pytest.mark.parametrize("finding", [None, FINDING])
def test_what_is_handed_over_arrives(finding: object) -> None:
    told = settings(USERS="7", TOKEN="secret", THRESHOLDS="p95<1s")
    run = Run(told, {"replicas": 2}, "now", Samples(60))
    run.concurrency = FINDING if finding else None
    got = run_from(environment(run, {"PATH": "/bin"}))
    assert (got.settings, got.environment, got.started) == (told, {"replicas": 2}, "now")
    assert got.concurrency == run.concurrency


def test_a_setting_of_a_file_is_handed_over_as_its_value(tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text("secret")
    variables = {"TOKEN_FILE": str(file), "PATH": "/bin"}
    run = Run(read(variables, {}), {}, "now", Samples(60))
    got = environment(run, variables)
    assert (got["TOKEN"], got["PATH"]) == ("secret", "/bin")
    assert "TOKEN_FILE" not in got
    assert run_from(got).settings == run.settings
    assert "secret" not in str(command(run.settings))


def test_there_is_one_gate_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(Run(settings(), {}, "now", Samples(60)), {}).items():
        monkeypatch.setenv(name, value)
    handover.gate.cache_clear()
    try:
        assert handover.gate() is handover.gate()
        assert handover.gate().digest == digest(settings())
    finally:
        handover.gate.cache_clear()
