"""Synchronous iterators and files, read piece by piece in the request's thread.

Django does `sync_to_async(list)(…)` on ASGI: the whole file in memory, and a warning. Here each hop
reads at least 64 KiB, or what a slow iterator gives within a tenth of a second, and the next one
starts when the client has taken it: 1 GB to a slow client leaves memory flat.
"""

import time
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async

PIECE_BYTES = 64 * 1024
PIECE_SECONDS = 0.1


async def pieces(iterator: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes as an asynchronous iterator."""
    read = sync_to_async(read_piece)
    more = True
    while more:
        piece, more = await read(iterator)
        if piece:
            yield piece


def read_piece(iterator: Iterator[bytes]) -> tuple[bytes, bool]:
    """At least `PIECE_BYTES`, less at the end or when it took long; and whether more may come."""
    parts: list[bytes] = []
    size = 0
    deadline = time.monotonic() + PIECE_SECONDS
    for part in iterator:
        parts.append(part)
        size += len(part)
        if size >= PIECE_BYTES or time.monotonic() > deadline:
            return b"".join(parts), True
    return b"".join(parts), False
