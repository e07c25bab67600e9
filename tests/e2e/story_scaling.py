"""Who scales: the chart, the HPA, a person by hand, and one after the other.

Helm 4 applies on the server, where each field has an owner. spec.replicas changes its owner in
these stories; without --force-conflicts, which `make deploy` carries, three of them end in a
conflict, also the rollback that should be the way out.
"""

import pytest

from tests.e2e.cluster import Failed, wait
from tests.e2e.conftest import Play
from tests.e2e.release import Release

FORCE = "--force-conflicts"
CONFLICT = r"(?s)conflict.*\.spec\.replicas"


def hpa(least: int, most: int) -> dict[str, object]:
    """The values that switch the HPA on; the load is never enough for it."""
    return {
        "autoscaling": {"enabled": True, "minReplicas": least, "maxReplicas": most, "cpu": 1000}
    }


def scaled(release: Release, replicas: int) -> None:
    """Wait until so many are wanted and there."""
    wait(f"{replicas} replicas", lambda: release.replicas() == replicas)
    release.rest()


def test_the_hpa_is_switched_on(release: Release, load: Play) -> None:
    release.upgrade({"replicaCount": 5})
    release.rest()
    before = release.names()
    with load():
        release.upgrade(hpa(2, 6))
    assert release.replicas() == 5
    assert release.names() == before


def test_the_hpa_is_switched_off_after_it_scaled(release: Release, load: Play) -> None:
    with load():
        release.upgrade(hpa(3, 6))
        scaled(release, 3)
        with pytest.raises(Failed, match=CONFLICT):
            release.upgrade()
        release.upgrade({}, FORCE)
        scaled(release, 2)


def test_rollback_across_the_switch(release: Release, load: Play) -> None:
    without = release.revision()
    with load():
        release.upgrade(hpa(3, 6))
        with_hpa = release.revision()
        scaled(release, 3)
        with pytest.raises(Failed, match=CONFLICT):
            release.rollback(without)
        # The next rollback compares with what this one wanted, and leaves the HPA, which scales on.
        release.kubectl("delete", "hpa", release.fullname)
        release.rollback(without, FORCE)
        scaled(release, 2)
        release.rollback(with_hpa, FORCE)
        scaled(release, 3)


def test_an_upgrade_after_scaling_by_hand(release: Release, load: Play) -> None:
    with load():
        release.kubectl("scale", f"deployment/{release.fullname}", "--replicas=3")
        scaled(release, 3)
        with pytest.raises(Failed, match=CONFLICT):
            release.upgrade()
        release.upgrade({}, FORCE)
        scaled(release, 2)
