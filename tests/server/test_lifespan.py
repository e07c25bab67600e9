"""The contexts of a worker, under servers with the lifespan protocol and one without."""

import sys

import pytest

from tests.server.harness import serving, status_of, wait_until

APPS = "tests.server.lifespans"
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
UVICORN = [sys.executable, "-m", "uvicorn", "--port", "{port}"]
DAPHNE = [sys.executable, "-m", "daphne", "-p", "{port}"]
BAD = f"Not started: {APPS}.Bad: ConnectionError: nobody there"


@pytest.mark.parametrize("server", [GUNICORN, UVICORN], ids=["gunicorn", "uvicorn"])
def test_contexts_are_left_after_the_drain_within_their_limit(server: list[str]) -> None:
    with serving([*server, f"{APPS}:living"]) as running:
        assert running.output().count("good entered") == 1
        status = running.stop()
        said = running.output()
    assert said.count("good left") == 1
    assert f"{APPS}.endless was not left: the 0.5 s for all contexts are over" in said
    assert "Traceback" not in said
    assert "appears unsupported" not in said
    if server is GUNICORN:
        assert status == 0


@pytest.mark.parametrize("server", [GUNICORN, UVICORN], ids=["gunicorn", "uvicorn"])
def test_a_context_that_fails_ends_the_server_with_one_line(server: list[str]) -> None:
    with serving([*server, f"{APPS}:failing"], ready="") as running:
        assert running.process.wait(20) == 3
        said = running.output()
    assert said.count(BAD) == 1
    assert said.index("good entered") < said.index("good left")
    assert "Traceback" not in said


def test_without_a_lifespan_contexts_are_entered_with_the_first_event() -> None:
    with serving([*DAPHNE, f"{APPS}:living"]) as running:
        assert status_of(f"{running.url}/version") == 200
        assert running.output().count("good entered") == 1


def test_without_a_lifespan_a_context_that_fails_keeps_the_process_out_of_rotation() -> None:
    with serving([*DAPHNE, f"{APPS}:failing"], ready="/livez") as running:
        wait_until(lambda: BAD in running.output(), 5, "the failure is said")
        paths = ("/version", "/readyz", "/startupz", "/livez")
        told = [status_of(running.url + path) for path in paths]
        assert told == [503, 503, 503, 200]
        assert running.output().count(BAD) == 1
