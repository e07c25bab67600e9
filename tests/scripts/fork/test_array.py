"""Forks of many choices: which are made, and that a gate that fails in one is not overlooked."""

import sys
from itertools import combinations, product
from pathlib import Path

import pytest

from scripts.fork import array, parts

VALUES = {"a": (1, 2, 3), "b": (True, False), "c": (True, False), "d": ("x", "y")}
NAMES = [part.name for part in parts.load() if part.name != parts.NEVER]


def test_every_pair_comes_together() -> None:
    rows = list(array.covering(VALUES))
    for one, other in combinations(VALUES, 2):
        seen = {(row[one], row[other]) for row in rows}
        assert seen == set(product(VALUES[one], VALUES[other])), (one, other)
    assert len(rows) < len(list(product(*VALUES.values()))) / 2


@pytest.mark.parametrize("singles", [True, False])
def test_everything_and_nothing_are_among_them_and_none_is_made_twice(*, singles: bool) -> None:
    chosen = array.choices(singles=singles)
    kept = [{name for name in NAMES if choice[name]} for choice in chosen]
    assert kept[:2] == [set(NAMES), set()]
    assert all(chosen.count(choice) == 1 for choice in chosen)
    if singles:
        assert all({name} in kept for name in NAMES)


def test_a_gate_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(array, "make", lambda _choice, folder: folder.mkdir())
    passes, fails = [[sys.executable, "-c", f"exit({status})"] for status in (0, 1)]
    gates = {"first": passes, "second": fails, "third": passes}
    fork = array.run({"licence": "MIT", "notes": False}, gates, tmp_path / "x")
    assert (fork.failed, list(fork.seconds)) == ("second", ["copy", "first", "second"])
    assert array.table([fork]).startswith("MIT -notes ")
    assert array.table([fork]).endswith(" s: second FAILED")
    monkeypatch.setattr(array, "choices", lambda **_: [{"licence": "MIT"}] * 3)
    for lint, test, status in ((passes, passes, 0), (fails, passes, 1), (passes, fails, 1)):
        monkeypatch.setattr(array, "LINT", {"first": lint})
        monkeypatch.setattr(array, "TEST", {"first": test})
        assert array.main(full=False) == status
