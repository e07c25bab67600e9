"""The same application under every ASGI server that people use."""

import concurrent.futures
import json
import sys

import pytest

from tests.server.harness import GUNICORN, serving, status_of, wait_until

pytestmark = pytest.mark.usefixtures("postgres")

APP = "config.asgi:application"
COMMANDS = {
    "gunicorn": GUNICORN,
    "uvicorn": (sys.executable, "-m", "uvicorn", "--port", "{port}", APP),
    "daphne": (sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", APP),
    "hypercorn": (sys.executable, "-m", "hypercorn", "-b", "127.0.0.1:{port}", APP),
    "granian": (sys.executable, "-m", "granian", "--interface", "asgi", "--port", "{port}", APP),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_ten_requests_and_a_json_line_of_each(name: str) -> None:
    with serving(COMMANDS[name]) as server:
        url = server.url + "/api/async_sleep/"
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            assert set(pool.map(status_of, [url] * 10)) == {200}

        def request_lines() -> list[object]:
            lines = [line for line in server.output().splitlines() if '"asgi.request"' in line]
            return [json.loads(line) for line in lines]

        wait_until(lambda: len(request_lines()) == 10, 5, "a line for each request")
        assert "appears unsupported" not in server.output()
        assert "Traceback" not in server.output()
