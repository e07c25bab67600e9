"""The image that these tests look at."""

import os

import pytest

from scripts.image_report import inspected


@pytest.fixture(scope="session")
def image() -> str:
    """Its name. An image that is named and not there is a failure, not a skip."""
    name = os.environ.get("IMAGE")
    if not name:
        pytest.skip("IMAGE names no image; `make image-check` builds one and runs these tests")
    inspected(name)
    return name
