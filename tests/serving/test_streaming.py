"""Synchronous iterators are read in pieces."""

import asyncio
from collections.abc import Iterator

import pytest

from app.serving.streaming import PIECE_BYTES, pieces, read_piece


def collected(iterator: Iterator[bytes]) -> list[bytes]:
    async def run() -> list[bytes]:
        return [piece async for piece in pieces(iterator)]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("parts", "sizes"),
    [
        ([], []),
        ([b""], []),
        ([b"x"], [1]),
        ([b"x" * 1000] * 100, [66000, 34000]),
        ([b"x" * PIECE_BYTES] * 2, [PIECE_BYTES] * 2),
    ],
)
def test_pieces_are_as_large_as_a_hop_is_worth(parts: list[bytes], sizes: list[int]) -> None:
    assert [len(piece) for piece in collected(iter(parts))] == sizes


def test_a_slow_iterator_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("app.serving.streaming.time.monotonic", lambda: next(clock))
    assert read_piece(iter([b"first", b"second"])) == (b"first", True)


def test_an_error_of_the_iterator_comes_through() -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * PIECE_BYTES
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        collected(failing())
