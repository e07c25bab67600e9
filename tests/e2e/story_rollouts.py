"""What a team does every day: no request is lost by it."""

from tests.e2e import images
from tests.e2e.conftest import Play
from tests.e2e.release import Release
from tests.e2e.stage import Stage, answer


def commit(stage: Stage, release: Release) -> str:
    """Which build answers."""
    return str(answer(stage, f"http://{release.fullname}/version")["commit"])


def test_rollout_restart(release: Release, load: Play) -> None:
    before = release.names()
    with load():
        release.kubectl("rollout", "restart", f"deployment/{release.fullname}")
    assert not before & release.names()


def test_image_upgrade(stage: Stage, release: Release, load: Play) -> None:
    with load():
        release.upgrade(images.values(stage.image, "next"))
    assert commit(stage, release) == "next"


def test_config_change(release: Release, load: Play) -> None:
    before = release.names()
    with load():
        release.upgrade({"env": {"LOG_ARRIVAL": "true"}})
    assert not before & release.names()


def test_helm_rollback(release: Release, load: Play) -> None:
    revision = release.revision()
    release.upgrade({"env": {"LOG_ARRIVAL": "true"}})
    release.rest()
    before = release.names()
    with load():
        release.rollback(revision)
    assert not before & release.names()
    assert release.as_made()
