"""`helm install demo ./helm`, with no values, in a namespace that takes restricted pods only."""

import time
from collections.abc import Iterator

import pytest

from tests.e2e.cluster import CHART, get, helm
from tests.e2e.conftest import Tell
from tests.e2e.release import NAME, Release
from tests.e2e.stage import Stage, answer, namespace

SECONDS = 20


@pytest.fixture(scope="module")
def demo() -> Iterator[Release]:
    """The release that a newcomer has after the first command; its age is measured by the story."""
    with namespace("demo") as name:
        yield Release("demo", name, {})


def test_one_command_on_an_empty_cluster(stage: Stage, demo: Release, tell: Tell) -> None:
    began = time.monotonic()
    helm("install", demo.name, str(CHART), "--namespace", demo.namespace)
    demo.kubectl("rollout", "status", f"deployment/{demo.fullname}", "--timeout=180s")
    took = time.monotonic() - began
    helm("test", demo.name, "--namespace", demo.namespace)
    assert answer(stage, f"http://{demo.fullname}.{demo.namespace}/version")["name"] == NAME
    tell(f"ready after {took:.1f} s")
    assert took <= SECONDS


def test_secrets_that_were_made_are_kept(demo: Release, tell: Tell) -> None:
    def made() -> dict[str, str]:
        found = get("--namespace", demo.namespace, "secret", demo.fullname)
        return dict(found["data"])

    before = made()
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL"} <= before.keys()
    revision = demo.revision()
    for level in ("DEBUG", "INFO", "WARNING"):
        change = ("--reset-then-reuse-values", "--set", f"env.LOG_LEVEL={level}")
        helm("upgrade", demo.name, str(CHART), "--namespace", demo.namespace, *change)
        assert made() == before
    helm("rollback", demo.name, str(revision), "--namespace", demo.namespace)
    assert made() == before
    tell("three upgrades and a rollback change no byte")
