"""The environment of the tests, and a real PostgreSQL for those that ask for one."""

import os
import shutil
from collections.abc import Iterator

import django
import hypothesis
import pytest

from tests import environment

environment.provide()

# A busy machine is no failure: speed is measured by benchmarks, never by a test.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """pytest-django would do this earlier, before a conftest can set the environment."""
    django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The processes of pytest-xdist begin as this one did: each has a PostgreSQL of its own."""
    for name, value in environment.VALUES.items():
        if os.environ.get(name) == value:
            del os.environ[name]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes for each core: many tests wait for a program that they have started.

    On two cores four kept nine tenths of them busy, and took 11 minutes where one took 32.
    """
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that is started for the first test that needs it."""
    server = environment.postgres
    if os.environ["DATABASE_URL"] != server.url:
        environment.migrate(os.environ["DATABASE_URL"])
        yield os.environ["DATABASE_URL"]
        return
    server.open()
    try:
        environment.migrate(server.url)
        yield server.url
    finally:
        server.close()
        shutil.rmtree(server.folder)


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    """The DATABASE_URL of a database beside it, without a table."""
    with environment.database_beside(postgres, f"empty_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: str) -> None:
    """pytest-django makes its test database there."""
