"""The image serves: read-only, without capabilities, as any user; and says why if it cannot."""

import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from scripts.image_report import docker, inspected
from tests.image.container import SETTINGS, run, serving, way_to
from tests.server.harness import status_of, wait_until

STARTED = 300  # seconds, for a hang: on a busy machine a start took 40
pytestmark = pytest.mark.timeout(900)


def text(url: str) -> str:
    """The body of a GET, whatever its status."""
    request = Request(url, headers={"X-Forwarded-Proto": "https"})  # noqa: S310 - our own container
    try:
        with urlopen(request, timeout=10) as response:  # noqa: S310
            return str(response.read().decode())
    except HTTPError as error:
        with error:
            return error.read().decode()


@pytest.mark.parametrize("user", [(), ("--user=123456:0",)], ids=["its own", "any other"])
def test_it_serves_from_a_database(image: str, empty_database: str, user: tuple[str, ...]) -> None:
    more = (*user, *way_to(empty_database))
    env = SETTINGS | {"DATABASE_URL": empty_database}
    migrated = run(image, "manage.py", "migrate_safely", env=env, more=more)
    assert migrated.returncode == 0, migrated.stderr
    with serving(image, *more, DATABASE_URL=empty_database) as container:
        ready = f"{container.url}/readyz"
        wait_until(lambda: status_of(ready) == 200, STARTED, "ready")
        assert json.loads(text(f"{container.url}/api/async_sleep/")) == {"mode": "async", "time": 1}
        assert "asgi_build_info" in text(f"http://127.0.0.1:{container.metrics_port}/metrics")
        wait_until(lambda: container.state["Health"]["Status"] == "healthy", STARTED, "healthy")
        docker("stop", "--time=60", container.id)
        assert container.state["ExitCode"] == 0


def test_without_a_database_it_lives_and_says_what_it_lacks(image: str) -> None:
    labels = inspected(image)["Config"]["Labels"]
    with serving(image) as container:
        wait_until(lambda: status_of(f"{container.url}/livez") == 200, STARTED, "alive")
        assert status_of(f"{container.url}/readyz") == 503
        assert "[-]database failed" in text(f"{container.url}/readyz?verbose")
        told = json.loads(text(f"{container.url}/version"))
        assert told["commit"] == labels["org.opencontainers.image.revision"]
        assert told["build_time"] == labels["org.opencontainers.image.created"]
        assert told["version"] == labels["org.opencontainers.image.version"]
        assert told["python"].startswith("3.13.")


def test_the_files_of_its_pages_are_in_it(image: str) -> None:
    with serving(image, ADMIN="true") as container:
        wait_until(lambda: status_of(f"{container.url}/livez") == 200, STARTED, "alive")
        for page in ("/api/docs", "/admin/login/"):
            assets = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js))"', text(container.url + page))
            assert assets, page
            assert {status_of(container.url + asset) for asset in assets} == {200}


def test_arguments_are_python_s(image: str) -> None:
    checked = run(image, "manage.py", "check")
    assert (checked.returncode, checked.stdout.split(" (")[0]) == (
        0,
        "System check identified no issues",
    )


def test_wrong_settings_are_named_and_end_it_with_78(image: str) -> None:
    ended = run(image, env={"PORT": "x"}, more=("--tmpfs=/tmp",))
    assert ended.returncode == 78
    first, *wrong = ended.stderr.splitlines()
    assert first == "Not started: 4 settings are wrong (docs/settings.md explains each)."
    assert {line.split(":")[0].strip() for line in wrong} == {*list(SETTINGS)[:3], "PORT"}


def test_without_a_folder_to_write_to_it_says_which_it_wants(image: str) -> None:
    ended = run(image)
    assert ended.returncode == 78
    why = "Not started: RUNTIME_DIR=/tmp/asgi-10001-8000: Read-only file system.\n"
    assert ended.stderr == why


def test_django_still_speaks_its_languages(image: str) -> None:
    speak = (
        "import django; django.setup(); from django.utils.translation import gettext, override;"
        "\nfor code in ('de', 'pt-br', 'zh-hans'):\n with override(code): print(gettext('Yes'))"
    )
    env = SETTINGS | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    assert run(image, "-c", speak, env=env).stdout.split() == ["Ja", "Sim", "是"]
