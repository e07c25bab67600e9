"""Places are as many as they were made, and each is given back once."""

import pytest

from app.serving.places import Places


def test_taken_and_given_back() -> None:
    places = Places(2)
    assert [places.take() for _ in range(3)] == [True, True, False]
    places.give_back()
    assert places.take()


def test_none_at_all() -> None:
    assert not Places(0).take()


def test_giving_back_what_nobody_took_is_a_fault() -> None:
    with pytest.raises(ValueError, match="released too many"):
        Places(1).give_back()
