"""`make compose`: the chart's dashboard, on what a Prometheus of that configuration sees."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from scripts import compose
from tests.environment import ROOT
from tests.programs import HELM, needed
from tests.release import program
from tests.server.harness import free_port, gunicorn, status_of, wait_until

CONFIG = ROOT / "compose" / "prometheus.yaml"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
Ask = Callable[[str], list[Any]]


def test_images_are_those_that_other_places_name() -> None:
    images = {name: service["image"] for name, service in COMPOSE["services"].items()}
    values = yaml.safe_load((ROOT / "helm" / "values.yaml").read_text())["database"]["image"]
    assert images["postgres"] == f"{values['repository']}:{values['tag']}"
    assert f"PROMETHEUS := {images['prometheus']}\n" in (ROOT / "Makefile").read_text()


def test_what_is_mounted_is_there_and_nothing_listens_elsewhere() -> None:
    for name, service in COMPOSE["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), name
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            if source.startswith("./compose/"):
                assert (ROOT / source).is_file(), source
    assert compose.DASHBOARD.relative_to(ROOT).parts[:2] == ("var", "compose")
    home = COMPOSE["services"]["grafana"]["environment"][
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"
    ]
    (provider,) = yaml.safe_load((ROOT / "compose" / "dashboards.yaml").read_text())["providers"]
    assert home == f"{provider['options']['path']}/{compose.DASHBOARD.name}"


def test_the_page_has_the_databases_address() -> None:
    set_ = COMPOSE["services"]["postgres"]["environment"]
    url = "postgres://{POSTGRES_USER}:{POSTGRES_PASSWORD}@localhost:5432/{POSTGRES_DB}"
    assert f"DATABASE_URL={url.format(**set_)} make run" in (ROOT / "docs" / "run.md").read_text()


def test_without_compose_a_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compose.refused(["docker", "compose"]).startswith("no docker on the PATH: https://")
    program(tmp_path, "docker", "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1")
    told = compose.refused(["docker", "compose"])
    assert told == "docker compose does not work: https://docs.docker.com/compose/install/"


def test_the_dashboard_is_written_before_compose_comes_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed(HELM)
    monkeypatch.setenv("COMPOSE", "compose")
    monkeypatch.setenv("HELM", HELM)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(compose, "DASHBOARD", tmp_path / "var" / "service.json")
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "execvp", lambda _file, command: seen.append(command))
    program(tmp_path, "compose", "exit 0")
    compose.main()
    assert seen[0][:4] == ["compose", "--file", str(ROOT / "compose.yaml"), "up"]
    made = json.loads((tmp_path / "var" / "service.json").read_text())
    assert made["title"] == "local / service"


@pytest.fixture(scope="module")
def ask(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """`ask(query)`: the series that a Prometheus with that configuration has."""
    needed("prometheus")
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    with gunicorn({"DATABASE_URL": postgres}) as server:
        for _ in range(3):
            assert status_of(f"{server.url}/version") == 200
        config = CONFIG.read_text().replace(
            "host.docker.internal:9464", f"127.0.0.1:{server.metrics_port}"
        )
        (folder / "prometheus.yaml").write_text(config.replace(" 5s", " 1s"))
        command = ["prometheus", f"--config.file={folder}/prometheus.yaml"]
        command += [f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)

        def runs() -> None:
            assert process.poll() is None, (folder / "log").read_text()

        def ready() -> bool:
            runs()
            return status_of(f"http://127.0.0.1:{port}/-/ready") == 200

        def ask(query: str) -> list[Any]:
            runs()
            where = f"http://127.0.0.1:{port}/api/v1/query?{urlencode({'query': query})}"
            with urlopen(where, timeout=20) as response:
                found: list[Any] = json.load(response)["data"]["result"]
            return found

        try:
            wait_until(ready, 60, "Prometheus is ready")
            wait_until(lambda: ask("count_over_time(asgi_build_info[1m]) > 3"), 60, "scraped")
            yield ask
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.timeout(600)
def test_the_dashboard_finds_the_service(ask: Ask) -> None:
    needed(HELM)
    made = json.loads(compose.dashboard(HELM))
    variables = {each["name"]: each for each in made["templating"]["list"]}
    (series,) = ask("asgi_build_info")
    assert series["metric"]["namespace"] == variables["namespace"]["current"]["value"]
    release = re.findall(variables["release"]["regex"].strip("/"), series["metric"]["pod"])
    assert release == [variables["release"]["current"]["value"]]
    shown = {}
    for panel in (panel for panel in made["panels"] if panel["type"] != "row"):
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "1m")
            query = query.replace("$namespace", compose.NAMESPACE)
            shown[panel["title"]] = ask(query.replace("$release", compose.RELEASE))
    for title in ("Requests", "Hops per request", "Loop lag", "Pods ready", "Requests by status"):
        assert shown[title], title
    assert float(shown["Pods ready"][0]["value"][1]) == 1
