"""What a fork's pages link to is in the fork."""

import pytest

from scripts.fork import parts
from tests.docs.links import broken
from tests.scripts.fork.conftest import Copy

NAMES = [part.name for part in parts.load() if part.name != parts.NEVER]


@pytest.mark.parametrize("kept", [NAMES, *([name] for name in NAMES), []], ids="+".join)
def test_no_link_leads_to_what_was_left_out(copy: Copy, kept: list[str]) -> None:
    assert list(broken(copy(name="orders", parts=kept))) == []
