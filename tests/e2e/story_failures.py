"""Upgrades that fail, by `make deploy`: it goes back by itself, says why, and nobody notices."""

from typing import Any

import pytest

from tests.e2e import images
from tests.e2e.conftest import Play
from tests.e2e.release import Release
from tests.e2e.stage import Stage

# How long to wait for what never comes; a busy machine takes 20 s for what does come.
TIMEOUT = "30s"
REFUSED = 'column "no_such_column" does not exist'


def unready(stage: Stage) -> dict[str, Any]:
    """Nobody applies the migration that the image has: it waits for that and is not ready."""
    return images.values(stage.image, "unmigratable") | {"migrations": {"strategy": "none"}}


def fails(release: Release, load: Play, values: dict[str, Any]) -> str:
    """What `make deploy` prints when it has gone back to the pods that were there."""
    before = release.names()
    with load():
        status, output = release.deploy(values, f"--timeout={TIMEOUT}")
    assert status, output
    assert "rolled back" in output, output
    assert before == release.names()
    return output


def test_an_image_that_crashes(stage: Stage, release: Release, load: Play) -> None:
    output = fails(release, load, images.values(stage.image, "crashing"))
    assert "crashing: this image never serves" in output


def test_an_image_that_does_not_exist(stage: Stage, release: Release, load: Play) -> None:
    output = fails(release, load, images.values(stage.image, "none"))
    assert f"{stage.image}-none" in output


def test_readiness_that_never_comes(stage: Stage, release: Release, load: Play) -> None:
    output = fails(release, load, unready(stage))
    assert "web runs, and is not ready" in output


@pytest.mark.parametrize("strategy", ["initContainer", "job"])
def test_a_failed_migration(stage: Stage, release: Release, load: Play, strategy: str) -> None:
    values = images.values(stage.image, "unmigratable") | {"migrations": {"strategy": strategy}}
    assert REFUSED in fails(release, load, values)
