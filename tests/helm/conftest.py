"""What tests of the chart ask for by name."""

from collections.abc import Callable

import pytest

from tests.helm import exported, manifests


@pytest.fixture(scope="session")
def render() -> Callable[..., manifests.Manifests]:
    """`render(values, name=, namespace=)`: the objects that these values give."""
    return manifests.render


@pytest.fixture(scope="session")
def refusal() -> Callable[[manifests.Values], str]:
    """`refusal(values)`: what Helm answers to values that it must not take."""
    return manifests.refusal


@pytest.fixture(scope="session", name="exported")
def series(postgres: str) -> exported.Series:
    """The labels of each metric that a running service exports, by its name."""
    return exported.series()
