"""A lab for all tests of the benchmarks: its own database with rows."""

from collections.abc import Iterator

import pytest

from benchmarks.lab import Lab, laboratory


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Servers that run beside the tests; it tells nobody."""
    with laboratory(lambda _: None) as made:
        yield made
