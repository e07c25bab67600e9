"""Pods that go: by hand, with their node, and because fewer are wanted."""

import pytest

from tests.e2e.cluster import kubectl
from tests.e2e.conftest import Play
from tests.e2e.release import Release
from tests.e2e.stage import Stage


def test_a_pod_is_deleted(release: Release, load: Play) -> None:
    gone = min(release.names())
    with load():
        release.kubectl("delete", "pod", gone, "--wait=false")
    assert gone not in release.names()


def test_a_node_is_drained(stage: Stage, release: Release, load: Play) -> None:
    if stage.other is None:
        pytest.fail("This story needs a second node that takes pods")
    with load():
        try:
            # Only this release's: others may have pods there. Every drain takes emptyDirs.
            only = (f"--pod-selector={release.selector}", "--delete-emptydir-data")
            kubectl("drain", stage.other, *only, "--timeout=120s")
            release.rest()
            assert release.nodes() == {stage.node}
        finally:
            kubectl("uncordon", stage.other)


def test_two_pods_become_four_and_two(release: Release, load: Play) -> None:
    with load():
        release.upgrade({"replicaCount": 4})
        release.rest()
        assert len(release.names()) == 4
        release.upgrade()
