"""What the stories share: the cluster, the release, the load, and the table at the end.

The stories are the functions of story_*.py, which `make e2e` plays; `make test` runs the tests of
this folder, which need no cluster.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import pytest

from tests.e2e import cluster, images
from tests.e2e import stage as stages
from tests.e2e.release import Release
from tests.e2e.stage import Stage
from tests.e2e.stock import make_stock
from tests.e2e.stories import STORIES
from tests.e2e.under_load import HEAD, Loaded, under_load

TABLE = pytest.StashKey[dict[str, str]]()
Tell = Callable[[str], None]


class Play(Protocol):
    """`with load():` plays a story under load. Unless it `may_lose`, it fails when one is lost."""

    def __call__(self, *, may_lose: bool = ...) -> AbstractContextManager[Loaded]: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds", type=float, default=0, help="the least length of a story's load")
    parser.addoption("--rate", type=float, default=200, help="requests a second of the load")
    parser.addoption("--stock", action="store_true", help="with what loses requests elsewhere")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = {}


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The stage, with all images in the cluster."""
    if lacks := cluster.missing(os.environ):
        pytest.exit("The stories need\n  " + "\n  ".join(lacks), returncode=1)
    images.provide()
    with stages.stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def installed(
    request: pytest.FixtureRequest, stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Release:
    """The release, at rest."""
    release = stage.release()
    if request.config.option.stock:
        make_stock(release, stage.image, tmp_path_factory.mktemp("stock"))
    release.upgrade()
    release.rest()
    return release


@pytest.fixture
def release(installed: Release) -> Release:
    """The release as it was made, whatever the story before has left."""
    if not installed.as_made():
        # One that a failed rollback left would scale on, in all stories that follow.
        installed.kubectl("delete", "hpa", "--all")
        installed.upgrade({}, "--force-conflicts")
        installed.rest()
    return installed


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Puts what a story has seen into the table."""
    name = request.node.name.removeprefix("test_").replace("_", " ")

    def tell(what: str) -> None:
        request.config.stash[TABLE][name] = what

    return tell


@pytest.fixture
def load(request: pytest.FixtureRequest, stage: Stage, release: Release, tell: Tell) -> Play:
    """Plays a story, which must lose nothing; with what is stock elsewhere it must."""
    option = request.config.option

    @contextmanager
    def play(*, may_lose: bool = False) -> Iterator[Loaded]:
        numbers = {"rate": option.rate, "seconds": option.seconds}
        with under_load(request.node.name, stage, release, **numbers) as loaded:
            yield loaded
        tell(str(loaded))
        assert not loaded.report["missing"], "acknowledged notes are gone"
        if option.stock:
            assert loaded.lost, "nothing is lost that could be: this story proves nothing"
            pytest.xfail(f"{len(loaded.lost)} lost")
        if loaded.lost and not may_lose:
            lost = "\n".join(str(request) for request in loaded.lost)
            pytest.fail(f"{len(loaded.lost)} lost:\n{lost}\n{release.warnings()}", pytrace=False)

    return play


def absent(config: pytest.Config) -> list[str]:
    """The stories of a whole run that were not played to their end."""
    if config.option.keyword or not config.stash[TABLE]:
        return []
    return [story for story in STORIES if story not in config.stash[TABLE]]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if table := config.stash[TABLE]:
        terminalreporter.write_line(f"\n{'Story':44}{HEAD}")
    for story, what in table.items():
        terminalreporter.write_line(f"{story:44}{what}")
    for story in absent(config):
        terminalreporter.write_line(f"{story:44} NOT PLAYED TO ITS END")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if absent(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
