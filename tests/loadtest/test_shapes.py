import pytest

from app.loadtest.shapes import SHAPES, users_at


@pytest.mark.parametrize(
    ("shape", "users"),
    [
        ("constant", [100, 100, 100, 100, 100]),
        ("ramp", [1, 25, 50, 75, 100]),
        ("steps", [20, 40, 60, 80, 120]),
        ("spike", [10, 10, 100, 10, 10]),
        ("soak", [1, 100, 100, 100, 1]),
    ],
)
def test_users_at_the_quarters(shape: str, users: list[int]) -> None:
    found = [users_at(shape, second, 60, 100) for second in (0, 15, 30, 45, 60)]
    if shape == "steps":
        found[-1], users[-1] = users_at(shape, 59.9, 60, 100), 100
    assert found == users


@pytest.mark.parametrize("shape", SHAPES)
def test_there_is_always_one_and_never_more_than_asked(shape: str) -> None:
    counts = [users_at(shape, second, 60, 50) for second in range(-1, 60)]
    assert min(counts) >= 1
    assert max(counts) == 50 or shape == "ramp"
