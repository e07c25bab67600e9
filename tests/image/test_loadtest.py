"""The image of the load test: small, without the service, and as locked up as the chart has it."""

import json

import pytest

from scripts.image_report import MB, inspected, layers
from tests.image.container import run
from tests.loadtest.http_server import answering

LOOK = """
import importlib.util, json, os, pathlib
packages = pathlib.Path(importlib.util.find_spec('locust').origin).parents[1]
print(json.dumps([os.listdir('/app/app'), [path.name for path in packages.iterdir()]]))
"""
SHORT = {"TIME": "5s", "WARMUP": "0s", "USERS": "2", "CONCURRENCY": "off"}
WRITABLE = ("--tmpfs=/report",)


@pytest.fixture(scope="session")
def image(image: str) -> str:
    """That of the load test, which is named after the service's."""
    inspected(f"{image}-loadtest")
    return f"{image}-loadtest"


def test_it_holds_the_load_test_and_no_service(image: str) -> None:
    assert sum(size for size, _ in layers(image)) <= 60 * MB
    found = run(image, "-c", LOOK, env={}, more=("--entrypoint=python",))
    code, packages = json.loads(found.stdout)
    assert set(code) == {"__init__.py", "__pycache__", "loadtest"}
    assert "locust" in packages
    assert not {"django", "gunicorn", "uvicorn"} & set(packages)


def test_it_is_said_whose_it_is(image: str) -> None:
    config = inspected(image)["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["python", "-m", "app.loadtest"]
    assert "unknown" not in config["Labels"].values()


def test_it_writes_to_the_folder_of_the_reports_only(image: str) -> None:
    with answering(lambda _path, _headers: (200, {}, b"{}")) as port:
        env = SHORT | {"TARGET": f"http://127.0.0.1:{port}"}
        ended = run(image, env=env, more=WRITABLE)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "PASSED (0)" in ended.stdout
        ended = run(image, env=env)
    assert ended.returncode == 41
    why = "REPORT_DIR /report cannot be written: Read-only file system."
    assert ended.stderr == f"Not started: {why}\n"
