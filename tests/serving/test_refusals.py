"""The table of refusals."""

import pytest

from app.serving.limits import REASONS
from app.serving.refusals import REFUSALS, Refusal


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_is_the_clients_fault_and_says_so_in_a_sentence(reason: str) -> None:
    status, detail = REFUSALS[reason]
    assert 400 <= status < 500
    assert detail.endswith(".")
    assert Refusal(reason).reason == reason


def test_reasons_can_be_labels() -> None:
    assert all(reason.isascii() and reason.islower() for reason in REASONS)
