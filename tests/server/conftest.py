"""Servers of these tests read and write a real PostgreSQL."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _database(postgres: str) -> None:
    """Start it before the first server."""
