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


def test_image_upgrade_and_rollback(stage: Stage, release: Release, load: Play) -> None:
    revision = release.revision()
    tag = images.changed(stage.image, "next").rpartition(":")[2]
    with load("image upgrade"):
        release.upgrade({"image": {"tag": tag}})
    assert commit(stage, release) == "next"
    with load("helm rollback"):
        release.rollback(revision)
    assert commit(stage, release) != "next"


def test_config_change(release: Release, load: Play) -> None:
    before = release.names()
    with load():
        release.upgrade({"env": {"LOG_ARRIVAL": "true"}})
    assert not before & release.names()
