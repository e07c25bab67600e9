"""The command itself: what ends it before there is load."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.loadtest import __main__ as command
from app.loadtest.exit_codes import ExitCode
from tests.loadtest.http_server import Answer, answering
from tests.loadtest.loads import Ended, end, load, start
from tests.loadtest.runs import FINDING
from tests.server.harness import ROOT, free_port


def test_help_needs_no_service() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.loadtest", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--thresholds" in done.stdout


def test_a_check_asks_no_service(tmp_path: Path) -> None:
    ended = load(tmp_path, "--check", TARGET=f"http://127.0.0.1:{free_port()}")
    assert (ended.code, ended.output) == (0, "The settings are right.\n")


def test_all_mistakes_are_told_without_a_traceback(tmp_path: Path) -> None:
    ended = load(tmp_path, "--users", "0", TARGET="localhost", THRESHOLDS="p95<1s, speed<1s")
    assert ended.code == ExitCode.SETTINGS
    lines = ended.output.splitlines()
    assert lines[0] == "Not started (docs/loadtest.md explains each):"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["TARGET", "USERS", "THRESHOLDS"]


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"REPORT_DIR": "/proc/here"}, ExitCode.REPORT_DIR, "/proc/here cannot be written"),
        ({"BASELINE": "README.md"}, ExitCode.BASELINE, "README.md is no report.json"),
        ({"LOCUSTFILE": "README.md"}, ExitCode.LOCUSTFILE, "README.md is no Python"),
        ({"TARGET": "http://no-such-name.invalid"}, ExitCode.UNKNOWN_HOST, "is not known"),
    ],
)
def test_what_can_be_known_before(
    settings: dict[str, str], code: ExitCode, words: str, tmp_path: Path
) -> None:
    ended = load(tmp_path, **settings)
    assert ended.code == code, ended.output
    assert words in ended.output
    assert "Traceback" not in ended.output


def test_a_token_that_is_refused(tmp_path: Path) -> None:
    def answer(path: str, headers: dict[str, str]) -> Answer:
        return (401 if path.startswith("/api/notes") else 200), {}, b""

    with answering(answer) as port:
        ended = load(tmp_path, TARGET=f"http://127.0.0.1:{port}", TOKEN="hunter2")
    assert ended.code == ExitCode.DENIED
    assert "/api/notes?limit=1 denies access (401): look at TOKEN." in ended.output
    assert "hunter2" not in ended.output
    assert ended.report["verdict"]["name"] == "DENIED"


def test_a_baseline_of_another_test(tmp_path: Path) -> None:
    with answering(lambda *_: (200, {}, b"{}")) as port:
        target = f"http://127.0.0.1:{port}"
        settings = {"TIME": "13s", "TARGET": target, "THRESHOLDS": "errors<1%"}
        assert not load(tmp_path, **settings).failed
        before = tmp_path / "report.json"
        ended = load(tmp_path / "b", BASELINE=str(before), **settings | {"USERS": "11"})
        assert ended.code == ExitCode.NOT_COMPARABLE
        assert "another users (10 then, 11 now)" in ended.output
        same = load(tmp_path / "c", BASELINE=str(before), **settings)
    assert same.report["comparison"]["figures"]


def test_sigterm_while_the_service_is_asked(tmp_path: Path) -> None:
    asked: list[str] = []
    with answering(lambda path, _: answered_late(asked, path)) as port:
        process = start(tmp_path, TARGET=f"http://127.0.0.1:{port}", CONCURRENCY="async")
        assert process.stdout
        for line in process.stdout:
            if "sleepers of a second at once" in line:
                break
        process.send_signal(signal.SIGTERM)
        ended = end(process, tmp_path)
    assert ended.code == ExitCode.DISRUPTED, ended.output
    assert Ended(0, "", tmp_path).report["complete"] is False


def answered_late(asked: list[str], path: str) -> Answer:
    """At once to the first, who asks whether the service is there; then never in time."""
    asked.append(path)
    if len(asked) > 2:
        time.sleep(3)
    return 200, {}, b"{}"


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """In this process, up to the commands that take its place."""
    started: list[list[str]] = []

    def execve(_path: str, arguments: list[str], _environ: dict[str, str]) -> None:
        started.append(arguments)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(command, "measure", lambda *_: FINDING)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(signal, "pthread_sigmask", lambda *_: None)
    return started


def run(folder: Path, *arguments: str) -> None:
    with pytest.raises(SystemExit):
        command.main(["--report-dir", str(folder), *arguments])


def test_how_it_waits_is_handed_over(
    become: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(lambda *_: (200, {}, b"{}")) as port:
        run(tmp_path, "--target", f"http://127.0.0.1:{port}")
    assert become[0][:3] == [sys.executable, "-m", "app.loadtest.run_locust"]
    assert "Async: 1,000 sleepers took 0.38 s" in capsys.readouterr().out


def test_a_worker_asks_nothing(become: list[list[str]], tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    run(tmp_path, "--target", nobody, "--workers", "1", "--worker-index", "1")
    assert "--worker" in become[0]


def test_users_of_ones_own_need_no_sleeper(become: list[list[str]], tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    users = str(ROOT / "app" / "loadtest" / "users.py")
    run(tmp_path, "--target", nobody, "--locustfile", users, "--concurrency", "off")
    assert users in become[0][become[0].index("-f") + 1]


def test_sigterm_is_not_kept_by_the_task_that_it_met() -> None:
    async def asked() -> None:
        command._disrupted(signal.SIGTERM, None)

    async def asks() -> None:
        await asyncio.gather(asked(), return_exceptions=True)

    with pytest.raises(SystemExit):
        asyncio.run(asks())
