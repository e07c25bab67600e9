"""Metrics are switched: the pods are replaced, as by any change of theirs."""

from tests.e2e.conftest import Play
from tests.e2e.release import Release

SCRAPE = "prometheus.io/scrape"


def annotated(release: Release) -> set[bool]:
    """Whether the pods ask to be scraped."""
    return {SCRAPE in pod["metadata"]["annotations"] for pod in release.pods()}


def test_metrics_are_switched_off_and_on(release: Release, load: Play) -> None:
    with load():
        release.upgrade({"metrics": {"annotations": False}})
        release.rest()
        assert annotated(release) == {False}
        release.upgrade()
    assert annotated(release) == {True}
